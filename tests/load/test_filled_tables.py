"""Tables that hold rows already: refused, emptied or added to, as the caller says."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from pytest_misata import generate_from_schema, schema_from_db
from pytest_misata.errors import ConfigurationError, LoadError, TableNotEmptyError
from pytest_misata.load.seed import seed_database
from tests.load import shop

CUSTOMER = (
    "INSERT INTO customers (email, born, active, status, created_at) "
    "VALUES ('{}', '2000-01-01', '1', 'active', '2024-01-01')"
)


@pytest.fixture
def filled(database_engine: Engine) -> Engine:
    seed_database(shop.tables(20), database_engine, create=True)
    return database_engine


def run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def scalar(engine: Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar()


def test_rows_are_never_added_or_lost_unasked(filled: Engine) -> None:
    before = shop.counts(filled)
    with pytest.raises(
        TableNotEmptyError, match=r"customers \(20 rows\), orders \(40 rows\).*truncate=True.*append=True"
    ):
        seed_database(shop.tables(5), filled, create=True)
    assert shop.counts(filled) == before


def test_one_filled_table_is_enough_and_nothing_is_made(filled: Engine) -> None:
    run(filled, "DROP TABLE order_lines", "DELETE FROM orders")
    with pytest.raises(TableNotEmptyError, match=r"customers"):
        seed_database(shop.tables(5), filled, create=True)
    assert shop.table_names(filled) == {"customers", "orders"}


def test_truncate_replaces_the_rows(filled: Engine) -> None:
    tables = shop.tables(5, seed=7)
    report = seed_database(tables, filled, truncate=True)
    assert report.truncated == shop.NAMES
    assert shop.counts(filled) == tables.counts
    assert shop.stored(filled, tables.schema, "customers") == list(tables["customers"].rows())


def test_truncate_restarts_the_numbering(filled: Engine) -> None:
    run(filled, *(CUSTOMER.format(number) for number in range(3)))
    assert scalar(filled, "SELECT max(id) FROM customers") == 23
    seed_database(shop.tables(5), filled, truncate=True)
    run(filled, CUSTOMER.format("new"))
    assert scalar(filled, "SELECT max(id) FROM customers") == 6


def test_truncate_leaves_other_tables_alone(filled: Engine) -> None:
    run(filled, "CREATE TABLE diary (id INTEGER PRIMARY KEY)", "INSERT INTO diary VALUES (1)")
    seed_database(shop.tables(5), filled, truncate=True)
    assert scalar(filled, "SELECT count(*) FROM diary") == 1


REFERRING = (
    "CREATE TABLE visits (id INTEGER PRIMARY KEY, customer INTEGER, "
    "FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE)"
)


def test_truncate_refuses_to_orphan_the_rows_of_others(filled: Engine) -> None:
    run(filled, REFERRING, "INSERT INTO visits VALUES (1, 1)")
    before = shop.counts(filled)
    with pytest.raises(LoadError, match=r"cannot empty customers: visits refers to it, holds rows"):
        seed_database(shop.tables(5), filled, truncate=True)
    assert shop.counts(filled) == before


def test_an_empty_table_that_refers_to_ours_is_no_obstacle(filled: Engine) -> None:
    run(filled, REFERRING)
    seed_database(shop.tables(5), filled, truncate=True)
    assert shop.counts(filled) == {**shop.tables(5).counts, "visits": 0}
    run(filled, CUSTOMER.format("new"))
    assert scalar(filled, "SELECT max(id) FROM customers") == 6


def test_append_adds_rows_whose_numbers_are_free(filled: Engine) -> None:
    more = {"customers": [{**row, "id": row["id"] + 20, "email": f"{row['id']}@new.example"} for row in rows()]}
    report = seed_database(more, filled, append=True)
    assert report.table_rows == {"customers": 3}
    assert scalar(filled, "SELECT count(*) FROM customers") == 23
    run(filled, CUSTOMER.format("new"))
    assert scalar(filled, "SELECT max(id) FROM customers") == 24


def rows() -> list[dict[str, object]]:
    return list(shop.tables(3)["customers"].rows())


def test_append_refuses_numbers_that_are_taken(filled: Engine) -> None:
    before = shop.counts(filled)
    with pytest.raises(LoadError, match=r"customers.id: the rows to append are numbered 1 to 5 and 1 is taken"):
        seed_database(shop.tables(5), filled, append=True)
    assert shop.counts(filled) == before


def test_append_fills_empty_tables(database_engine: Engine) -> None:
    seed_database(shop.tables(5), database_engine, create=True, append=True)
    assert shop.counts(database_engine) == shop.tables(5).counts


def test_truncate_and_append_exclude_each_other(sqlite_url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"choose one"):
        seed_database(shop.tables(5), sqlite_url, truncate=True, append=True)


def test_tables_that_refer_to_each_other_in_a_circle_are_emptied(database_engine: Engine) -> None:
    run(
        database_engine,
        "CREATE TABLE teams (id INTEGER PRIMARY KEY, lead_id INTEGER)",
        "CREATE TABLE people (id INTEGER PRIMARY KEY, team_id INTEGER, FOREIGN KEY (team_id) REFERENCES teams (id))",
    )
    if database_engine.dialect.name != "sqlite":
        run(database_engine, "ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES people (id)")
    data = {"teams": {"id": [1], "lead_id": [None]}, "people": {"id": [1], "team_id": [1]}}
    seed_database(data, database_engine)
    run(database_engine, "UPDATE teams SET lead_id = 1")
    seed_database(data, database_engine, truncate=True)
    assert shop.counts(database_engine) == {"teams": 1, "people": 1}


def test_partitions_are_emptied_with_the_table_that_they_are_of(postgresql_url: str) -> None:
    with shop.opened(postgresql_url) as engine:
        with engine.begin() as connection:
            for statement in PARTITIONED:
                connection.exec_driver_sql(statement)
        tables = generate_from_schema(schema_from_db(engine, schemas=["public", "fleet"]), rows=20)
        for _ in range(2):
            seed_database(tables, engine, truncate=True)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM flights").scalar() == len(tables["flights"])


PARTITIONED = (
    "CREATE SCHEMA fleet",
    "CREATE TABLE planes (id int PRIMARY KEY)",
    "CREATE TABLE flights (plane_id int NOT NULL REFERENCES planes, at timestamptz NOT NULL) PARTITION BY RANGE (at)",
    "CREATE TABLE flights_now PARTITION OF flights FOR VALUES FROM ('2024-01-01') TO ('2026-01-01')",
    "CREATE TABLE fleet.flights_old PARTITION OF flights FOR VALUES FROM ('2000-01-01') TO ('2024-01-01')",
)
