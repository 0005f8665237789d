"""PostgreSQL: COPY, keys made after the rows, one TRUNCATE, and sequences that stand past the rows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

from pytest_misata.engine.cells import Cells
from pytest_misata.load.comments import sign
from pytest_misata.load.ddl import Statements, run, without_keys
from pytest_misata.load.dialects.default import Dialect, Target, execute_plain, quoted, quoted_table, register
from pytest_misata.load.text import Block, Layout, Writer, as_objects, beside, natural, signed, text_block, visible

_COPY_LINE = re.compile(r"^COPY .*, line (\d+)", re.MULTILINE)

_OWNED = """
    SELECT column_.attname, format('%I.%I', space.nspname, sequence.relname),
           pg_has_role(sequence.relowner, 'USAGE')
    FROM pg_attribute column_
    JOIN pg_depend link ON (link.classid, link.refobjid, link.refobjsubid) =
                           ('pg_class'::regclass, column_.attrelid, column_.attnum) AND link.deptype IN ('a', 'i')
    JOIN pg_class sequence ON sequence.oid = link.objid AND sequence.relkind = 'S'
    JOIN pg_namespace space ON space.oid = sequence.relnamespace
    WHERE column_.attrelid = to_regclass(:table)
    UNION
    SELECT column_.attname, format('%I.%I', space.nspname, sequence.relname),
           pg_has_role(sequence.relowner, 'USAGE')
    FROM pg_attribute column_
    JOIN pg_attrdef filler ON (filler.adrelid, filler.adnum) = (column_.attrelid, column_.attnum)
    JOIN pg_depend link ON (link.classid, link.objid) = ('pg_attrdef'::regclass, filler.oid)
                       AND link.refclassid = 'pg_class'::regclass
    JOIN pg_class sequence ON sequence.oid = link.refobjid AND sequence.relkind = 'S'
    JOIN pg_namespace space ON space.oid = sequence.relnamespace
    WHERE column_.attrelid = to_regclass(:table)
    ORDER BY 1
"""


def _binary(cells: Cells, _layout: Layout) -> Block:
    values = as_objects([r"\\x" + (value or b"").hex() for value in cells.objects().tolist()])
    return text_block("binary", values, _UNESCAPED)


def _interval(cells: Cells, _layout: Layout) -> Block:
    return beside(len(cells), signed(visible(cells), natural), b" microseconds")


_UNESCAPED = Layout(escapes=())
_LAYOUT = Layout(utc=b"+00", formats={"binary": _binary, "interval": _interval})


@register("postgresql")
class PostgreSQL(Dialect):
    """PostgreSQL, by COPY through psycopg 3 or psycopg2; through other drivers by SQLAlchemy's bulk insert."""

    drivers = (("psycopg", "psycopg"), ("psycopg2", "psycopg2"))
    extra = "postgresql"

    def __init__(self) -> None:
        self._writer: Writer | None = None
        self._later: Statements = []

    def create(self, connection: Connection, tables: Sequence[Table]) -> None:
        # Filling a bare table and then adding its keys takes a quarter of the time of filling it with keys in place.
        first, self._later = without_keys(tables)
        run(connection, [*first, *sign(tables)])

    def complete(self, connection: Connection) -> None:
        run(connection, self._later)

    def truncate(self, connection: Connection, tables: Sequence[Table], outside: Sequence[Table]) -> None:
        names = ", ".join(quoted_table(connection, table) for table in [*tables, *outside])
        # Tables outside are empty and only listed because PostgreSQL insists; their numbering is not ours to restart.
        numbering = "CONTINUE" if outside else "RESTART"
        execute_plain(connection, f"TRUNCATE {names} {numbering} IDENTITY")
        if outside:
            for table in tables:
                self._number(connection, table, restart=True)

    def open_table(self, connection: Connection, target: Target) -> None:
        self._writer = Writer(_LAYOUT) if connection.dialect.driver in _COPY else None
        table, columns = target.names(connection)
        self._statement = f"COPY {table} ({columns}) FROM STDIN"

    def render(self, target: Target, columns: Mapping[str, Cells]) -> Any:
        return super().render(target, columns) if self._writer is None else self._writer.rows(dict(columns))

    def write(self, connection: Connection, target: Target, rows: Any) -> None:
        if self._writer is None:
            super().write(connection, target, rows)
        else:
            _COPY[connection.dialect.driver](connection.connection, self._statement, rows)

    def align(self, connection: Connection, targets: Sequence[Target], *, restart: bool) -> None:
        for target in targets:
            self._number(connection, target.table, restart=restart)

    def _number(self, connection: Connection, table: Table, *, restart: bool) -> None:
        name = quoted_table(connection, table)
        for column, sequence, owner in connection.execute(text(_OWNED), {"table": name}).all():
            following = _following(connection, name, column, sequence, restart=restart)
            # ALTER SEQUENCE is undone by a rollback and setval is not, but only the owner may.
            restarting = f"ALTER SEQUENCE {sequence} RESTART" + (f" WITH {following}" if following else "")
            setting = f"SELECT setval('{sequence}', {following or 1}, false)"
            execute_plain(connection, restarting if owner else setting)

    def failed_row(self, error: BaseException) -> int | None:
        context = getattr(getattr(error, "diag", None), "context", None) or ""
        found = _COPY_LINE.search(context)
        return int(found[1]) - 1 if found else None

    def explain(self, error: BaseException) -> str:
        diagnosis = getattr(error, "diag", None)
        detail = getattr(diagnosis, "message_detail", None)
        first = getattr(diagnosis, "message_primary", None) or super().explain(error)
        return f"{first} ({detail})" if detail else first


def _following(connection: Connection, table: str, column: str, sequence: str, *, restart: bool) -> int | None:
    """The number the next row is to get; None for the first of the sequence."""
    highest = execute_plain(connection, f"SELECT max({quoted(connection, column)}) FROM {table}").scalar()
    if restart:
        return None if highest is None else int(highest) + 1
    state = execute_plain(connection, f"SELECT last_value, is_called FROM {sequence}").one()
    return max(int(highest or 0) + 1, int(state.last_value) + int(state.is_called))


def _copy_psycopg(connection: Any, statement: str, rows: bytes) -> None:
    with connection.driver_connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(rows)


def _copy_psycopg2(connection: Any, statement: str, rows: bytes) -> None:
    with connection.driver_connection.cursor() as cursor:
        cursor.copy_expert(statement, io.BytesIO(rows))


_COPY: dict[str, Callable[[Any, str, bytes], None]] = {"psycopg": _copy_psycopg, "psycopg2": _copy_psycopg2}
