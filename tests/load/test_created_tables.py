"""create=True makes the tables a person would have made."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy import types as sql
from sqlalchemy.exc import DBAPIError

from pytest_misata.load.seed import seed_database
from tests.load import shop


@pytest.fixture
def filled(database_engine: Engine) -> Engine:
    seed_database(shop.tables(20), database_engine, create=True)
    return database_engine


def test_keys_are_there_and_named(filled: Engine) -> None:
    found = inspect(filled)
    assert found.get_pk_constraint("orders")["constrained_columns"] == ["id"]
    assert [key["column_names"] for key in found.get_unique_constraints("customers")] == [["email"]]
    (foreign,) = found.get_foreign_keys("orders")
    assert (foreign["constrained_columns"], foreign["referred_table"]) == (["customer_id"], "customers")
    assert (foreign["name"], foreign["options"]["ondelete"]) == ("fk_orders_customer_id", "CASCADE")


def test_foreign_keys_have_an_index(filled: Engine) -> None:
    indexed = [index["column_names"] for index in inspect(filled).get_indexes("order_lines")]
    assert indexed == [["order_id"]]


def test_stated_indexes_are_there(filled: Engine) -> None:
    indexed = [index["column_names"] for index in inspect(filled).get_indexes("customers") if not index["unique"]]
    assert indexed == [["status", "born"]]


def test_columns_have_real_types(filled: Engine) -> None:
    columns: dict[str, Any] = {
        c["name"]: c for table in ("customers", "orders") for c in inspect(filled).get_columns(table)
    }
    assert isinstance(columns["born"]["type"], sql.Date)
    assert isinstance(columns["created_at"]["type"], sql.DateTime)
    assert (columns["amount"]["type"].precision, columns["amount"]["type"].scale) == (12, 2)
    assert columns["email"]["type"].length == 120
    assert (columns["email"]["nullable"], columns["note"]["nullable"]) == (False, True)
    boolean = isinstance(columns["active"]["type"], sql.Boolean)
    assert boolean or (filled.dialect.name == "mysql" and columns["active"]["type"].display_width == 1)


@pytest.mark.parametrize("backend", ["postgresql", "mysql"])
def test_a_server_keeps_a_comment_that_says_who_made_them(request: pytest.FixtureRequest, backend: str) -> None:
    with shop.opened(request.getfixturevalue(f"{backend}_url")) as engine:
        seed_database(shop.tables(5), engine, create=True)
        comments = [inspect(engine).get_table_comment(name)["text"] for name in shop.NAMES]
    assert len(set(comments)) == len(shop.NAMES)
    assert all(re.fullmatch("made by pytest-misata [0-9a-f]{32}", str(comment)) for comment in comments)


ROW = {
    "email": "'new@example.com'",
    "born": "'2000-01-01'",
    "active": "'1'",
    "status": "'active'",
    "created_at": "'2024-01-01'",
}
REFUSED = {
    "a second row of a unique value": (
        "customers",
        ROW | {"email": "(SELECT min(email) FROM (SELECT * FROM customers) c)"},
    ),
    "a missing value": ("customers", ROW | {"born": "NULL"}),
    "a value that is not of the enum": ("customers", ROW | {"status": "'gone'"}),
    "what a check excludes": ("orders", {"customer_id": "1", "amount": "-1", "placed_at": "'2024-01-01'"}),
    "an orphan": ("orders", {"customer_id": "999", "amount": "1", "placed_at": "'2024-01-01'"}),
}


def insert(engine: Engine, table: str, values: dict[str, str]) -> Any:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"))
        return connection.execute(text(f"SELECT max(id) FROM {table}")).scalar_one()


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(filled: Engine, what: str) -> None:
    with pytest.raises(DBAPIError):
        insert(filled, *REFUSED[what])


def test_the_next_row_numbers_itself(filled: Engine) -> None:
    assert insert(filled, "customers", ROW) == 21
    assert insert(filled, "orders", {"customer_id": "21", "amount": "1", "placed_at": "'2024-01-01'"}) == 41


def test_only_missing_tables_are_made(filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(text("DROP TABLE order_lines"))
    report = seed_database(shop.tables(5), filled, create=True, truncate=True)
    assert report.created == ("order_lines",)
    assert report.truncated == ("customers", "orders")
    assert shop.counts(filled) == {"customers": 5, "orders": 10, "order_lines": 30}


def test_tables_of_another_schema(postgresql_url: str) -> None:
    schema = shop.shop()
    for config in schema.tables.values():
        config.schema = "elsewhere"
        for key in config.foreign_keys:
            key.parent = f"elsewhere.{key.parent}"
    schema.tables = {config.key: config for config in schema.tables.values()}
    schema.table("elsewhere.customers").rows = 3
    seed_database(schema, postgresql_url, create=True)
    with shop.opened(postgresql_url) as engine:
        assert set(inspect(engine).get_table_names(schema="elsewhere")) == set(shop.NAMES)
        assert len(shop.stored(engine, schema, "elsewhere.orders")) == 6
