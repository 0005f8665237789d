"""What the database holds already: tables, columns, rows, and who refers to whom."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Inspector, Table, exists, func, inspect, select
from sqlalchemy import table as lightweight
from sqlalchemy import types as sql
from sqlalchemy.exc import SAWarning

from pytest_misata.errors import LoadError, TableNotEmptyError
from pytest_misata.load.dialects import Target
from pytest_misata.load.statements import column_of
from pytest_misata.schema.sql.sqltext import reflected_name
from pytest_misata.schema.types import ColumnType

P = ParamSpec("P")
T = TypeVar("T")

_KINDS: tuple[tuple[type[Any], str], ...] = (
    (sql.Boolean, "boolean"),
    (sql.Integer, "integer"),
    (sql.Float, "float"),
    (sql.Numeric, "numeric"),
    (sql.DateTime, "datetime"),
    (sql.Date, "date"),
    (sql.Time, "time"),
    (sql.Interval, "interval"),
    (sql.Uuid, "uuid"),
    (sql.JSON, "json"),
    (sql.LargeBinary, "binary"),
    (sql._Binary, "binary"),
    (sql.String, "text"),
)


def _quietly(function: Callable[P, T]) -> Callable[P, T]:
    """The function without SQLAlchemy's warnings of types it does not know, which are none of our business here."""

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> T:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            return function(*args, **options)

    return call


def existing_tables(connection: Connection, tables: Iterable[Table]) -> set[str]:
    """The keys of those tables that the database has."""
    inspector = inspect(connection)
    return {table.key for table in tables if inspector.has_table(table.name, schema=table.schema)}


def missing_schemas(connection: Connection, tables: Iterable[Table]) -> list[str]:
    """Names of the schemas that tables want and the database does not have."""
    wanted = {table.schema for table in tables if table.schema}
    return sorted(wanted - set(inspect(connection).get_schema_names())) if wanted else []


@_quietly
def check_columns(connection: Connection, targets: Iterable[Target]) -> None:
    """Raise LoadError unless each table has every column that is to be written, and can do without the others."""
    inspector = inspect(connection)
    for target in targets:
        columns = inspector.get_columns(target.table.name, schema=target.table.schema)
        found = {reflected_name(column["name"], connection.dialect.name): column for column in columns}
        # MariaDB and SQLite take a column's name in any case.
        names = {name.lower() for name in found}
        for name in target.columns:
            if name.lower() not in names:
                raise LoadError(
                    f"{target.table.key}.{name}: the table in the database has no such column, but "
                    f"{', '.join(found)}; migrate it, or drop it and let create=True make it"
                )
        _check_required(inspector, target, found)


def _check_required(inspector: Inspector, target: Target, found: Mapping[str, Any]) -> None:
    given = {name.lower() for name in target.columns}
    primary = inspector.get_pk_constraint(target.table.name, schema=target.table.schema)["constrained_columns"]
    for name, column in found.items():
        filled = column.get("default") is not None or column.get("computed") or column.get("identity")
        if not (name.lower() in given or name in primary or column["nullable"] or filled):
            raise LoadError(
                f"{target.table.key}.{name}: the column is NOT NULL in the database and has no default, and the data "
                "lacks it"
            )


def check_empty(connection: Connection, tables: Iterable[Table]) -> None:
    """Raise TableNotEmptyError when one of these tables holds a row."""
    held = {table.key: rows_of(connection, table) for table in tables if has_rows(connection, table)}
    if held:
        found = ", ".join(f"{name} ({count:,} rows)" for name, count in held.items())
        raise TableNotEmptyError(
            f"already filled: {found}; nothing was written. truncate=True empties the tables first, append=True "
            "adds to them"
        )


def has_rows(connection: Connection, table: Any) -> bool:
    """Whether the table holds a row."""
    return bool(connection.execute(select(exists(select(1).select_from(table)))).scalar())


def rows_of(connection: Connection, table: Table) -> int:
    """How many rows the table holds."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def check_apart(connection: Connection, table: Table, column: str, *, lowest: int, highest: int) -> None:
    """Raise LoadError when the table holds one of the numbers from `lowest` to `highest` in a column of its key."""
    number = column_of(table, column)
    taken = connection.execute(select(func.min(number)).where(number.between(lowest, highest))).scalar()
    if taken is not None:
        raise LoadError(
            f"{table.key}.{column}: the rows to append are numbered {lowest:,} to {highest:,} and {taken:,} is taken; "
            "nothing was written. Append to tables whose numbers are free, or use truncate=True"
        )


@_quietly
def outside_references(connection: Connection, tables: Sequence[Table], *, parts: Collection[Any]) -> list[Any]:
    """Tables of others that refer to one of these and are no `parts` of them, all without rows.

    Raises:
        LoadError: one of them holds rows, which would be left pointing at nothing.
    """
    ours = {(table.schema, table.name): table for table in tables}
    outside: dict[Any, Any] = {}
    for referring, parent in _references(inspect(connection), {table.schema for table in tables}):
        if parent in ours and referring not in ours and referring not in parts:
            other = outside.setdefault(referring, lightweight(referring[1], schema=referring[0]))
            _check_harmless(connection, other, ours[parent])
    return list(outside.values())


def _references(inspector: Inspector, schemas: Iterable[str | None]) -> Iterator[tuple[Any, Any]]:
    for schema in sorted(schemas, key=str):
        for referring, keys in inspector.get_multi_foreign_keys(schema=schema).items():
            for key in keys:
                yield referring, (key["referred_schema"], key["referred_table"])


def _check_harmless(connection: Connection, other: Any, parent: Table) -> None:
    if has_rows(connection, other):
        raise LoadError(
            f"cannot empty {parent.key}: {other.name} refers to it, holds rows and is not to be seeded; "
            f"nothing was written. Empty {other.name} first, or seed it too"
        )


@_quietly
def column_types(connection: Connection, name: str) -> dict[str, ColumnType]:
    """The types of a table's columns; empty when the database has no such table."""
    inspector = inspect(connection)
    if not inspector.has_table(name):
        return {}
    return {column["name"]: type_of(column["type"]) for column in inspector.get_columns(name)}


def primary_key(connection: Connection, name: str) -> tuple[str, ...]:
    """The columns of an existing table's primary key."""
    return tuple(inspect(connection).get_pk_constraint(name)["constrained_columns"])


@_quietly
def parents_first(connection: Connection, names: Sequence[str]) -> list[str]:
    """These tables in an order that foreign keys in the database allow."""
    found = inspect(connection).get_multi_foreign_keys()
    parents = {name: {key["referred_table"] for key in found.get((None, name), ())} - {name} for name in names}
    order: list[str] = []
    while rest := [name for name in names if name not in order]:
        # Tables that refer to each other in a circle come as they were given.
        order.append(next((name for name in rest if parents[name].isdisjoint(rest)), rest[0]))
    return order


def type_of(type_: Any) -> ColumnType:
    """What a column of SQLAlchemy's type keeps."""
    kind: Any = next((kind for class_, kind in _KINDS if isinstance(type_, class_)), "text")
    if kind == "numeric":
        # A NUMERIC of no stated scale takes what the values have.
        return ColumnType(kind, precision=type_.precision or 38, scale=-1 if type_.scale is None else type_.scale)
    length, timezone = getattr(type_, "length", None), bool(getattr(type_, "timezone", False))
    return ColumnType(kind, length=length, timezone=timezone, bits=64)
