"""SQLite: one transaction whatever the driver's transaction mode, and `executemany` of tuples made column by column."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, text

from pytest_misata.errors import LoadError
from pytest_misata.load.dialects.default import Dialect, Target, execute_plain, register
from pytest_misata.load.ownership import is_ours, mark
from pytest_misata.load.statements import Statements, run, without_indexes

if TYPE_CHECKING:
    from pytest_misata.engine.cells import Cells

_CACHE_KIB = 16 * 1024


@register("sqlite")
class SQLite(Dialect):
    """SQLite through `sqlite3`."""

    drivers = (("pysqlite", "sqlite3"),)
    async_drivers = (("aiosqlite", "aiosqlite"),)
    # The database is in this process, and gives up the interpreter at every row to any thread that asks for it.
    waits = False

    def __init__(self) -> None:
        self._statement = ""
        self._later: Statements = []
        self._written_before = 0
        self._connection: sqlite3.Connection | None = None

    def leave_autocommit(self, connection: Connection) -> None:
        """Nothing to leave: `start` opens the transaction by hand."""

    def start(self, connection: Connection) -> None:
        # In its legacy mode the driver opens a transaction at the first INSERT, not at a CREATE TABLE or a SAVEPOINT,
        # which would then be outside of it. Asking the driver keeps this right in its other modes too.
        if not _driver(connection).in_transaction:
            connection.exec_driver_sql("BEGIN")

    @contextmanager
    def workspace(self, connection: Connection) -> Iterator[Connection]:
        ours = is_ours(_driver(connection))
        yield connection
        if ours:
            mark(_driver(connection))

    @contextmanager
    def settings(self, connection: Connection, *, own: bool) -> Iterator[None]:
        before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
        # Unique indexes are filled in no order: without room for them each row would read and write pages.
        connection.exec_driver_sql(f"PRAGMA cache_size = {-_CACHE_KIB}")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"PRAGMA cache_size = {before}")

    def create_schema(self, connection: Connection, name: str) -> None:
        raise LoadError(
            f"no schema {name}: on SQLite a schema is an attached database: give an engine whose connections ATTACH it"
        )

    def create(self, connection: Connection, tables: Sequence[Table]) -> None:
        first, self._later = without_indexes(tables)
        run(connection, first)

    def complete(self, connection: Connection) -> None:
        run(connection, self._later)

    def truncate(self, connection: Connection, tables: Sequence[Table], outside: Sequence[Table]) -> None:
        # Tables that refer to each other can be emptied in no order: let the end of the transaction judge.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        super().truncate(connection, tables, outside)
        if connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").first():
            forget = text("DELETE FROM sqlite_sequence WHERE name = :name")
            connection.execute(forget, [{"name": table.name} for table in tables])

    def open_table(self, connection: Connection, target: Target) -> None:
        table, columns = target.names(connection)
        marks = ", ".join("?" * len(target.columns))
        self._statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"

    def render(self, target: Target, columns: Mapping[str, Cells]) -> list[tuple[Any, ...]]:
        # With it comes NumPy, which opening a database does without.
        from pytest_misata.load.values import stored

        return list(zip(*(stored(cells) for cells in columns.values()), strict=True))

    def defer(self, connection: Connection) -> None:
        # Holds until the end of the transaction, for every foreign key.
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")

    def settle(self, connection: Connection, targets: Sequence[Target]) -> None:
        self.check_references(connection, targets)

    def check_references(self, connection: Connection, targets: Sequence[Target]) -> None:
        # Foreign keys hold only on connections that switched them on, which one in a transaction cannot do any more.
        for target in targets:
            table, _ = target.names(connection)
            lost: Any = execute_plain(connection, f"PRAGMA foreign_key_check({table})").first()
            if lost is not None:
                raise LoadError(f"{target.table.name}: row {lost[1]} points at a row of {lost[2]} that is not there")

    def write(self, connection: Connection, target: Target, rows: Any) -> int:
        self._connection = _driver(connection)
        self._written_before = self._connection.total_changes
        return connection.exec_driver_sql(self._statement, rows).rowcount

    def failed_row(self, error: BaseException) -> int | None:
        # Each row is a statement of its own, so the rows counted are those before the refused one.
        return None if self._connection is None else self._connection.total_changes - self._written_before


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.driver_connection
    return driver  # type: ignore[no-any-return]
