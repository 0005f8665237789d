"""Tables that no direct making fills: CHECKs and unique keys that are in each other's way, searched row by row."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import StaticPool

from pytest_misata import generate_from_schema, schema_from_db, seed_database
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import CapacityError

ROWS = 12
THINGS = "CREATE TABLE things (id INTEGER PRIMARY KEY, day DATE NOT NULL, UNIQUE (id, day))"
PLACES = "CREATE TABLE places (id INTEGER NOT NULL, part VARCHAR(8) NOT NULL, PRIMARY KEY (id, part))"
CASES = "CASE WHEN {} IS NOT NULL THEN {} IS NOT NULL ELSE {} IS NOT NULL END"
FILLED = {
    "a unique key of which one column is always NULL": (
        THINGS,
        """CREATE TABLE c (id INTEGER PRIMARY KEY, thing_id INTEGER REFERENCES things(id), note TEXT, code VARCHAR(8),
           UNIQUE (note, code, thing_id), CHECK (thing_id IS NULL), CHECK ((note IS NULL) = (code IS NULL)),
           CHECK (length(note) <= 0 OR code IS NULL))""",
    ),
    "documents beside such a key": (
        THINGS,
        """CREATE TABLE c (id INTEGER PRIMARY KEY, thing_id INTEGER REFERENCES things(id), note TEXT, data JSON,
           UNIQUE (note, thing_id), CHECK (thing_id IS NULL), CHECK (length(note) <= 0),
           CHECK ((note IS NULL) = (data IS NULL)))""",
    ),
    "rows that come under a key in part": (
        THINGS,
        """CREATE TABLE c (thing_id INTEGER NOT NULL REFERENCES things(id), status VARCHAR(6) NOT NULL,
           ended DATE, CHECK (status IN ('open', 'done')), CHECK ((status = 'done') = (ended IS NOT NULL)))""",
        "CREATE UNIQUE INDEX one_open ON c (thing_id) WHERE status = 'open'",
        "CREATE UNIQUE INDEX one_a_day ON c (thing_id, ended) WHERE ended IS NOT NULL",
    ),
    "keys that share a column and are there in part": (
        PLACES,
        f"""CREATE TABLE c (place_id INTEGER, part VARCHAR(8), other VARCHAR(8),
           FOREIGN KEY (place_id, part) REFERENCES places(id, part),
           FOREIGN KEY (place_id, other) REFERENCES places(id, part), UNIQUE (part, other),
           CHECK (NOT ({CASES.format("part", "other", "place_id")})),
           CHECK (other IS NULL OR place_id IS NULL))""",
    ),
    "a unique boolean among siblings": (
        THINGS,
        """CREATE TABLE c (thing_id INTEGER NOT NULL REFERENCES things(id),
           again INTEGER NOT NULL REFERENCES things(id), flag BOOLEAN, clock TIME, UNIQUE (flag, thing_id, clock))""",
    ),
    "a unique number of one digit": ("CREATE TABLE c (n NUMERIC(1, 0) NOT NULL UNIQUE)",),
    "a unique text that another column may repeat": (
        """CREATE TABLE c (code VARCHAR(6) NOT NULL UNIQUE, amount VARCHAR(6),
           CHECK (code IN ('a', 'b') OR amount = code))""",
    ),
    "a unique number that is compared in some rows": (
        """CREATE TABLE c (a INTEGER NOT NULL UNIQUE, b INTEGER NOT NULL, kind VARCHAR(4) NOT NULL
           CHECK (kind IN ('x', 'y')), CHECK (CASE WHEN kind = 'x' THEN a > b ELSE a * 2 < b END), CHECK (b < 40))""",
    ),
    "a difference that asks for a list": (
        """CREATE TABLE c (a VARCHAR(5) NOT NULL UNIQUE, b VARCHAR(5) NOT NULL,
           CHECK (CASE WHEN a <> b THEN b IN ('ab', 'ba') ELSE length(a) > 3 END))""",
    ),
    "unique keys over parts of several keys": (
        THINGS,
        """CREATE TABLE c (a INTEGER NOT NULL, day DATE NOT NULL, b INTEGER NOT NULL REFERENCES things(id),
           d INTEGER NOT NULL REFERENCES things(id), FOREIGN KEY (a, day) REFERENCES things(id, day),
           UNIQUE (a, b), UNIQUE (b, d), UNIQUE (day, d))""",
    ),
    "a cycle that only one of its keys can leave open": (
        THINGS,
        """CREATE TABLE c (thing_id INTEGER NOT NULL REFERENCES things(id), k INTEGER NOT NULL, last_id INTEGER,
           last_k INTEGER, PRIMARY KEY (thing_id, k), FOREIGN KEY (last_id, last_k) REFERENCES d(id, k))""",
        """CREATE TABLE d (id INTEGER NOT NULL, k INTEGER NOT NULL, thing_id INTEGER REFERENCES things(id),
           c_k INTEGER NOT NULL, PRIMARY KEY (id, k), FOREIGN KEY (thing_id, c_k) REFERENCES c(thing_id, k))""",
    ),
}


def database(*statements: str) -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def enforce(driver: Any, _record: object) -> None:
        driver.execute("PRAGMA foreign_keys = ON")

    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    return engine


def made(engine: Engine, **settings: Any) -> Tables:
    return generate_from_schema(schema_from_db(engine), **settings)


@pytest.mark.parametrize("statements", FILLED.values(), ids=list(FILLED))
def test_every_table_is_filled_and_nothing_refused(statements: tuple[str, ...]) -> None:
    engine = database(*statements)
    tables = made(engine, rows=ROWS)
    seed_database(tables, engine)
    assert tables.check() == []
    with engine.connect() as connection:
        counts = [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables]
    assert counts == list(tables.counts.values())
    assert all(counts)


SEARCHED = FILLED["a unique key of which one column is always NULL"]


def test_a_slice_is_what_the_whole_table_has_there() -> None:
    tables = made(database(*SEARCHED), rows=ROWS)
    assert "c" in tables._world.solved
    assert list(tables["c"].rows(3, 8)) == list(tables["c"].rows())[3:8]


def test_more_rows_leave_those_before_them_as_they_are() -> None:
    engine = database(*SEARCHED)
    more, fewer = (made(engine, rows=ROWS, counts={"c": count})["c"] for count in (20, ROWS))
    assert list(more.rows(0, ROWS)) == list(fewer.rows())


def test_the_seed_decides() -> None:
    engine = database(*SEARCHED)
    once, again, other = (made(engine, rows=ROWS, seed=seed).fingerprint() for seed in (1, 1, 2))
    assert once == again != other


def test_as_many_rows_as_there_are_and_no_more() -> None:
    """Every row of two bits that meets the CHECK is there once: (a, b) is unique."""
    condition = "a OR NOT b"
    engine = database(f"CREATE TABLE c (a BOOLEAN NOT NULL, b BOOLEAN NOT NULL, UNIQUE (a, b), CHECK ({condition}))")
    tables = made(engine, rows=ROWS)
    rows = {(row["a"], row["b"]) for row in tables["c"].rows()}
    assert rows == {(a, b) for a, b in product((False, True), repeat=2) if a or not b}
    assert "c: 3 rows" in tables.notes[0]


def test_more_rows_than_there_are_cannot_be_stated() -> None:
    engine = database("CREATE TABLE c (n NUMERIC(1, 0) NOT NULL UNIQUE CHECK (n > 0))")
    with pytest.raises(CapacityError, match=r"c\.n"):
        made(engine, counts={"c": ROWS})["c"]["n"]


def test_a_check_that_is_read_too_narrowly_takes_no_rows_away() -> None:
    # date('') is NULL, so that an empty text meets the CHECK, though a comparison of texts would refuse it.
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE owners (id INTEGER PRIMARY KEY)"))
        connection.execute(
            text(
                """CREATE TABLE spans (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL REFERENCES owners(id),
                   starts TEXT NOT NULL, ends TEXT NOT NULL,
                   CHECK (date(starts) = starts AND date(ends) = ends AND ends > starts))"""
            )
        )
    tables = generate_from_schema(schema_from_db(engine), counts={"owners": 20}, seed=42)
    assert tables.notes == ()
    assert seed_database(tables, engine).table_rows["spans"] >= 40
