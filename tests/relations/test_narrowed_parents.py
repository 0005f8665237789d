"""CHECKs about columns of foreign keys: they narrow which parents a row may pick."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, text

from pytest_misata import generate_from_schema, schema_from_db, seed_database
from pytest_misata.engine.tables import Tables
from pytest_misata.engine.verification import fates, verify
from pytest_misata.errors import GenerationError

THINGS = "CREATE TABLE things (id INTEGER PRIMARY KEY, name VARCHAR(20))"
USERS = "CREATE TABLE users (org INTEGER NOT NULL REFERENCES things(id), id INTEGER NOT NULL, PRIMARY KEY (org, id))"
PARTIES = """CREATE TABLE parties (id INTEGER PRIMARY KEY, role VARCHAR(10) NOT NULL
    CHECK (role IN ('a', 'b', 'c')), UNIQUE (id, role))"""


def of_things(*parts: str) -> list[str]:
    return [THINGS, f"CREATE TABLE c ({', '.join(parts)})"]


def of_parties(null: str, check: str, key: str = "id INTEGER PRIMARY KEY, party_id INTEGER") -> list[str]:
    columns = f"{key} {null}, role VARCHAR(10) {null} CHECK ({check})"
    return [PARTIES, f"CREATE TABLE c ({columns}, FOREIGN KEY (party_id, role) REFERENCES parties(id, role))"]


def of_users(*checks: str) -> list[str]:
    keys = [f"FOREIGN KEY (org, {name}) REFERENCES users(org, id)" for name in ("a", "b")]
    columns = [f"{name} INTEGER NOT NULL" for name in ("org", "a", "b")]
    return [THINGS, USERS, f"CREATE TABLE c ({', '.join([*columns, *keys, *checks])})"]


def key(name: str, rest: str = "NOT NULL") -> str:
    return f"{name} INTEGER {rest} REFERENCES things(id)"


ID = "id INTEGER PRIMARY KEY"
SCHEMAS = {
    "a type": of_parties("NOT NULL", "role = 'a'"),
    "a type that is optional": of_parties("", "role IN ('a', 'b')"),
    "a type as primary key": of_parties("NOT NULL", "role <> 'a'", "party_id INTEGER PRIMARY KEY"),
    "a bound": of_things(ID, key("a"), "CHECK (a > 5)"),
    "a bound that is optional": of_things(ID, key("a", ""), "CHECK (a > 5 OR a IS NULL)"),
    "a bound of one to one": of_things(ID, key("a", "NOT NULL UNIQUE"), "CHECK (a % 3 = 0)"),
    "cases": of_things(
        ID, key("a"), "kind VARCHAR(5) NOT NULL", "CHECK (kind = 'x' AND a > 50 OR kind = 'y' AND a > 90)"
    ),
    "a column of the row": of_things(ID, key("a"), "n INTEGER NOT NULL CHECK (n BETWEEN 90 AND 95)", "CHECK (a > n)"),
    "others": of_things(ID, key("a"), key("b"), "CHECK (a <> b)"),
    "others of a primary key": of_things(key("a"), key("b"), "PRIMARY KEY (a, b)", "CHECK (a <> b)"),
    "others with a list": of_things(
        key("a"), key("b"), "kind VARCHAR(5) CHECK (kind IN ('f', 'g'))", "PRIMARY KEY (a, b, kind)", "CHECK (a <> b)"
    ),
    "others, both unique": of_things(ID, key("a", "NOT NULL UNIQUE"), key("b", "NOT NULL UNIQUE"), "CHECK (a <> b)"),
    "three others": of_things(ID, key("a"), key("b"), key("d", ""), "CHECK (a <> b AND b <> d AND a <> d)"),
    "in order": of_things(ID, key("a"), key("b", ""), "CHECK (b < a)"),
    "in order, unique": of_things(key("a"), key("b"), "PRIMARY KEY (a, b)", "CHECK (a <= b)"),
    "a chain": of_things(ID, key("a"), key("b"), key("d"), "CHECK (b < a AND d < b)"),
    "others of one tenant": of_users("CHECK (a <> b)"),
    "in order, of one tenant": of_users("CHECK (a < b)", "PRIMARY KEY (org, a, b)"),
    "its own table": [
        """CREATE TABLE c (id INTEGER PRIMARY KEY, role VARCHAR(5) NOT NULL CHECK (role IN ('dev', 'boss')),
        boss INTEGER, boss_role VARCHAR(5) CHECK (boss_role = 'boss'), UNIQUE (id, role),
        FOREIGN KEY (boss, boss_role) REFERENCES c(id, role))"""
    ],
}


def read(url: str, ddl: list[str], **settings: Any) -> Tables:
    """Rows for tables that a database holds."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in ddl:
            connection.execute(text(statement))
    engine.dispose()
    return generate_from_schema(schema_from_db(url), **settings)


@pytest.mark.parametrize("ddl", SCHEMAS.values(), ids=SCHEMAS)
def test_only_parents_that_meet_the_checks_are_picked(ddl: list[str], database_url: str) -> None:
    tables = read(database_url, ddl)
    assert verify(tables["c"]) == []
    assert seed_database(tables, database_url).table_rows["c"] >= 30


def test_such_checks_are_met_by_the_choice_of_parents(sqlite_url: str) -> None:
    tables = read(sqlite_url, of_things(ID, key("a"), key("b"), "CHECK (a > 5)", "CHECK (a <> b)"))
    assert [fate for _, fate in fates(tables._world, tables.schema.table("c"))] == ["met", "met"]


def test_a_slice_is_what_the_whole_holds_there(sqlite_url: str) -> None:
    table = read(sqlite_url, SCHEMAS["three others"])["c"]
    assert list(table.rows(100, 120)) == list(table.rows())[100:120]


def test_all_pairs_are_there_where_so_many_are_asked_for(sqlite_url: str) -> None:
    tables = read(sqlite_url, SCHEMAS["others of a primary key"], counts={"things": 5, "c": 20})
    assert len({(row["a"], row["b"]) for row in tables["c"].rows()}) == 20


def test_a_key_that_may_be_null_is_where_no_parent_is_right(sqlite_url: str) -> None:
    rows = read(sqlite_url, SCHEMAS["in order"], counts={"things": 1})["c"].rows()
    assert {row["b"] for row in rows} == {None}


@pytest.mark.parametrize("name", ["a bound", "others"])
def test_without_a_parent_there_are_no_rows_and_a_note_says_why(name: str, sqlite_url: str) -> None:
    tables = read(sqlite_url, SCHEMAS[name], counts={"things": 1})
    assert tables.counts["c"] == 0
    assert "c: 0 rows, since c.a: no row of things meets CHECK (a " in tables.notes[0]


def test_stated_rows_without_a_parent_are_an_error(sqlite_url: str) -> None:
    with pytest.raises(GenerationError, match=r"c\.a: no row of things meets CHECK \(a > 5\); ask for more rows there"):
        read(sqlite_url, SCHEMAS["a bound"], counts={"things": 3, "c": 9})


def test_children_that_ask_for_a_type_find_parents_of_it(sqlite_url: str) -> None:
    parents = "CREATE TABLE parties (id INTEGER PRIMARY KEY, role VARCHAR(10) NOT NULL, UNIQUE (id, role))"
    tables = read(sqlite_url, [parents, of_parties("NOT NULL", "role = 'company'")[1]])
    assert set(tables["parties"]["role"]) == {"company", "other"}
    assert set(tables["c"]["role"]) == {"company"}


LEGS = [
    "CREATE TABLE airports (id INTEGER PRIMARY KEY)",
    "CREATE TABLE legs (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES airports(id), "
    "b INTEGER NOT NULL REFERENCES airports(id), CHECK (a <> b))",
    "CREATE TABLE planes (id INTEGER PRIMARY KEY)",
    "CREATE TABLE flights (id INTEGER PRIMARY KEY, leg_id INTEGER NOT NULL REFERENCES legs(id), "
    "plane_id INTEGER NOT NULL REFERENCES planes(id))",
    "CREATE TABLE crews (flight_id INTEGER NOT NULL REFERENCES flights(id), "
    "plane_id INTEGER NOT NULL REFERENCES planes(id))",
    "CREATE TABLE repairs (id INTEGER PRIMARY KEY, plane_id INTEGER NOT NULL REFERENCES planes(id), "
    "flight_id INTEGER REFERENCES flights(id))",
]


def test_where_one_of_two_parents_has_no_rows_there_are_none(sqlite_url: str) -> None:
    tables = read(sqlite_url, LEGS, rows=1)
    assert {name: tables.counts[name] for name in ("legs", "flights", "crews")} == {"legs": 0, "flights": 0, "crews": 0}
    assert tables.counts["repairs"] > 0
    assert tables.notes[0].startswith("legs: 0 rows, since legs.")


def test_stated_rows_without_one_of_two_parents_are_an_error(sqlite_url: str) -> None:
    with pytest.raises(GenerationError, match="flights: 4 rows need a row of legs, which is to have none"):
        read(sqlite_url, LEGS, rows=1, counts={"flights": 4})
