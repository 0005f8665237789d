"""MariaDB and MySQL: LOAD DATA LOCAL where it is allowed, else multi-row INSERT; DDL on a connection of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table
from sqlalchemy.exc import SQLAlchemyError

from pytest_misata.engine.cells import Cells
from pytest_misata.errors import LoadError
from pytest_misata.load.comments import sign
from pytest_misata.load.dialects.default import Dialect, Target, execute_plain, quoted, quoted_table, register
from pytest_misata.load.text import Block, Layout, Writer, as_objects, beside, text_block

_LOCAL_FILES = 128
"""The capability bit by which a client says that it will send files."""
_PATIENCE = 10
"""Seconds DDL waits for a transaction that uses the same tables; the server's own default is a day or a year."""
_LARGEST_STATEMENT = 4 << 20


def _uuid(cells: Cells, layout: Layout) -> Block:
    values = [(value or "").replace("-", "") for value in cells.objects().tolist()]
    return text_block("uuid", as_objects(values), layout)


def _hex(prefix: str, suffix: str) -> Any:
    def block(cells: Cells, _layout: Layout) -> Block:
        values = as_objects([prefix + (value or b"").hex() + suffix for value in cells.objects().tolist()])
        return text_block("binary", values, Layout(escapes=()))

    return block


_ARRIVALS: dict[str | None, str] = {
    "binary": "UNHEX({})",
    "bit": "CAST(CONV({}, 2, 10) AS UNSIGNED)",
    "point": "ST_PointFromText(CONCAT('POINT', REPLACE({}, ',', ' ')))",
}
"""What becomes of the text of a value that the server would misread."""


def _native(cells: Cells, layout: Layout) -> Block:
    """Values of a type of MariaDB's own in an INSERT: bits as a literal of theirs, the others as text."""
    if cells.type.native == "bit":
        return text_block("bit", as_objects([f"b'{value or 0}'" for value in cells.objects()]), Layout(escapes=()))
    block = beside(len(cells), b"'", text_block("native", cells.objects(), Layout(escapes=layout.escapes)), b"'")
    before, after = (_ARRIVALS[cells.type.native].encode().split(b"{}")) if cells.type.native == "point" else (b"", b"")
    return beside(len(block), before, block, after)


_FILE = Layout(formats={"uuid": _uuid, "binary": _hex("", "")})


def _insert_layout(*, backslash: bool) -> Layout:
    escapes = ((b"\\", b"\\\\"),) * backslash + ((b"'", b"''"),)
    plain = Layout()
    return Layout(
        separator=b",",
        begin=b"(",
        end=b"),",
        null=b"NULL",
        quote=b"'",
        escapes=escapes,
        formats={"uuid": _uuid, "binary": _hex("x'", "'"), "native": _native},
        bare=plain.bare | {"binary", "native"},
    )


@register("mysql", "mariadb")
class MySQL(Dialect):
    """MariaDB and MySQL. Their DDL commits by itself, so tables we made are dropped again after an error."""

    drivers = (("pymysql", "pymysql"), ("mysqldb", "MySQLdb"), ("mariadbconnector", "mariadb"))
    async_drivers = (("aiomysql", "aiomysql"), ("asyncmy", "asyncmy"))
    extra = "mysql"

    def __init__(self) -> None:
        self._writer = Writer(_FILE)
        self._statement = ""
        self._by_file: bool | None = None
        self._largest = _LARGEST_STATEMENT
        self._refused: int | None = None

    def connect_arguments(self, url: URL) -> dict[str, Any]:
        return {"local_infile": True} if url.get_driver_name() == "pymysql" else {}

    @contextmanager
    def settings(self, connection: Connection, *, own: bool) -> Iterator[None]:
        mode, zone = connection.exec_driver_sql("SELECT @@SESSION.sql_mode, @@SESSION.time_zone").one()
        # Otherwise a row numbered 0 gets another number, and a TIMESTAMP in an hour that summer time skips is refused.
        _set_session(connection, sql_mode=f"{mode},NO_AUTO_VALUE_ON_ZERO", time_zone="+00:00")
        try:
            yield
        finally:
            # After a lost connection there is nothing to set back, and the error that tells so is under way.
            with suppress(SQLAlchemyError):
                _set_session(connection, sql_mode=mode, time_zone=zone)

    @contextmanager
    def workspace(self, connection: Connection) -> Iterator[Connection]:
        # On the connection itself DDL would commit whatever the caller's transaction holds.
        with _patient(connection.engine) as other:
            yield other
            other.commit()

    def create(self, connection: Connection, tables: Sequence[Table]) -> None:
        # CREATE TABLE says the comment itself.
        sign(tables)
        super().create(connection, tables)

    def truncate(self, connection: Connection, tables: Sequence[Table], outside: Sequence[Table]) -> None:
        # DELETE, since TRUNCATE commits. Checks are off for tables that refer to each other in a circle.
        before = connection.exec_driver_sql("SELECT @@SESSION.foreign_key_checks").scalar_one()
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
        try:
            super().truncate(connection, tables, outside)
        finally:
            with suppress(SQLAlchemyError):
                connection.exec_driver_sql(f"SET SESSION foreign_key_checks = {before}")

    def open_table(self, connection: Connection, target: Target) -> None:
        if self._by_file is None:
            self._choose_road(connection)
        table, columns = target.names(connection)
        if self._by_file:
            self._writer = Writer(_FILE)
            self._statement = f"INTO TABLE {table} CHARACTER SET utf8mb4 {_assignments(connection, target)}"
        else:
            self._writer = Writer(_insert_layout(backslash=self._backslash))
            self._statement = f"INSERT INTO {table} ({columns}) VALUES "

    def _choose_road(self, connection: Connection) -> None:
        query = "SELECT @@local_infile, @@max_allowed_packet, @@SESSION.sql_mode"
        local, packet, mode = connection.exec_driver_sql(query).one()
        flags = getattr(connection.connection.driver_connection, "client_flag", 0)
        self._by_file = bool(local) and bool(flags & _LOCAL_FILES)
        self._largest = min(_LARGEST_STATEMENT, int(packet) // 2)
        self._backslash = "NO_BACKSLASH_ESCAPES" not in mode.split(",")

    def render(self, target: Target, columns: Mapping[str, Cells]) -> Any:
        if self._by_file:
            return self._writer.rows(dict(columns))
        return list(self._statements(dict(columns)))

    def _statements(self, columns: dict[str, Cells]) -> Iterator[bytes]:
        rows = self._writer.rows(columns)
        size = len(next(iter(columns.values())))
        if len(rows) <= self._largest or size == 1:
            yield self._statement.encode() + rows[:-1]
            return
        for part in (slice(0, size // 2), slice(size // 2, size)):
            yield from self._statements({name: cells.take(part) for name, cells in columns.items()})

    def write(self, connection: Connection, target: Target, rows: Any) -> int:
        self._refused = None
        with _cursor(connection) as cursor:
            if self._by_file:
                return self._send_file(cursor, rows)
            return sum(_sent(cursor, statement) for statement in rows)

    def _send_file(self, cursor: Any, rows: bytes) -> int:
        with tempfile.NamedTemporaryFile(prefix="misata-") as file:
            file.write(rows)
            file.flush()
            name = file.name.replace("\\", "\\\\").replace("'", "\\'")
            taken = _sent(cursor, f"LOAD DATA LOCAL INFILE '{name}' {self._statement}")
        # The server cannot stop a file that is being sent, so it turns errors into warnings and leaves the rows out.
        cursor.execute("SHOW WARNINGS")
        for level, _, message in cursor.fetchall():
            if level != "Note":
                raise LoadError(message)
        return taken

    def align(self, connection: Connection, targets: Sequence[Target], *, restart: bool) -> None:
        # AUTO_INCREMENT follows the rows by itself. SETVAL never goes back, and commits nothing.
        for target in targets:
            for column, sequence in target.sequences:
                highest = f"SELECT coalesce(max({quoted(connection, column)}), 0) + 1 FROM"
                following = execute_plain(connection, f"{highest} {quoted_table(connection, target.table)}").scalar()
                execute_plain(connection, f"SELECT SETVAL({sequence}, {following}, 0)")

    def explain(self, error: BaseException) -> str:
        # Drivers give the server's error number, then its message.
        return str(error.args[1]) if len(error.args) > 1 else super().explain(error)

    def committed(self, engine: Engine, tables: Sequence[Table]) -> None:
        with _patient(engine) as connection:
            for table in tables:
                # No less than the rows that are there: the server sees to that.
                execute_plain(connection, f"ALTER TABLE {quoted_table(connection, table)} AUTO_INCREMENT = 1")
            connection.commit()

    def left_undone(self, tables: Sequence[Table]) -> list[str]:
        names = ", ".join(table.name for table in tables)
        return [f"AUTO_INCREMENT of {names} was not restarted: that would have committed your transaction"]

    def undo(self, engine: Engine, created: Sequence[Table]) -> None:
        with suppress(SQLAlchemyError), _patient(engine) as connection:
            created[0].metadata.drop_all(connection, tables=list(created))
            connection.commit()


def _assignments(connection: Connection, target: Target) -> str:
    """The column list of LOAD DATA: binary values travel as hexadecimal digits, bits as zeros and ones."""
    names, changes = [], []
    for position, (column, type_) in enumerate(zip(target.columns, target.types, strict=True)):
        change = _ARRIVALS.get(type_.native if type_.kind == "native" else type_.kind)
        names.append(f"@c{position}" if change else quoted(connection, column))
        changes += [f"{quoted(connection, column)} = {change.format(f'@c{position}')}"] if change else []
    return f"({', '.join(names)})" + (f" SET {', '.join(changes)}" if changes else "")


def _sent(cursor: Any, statement: str | bytes) -> int:
    cursor.execute(statement)
    return int(cursor.rowcount)


def _set_session(connection: Connection, **settings: str) -> None:
    stated = ", ".join(f"SESSION {name} = '{value}'" for name, value in settings.items())
    connection.exec_driver_sql(f"SET {stated}")


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    cursor = connection.connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


@contextmanager
def _patient(engine: Engine) -> Iterator[Connection]:
    """A connection that waits only so long for others."""
    with engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT @@SESSION.lock_wait_timeout").scalar_one()
        connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {_PATIENCE}")
        try:
            yield connection
        finally:
            connection.exec_driver_sql(f"SET SESSION lock_wait_timeout = {before}")
