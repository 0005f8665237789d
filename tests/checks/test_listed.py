"""Lists that a CHECK gives: of letters between two, of numbers that are no range."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import CheckConstraint, Column, Engine, Integer, MetaData, String, Table, text

from pytest_misata import generate_from_schema, schema_from_db, schema_from_models, seed_database
from pytest_misata.schema.sql.checks import read_check
from pytest_misata.schema.sql.predicates import Among, Col


def filled(engine: Engine, ddl: str, rows: int):
    with engine.begin() as connection:
        for statement in ddl.split(";"):
            connection.execute(text(statement))
    tables = generate_from_schema(schema_from_db(engine), rows=rows)
    seed_database(tables, engine)
    return tables


@pytest.mark.parametrize("check", ["aisle BETWEEN 'A' AND 'C'", "aisle >= 'A' AND aisle <= 'C'"])
def test_letters_between_two_are_listed(check: str) -> None:
    assert read_check(check, ("aisle",)) == Among(Col("aisle"), ("A", "B", "C"))


@pytest.mark.parametrize("check", ["aisle BETWEEN 'A' AND 'c'", "aisle BETWEEN 'AA' AND 'CC'", "aisle >= 'A'"])
def test_other_bounds_are_left_as_they_are(check: str) -> None:
    assert not isinstance(read_check(check, ("aisle",)), Among)


def test_letters_are_part_of_keys(database_engine: Engine) -> None:
    ddl = """CREATE TABLE halls (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
        CREATE TABLE seats (hall_id INTEGER NOT NULL REFERENCES halls (id),
            letter CHAR(1) NOT NULL CHECK (letter BETWEEN 'A' AND 'F'),
            line SMALLINT NOT NULL CHECK (line BETWEEN 1 AND 30), PRIMARY KEY (hall_id, line, letter))"""
    tables = filled(database_engine, ddl, 60)
    assert {*tables["seats"]["letter"]} == {*"ABCDEF"}
    assert len(tables["seats"]) == 180


def test_listed_numbers_are_alike_often(database_engine: Engine) -> None:
    ddl = """CREATE TABLE records (id INTEGER PRIMARY KEY, ttl INTEGER NOT NULL CHECK (ttl IN (60, 300, 3600)),
        data_gb INTEGER NOT NULL CHECK (data_gb IN (1, 5, 20)),
        vat NUMERIC(4, 2) NOT NULL CHECK (vat IN (0, 0.05, 0.2)))"""
    tables = filled(database_engine, ddl, 600)
    for name in ("ttl", "data_gb", "vat"):
        assert min(Counter(tables["records"][name]).values()) > 150
        assert len({*tables["records"][name]}) == 3


@pytest.mark.parametrize("lengths", ["length(code) IN (4, 6)", "length(code) = 4 OR length(code) = 6"])
def test_lengths_are_listed_in_keys_too(database_engine: Engine, lengths: str) -> None:
    tables = filled(database_engine, f"CREATE TABLE parts (code VARCHAR(8) PRIMARY KEY, CHECK ({lengths}))", 200)
    assert {len(code) for code in tables["parts"]["code"]} <= {4, 6}


@pytest.mark.parametrize("others", [(), ("other", "unknown")])
def test_a_listed_sex_goes_with_the_name(others: tuple[str, ...]) -> None:
    metadata = MetaData()
    listed = ", ".join(repr(value) for value in ("F", "M", *others))
    columns = [Column(name, String(40), nullable=False) for name in ("first_name", "sex")]
    Table("people", metadata, Column("id", Integer, primary_key=True), *columns, CheckConstraint(f"sex IN ({listed})"))
    rows = list(generate_from_schema(schema_from_models(metadata), counts={"people": 3000})["people"].rows())
    known = {"Lisa": "F", "Anne": "F", "Mary": "F", "John": "M", "Robert": "M", "James": "M"}
    named = [row for row in rows if row["first_name"] in known and row["sex"] not in others]
    assert len(named) > 100
    assert all(row["sex"] == known[row["first_name"]] for row in named)
    assert bool(others) == any(row["sex"] in others for row in rows)
    assert sum(row["sex"] in others for row in rows) < 100
