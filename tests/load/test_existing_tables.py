"""Tables somebody else made are filled as they are, or refused with the place that does not fit."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from pytest_misata.errors import LoadError
from pytest_misata.load.seed import seed_database
from tests.load import shop


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_a_missing_table_is_named(database_engine: Engine) -> None:
    with pytest.raises(LoadError, match=r"no table customers in .*create=True"):
        seed_database(shop.tables(3), database_engine)


def test_a_missing_column_is_named_before_anything_is_made(database_engine: Engine) -> None:
    run(database_engine, "CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR(100))")
    with pytest.raises(LoadError, match=r"customers\.born: the table in the database has no such column"):
        seed_database(shop.tables(3), database_engine, create=True)
    assert shop.table_names(database_engine) == {"customers"}


def test_a_column_that_wants_a_value_we_do_not_have_is_named(database_engine: Engine) -> None:
    run(database_engine, "CREATE TABLE notes (id INTEGER PRIMARY KEY, body VARCHAR(10), author VARCHAR(10) NOT NULL)")
    with pytest.raises(LoadError, match=r"notes\.author: the column is NOT NULL"):
        seed_database({"notes": {"id": [1], "body": ["a"]}}, database_engine)
    assert shop.counts(database_engine) == {"notes": 0}


def test_columns_with_a_default_are_left_to_the_database(database_engine: Engine) -> None:
    run(
        database_engine,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, body VARCHAR(10), stars INTEGER NOT NULL DEFAULT 3)",
    )
    seed_database({"notes": {"id": [1], "body": ["a"]}}, database_engine)
    with database_engine.connect() as connection:
        assert connection.execute(text("SELECT stars FROM notes")).scalar() == 3


def test_names_that_need_quoting(database_engine: Engine) -> None:
    data = {"order": {"id": [1, 2], "select": ["a", "b"], "Mixed Case": [1, 2], "50%": [3, 4]}}
    seed_database(data, database_engine, create=True)
    seed_database(data, database_engine, truncate=True)
    assert shop.counts(database_engine) == {"order": 2}


def test_rows_the_database_numbers_itself(database_engine: Engine) -> None:
    backend = database_engine.dialect.name
    numbering = {"sqlite": "INTEGER", "postgresql": "SERIAL", "mysql": "INT AUTO_INCREMENT"}[backend]
    run(database_engine, f"CREATE TABLE notes (id {numbering} PRIMARY KEY, body VARCHAR(10))")
    for turn in range(2):
        seed_database({"notes": {"body": ["a", "b"]}}, database_engine, truncate=True)
        # MariaDB cannot restart its numbering inside a transaction.
        first = 1 if backend != "mysql" else 1 + 2 * turn
        with database_engine.connect() as connection:
            assert connection.execute(text("SELECT min(id), max(id) FROM notes")).one() == (first, first + 1)
