"""Lengths of time between two moments, in every way that a CHECK says them, in the database that says them so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from pytest_misata import generate_from_schema, schema_from_db, seed_database
from tests.servers import fresh_database, mysql_server, postgresql_server

ROWS = 60

SQLITE = [
    "strftime('%s', b) - strftime('%s', a) BETWEEN 0 AND 86400",
    "(strftime('%s', b) - strftime('%s', a)) / 60 BETWEEN 5 AND 120",
    "CAST(strftime('%s', b) AS INTEGER) > CAST(strftime('%s', a) AS INTEGER) + 1800",
    "abs(strftime('%s', b) - strftime('%s', a)) < 600",
    "minutes = (strftime('%s', b) - strftime('%s', a)) / 60 AND b > a",
    "unixepoch(b) - unixepoch(a) BETWEEN 60 AND 7200",
    "minutes = (unixepoch(b) - unixepoch(a)) / 60 AND minutes BETWEEN 1 AND 90",
    "(julianday(b) - julianday(a)) * 24 BETWEEN 1 AND 12",
    "CAST((julianday(b) - julianday(a)) * 24 * 60 AS INTEGER) BETWEEN 15 AND 240",
    "julianday(b) - julianday(a) >= minutes AND minutes BETWEEN 1 AND 10",
    "strftime('%H:%M', a) BETWEEN '08:00' AND '18:00'",
]
POSTGRESQL = [
    "EXTRACT(EPOCH FROM b - a) BETWEEN 0 AND 86400",
    "EXTRACT(EPOCH FROM b) - EXTRACT(EPOCH FROM a) <= 3600 AND b > a",
    "date_part('day', b - a) <= 14 AND b > a",
    "EXTRACT(HOUR FROM b - a) <= 4 AND b > a",
    "b >= a + minutes * interval '1 minute' AND minutes BETWEEN 1 AND 60",
    "b = a + make_interval(mins => minutes) AND minutes BETWEEN 1 AND 60",
    "justify_hours(b - a) < interval '2 days' AND b > a",
    "to_char(a, 'YYYY-MM') = to_char(b, 'YYYY-MM')",
    "a::time BETWEEN '08:00' AND '18:00'",
]
MARIADB = [
    "TIMESTAMPDIFF(MONTH, a, b) BETWEEN 1 AND 6",
    "TIMESTAMPDIFF(MONTH, a, b) = 3",
    "TIMESTAMPDIFF(MINUTE, a, b) BETWEEN 5 AND 120",
    "DATEDIFF(b, a) = 0 AND b > a",
    "DATEDIFF(b, a) BETWEEN 1 AND 14",
    "UNIX_TIMESTAMP(b) - UNIX_TIMESTAMP(a) <= 3600 AND b > a",
    "TO_SECONDS(b) - TO_SECONDS(a) BETWEEN 60 AND 600",
    "TO_DAYS(b) BETWEEN 739252 AND 739616",
    "TIME_TO_SEC(TIMEDIFF(b, a)) BETWEEN 60 AND 600",
    "TIMEDIFF(b, a) BETWEEN '00:10:00' AND '04:00:00'",
    "PERIOD_DIFF(EXTRACT(YEAR_MONTH FROM b), EXTRACT(YEAR_MONTH FROM a)) BETWEEN 1 AND 3",
    "TIME(a) BETWEEN '08:00:00' AND '18:00:00'",
]


def _is_filled(engine: Engine, check: str, type_: str) -> None:
    columns = f"id INTEGER PRIMARY KEY, a {type_} NOT NULL, b {type_} NOT NULL, minutes INTEGER NOT NULL"
    create = f"CREATE TABLE visits ({columns}, CONSTRAINT lasts CHECK ({check}))"
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS visits"))
        connection.execute(text(create.replace(":", r"\:")))
    tables = generate_from_schema(schema_from_db(engine), rows=ROWS)
    report = seed_database(tables, engine)
    assert report.table_rows == {"visits": ROWS}
    assert not report.warnings


@pytest.mark.parametrize("type_", ["DATETIME", "TEXT"])
@pytest.mark.parametrize("check", SQLITE)
def test_sqlite(check: str, type_: str) -> None:
    engine = create_engine("sqlite://")
    _is_filled(engine, check, type_)
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql_url() -> Iterator[URL]:
    with fresh_database(postgresql_server()) as url:
        yield url


@pytest.fixture(scope="module")
def mysql_url() -> Iterator[URL]:
    with fresh_database(mysql_server()) as url:
        yield url


@pytest.mark.parametrize("check", POSTGRESQL)
def test_postgresql(check: str, postgresql_url: URL) -> None:
    engine = create_engine(postgresql_url)
    _is_filled(engine, check, "TIMESTAMP")
    engine.dispose()


@pytest.mark.parametrize("check", MARIADB)
def test_mariadb(check: str, mysql_url: URL) -> None:
    engine = create_engine(mysql_url)
    _is_filled(engine, check, "DATETIME")
    engine.dispose()
