"""MariaDB and MySQL: they have no templates, so a copy is made object by object, on the server alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from pytest_misata.load.comments import COMMENT
from pytest_misata.load.databases.base import Release, ServerDatabases, note_in, noted
from pytest_misata.load.engines import make_engine

if TYPE_CHECKING:
    from pytest_misata.load.keepers import Keeper

_SCHEMATA = "FROM information_schema.schemata WHERE schema_name"
_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_type = %s ORDER BY 1"
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = %s AND table_name = %s AND extra NOT LIKE '%%GENERATED%%' ORDER BY ordinal_position
"""
_SESSIONS = "SELECT id FROM information_schema.processlist WHERE db = %s AND id <> CONNECTION_ID()"
_DENIED = ((1044,), (1045,), (1142,), (1227,))
"""The server's numbers for what a user may not do."""
_PATIENCE = 10
"""Seconds that a session has to end."""
_SETTINGS = (
    "SET SESSION foreign_key_checks = 0",
    "SET SESSION unique_checks = 0",
    "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_VALUE_ON_ZERO')",
)


def kept_name(name: str) -> str:
    """The database in which a keeper of another one has its copies, which go with that."""
    # Its own name begins with that: rights are often given by the beginning of a name.
    return f"{name[:40]}_copies_{blake2b(name.encode(), digest_size=7).hexdigest()}"


class MySQLDatabases(ServerDatabases):
    """The databases of a MariaDB or MySQL server."""

    def create(self, name: str, template: str | None = None, *, note: str = "") -> None:
        with self.administration() as connection:
            comment = f" COMMENT {self.literal(noted(note))}" if _keeps_comments(connection) else ""
            like = _charset(connection, template) if template else ""
            connection.exec_driver_sql(f"CREATE DATABASE {self.quoted(name)}{like}{comment}")
            if template:
                _Copy(connection, template, name, self.quoted).run()

    def annotate(self, name: str, note: str) -> None:
        with self.administration() as connection:
            if _keeps_comments(connection):
                connection.exec_driver_sql(f"ALTER DATABASE {self.quoted(name)} COMMENT {self.literal(noted(note))}")

    def mark(self, name: str) -> str:
        return self._told(name, lambda keeper: keeper.mark())

    def digest(self, name: str) -> str:
        return self._told(name, lambda keeper: keeper.digest())

    def _told(self, name: str, question: Callable[[Keeper], str]) -> str:
        from pytest_misata.load.keepers.mysql import MySQLKeeper

        engine = make_engine(self.url_of(name))
        keeper = MySQLKeeper(engine)
        try:
            return question(keeper)
        finally:
            keeper.close()
            engine.dispose()

    def drop(self, name: str) -> None:
        with self.administration() as connection:
            # A transaction that a test left open would keep the database alive, and this waiting, for a day.
            for number in connection.exec_driver_sql(_SESSIONS, (name,)).scalars().all():
                with suppress(DBAPIError):
                    connection.exec_driver_sql(f"KILL {number}")
            connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {_PATIENCE}")
            for each in (kept_name(name), name):
                connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {self.quoted(each)}")

    def exists(self, name: str) -> bool:
        return bool(self.names(f"SELECT schema_name {_SCHEMATA} = %s", name))

    def owns(self, name: str) -> bool:
        with self.administration() as connection:
            # MySQL keeps no comment of a database: there its name has to do.
            query = f"SELECT schema_comment {_SCHEMATA} = %s"
            found = connection.exec_driver_sql(query, (name,)) if _keeps_comments(connection) else None
            return found is None or str(found.scalar()).startswith(COMMENT)

    def notes(self, prefix: str) -> dict[str, str]:
        with self.administration() as connection:
            if not _keeps_comments(connection):
                return {}
            query = f"SELECT schema_name, schema_comment {_SCHEMATA} LIKE %s AND schema_comment LIKE %s ORDER BY 1"
            escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            found = connection.exec_driver_sql(query, (f"{escaped}%", f"{COMMENT}%")).all()
            return {str(name): note_in(comment) for name, comment in found}

    def is_denied(self, error: Any) -> bool:
        return error.args[:1] in _DENIED

    def grant(self) -> str:
        pattern = self.base.replace("_", "\\_")
        return f"GRANT ALL ON `{pattern}%`.* TO {self.url.username}"

    def hold(self, name: str) -> Release | None:
        # A lock's name has at most 64 characters.
        key = f"pytest-misata {blake2b(name.encode(), digest_size=16).hexdigest()}"
        return self.locked(self.url.set(database=None), "SELECT GET_LOCK(%s, 0)", key)


def _keeps_comments(connection: Connection) -> bool:
    return bool(getattr(connection.dialect, "is_mariadb", False))


def _charset(connection: Connection, name: str) -> str:
    query = f"SELECT default_character_set_name, default_collation_name {_SCHEMATA} = %s"
    charset, collation = connection.exec_driver_sql(query, (name,)).one()
    return f" CHARACTER SET {charset} COLLATE {collation}"


@dataclass(frozen=True, slots=True)
class _Copy:
    """Everything of one database, into another that is empty."""

    connection: Connection
    origin: str
    target: str
    quoted: Callable[[str], str]

    def run(self) -> None:
        """Sequences before the tables whose defaults use them, triggers after the rows that would fire them."""
        for setting in _SETTINGS:
            self._execute(setting)
        self._execute(f"USE {self.quoted(self.target)}")
        for name in self._names(_TABLES, self.origin, "SEQUENCE"):
            self._sequence(name)
        tables = self._names(_TABLES, self.origin, "BASE TABLE")
        for name in tables:
            self._define("TABLE", name, 1)
        for kind in ("FUNCTION", "PROCEDURE"):
            for name in self._routines(kind):
                self._define(kind, name, 2)
        for name in tables:
            self._fill(name)
        self._views(self._names(_TABLES, self.origin, "VIEW"))
        triggers = "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = %s"
        for name in self._names(f"{triggers} ORDER BY action_order, 1", self.origin):
            self._define("TRIGGER", name, 2)

    def _sequence(self, name: str) -> None:
        self._define("SEQUENCE", name, 1)
        following, used = self.connection.exec_driver_sql(
            f"SELECT next_not_cached_value, cycle_count FROM {self._place(name)}"
        ).one()
        self._execute(f"SELECT SETVAL({self.quoted(name)}, {following}, 0, {used})")

    def _fill(self, name: str) -> None:
        columns = ", ".join(self.quoted(column) for column in self._names(_COLUMNS, self.origin, name))
        if columns:
            self._execute(f"INSERT INTO {self.quoted(name)} ({columns}) SELECT {columns} FROM {self._place(name)}")

    def _views(self, names: Sequence[str]) -> None:
        """A view may read others, in any order of names: each round makes those whose tables are there."""
        waiting = list(names)
        while waiting:
            left = [name for name in waiting if not self._made(name)]
            if len(left) == len(waiting):
                self._define("VIEW", left[0], 1)
            waiting = left

    def _made(self, name: str) -> bool:
        try:
            self._define("VIEW", name, 1)
        except DBAPIError:
            return False
        return True

    def _define(self, kind: str, name: str, place: int) -> None:
        """Run the server's own definition of an object, in which views and sequences are named with their database."""
        text = str(self.connection.exec_driver_sql(f"SHOW CREATE {kind} {self._place(name)}").one()[place])
        before = {"VIEW": "", "TABLE": "nextval("}.get(kind)
        text = text.replace("%", "%%")
        if before is not None:
            text = text.replace(f"{before}{self.quoted(self.origin)}.", f"{before}{self.quoted(self.target)}.")
        self._execute(text)

    def _routines(self, kind: str) -> Iterator[str]:
        query = "SELECT routine_name FROM information_schema.routines WHERE routine_schema = %s AND routine_type = %s"
        yield from self._names(query, self.origin, kind)

    def _place(self, name: str) -> str:
        return f"{self.quoted(self.origin)}.{self.quoted(name)}"

    def _names(self, query: str, *values: str) -> list[str]:
        return [str(name) for name in self.connection.exec_driver_sql(query, values).scalars()]

    def _execute(self, statement: str) -> None:
        self.connection.exec_driver_sql(statement)
