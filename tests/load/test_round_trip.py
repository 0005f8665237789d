"""What is written is what SQLAlchemy's own types read back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine

from pytest_misata.load.plain import plain_tables
from pytest_misata.load.seed import seed_database
from tests.load import shop

TEXTS = ["", "plain", "tab\tnew\nline\rback\\slash", "quote ' \" `", "\\N", "NULL", "é 漢 🎉", "%s %(x)s {}", None]
VALUES = {
    "integer": [0, 1, -1, 9_999, 10_000, -123_456_789, 2**63 - 1, -(2**63) + 1, None],
    "numeric": [Decimal(v) for v in ("0.00", "0.05", "-0.05", "1.00", "99999.99", "-1234567.89", "0.10", "7.25")]
    + [None],
    "float": [0.0, 0.1, -2.5, 1e-9, 123456789.125, 1 / 3, -1e15, 2.0**60, None],
    "boolean": [True, False, True, None, False, True, True, False, False],
    "text": TEXTS,
    "date": [dt.date(*v) for v in ((1970, 1, 1), (1969, 12, 31), (1582, 10, 15), (2024, 2, 29), (9999, 12, 31))]
    + [None] * 4,
    "datetime": [
        dt.datetime(1970, 1, 1),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999_999),
        dt.datetime(2024, 2, 29, 12, 30, 1, 1),
        dt.datetime(2038, 1, 19, 3, 14, 8),
        None,
        dt.datetime(1900, 1, 1, 0, 0, 0, 500_000),
        dt.datetime(9999, 12, 31, 23, 59, 59),
        dt.datetime(2000, 6, 15, 23, 59, 59, 999_999),
        None,
    ],
    "time": [dt.time(), dt.time(23, 59, 59, 999_999), dt.time(1, 2, 3), dt.time(12, 0, 0, 5), None] + [dt.time(4)] * 4,
    "interval": [dt.timedelta(), dt.timedelta(days=3, seconds=1), dt.timedelta(microseconds=7), None]
    + [dt.timedelta(1)] * 5,
    "uuid": [UUID(int=number * 2**90) for number in range(8)] + [None],
    "binary": [b"", b"\0\1\xff", b"plain", None, b"'\\\n\t", bytes(range(256)), b"x", b"y", b"z"],
    "json": [
        {"a": 1},
        [1, "two", None],
        {"quote": "\\ ' \" \n é"},
        {},
        None,
        [],
        {"b": True},
        {"c": 1.5},
        {"d": {"e": []}},
    ],
}


def normal(kind: str, value: object) -> object:
    return str(value) if kind == "uuid" and value is not None else value


@pytest.mark.parametrize("kind", VALUES)
def test_every_kind_of_value_comes_back(database_engine: Engine, kind: str) -> None:
    values = VALUES[kind]
    data = {"things": {"id": list(range(1, len(values) + 1)), "value": values}}
    seed_database(data, database_engine, create=True)
    rows = shop.stored(database_engine, plain_tables(data).schema, "things")
    found = [
        json.loads(row["value"]) if isinstance(row["value"], str) and kind == "json" else row["value"] for row in rows
    ]
    assert found == [normal(kind, value) for value in values]


@pytest.mark.parametrize("kind", VALUES)
def test_a_column_that_is_all_null(database_engine: Engine, kind: str) -> None:
    values = VALUES[kind]
    both = {"id": [1, 2], "value": [values[0], values[1]]}
    seed_database({"things": both}, database_engine, create=True)
    seed_database({"things": {"id": [3, 4], "value": [None, None]}}, database_engine, append=True)
    rows = shop.stored(database_engine, plain_tables({"things": both}).schema, "things")
    assert [row["value"] for row in rows[2:]] == [None, None]


def test_moments_with_a_time_zone_are_the_same_moments(postgresql_url: str) -> None:
    zone = dt.timezone(dt.timedelta(hours=5, minutes=30))
    moment = dt.datetime(2024, 1, 1, 2, 0, tzinfo=zone)
    data = {"things": {"id": [1], "value": [moment]}}
    seed_database(data, postgresql_url, create=True)
    with shop.opened(postgresql_url) as engine:
        assert shop.stored(engine, plain_tables(data).schema, "things")[0]["value"] == moment


def test_generated_rows_come_back(database_engine: Engine) -> None:
    tables = shop.tables(50)
    seed_database(tables, database_engine, create=True)
    for name, table in tables.items():
        assert shop.stored(database_engine, tables.schema, name) == list(table.rows())


def test_a_schema_is_generated_with_its_defaults(database_engine: Engine) -> None:
    schema = shop.shop()
    schema.table("customers").rows = 7
    report = seed_database(schema, database_engine, create=True)
    assert (report.seed, report.table_rows["customers"]) == (42, 7)
    assert shop.counts(database_engine) == report.table_rows
