"""CHECKs on the way in: verified before rows are written, named where the database refuses, listed otherwise."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect

from pytest_misata import LoadError, SeedReport, generate_from_schema, seed_database
from tests.checks.tables import schema


def test_a_row_that_breaks_a_check_is_named_before_it_is_written(database_url: str) -> None:
    config = schema("price money", "price > 50")
    config.table("t").column("price").make("listed", values=[60] * 45 + [10])
    with pytest.raises(
        LoadError, match=r"^t, row 46: breaks CHECK c1 \(price=10\.00\): price > 50.*nothing was written"
    ):
        seed_database(generate_from_schema(config, rows=60), database_url, create=True, batch_size=20)
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_pinned_row_that_breaks_a_check_is_named(sqlite_url: str) -> None:
    tables = generate_from_schema(schema("price money", "price > 50"), rows=20, pin={"t": [{}, {"price": 1}]})
    with pytest.raises(LoadError, match=r"^t, row 2: breaks CHECK c1"):
        seed_database(tables, sqlite_url, create=True)


def test_rows_made_elsewhere_are_left_to_the_database(database_url: str) -> None:
    seed_database(generate_from_schema(schema("x int", "x > 3"), rows=1), database_url, create=True)
    with pytest.raises(LoadError, match="c1"):
        seed_database({"t": [{"id": 1, "x": 1}]}, database_url, truncate=True)


def test_a_check_that_nobody_here_can_read_is_named_by_the_database(database_url: str) -> None:
    config = schema("x int", "x & 3 = 0")
    config.table("t").column("x").make("constant", value=1)
    with pytest.raises(LoadError, match="c1"):
        seed_database(generate_from_schema(config, rows=3), database_url, create=True)


def test_what_was_not_understood_is_listed(sqlite_url: str) -> None:
    config = schema("x int, y int", "quote(x) <> ''", "y > 3", "quote(x) = '' OR y > 0")
    config.not_understood.append("t: EXCLUDE apart")
    report = seed_database(generate_from_schema(config, rows=3), sqlite_url, create=True)
    assert report.not_understood == (
        "t: EXCLUDE apart",
        "t: CHECK c1 (quote(x) <> '')",
        "t: CHECK c3 (quote(x) = '' OR y > 0)",
    )
    assert SeedReport.from_json(report.to_json()) == report
    assert report.warnings == ()
