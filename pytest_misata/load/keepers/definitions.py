"""MariaDB's and MySQL's definitions: everything in a database, as the statements that make it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

Rows = Callable[[str], list[tuple[Any, ...]]]
Definitions = dict[tuple[str, str], str]
"""The statement that makes a thing, by its kind (TABLE, VIEW, TRIGGER, ...) and its name."""

TABLE = "TABLE"
KINDS = ("SEQUENCE", TABLE, "FUNCTION", "PROCEDURE", "VIEW", "TRIGGER", "EVENT")
"""In an order in which they can be made."""

_KINDS_OF_TABLES = {"VIEW": "VIEW", "SEQUENCE": "SEQUENCE"}
_OF_A_SESSION = "TEMPORARY"
"""What newer servers list too, to the session that has them."""
_TEXT = {"TRIGGER": 2, "PROCEDURE": 2, "FUNCTION": 2, "EVENT": 3}
"""Which column of SHOW CREATE has the statement, where it is not the second."""
_COUNTER = re.compile(r"^(\) ENGINE=\w+) AUTO_INCREMENT=(\d+)", re.MULTILINE)

_NAMED = """
    SELECT 'TRIGGER', trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()
    UNION ALL SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()
    UNION ALL SELECT 'EVENT', event_name FROM information_schema.events WHERE event_schema = DATABASE()
"""


def quoted(*names: str) -> str:
    """A name, or several with dots between them, in backticks."""
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)


def definitions(rows: Rows) -> Definitions:
    """Everything in the current database, in an order in which it can be made again."""
    found = [
        (_KINDS_OF_TABLES.get(kind, TABLE), name)
        for name, kind in rows("SHOW FULL TABLES")
        if _OF_A_SESSION not in kind
    ]
    found += [(kind, name) for kind, name in rows(_NAMED)]
    texts = {(kind, name): _statement(rows, kind, name) for kind, name in found}
    return dict(sorted(texts.items(), key=lambda thing: (KINDS.index(thing[0][0]), _depth(texts, thing[0][1]))))


def _statement(rows: Rows, kind: str, name: str) -> str:
    ((*parts,),) = rows(f"SHOW CREATE {kind} {quoted(name)}")
    return str(parts[_TEXT.get(kind, 1)])


def _depth(texts: Definitions, name: str) -> int:
    """How many views stand below a view, one on the other; 0 for everything else."""
    text = texts.get(("VIEW", name))
    below = [other for kind, other in texts if kind == "VIEW" and other != name and text and quoted(other) in text]
    return 1 + max((_depth(texts, other) for other in below), default=0) if text else 0


def shape(statement: str) -> str:
    """The statement without where the numbering stands, which inserts move."""
    return _COUNTER.sub(r"\1", statement)


def counter(statement: str) -> int | None:
    """Where the numbering of a table stands; None before the first number is given."""
    found = _COUNTER.search(statement)
    return int(found[2]) if found else None


def columns(rows: Rows) -> dict[str, tuple[str, ...]]:
    """The columns that can be written, by table."""
    found: dict[str, tuple[str, ...]] = {}
    for table, column, generated in rows(
        "SELECT table_name, column_name, extra LIKE '%STORED GENERATED%' OR extra LIKE '%VIRTUAL GENERATED%' "
        "FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
    ):
        found[table] = found.get(table, ()) + (() if generated else (column,))
    return found


def floats(rows: Rows) -> frozenset[tuple[str, str]]:
    """The columns of type FLOAT, with their tables."""
    query = (
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = DATABASE() AND data_type = 'float'"
    )
    return frozenset((table, column) for table, column in rows(query))


def as_bytes(table: str, names: Sequence[str], floats: Collection[tuple[str, str]], of: str) -> list[str]:
    """Expressions that are equal only where the values of the columns are the same to the last bit."""
    values = ((quoted(of, name), (table, name) in floats) for name in names)
    # As text a FLOAT has six digits, a DOUBLE all of them.
    return [f"CAST({value}{' + 0e0' if is_float else ''} AS BINARY)" for value, is_float in values]


def digest(table: str, names: Sequence[str], floats: Collection[tuple[str, str]]) -> str:
    """The question for the number of rows, and the sum of 64 bits of a digest of each: whatever their order."""
    values = as_bytes(table, names, floats, table)
    parts = ", ".join(f"coalesce(length({value}), -1), coalesce({value}, '')" for value in values)
    row = f"md5(concat_ws('#', {parts}))"
    return f"SELECT count(*), sum(cast(conv(left({row}, 16), 16, 10) AS UNSIGNED)) FROM {quoted(table)}"
