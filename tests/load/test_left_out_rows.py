"""Rows that a trigger of the database leaves out are missed, and said to be."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, create_engine

from pytest_misata.load.seed import seed_database

NOTES = {"notes": {"id": list(range(1, 21)), "body": ["a"] * 20}}
TABLE = "CREATE TABLE notes (id INTEGER PRIMARY KEY, body VARCHAR(10))"
SAID = "notes: 10 of 20 rows are there; the database left out the others, as one of its triggers may"


def postgresql(*body: str) -> tuple[str, ...]:
    return (
        f"CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {' '.join(body)} END $$",
        "CREATE TRIGGER odd BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION odd()",
    )


def made(engine: Engine, *statements: str) -> Engine:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return engine


ODD = postgresql("IF mod(NEW.id, 2) = 0 THEN RETURN NULL; END IF; RETURN NEW;")


@pytest.mark.parametrize("size", [7, 100])
@pytest.mark.parametrize("options", [{}, {"append": True}])
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_on_postgresql(postgresql_url: str, driver: str, options: dict[str, bool], size: int) -> None:
    engine = made(create_engine(postgresql_url.replace("psycopg", driver)), TABLE, *ODD)
    if options:
        made(engine, "INSERT INTO notes VALUES (101, 'b')")
    report = seed_database(NOTES, engine, batch_size=size, **options)
    assert (report.total_rows, dict(report.table_rows), report.warnings) == (10, {"notes": 10}, (SAID,))
    engine.dispose()


def test_on_sqlite(sqlite_url: str) -> None:
    trigger = "CREATE TRIGGER odd BEFORE INSERT ON notes WHEN NEW.id % 2 = 0 BEGIN SELECT RAISE(IGNORE); END"
    engine = made(create_engine(sqlite_url), TABLE, trigger)
    report = seed_database(NOTES, engine)
    assert (report.total_rows, report.warnings) == (10, (SAID,))
    engine.dispose()


def test_nothing_is_missed_where_a_trigger_puts_rows_into_parts_of_the_table(postgresql_url: str) -> None:
    part = "CREATE TABLE part (CHECK (id > 0)) INHERITS (notes)"
    engine = made(
        create_engine(postgresql_url), TABLE, part, *postgresql("INSERT INTO part VALUES (NEW.*); RETURN NULL;")
    )
    report = seed_database(NOTES, engine)
    assert (report.total_rows, report.warnings) == (20, ())
    engine.dispose()


def test_nothing_is_missed_where_none_is(database_engine: Engine) -> None:
    made(database_engine, TABLE)
    for options in ({}, {"truncate": True}):
        report = seed_database(NOTES, database_engine, **options)
        assert (report.total_rows, report.warnings) == (20, ())
