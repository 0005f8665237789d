"""Knowing again a SQLite file whose tables are all of our making, so that it may be emptied without asking.

The mark is the file's `PRAGMA application_id`: a checksum over the names of its tables, written when we make tables in
a file that held none, or none but ours. A table that somebody adds changes the names, and the mark no longer
fits. A file that carries another program's mark is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import blake2b

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def table_names(connection: sqlite3.Connection) -> list[str]:
    """The tables of a SQLite database, without its internal ones."""
    return [name for (name,) in connection.execute(_TABLES)]


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether every table in the database was made by us, or there is none and no other program's mark."""
    names = table_names(connection)
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    expected = _checksum(names) if names else 0
    return bool(found == expected)


def mark(connection: sqlite3.Connection) -> None:
    """Note that every table now in the database was made by us."""
    connection.execute(f"PRAGMA application_id = {_checksum(table_names(connection))}")


def _checksum(names: Iterable[str]) -> int:
    """A positive 31-bit number, never 0."""
    digest = blake2b("\0".join(["pytest-misata", *sorted(names)]).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % (2**31 - 1) + 1
