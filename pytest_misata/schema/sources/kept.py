"""Tables of a live database that hold rows already, and keep them: others refer to what is there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, select

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig

MOST_ROWS = 100_000
"""A table with more rows is no list of things that others choose from; to read it takes longer than to make it."""


def keep_filled_tables(schema: SchemaConfig, connection: Connection) -> None:
    """Have the tables that hold rows keep them. Of these, only the columns that others refer to are read.

    Raises:
        SchemaError: such a table holds more than 100,000 rows.
    """
    for table in schema.tables.values():
        names = _referred(schema, table)
        rows = _rows(connection, schema.source.tables[table.key], names) if names else []
        if len(rows) > MOST_ROWS:
            raise SchemaError(f"{table.key} holds more than {MOST_ROWS:,} rows, too many to be kept and referred to")
        if rows:
            _keep(table, names, rows)


def _referred(schema: SchemaConfig, table: TableConfig) -> list[str]:
    keys = [key for other in schema.tables.values() for key in other.foreign_keys if key.parent == table.key]
    wanted = {*table.primary_key, *(column for key in keys for column in key.parent_columns)}
    return [name for name in table.columns if name in wanted] or list(table.columns)[:1]


def _rows(connection: Connection, table: Table, names: list[str]) -> list[tuple[Any, ...]]:
    columns = [table.columns[name] for name in names]
    # One more than is allowed tells that there are too many.
    return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns).limit(MOST_ROWS + 1))]


def _keep(table: TableConfig, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    table.kept = table.fixed = True
    table.rows = len(rows)
    table.columns = {name: table.columns[name] for name in names}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        table.columns[name].generator = Generator("listed", {"values": list(values)})
    table.primary_key = tuple(name for name in table.primary_key if name in names)
    table.foreign_keys, table.uniques, table.checks, table.indexes = [], [], [], []
    table.unique_indexes, table.excludes, table.variants = [], [], []
    table.discriminator = None
