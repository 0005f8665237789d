"""Refusing to wipe a database that does not look like a test database, by its name and before connecting."""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Engine

from pytest_misata.errors import GuardError
from pytest_misata.load.engines import display, sqlite_file, url_of
from pytest_misata.load.ownership import is_ours, table_names

WORDS = frozenset({"test", "tests", "testing", "ci", "dev", "misata"})
"""A database whose name has one of these, as a word of its own, may be wiped."""

_OVERRIDES = ("dbname", "database", "db")
"""Parameters of a URL's query that drivers take for the database's name, in place of the one in the path."""

Action = Literal["truncate", "create", "clone"]

_WORK: dict[Action, tuple[str, str]] = {
    "truncate": ("truncate", "the rows of every table to be seeded would be wiped"),
    "create": ("create tables", "every table to be seeded that it lacks would be made there"),
    "clone": ("make copies", "databases called after it would be made beside it, and dropped again"),
}
"""What is refused, and what would have been done."""

PLUGIN_CONSENT = "--misata-allow-database={name}, ini misata_allow_database = {name} or MISATA_ALLOW_DATABASE={name}"
"""How a user of the plugin allows a database by its name."""


def check_destructive(
    url: Any, *, allow: Collection[str] = (), action: Action = "truncate", consent: str = PLUGIN_CONSENT
) -> None:
    """Refuse to change what may be precious, unless the database is one for tests or is allowed by its exact name.

    A server database is judged by its name alone. A SQLite file outside the temporary folder is looked into, read-only:
    it may be wiped when it is new, empty, or holds no table but those we made.

    Args:
        url: a URL string, `URL`, `Engine` or `Connection`.
        allow: exact names that are allowed; for a SQLite file its name or its path.
        action: what is about to be done, for the message.
        consent: how the user allows it, for the message, with `{name}` for the database's name.

    Raises:
        GuardError: it does not look like a test database and is not allowed.
    """
    parsed = url_of(url)
    if parsed.get_backend_name() == "sqlite":
        _check_file(parsed, allow, action, consent)
        return
    for name in _names(parsed):
        if name not in allow and not has_test_word(name):
            raise GuardError(f"{_refusal(parsed, name, action)}. {_way_out(name, consent)}")


def has_test_word(name: str) -> bool:
    """Whether a word of the name is one of `WORDS`.

    Words end at what is neither letter nor digit and where a small letter meets a capital one: `app_test`, `appTest`.
    A number at the end of a word, or a worker's of pytest-xdist, is no part of it: `test2`, `testgw0`.
    """
    words = re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name)
    return any(re.sub(r"(gw)?[0-9]+$", "", word.lower()) in WORDS for word in words)


def _names(url: URL) -> list[str]:
    """Every name the server may take for the database's: the query's counts, and without any what libpq puts there."""
    stated = [value for key in _OVERRIDES for value in url.normalized_query.get(key, ())]
    if url.database or not stated:
        stated = [url.database or _unstated(url), *stated]
    return stated


def _unstated(url: URL) -> str:
    if url.get_backend_name() != "postgresql" or "service" in url.query or "PGSERVICE" in os.environ:
        # What stands in a file of the driver's is not known before it connects.
        return ""
    return os.environ.get("PGDATABASE") or url.username or os.environ.get("PGUSER") or ""


_REACHED = {"postgresql": "SELECT current_database()", "mysql": "SELECT DATABASE()", "mariadb": "SELECT DATABASE()"}


def check_reached(engine: Engine, *, allow: Collection[str] = (), action: Action = "truncate") -> None:
    """Refuse an engine that connects to another database than its URL names, as by `creator` or `connect_args`.

    Raises:
        GuardError: the database that it reaches does not look like a test database and is not allowed.
    """
    query = _REACHED.get(engine.dialect.name)
    if query is None:
        return
    with engine.connect() as connection:
        name = str(connection.exec_driver_sql(query).scalar() or "")
    if name != engine.url.database:
        check_destructive(engine.url.set(database=name, query={}), allow=allow, action=action)


def _refusal(url: URL, name: str, action: Action) -> str:
    words, (work, outcome) = ", ".join(sorted(WORDS)), _WORK[action]
    place = f"database {name!r} ({display(url)})"
    return f"refused to {work} in {place}: its name has none of the words {words}, and {outcome}"


def _way_out(name: str, consent: str) -> str:
    return f"If that is meant, allow exactly this one: {consent.format(name=name)}"


def _check_file(url: URL, allow: Collection[str], action: Action, consent: str) -> None:
    path = sqlite_file(url)
    if path is None or {path.name, str(path), str(url.database)} & set(allow):
        return
    if not path.exists() or path.stat().st_size == 0 or _is_temporary(path):
        return
    found = _foreign_tables(path)
    if found is not None:
        raise GuardError(
            f"refused to {_WORK[action][0]} in SQLite file {path}: it is outside the temporary folder and {found}. "
            f"{_way_out(path.name, consent)}"
        )


def _is_temporary(path: Path) -> bool:
    return path.resolve().is_relative_to(Path(tempfile.gettempdir()).resolve())


def _foreign_tables(path: Path) -> str | None:
    """What is in the file that we did not make; None when there is nothing."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            names = table_names(connection)
            if not names or is_ours(connection):
                return None
    except sqlite3.Error as error:
        return f"cannot be read ({error})"
    shown = ", ".join(sorted(names)[:5]) + (", ..." if len(names) > 5 else "")
    return f"holds tables that pytest-misata did not make ({shown})"
