"""A small shop: a schema with every kind of constraint and column, and ways to look at it in a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, func, inspect, select

from pytest_misata.api import generate_from_schema
from pytest_misata.engine.tables import Tables
from pytest_misata.load.ddl import metadata_of
from pytest_misata.schema import types
from pytest_misata.schema.config import Check, Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import ColumnType, string

NAMES = ("customers", "orders", "order_lines")


def shop() -> SchemaConfig:
    """Customers, their orders, the lines of those."""
    return SchemaConfig({table.name: table for table in (_customers(), _orders(), _lines())}, main="customers")


def tables(rows: int = 100, *, seed: int = 42) -> Tables:
    """The shop with so many customers."""
    return generate_from_schema(shop(), rows=rows, seed=seed)


def broken(table: str, sql: str, *, rows: int = 20) -> Tables:
    """The shop, with a CHECK that its rows do not meet."""
    schema = shop()
    schema.table(table).checks.append(Check(sql, "ck_impossible"))
    return generate_from_schema(schema, rows=rows)


def _columns(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


def _customers() -> TableConfig:
    status = Column("status", ColumnType("enum", values=("active", "asleep"), name="status"))
    return TableConfig(
        "customers",
        _columns(
            Column("id", types.INTEGER),
            Column("email", string(120)),
            Column("born", types.DATE),
            Column("active", types.BOOLEAN),
            Column("note", types.TEXT, nullable=True).make("choice", values=["a\tb", "c\\d", "e'f\n", "é 漢"]),
            status,
            Column("created_at", types.DATETIME),
        ),
        primary_key=("id",),
        uniques=[("email",)],
        indexes=[("status", "born")],
    )


def _orders() -> TableConfig:
    key = ForeignKey(("customer_id",), "customers", ("id",), owner=True, per_parent=Fraction(2), on_delete="CASCADE")
    return TableConfig(
        "orders",
        _columns(
            Column("id", types.BIGINT),
            Column("customer_id", types.INTEGER),
            Column("amount", types.MONEY).choose([Decimal("0.05"), Decimal("19.99"), Decimal("1234.50")]),
            Column("weight", ColumnType("float", scale=3), nullable=True).choose(["0.125", "2.5"]),
            Column("placed_at", types.DATETIME),
        ),
        primary_key=("id",),
        foreign_keys=[key],
        checks=[Check("amount > 0", "ck_orders_amount")],
    )


def _lines() -> TableConfig:
    key = ForeignKey(("order_id",), "orders", ("id",), owner=True, per_parent=Fraction(3))
    return TableConfig(
        "order_lines",
        _columns(
            Column("id", types.INTEGER),
            Column("order_id", types.BIGINT),
            Column("quantity", types.INTEGER).choose([1, 2]),
        ),
        primary_key=("id",),
        foreign_keys=[key],
    )


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine to look at what was written."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def counts(engine: Engine) -> dict[str, int]:
    """The number of rows of every table in the database."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.tables.values()
        }


def table_names(engine: Engine) -> set[str]:
    """The tables of the database."""
    return set(inspect(engine).get_table_names())


def stored(engine: Engine, schema: SchemaConfig, name: str) -> list[dict[str, Any]]:
    """All rows of a table as SQLAlchemy reads them by the schema's own types, in order of the primary key."""
    table = metadata_of(schema).tables[name]
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
