"""Locks that a test leaves on MariaDB by connections of its own are in nobody's way."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

HEAD = """
from sqlalchemy import create_engine

LEFT = []


def leave(url, statement):
    connection = create_engine(url).connect()
    connection.execute(text(statement)).fetchone()
    LEFT.append(connection)

"""
READS = """
@pytest.mark.misata(story=STORY)
def test_first(misata_url):
    leave(misata_url, "SELECT * FROM users")


@pytest.mark.misata(story=STORY, seed=3)
def test_second(misata_engine):
    with misata_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20


@pytest.mark.misata(story="An online shop with 6 customers")
def test_third(misata_engine):
    with misata_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM customers")) == 6
"""
LOCKS = """
@pytest.mark.misata(story=STORY)
def test_first(misata_url):
    leave(misata_url, "SELECT * FROM users FOR UPDATE")


@pytest.mark.misata(story=STORY)
def test_second(misata_engine):
    with misata_engine.begin() as connection:
        connection.execute(text("SET innodb_lock_wait_timeout = 1"))
        connection.execute(text("UPDATE users SET id = id"))


@pytest.mark.misata(story=STORY)
def test_third(misata_session, misata_url):
    leave(misata_url, "SELECT * FROM users FOR UPDATE")


@pytest.mark.misata(story=STORY)
def test_fourth(misata_session):
    misata_session.execute(text("SET innodb_lock_wait_timeout = 1"))
    misata_session.execute(text("UPDATE users SET id = id"))
"""


@pytest.mark.parametrize("tests", [READS, LOCKS], ids=["reads", "locks"])
def test_what_a_test_left_open_ends(suite, run_alone, mysql_url: str, tests: str) -> None:
    suite(HEAD + tests)
    # Otherwise the keeper gives up after ten seconds, and the tests after one.
    run_alone(f"--misata-database={mysql_url}", "-p", "no:randomly").assert_outcomes(passed=tests.count("def test"))


@pytest.fixture
def watched(mysql_url: str) -> Iterator[None]:
    """Somebody reads the server's list of transactions so often that it is never brought up to date."""
    engine, done = create_engine(mysql_url.rpartition("/")[0]), threading.Event()

    def watch() -> None:
        with engine.connect() as connection:
            while not done.wait(0.03):
                connection.execute(text("SELECT * FROM information_schema.innodb_trx")).fetchall()

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield
    done.set()
    watcher.join()
    engine.dispose()


@pytest.mark.usefixtures("watched")
def test_locks_end_where_the_list_of_transactions_is_old(suite, run_alone, mysql_url: str) -> None:
    suite(HEAD + LOCKS)
    run_alone(f"--misata-database={mysql_url}", "-p", "no:randomly").assert_outcomes(passed=LOCKS.count("def test"))
