"""Whatever tests do, in whatever order, the next one finds what was seeded. `run.py` does the same a thousand times."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.isolation import suite
from tests.servers import user_of

TESTS = 64


def check(folder: Path, url: str, *arguments: str, times: int = 1) -> None:
    suite.write(folder)
    outcome = suite.run(folder, url, TESTS, *arguments)
    planned = suite.failing(TESTS, times)
    run = (TESTS - suite.cases(TESTS)) * times + suite.cases(TESTS)
    found = (outcome.errors, outcome.failed, outcome.passed)
    assert found == (0, planned, run - planned), outcome.output


def test_on_a_sqlite_file(tmp_path: Path, sqlite_url: str) -> None:
    check(tmp_path, sqlite_url)


def test_in_memory(tmp_path: Path) -> None:
    check(tmp_path, "sqlite://")


def test_in_a_private_database_of_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    # In a database that lasts, definitions of somebody else's tables are not made anew: see docs/isolation.md.
    check(tmp_path, postgresql_url, "-n", "1")


def test_on_mariadb(tmp_path: Path, mysql_url: str) -> None:
    check(tmp_path, mysql_url, "--randomly-seed=1")


def test_on_mariadb_by_a_user_of_one_database(tmp_path: Path, mysql_url: str) -> None:
    with user_of(make_url(mysql_url), "few") as url:
        check(tmp_path, url.render_as_string(hide_password=False), "--randomly-seed=2")


@pytest.mark.parametrize("order", [1])
def test_in_two_processes(tmp_path: Path, sqlite_url: str, order: int) -> None:
    check(tmp_path, sqlite_url, "-n", "2", f"--randomly-seed={order}")


def test_repeated_and_tried_again(tmp_path: Path, postgresql_url: str) -> None:
    check(tmp_path, postgresql_url, "-n", "2", "--count=2", "--reruns=1", times=2)
