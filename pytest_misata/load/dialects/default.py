"""The verbs every database has, in the form that works on anything SQLAlchemy speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from sqlalchemy import URL, Connection, CursorResult, Engine, Insert, Table, bindparam, delete
from sqlalchemy.schema import CreateSchema
from sqlalchemy.types import UserDefinedType

from pytest_misata.load.objects import to_object
from pytest_misata.load.statements import column_of
from pytest_misata.schema.types import ColumnType

if TYPE_CHECKING:
    from pytest_misata.engine.cells import Cells

registered: dict[str, type[Dialect]] = {}

D = TypeVar("D", bound="type[Dialect]")


def register(*names: str) -> Callable[[D], D]:
    """Make a class the dialect of the databases SQLAlchemy calls by these names."""

    def decorate(class_: D) -> D:
        registered.update(dict.fromkeys(names, class_))
        return class_

    return decorate


@dataclass(frozen=True, slots=True)
class Target:
    """A table to be filled, and the columns that are given."""

    table: Table
    columns: tuple[str, ...]
    types: tuple[ColumnType, ...]
    """What each column is given: its type, or under a bound type that of what it is stored in."""
    bound: frozenset[str] = frozenset()
    """Columns whose values have been through the bind processing of their type."""
    sequences: tuple[tuple[str, str], ...] = ()
    """Columns that the application numbers by a sequence, and the sequence's name as SQL has it."""

    def names(self, connection: Connection) -> tuple[str, str]:
        """The table's name and the list of its columns, both quoted as the database wants it."""
        return quoted_table(connection, self.table), ", ".join(quoted(connection, column) for column in self.columns)


def quoted(connection: Connection, name: str) -> str:
    """A name as the database wants it in a statement that goes to the driver by `execute_plain`."""
    # SQLAlchemy doubles percent signs for drivers that put parameters in their place.
    return connection.dialect.identifier_preparer.quote(name).replace("%%", "%")


def quoted_table(connection: Connection, table: Any) -> str:
    """The same for a table, with its schema."""
    return connection.dialect.identifier_preparer.format_table(table).replace("%%", "%")


def execute_plain(connection: Connection, statement: str) -> CursorResult[Any]:
    """Execute a statement without parameters, as it is written."""
    return connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


class Dialect:
    """One seeding of one database. A subclass overrides what its database does differently.

    The verbs are called in this order: `start`, `workspace` around `create`, `truncate`, `defer` where tables refer to
    each other in a circle, then for each table `open_table` and for each batch `render` and `write`, at last `settle`,
    `complete`, `align`, and after the commit `committed`.
    After an error the transaction is rolled back and `undo` is called.
    """

    drivers: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Drivers to choose from for a URL that names none: SQLAlchemy's name, and the module that must be installed."""
    async_drivers: ClassVar[tuple[tuple[str, str], ...]] = ()
    """The same for asyncio."""
    extra: ClassVar[str] = ""
    """The extra of this package that installs a driver."""
    waits: ClassVar[bool] = True
    """Whether `write` leaves this process idle, as a server does, so that the next batch is made meanwhile."""

    def connect_arguments(self, url: URL) -> dict[str, Any]:
        """What to open an engine of our own with."""
        return {}

    def leave_autocommit(self, connection: Connection) -> None:
        """Give a connection of ours a real transaction, where its engine was set to commit each statement."""
        driver = connection.connection.dbapi_connection
        with suppress(NotImplementedError, AttributeError):
            if driver is not None and connection.dialect.detect_autocommit_setting(driver):
                connection.execution_options(isolation_level=connection.default_isolation_level)

    def start(self, connection: Connection) -> None:
        """Make sure that a transaction is open in the database itself."""

    def settings(self, connection: Connection, *, own: bool) -> Any:
        """A context in which the connection is set for bulk work; `own` when nobody else uses the connection."""
        return _unchanged()

    @contextmanager
    def workspace(self, connection: Connection) -> Iterator[Connection]:
        """The connection to make tables on. Entered only when there are tables to make."""
        yield connection

    def create_schema(self, connection: Connection, name: str) -> None:
        """Make a schema that tables are to stand in."""
        connection.execute(CreateSchema(name))

    def create(self, connection: Connection, tables: Sequence[Table]) -> None:
        """Make these tables (parents first, and of our own design), with all that must stand before the rows come."""
        tables[0].metadata.create_all(connection, tables=list(tables))

    def complete(self, connection: Connection) -> None:
        """Make what `create` left for after the rows."""

    def parts(self, _connection: Connection, _tables: Sequence[Table]) -> set[tuple[str | None, str]]:
        """Schema and name of what holds the rows of these tables for them: the partitions of one."""
        return set()

    def truncate(self, connection: Connection, tables: Sequence[Table], outside: Sequence[Table]) -> None:
        """Empty `tables`, children first, and start their numbering anew.

        Tables in `outside` are not ours, refer to ours and hold no rows.
        """
        for table in tables:
            connection.execute(delete(table))

    def open_table(self, connection: Connection, target: Target) -> None:
        """What is to be done before the first batch of a table."""

    def render(self, target: Target, columns: Mapping[str, Cells]) -> Any:
        """The rows of a batch in the form `write` takes. Needs no connection, so that it may run beside `write`."""
        lists = [
            cells.to_list() if name in target.bound else _objects(column_of(target.table, name), cells)
            for name, cells in columns.items()
        ]
        names = [f"c{position}" for position in range(len(lists))]
        return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]

    def write(self, connection: Connection, target: Target, rows: Any) -> int | None:
        """Insert what `render` made. Returns how many rows the database says that it took: -1 or None for no word."""
        return connection.execute(insert(target), rows).rowcount

    def defer(self, connection: Connection) -> None:
        """Let the database check foreign keys after all rows are there: tables refer to each other in a circle."""

    def settle(self, connection: Connection, targets: Sequence[Target]) -> None:
        """Have the foreign keys checked that `defer` put off."""

    def check_references(self, connection: Connection, targets: Sequence[Target]) -> None:
        """Raise LoadError where ready-made rows point nowhere; for databases that do not refuse such rows."""

    def align(self, connection: Connection, targets: Sequence[Target], *, restart: bool) -> None:
        """Make the database number the next row past those that are there; `restart` when nothing else was there."""

    def committed(self, engine: Engine, tables: Sequence[Table]) -> None:
        """What can only be done after the commit, to tables that were emptied."""

    def left_undone(self, tables: Sequence[Table]) -> list[str]:
        """Warnings about what `committed` would have done, when the transaction is the caller's."""
        return []

    def undo(self, engine: Engine, created: Sequence[Table]) -> None:
        """Remove what a rollback leaves behind."""

    def failed_row(self, error: BaseException) -> int | None:
        """The position within the batch, from 0, of the row the database refused; None when that is not known."""
        return None

    def explain(self, error: BaseException) -> str:
        """The driver's own message, in one line."""
        lines = str(error).strip().splitlines()
        return lines[0] if lines else type(error).__name__


@contextmanager
def _unchanged() -> Iterator[None]:
    yield


class _AsItIs(UserDefinedType[Any]):
    """The type of a parameter that needs nothing more."""

    cache_ok = True


def insert(target: Target, class_: type[Insert] = Insert) -> Insert:
    """An INSERT of the target's columns, with parameters c0, c1 ...; values that are bound already go as they are."""
    columns = [column_of(target.table, name) for name in target.columns]
    values: dict[Any, Any] = {
        column: bindparam(f"c{position}", type_=_AsItIs() if column.name in target.bound else column.type)
        for position, column in enumerate(columns)
    }
    return class_(target.table).values(values)


def _objects(column: Any, cells: Cells) -> list[Any]:
    """The column's values as its SQLAlchemy type takes them."""
    convert = to_object(cells.type)
    if convert is None or (cells.type.kind == "uuid" and not getattr(column.type, "as_uuid", False)):
        return cells.to_list()
    return [value if value is None else convert(value) for value in cells.to_list()]
