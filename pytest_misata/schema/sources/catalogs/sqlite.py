"""SQLite: keys and checks as its pragmas and the text of its statements tell them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Index, Table, UniqueConstraint, text
from sqlalchemy.types import BIGINT, BLOB, FLOAT, NUMERIC, TEXT, NullType, TypeEngine

from pytest_misata.schema.sources.catalogs.default import Catalog, DeclaredType, replace_checks, verbatim
from pytest_misata.schema.sources.sqltypes import NAMED
from pytest_misata.schema.sql.checks import read_check
from pytest_misata.schema.sql.predicates import Call, Col, Compare, Const, IsNull, Or, Predicate, conjuncts, passes
from pytest_misata.schema.sql.sqltext import checks_of, computed_of, deferrable_of, index_parts, plain_name


class SQLiteCatalog(Catalog):
    """Reads `sqlite_master` and the pragmas."""

    def left_alone(self, connection: Connection, schema: str | None) -> set[str]:
        """Virtual tables and those they keep their content in."""
        query = text("SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow') AND schema = :schema")
        return set(connection.execute(query, {"schema": schema or "main"}).scalars())

    def complete(self, connection: Connection, tables: Mapping[tuple[str | None, str], Table]) -> list[str]:
        for (schema, name), table in tables.items():
            reader = _Reader(connection, schema or "main", name)
            replace_checks(table, reader.checks())
            _replace_uniques(table, reader)
            _replace_computed(table, reader)
            _declare_types(table, reader)
            _let_wait(table, reader)
        return []


class _Reader:
    """What SQLite knows of one table."""

    def __init__(self, connection: Connection, schema: str, table: str) -> None:
        self._connection, self._schema, self._table = connection, schema, table
        quote = connection.dialect.identifier_preparer.quote
        query = f"SELECT name, sql FROM {quote(schema)}.sqlite_master WHERE tbl_name = :table"
        rows = connection.execute(text(query), {"table": table})
        self._statements: dict[str, str | None] = {row.name: row.sql for row in rows}

    def checks(self) -> list[tuple[str | None, str]]:
        return list(checks_of(self._statements.get(self._table) or ""))

    def computed(self) -> dict[str, str]:
        return computed_of(self._statements.get(self._table) or "")

    def deferrable(self) -> set[str]:
        return deferrable_of(self._statements.get(self._table) or "")

    def uniques(self) -> Iterator[Any]:
        """Name, origin (c: an index, u: a constraint) and whether it is partial, of each unique key."""
        query = (
            "SELECT name, origin, partial FROM pragma_index_list(:table, :schema) WHERE \"unique\" AND origin <> 'pk'"
        )
        return iter(self._rows(query, table=self._table))

    def columns(self, index: str) -> list[str | None]:
        """The columns of an index, None for an expression."""
        rows = self._rows("SELECT name FROM pragma_index_info(:index, :schema) ORDER BY seqno", index=index)
        return [row.name for row in rows]

    def statement(self, index: str) -> str:
        return self._statements[index] or ""

    def declared(self) -> dict[str, str]:
        """What each column's type is called in the CREATE TABLE."""
        rows = self._rows("SELECT name, type FROM pragma_table_xinfo(:table, :schema)", table=self._table)
        return {row.name: row.type for row in rows}

    def _rows(self, query: str, **values: str) -> Any:
        return self._connection.execute(text(query), {**values, "schema": self._schema}).all()


def _told_types(table: Table, reader: _Reader) -> Iterator[tuple[str, TypeEngine[Any]]]:
    """The types of columns of which a CHECK says by `typeof` what is kept in them."""
    names = tuple(column.name for column in table.columns)
    for _, sql in reader.checks():
        if "typeof" in sql.lower():
            for part in conjuncts(passes(read_check(sql, names, "sqlite"))):
                yield from ((name, _KEPT[kept]) for name, kept in _kept_as(part) if kept in _KEPT)


def _kept_as(part: Predicate) -> Iterator[tuple[str, str]]:
    parts = part.parts if isinstance(part, Or) else (part,)
    match [one for one in parts if not isinstance(one, IsNull)]:
        case [Compare("=", Call("storage", Col(name)), Const(str(kept)))]:
            yield name, kept


_KEPT: dict[str, TypeEngine[Any]] = {"integer": BIGINT(), "real": FLOAT(), "text": TEXT(), "blob": BLOB()}


def _replace_uniques(table: Table, reader: _Reader) -> None:
    for constraint in [item for item in table.constraints if isinstance(item, UniqueConstraint)]:
        table.constraints.discard(constraint)
    for index in [item for item in table.indexes if item.unique]:
        table.indexes.discard(index)
    for name, origin, partial in reader.uniques():
        columns = reader.columns(name)
        if origin == "u":
            table.append_constraint(UniqueConstraint(*(table.c[column] for column in columns if column)))
        else:
            _append_index(table, name, columns, reader.statement(name) if partial or None in columns else "")


def _replace_computed(table: Table, reader: _Reader) -> None:
    """SQLAlchemy reads an expression to the last bracket of its line, and none that stands behind AS alone."""
    expressions = reader.computed()
    for column in table.columns:
        if column.computed is not None and column.name in expressions:
            column.computed.sqltext = verbatim(expressions[column.name])


def _let_wait(table: Table, reader: _Reader) -> None:
    """SQLAlchemy reads DEFERRABLE of a FOREIGN KEY, and not of a column's own REFERENCES."""
    waiting = reader.deferrable()
    for key in table.foreign_key_constraints:
        if len(key.columns) == 1 and key.deferrable is None and key.column_keys[0] in waiting:
            key.deferrable = True


def _append_index(table: Table, name: str, columns: list[str | None], statement: str) -> None:
    written, where = index_parts(statement) if statement else ([], None)
    parts = [
        verbatim(written[position]) if column is None else table.c[column] for position, column in enumerate(columns)
    ]
    options: dict[str, Any] = {"sqlite_where": verbatim(where)} if where else {}
    Index(name, *parts, unique=True, _table=table, **options)


def _declare_types(table: Table, reader: _Reader) -> None:
    """Keep the names of types that SQLAlchemy takes for others by a part of them: to SQLite any word is a type."""
    declared = reader.declared()
    told = {} if all(declared.values()) else dict(_told_types(table, reader))
    for column in table.columns:
        text = declared.get(column.name, "").strip()
        name = text.partition("(")[0].strip().upper()
        number = isinstance(column.type, NUMERIC) and name not in _NUMERIC
        if not text:
            column.type = told.get(column.name, TEXT())
        elif number or isinstance(column.type, NullType) or name.lower() in NAMED:
            column.type = DeclaredType(plain_name(text))


_NUMERIC = {"NUMERIC", "DECIMAL", "NUMBER"}
