"""Keys whose own columns hold less than the columns they refer to, or hold something of another type."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from pytest_misata import generate_from_schema, schema_from_db, seed_database
from pytest_misata.engine.tables import Tables

SHORT = 5
TEXTS = (
    "CREATE TABLE protocols (name VARCHAR(255) NOT NULL PRIMARY KEY, description VARCHAR(255))",
    "CREATE TABLE uses (name VARCHAR(60) NOT NULL PRIMARY KEY, FOREIGN KEY (name) REFERENCES protocols(name))",
    f"CREATE TABLE pools (id INTEGER PRIMARY KEY, protocol VARCHAR({SHORT}) NOT NULL, "
    "FOREIGN KEY (protocol) REFERENCES uses(name))",
)
NUMBERS = (
    "CREATE TABLE codes (id INTEGER PRIMARY KEY, code INTEGER NOT NULL UNIQUE)",
    "CREATE TABLE lines (id INTEGER PRIMARY KEY, code SMALLINT NOT NULL REFERENCES codes(code))",
)
NUMBERS_OF_TEXTS = (
    "CREATE TABLE types (id VARCHAR(36) PRIMARY KEY, name VARCHAR(40))",
    "CREATE TABLE specs (id INTEGER PRIMARY KEY, type_id INTEGER NOT NULL REFERENCES types(id))",
)


def filled(url: str, ddl: tuple[str, ...]) -> Tables:
    """The rows that are in the tables now."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in ddl:
            connection.execute(text(statement))
    tables = generate_from_schema(schema_from_db(engine))
    seed_database(tables, engine)
    engine.dispose()
    return tables


def test_what_is_referred_to_is_as_short_as_the_shortest_column_that_refers_to_it(database_url: str) -> None:
    tables = filled(database_url, TEXTS)
    assert max(map(len, tables["protocols"]["name"])) <= SHORT
    assert set(tables["pools"]["protocol"]) <= set(tables["uses"]["name"]) <= set(tables["protocols"]["name"])
    assert len(tables["pools"]) >= len(tables["protocols"]) >= 50


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_numbers_that_smaller_columns_refer_to_are_small(database_url: str) -> None:
    tables = filled(database_url, NUMBERS)
    assert tables["codes"]["code"].max() < 2**15
    assert set(tables["lines"]["code"]) <= set(tables["codes"]["code"])


def test_a_column_of_numbers_that_refers_to_texts_holds_texts_in_sqlite(sqlite_url: str) -> None:
    tables = filled(sqlite_url, NUMBERS_OF_TEXTS)
    assert set(tables["specs"]["type_id"]) <= set(tables["types"]["id"])
