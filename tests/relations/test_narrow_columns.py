"""Keys whose own columns hold less than the columns they refer to, or hold something of another type."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine, text

from pytest_misata import CapacityError, generate_from_schema, schema_from_db, schema_from_models, seed_database
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


def filled(url: str, ddl: tuple[str, ...], **settings: int) -> Tables:
    """The rows that are in the tables now."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in ddl:
            connection.execute(text(statement))
    tables = generate_from_schema(schema_from_db(engine), **settings)
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


AISLE, SHELF = "aisle VARCHAR(2) NOT NULL", "shelf INTEGER NOT NULL CHECK (shelf BETWEEN 1 AND 8)"
ROOMY = {
    "a parent and a short text": f"{AISLE}, PRIMARY KEY (place_id, aisle)",
    "a parent and a code of a country": "country_code CHAR(2), PRIMARY KEY (place_id, country_code)",
    "two short texts": "aisle VARCHAR(1), side VARCHAR(1), PRIMARY KEY (place_id, aisle, side)",
    "a short text and few numbers": f"{AISLE}, {SHELF}, PRIMARY KEY (place_id, aisle, shelf)",
    "no parent": f"{AISLE}, {SHELF}, PRIMARY KEY (aisle, shelf)",
}


@pytest.mark.parametrize("own", ROOMY)
def test_a_short_text_tells_rows_apart_together_with_the_rest_of_its_key(sqlite_url: str, own: str) -> None:
    bins = f"CREATE TABLE bins (place_id INTEGER NOT NULL REFERENCES places(id), {ROOMY[own]})"
    tables = filled(sqlite_url, ("CREATE TABLE places (id INTEGER PRIMARY KEY)", bins), rows=1000)
    assert len(tables["bins"]) == 3000
    assert not tables.notes


def test_a_short_text_leaves_room_for_as_many_rows_as_it_has_texts_for_each_parent() -> None:
    metadata = MetaData()
    Table("places", metadata, Column("id", Integer, primary_key=True))
    place = Column("place_id", ForeignKey("places.id"), primary_key=True)
    Table("bins", metadata, place, Column("aisle", String(1), primary_key=True))
    schema = schema_from_models(metadata)
    bins = generate_from_schema(schema, counts={"places": 10, "bins": 360})["bins"]
    assert len(set(zip(bins["place_id"].tolist(), bins["aisle"].tolist(), strict=True))) == 360
    with pytest.raises(CapacityError, match=r"place_id, aisle can hold 360 .* 361 rows"):
        generate_from_schema(schema, counts={"places": 10, "bins": 361})
