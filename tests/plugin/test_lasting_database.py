"""A database given by its URL lasts: every run truncates and fills it again, and only our own tables are dropped."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from pytest_misata.api import generate
from pytest_misata.load.seed import seed_database
from tests.plugin.conftest import count, engine_of

USERS = """
@pytest.mark.misata(story=STORY)
def test_it(misata_engine, misata_report):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20
        connection.execute(text("DELETE FROM subscriptions"))
    print(f"created={len(misata_report.created)}! truncated={len(misata_report.truncated)}!")
"""
CUSTOMERS = (
    USERS.replace("STORY", "'An online shop with 6 customers'").replace("== 20", "> 0").replace("users", "orders")
)
CUSTOMERS = CUSTOMERS.replace('connection.execute(text("DELETE FROM subscriptions"))', "pass")


def test_the_next_run_truncates_and_fills_again(suite, run, server_url: str) -> None:
    suite(USERS)
    option = f"--misata-database={server_url}"
    first = run(option, "-s")
    first.assert_outcomes(passed=1)
    first.stdout.fnmatch_lines(["*truncated=0!*"])
    assert count(server_url) == 20
    second = run(option, "-s")
    second.assert_outcomes(passed=1)
    second.stdout.fnmatch_lines(["*created=0!*"])
    assert count(server_url) == 20
    assert count(server_url, "subscriptions") > 0


def test_another_story_in_the_next_run(suite, run, server_url: str) -> None:
    suite(USERS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    suite(CUSTOMERS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    assert count(server_url, "orders") > 0


def test_tables_that_the_library_made_give_way(suite, run, server_url: str) -> None:
    seed_database(generate("An online shop with 6 customers"), server_url, create=True)
    suite(USERS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    assert count(server_url) == 20


def test_two_stories_in_one_run(suite, run, server_url: str) -> None:
    suite(USERS + CUSTOMERS.replace("test_it", "test_other"))
    run(f"--misata-database={server_url}").assert_outcomes(passed=2)
    run(f"--misata-database={server_url}").assert_outcomes(passed=2)


def test_tables_of_somebody_else_stay(suite, run, postgresql_url: str) -> None:
    engine = engine_of(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO theirs VALUES (1)")
    suite(USERS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=1)
    suite(CUSTOMERS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=1)
    assert count(postgresql_url, "theirs") == 1
    assert not inspect(engine).has_table("subscriptions")
    engine.dispose()


def test_a_url_in_the_marker(suite, run, sqlite_url: str) -> None:
    suite(USERS.replace("story=STORY", f"story=STORY, url={sqlite_url!r}"))
    run().assert_outcomes(passed=1)
    assert count(sqlite_url) == 20


def test_a_database_in_memory(suite, run) -> None:
    suite(
        """
import threading

@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", range(2))
def test_it(misata_session, misata_url, misata_engine, n):
    assert misata_url == "sqlite://"
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.commit()
"""
    )
    run("--misata-database=sqlite://").assert_outcomes(passed=2)


def test_a_password_that_needs_quoting_reaches_misata_url(suite, run, postgresql_url: str) -> None:
    from sqlalchemy import make_url

    url = make_url(postgresql_url).set(password="p@ss:w/rd%").render_as_string(hide_password=False)
    suite(
        """
from sqlalchemy import make_url

@pytest.mark.misata(story=STORY)
def test_it(misata_url):
    assert make_url(misata_url).password == "p@ss:w/rd%"
"""
    )
    result = run(f"--misata-database={url}")
    result.assert_outcomes(passed=1)
    assert "rd%" not in result.stdout.str()


def test_a_database_that_cannot_be_reached_is_one_sentence(suite, run) -> None:
    suite(USERS)
    result = run("--misata-database=postgresql://me:secret@127.0.0.1:1/app_test")
    result.assert_outcomes(errors=1)
    assert "secret" not in result.stdout.str()
    result.stdout.fnmatch_lines(["*127.0.0.1*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*seeding.py*")


@pytest.mark.parametrize("name", ["production", "latest", "contest"])
def test_a_database_not_named_for_tests_is_refused_before_connecting(suite, run, name: str) -> None:
    suite(USERS)
    result = run(f"--misata-database=postgresql://me:secret@127.0.0.1:1/{name}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*--misata-allow-database={name}, ini misata_allow_database = {name} or MISATA_*"])
    result.stdout.no_fnmatch_line("* --allow-database*")
    result.stdout.no_fnmatch_line("*refused*127.0.0.1*port 1 failed*")
    assert "secret" not in result.stdout.str()


@pytest.mark.parametrize("place", ["flag", "variable", "ini"])
def test_the_opt_in_names_the_database(suite, run, monkeypatch, place: str) -> None:
    suite(USERS, ini="misata_allow_database =\n  other\n  production\n" if place == "ini" else "")
    if place == "variable":
        monkeypatch.setenv("MISATA_ALLOW_DATABASE", "other, production")
    flags = ["--misata-allow-database=other", "--misata-allow-database=production"] if place == "flag" else []
    result = run("--misata-database=postgresql://me@127.0.0.1:1/production", *flags)
    result.assert_outcomes(errors=1)
    result.stdout.no_fnmatch_line("*--misata-allow-database=production, ini*")
    result.stdout.fnmatch_lines(["*127.0.0.1*port 1*"])


MIGRATED = """
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def migrate(engine):
        with engine.begin() as connection:
            if connection.exec_driver_sql("SELECT to_regclass('moods')").scalar() is None:
                connection.exec_driver_sql("CREATE TYPE mood AS ENUM ('fine', 'tired')")
                connection.exec_driver_sql("CREATE TABLE moods (id integer PRIMARY KEY, now mood)")
                connection.exec_driver_sql("INSERT INTO moods VALUES (1, 'fine')")
                connection.exec_driver_sql("CREATE VIEW happy AS SELECT * FROM moods WHERE now = 'fine'")
    return migrate
"""
ALTERS = """
DEEDS = {
    "alter": "ALTER TABLE moods ADD COLUMN more integer",
    "drop": "DROP TABLE moods CASCADE",
    "view": "DROP VIEW happy",
    "type": "ALTER TYPE mood ADD VALUE 'odd'",
    "ours": "ALTER TABLE users DROP COLUMN email",
}


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("deed", DEEDS)
def test_it(misata_engine, deed):
    with misata_engine.begin() as connection:
        assert connection.execute(text("SELECT * FROM happy")).all() == [(1, "fine")]
        assert connection.execute(text("SELECT enum_range(NULL::mood)::text")).scalar() == "{fine,tired}"
        assert connection.execute(text("SELECT count(email) FROM users")).scalar() == 20
        connection.execute(text(DEEDS[deed]))
"""


def test_one_that_was_empty_is_built_anew_as_a_whole(suite, run, postgresql_url: str) -> None:
    suite(ALTERS, conftest=MIGRATED)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=5)


PARTITIONED = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_engine, turn):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT to_regclass('readings')")) is None
        connection.execute(text("CREATE TABLE readings (day integer, value integer) PARTITION BY RANGE (day)"))
        connection.execute(text("CREATE TABLE early PARTITION OF readings FOR VALUES FROM (0) TO (10)"))
        connection.execute(text("CREATE INDEX ON readings (value)"))
        connection.execute(text("INSERT INTO readings VALUES (1)"))
"""


def test_a_partitioned_table_of_a_test_goes_with_it(suite, run, postgresql_url: str) -> None:
    suite(PARTITIONED)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=2)


REBUILDS_PARTITIONS = """
@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE readings (day integer, value integer) PARTITION BY RANGE (day)"))
            connection.execute(text("CREATE TABLE early PARTITION OF readings FOR VALUES FROM (0) TO (10)"))
    return prepare


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_engine, turn):
    with misata_engine.begin() as connection:
        connection.execute(text("INSERT INTO readings VALUES (1)"))
        connection.execute(text("DROP TABLE users CASCADE"))
"""


def test_a_rebuild_has_no_partitioned_table_in_its_way(suite, run, postgresql_url: str) -> None:
    suite(REBUILDS_PARTITIONS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=2)
