"""The report says everything that is needed to do the same again."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import sqlalchemy

from pytest_misata.engine.draws.hashing import ENGINE_VERSION
from pytest_misata.load.report import SeedReport
from pytest_misata.load.seed import seed_database
from tests.load import shop


@pytest.fixture
def report(sqlite_url: str) -> SeedReport:
    return seed_database(shop.tables(10, seed=7), sqlite_url, create=True)


def test_what_it_holds(report: SeedReport, sqlite_url: str) -> None:
    assert (report.total_rows, report.table_rows) == (90, {"customers": 10, "orders": 20, "order_lines": 60})
    assert (report.seed, report.engine_version, report.reference_date) == (7, ENGINE_VERSION, "2026-01-01")
    assert report.fingerprint == shop.tables(10, seed=7).fingerprint()
    assert (report.dialect, report.database) == ("sqlite", sqlite_url)
    assert (report.created, report.truncated, report.warnings) == (shop.NAMES, (), ())
    assert (report.versions["numpy"], report.versions["sqlalchemy"]) == (np.__version__, sqlalchemy.__version__)
    assert {"create", "generate", "load", "complete", "total"} <= set(report.seconds)
    assert report.rows_per_second == pytest.approx(90 / report.seconds["total"])
    assert report.vocabularies


def test_it_survives_json(report: SeedReport) -> None:
    assert SeedReport.from_json(report.to_json()) == report
    assert json.loads(report.to_json())["rows_per_second"] > 0


def test_it_is_one_line(report: SeedReport) -> None:
    line = str(report)
    assert re.fullmatch(
        r"90 rows in 3 tables of sqlite:.* in \d+\.\d\d s \([\d,]+ rows/s\), seed=7, fingerprint=\w{12}", line
    )


def test_what_mariadb_cannot_do_in_a_callers_transaction_is_said(mysql_url: str) -> None:
    with shop.opened(mysql_url) as engine:
        seed_database(shop.tables(3), engine, create=True)
        with engine.begin() as connection:
            report = seed_database(shop.tables(2), connection, truncate=True)
    assert re.search("AUTO_INCREMENT of customers, orders, order_lines was not restarted", report.warnings[0])


def test_checks_are_made_when_asked_for(report: SeedReport) -> None:
    assert report.checks == []


def test_there_are_no_checks_of_rows_that_were_handed_in(sqlite_url: str) -> None:
    assert seed_database({"t": [{"id": 1}]}, _with_table(sqlite_url)).checks is None


def _with_table(url: str) -> str:
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE t (id INTEGER PRIMARY KEY)"))
    engine.dispose()
    return url
