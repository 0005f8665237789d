"""PostgreSQL: COPY, keys made after the rows, one TRUNCATE, and sequences that stand past the rows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table, text
from sqlalchemy.ext.compiler import compiles

from pytest_misata.engine.cells import Cells
from pytest_misata.load.comments import sign
from pytest_misata.load.dialects.default import (
    Dialect,
    Target,
    execute_plain,
    insert,
    quoted,
    quoted_table,
    register,
)
from pytest_misata.load.objects import array_literal
from pytest_misata.load.statements import Statements, run, without_keys
from pytest_misata.load.text import Block, Layout, Writer, as_objects, beside, natural, signed, text_block, visible
from pytest_misata.schema.types import HEXADECIMAL_UUID

Numbered = dict[str, list[tuple[str, str]]]
"""Sequences, quoted, with the tables, quoted, and columns that they number."""

_COPY_LINE = re.compile(r"^COPY .*, line (\d+)", re.MULTILINE)

_PARTS = """
    SELECT nspname, relname, nspname = current_schema() FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relispartition AND pg_partition_root(pg_class.oid) = ANY (ARRAY[{names}]::regclass[])
"""
_NUMBERED = """
    WITH uses AS (
        SELECT refobjid AS place, refobjsubid AS number, objid AS sequence FROM pg_depend
        WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
        UNION
        SELECT adrelid, adnum, refobjid FROM pg_attrdef JOIN pg_depend
        ON (classid, objid) = ('pg_attrdef'::regclass, pg_attrdef.oid) AND refclassid = 'pg_class'::regclass
    )
    SELECT DISTINCT format('%I.%I', space.nspname, sequence.relname) AS sequence,
           format('%I.%I', other_space.nspname, other.relname) AS place, attname AS column
    FROM uses JOIN pg_class sequence ON sequence.oid = uses.sequence AND sequence.relkind = 'S'
    JOIN pg_namespace space ON space.oid = sequence.relnamespace
    JOIN uses users ON users.sequence = uses.sequence
    JOIN pg_class other ON other.oid = users.place JOIN pg_namespace other_space ON other_space.oid = other.relnamespace
    JOIN pg_attribute ON (attrelid, attnum) = (users.place, users.number)
    WHERE uses.place IN (SELECT to_regclass(name) FROM unnest(CAST(:tables AS text[])) AS name)
    AND atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
    ORDER BY 1, 2, 3
"""
"""The sequences behind the columns of tables, and every column of any table that each of them numbers."""
_SEQUENCE = """
    SELECT pg_has_role(relowner, 'USAGE') AS owned, seqmin, seqincrement
    FROM pg_class JOIN pg_sequence ON seqrelid = pg_class.oid
    WHERE pg_class.oid = to_regclass(:sequence)
"""
_DEFERRED = """
    SELECT format('%I.%I', space.nspname, conname) FROM pg_constraint
    JOIN pg_namespace space ON space.oid = connamespace WHERE condeferred
"""
"""Constraints that are checked at the end of a transaction unless told otherwise."""


def _binary(cells: Cells, _layout: Layout) -> Block:
    values = as_objects([r"\\x" + (value or b"").hex() for value in cells.objects().tolist()])
    return text_block("binary", values, _UNESCAPED)


def _array(cells: Cells, layout: Layout) -> Block:
    words = cells.objects() if cells.vocabulary is None else cells.vocabulary
    literals = [word and array_literal(cells.type, word) for word in words.tolist()]
    block = text_block("array", as_objects(literals), layout)
    found: Block = block if cells.vocabulary is None else block[visible(cells)]
    return found


def _uuid(cells: Cells, layout: Layout) -> Block:
    if cells.type.length != HEXADECIMAL_UUID:
        return text_block("uuid", cells.objects(), layout)
    return text_block("uuid", as_objects([(value or "").replace("-", "") for value in cells.objects()]), layout)


def _interval(cells: Cells, _layout: Layout) -> Block:
    return beside(len(cells), signed(visible(cells), natural), b" microseconds")


_UNESCAPED = Layout(escapes=())
_LAYOUT = Layout(utc=b"+00", formats={"array": _array, "binary": _binary, "interval": _interval, "uuid": _uuid})


@register("postgresql")
class PostgreSQL(Dialect):
    """PostgreSQL, by COPY through psycopg 3 or psycopg2; through other drivers by SQLAlchemy's bulk insert."""

    drivers = (("psycopg", "psycopg"), ("psycopg2", "psycopg2"))
    async_drivers = (("asyncpg", "asyncpg"), ("psycopg_async", "psycopg"))
    extra = "postgresql"

    def __init__(self) -> None:
        self._writer: Writer | None = None
        self._later: Statements = []
        self._at_the_end: Sequence[str] = ()

    def create(self, connection: Connection, tables: Sequence[Table]) -> None:
        # Filling a bare table and then adding its keys takes a quarter of the time of filling it with keys in place.
        first, self._later = without_keys(tables)
        run(connection, [*first, *sign(tables)])

    def complete(self, connection: Connection) -> None:
        run(connection, self._later)

    def parts(self, connection: Connection, tables: Sequence[Table]) -> set[tuple[str | None, str]]:
        names = ", ".join("'" + quoted_table(connection, table).replace("'", "''") + "'" for table in tables)
        found: Sequence[Any] = execute_plain(connection, _PARTS.format(names=names)).all()
        # By reflection a table of the default schema has none.
        return {(schema, name) for schema, name, _ in found} | {(None, name) for _, name, usual in found if usual}

    def truncate(self, connection: Connection, tables: Sequence[Table], outside: Sequence[Table]) -> None:
        names = ", ".join(quoted_table(connection, table) for table in [*tables, *outside])
        # Tables outside are empty and only listed because PostgreSQL insists; their numbering is not ours to restart.
        numbering = "CONTINUE" if outside else "RESTART"
        execute_plain(connection, f"TRUNCATE {names} {numbering} IDENTITY")
        if outside:
            _number(connection, _numbered(connection, tables), restart=True)

    def open_table(self, connection: Connection, target: Target) -> None:
        self._writer = Writer(_LAYOUT) if connection.dialect.driver in _COPY else None
        table, columns = target.names(connection)
        self._statement = f"COPY {table} ({columns}) FROM STDIN"

    def render(self, target: Target, columns: Mapping[str, Cells]) -> Any:
        return super().render(target, columns) if self._writer is None else self._writer.rows(dict(columns))

    def write(self, connection: Connection, target: Target, rows: Any) -> int:
        if self._writer is None:
            return connection.execute(insert(target, _Overriding), rows).rowcount
        return _COPY[connection.dialect.driver](connection.connection, self._statement, rows)

    def defer(self, connection: Connection) -> None:
        self._at_the_end = connection.execute(text(_DEFERRED)).scalars().all()
        execute_plain(connection, "SET CONSTRAINTS ALL DEFERRED")

    def settle(self, connection: Connection, targets: Sequence[Target]) -> None:
        execute_plain(connection, "SET CONSTRAINTS ALL IMMEDIATE")
        if self._at_the_end:
            execute_plain(connection, f"SET CONSTRAINTS {', '.join(self._at_the_end)} DEFERRED")

    def align(self, connection: Connection, targets: Sequence[Target], *, restart: bool) -> None:
        numbered = _numbered(connection, [target.table for target in targets])
        for target in targets:
            for column, sequence in target.sequences:
                numbered.setdefault(sequence, []).append((quoted_table(connection, target.table), column))
        _number(connection, numbered, restart=restart)

    def failed_row(self, error: BaseException) -> int | None:
        context = getattr(getattr(error, "diag", None), "context", None) or ""
        found = _COPY_LINE.search(context)
        return int(found[1]) - 1 if found else None

    def explain(self, error: BaseException) -> str:
        diagnosis = getattr(error, "diag", None)
        detail = getattr(diagnosis, "message_detail", None)
        first = getattr(diagnosis, "message_primary", None) or super().explain(error)
        return f"{first} ({detail})" if detail else first


def _numbered(connection: Connection, tables: Sequence[Table]) -> Numbered:
    """The sequences behind these tables, with the columns that each numbers, here or elsewhere."""
    found: Numbered = {}
    names = [quoted_table(connection, table) for table in tables]
    for row in connection.execute(text(_NUMBERED), {"tables": names}):
        found.setdefault(row.sequence, []).append((row.place, row.column))
    return found


def _number(connection: Connection, numbered: Numbered, *, restart: bool) -> None:
    for sequence, users in numbered.items():
        found = connection.execute(text(_SEQUENCE), {"sequence": sequence}).first()
        # The models may know of a sequence that this database does not have.
        if found is None:
            continue
        following = _following(connection, sequence, dict.fromkeys(users), restart=restart)
        following = None if following is None else max(following, found.seqmin)
        _restart(connection, sequence, found, following)


def _restart(connection: Connection, sequence: str, found: Any, following: int | None) -> None:
    """Have a sequence give this number next; its first one for None."""
    # As if it had given the numbers of the rows that are there, where that can be: keepers read it faster then.
    given = following is not None and found.seqincrement == 1 and following > found.seqmin
    last = following - 1 if given and following is not None else following
    # ALTER SEQUENCE is undone by a rollback and setval is not, but only the owner may.
    if found.owned:
        execute_plain(connection, f"ALTER SEQUENCE {sequence} RESTART" + (f" WITH {last}" if last else ""))
        if given:
            execute_plain(connection, f"SELECT nextval('{sequence}')")
    else:
        execute_plain(connection, f"SELECT setval('{sequence}', {last or found.seqmin}, {given})")


def _following(connection: Connection, sequence: str, users: Iterable[tuple[str, str]], *, restart: bool) -> int | None:
    """The number the next row is to get; None for the first of the sequence."""
    columns = [(table, quoted(connection, column)) for table, column in users]
    found = [execute_plain(connection, f"SELECT max({column}) FROM {table}").scalar() for table, column in columns]
    highest = max((int(number) for number in found if number is not None), default=None)
    if restart:
        return None if highest is None else highest + 1
    state = execute_plain(connection, f"SELECT last_value, is_called FROM {sequence}").one()
    return max((highest or 0) + 1, int(state.last_value) + int(state.is_called))


class _Overriding(Insert):
    """An INSERT that may state columns which are GENERATED ALWAYS AS IDENTITY, as COPY does of itself."""

    inherit_cache = True


@compiles(_Overriding)
def _compile_overriding(element: Insert, compiler: Any, **options: Any) -> str:
    statement: str = compiler.visit_insert(element, **options)
    return statement.replace(") VALUES (", ") OVERRIDING SYSTEM VALUE VALUES (", 1)


def _copy_psycopg(connection: Any, statement: str, rows: bytes) -> int:
    with connection.driver_connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            copy.write(rows)
        return int(cursor.rowcount)


def _copy_psycopg2(connection: Any, statement: str, rows: bytes) -> int:
    with connection.driver_connection.cursor() as cursor:
        cursor.copy_expert(statement, io.BytesIO(rows))
        return int(cursor.rowcount)


_COPY: dict[str, Callable[[Any, str, bytes], int]] = {"psycopg": _copy_psycopg, "psycopg2": _copy_psycopg2}
