"""batch_size bounds memory and changes nothing; progress tells how far it is."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from pytest_misata.errors import ConfigurationError
from pytest_misata.load.seed import seed_database
from tests.load import shop


@pytest.mark.parametrize("size", [1, 7, 777, 10_000])
def test_batch_size_changes_no_value(sqlite_url: str, size: int) -> None:
    tables = shop.tables(30)
    report = seed_database(tables, sqlite_url, create=True, batch_size=size)
    assert report.fingerprint == tables.fingerprint()
    with shop.opened(sqlite_url) as engine:
        for name, table in tables.items():
            assert shop.stored(engine, tables.schema, name) == list(table.rows())


def test_small_batches_on_every_database(database_engine: Engine) -> None:
    tables = shop.tables(20)
    seed_database(tables, database_engine, create=True, batch_size=3)
    assert shop.stored(database_engine, tables.schema, "orders") == list(tables["orders"].rows())


@pytest.mark.parametrize("size", [0, -5])
def test_a_batch_has_a_row(sqlite_url: str, size: int) -> None:
    with pytest.raises(ConfigurationError, match="batch_size"):
        seed_database(shop.tables(2), sqlite_url, batch_size=size)


@pytest.mark.parametrize("options", [{"workers": 2}, {"workers": 0}, {"executor": object()}])
def test_more_workers_are_refused_by_name(sqlite_url: str, options: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="workers"):
        seed_database(shop.tables(2), sqlite_url, **options)


def test_progress_is_told_after_each_batch(sqlite_url: str) -> None:
    heard: list[tuple[str, int, int]] = []
    seed_database(
        shop.tables(5),
        sqlite_url,
        create=True,
        batch_size=4,
        progress=lambda name, done, total: heard.append((name, done, total)),
    )
    assert heard[:5] == [
        ("customers", 4, 5),
        ("customers", 5, 5),
        ("orders", 4, 10),
        ("orders", 8, 10),
        ("orders", 10, 10),
    ]
    assert heard[-1] == ("order_lines", 30, 30)


def test_tables_without_rows(database_engine: Engine) -> None:
    report = seed_database(shop.tables(0), database_engine, create=True)
    assert report.total_rows == 0
    assert shop.counts(database_engine) == dict.fromkeys(shop.NAMES, 0)
