"""Users of a server who may not do everything there."""

from __future__ import annotations

import pytest
from sqlalchemy import URL, make_url

from tests.plugin.conftest import execute
from tests.servers import user_of

TESTS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_shared(misata_engine, turn):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20
        connection.execute(text("DELETE FROM subscriptions"))
        connection.execute(text("DELETE FROM users WHERE id = 1"))


@pytest.mark.misata(story=STORY, isolation="clone")
def test_copied(misata_engine):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20
        connection.execute(text("DROP TABLE invoices"))
"""


def text_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("kind", "grant"), [("mysql", "GRANT ALL ON `*%`.[*] TO misata_*"), ("postgresql", "ALTER ROLE misata_* CREATEDB")]
)
@pytest.mark.parametrize("arguments", [("-k", "copied"), ("-n", "1")], ids=["clone", "worker"])
def test_who_may_make_no_databases_is_told_what_to_grant(
    suite, run, request: pytest.FixtureRequest, kind: str, grant: str, arguments: tuple[str, ...]
) -> None:
    suite(TESTS)
    with user_of(make_url(request.getfixturevalue(f"{kind}_url")), "few") as url:
        result = run(f"--misata-database={text_of(url)}", *arguments)
    result.stdout.fnmatch_lines([f"{url.username} may not make databases beside {url.database} (*: {grant}; *"])
    assert not result.parseoutcomes().get("passed")


def test_rights_by_the_beginning_of_a_name(suite, run, mysql_url: str) -> None:
    suite(TESTS)
    own = make_url(mysql_url)
    with user_of(own, "few") as url:
        execute(mysql_url, f"GRANT ALL ON `{own.database}%%`.* TO {url.username}")
        run(f"--misata-database={text_of(url)}", "-n", "2").assert_outcomes(passed=3)


LOCKED = """
from sqlalchemy import create_engine

LEFT = []


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("what", ["LOCK TABLES users WRITE", "SELECT 1 FROM users FOR UPDATE", "SELECT 1 FROM users"])
def test_one(misata_url, what):
    connection = create_engine(misata_url).connect()
    connection.execute(text(what)).close()
    LEFT.append(connection)


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(3))
def test_two(misata_engine, turn):
    with misata_engine.begin() as connection:
        connection.execute(text("SET innodb_lock_wait_timeout = 1"))
        connection.execute(text("SET lock_wait_timeout = 1"))
        connection.execute(text("UPDATE users SET id = id"))
"""


def test_locks_that_a_test_leaves_are_ended_without_the_right_to_see_them(suite, run_alone, mysql_url: str) -> None:
    suite(LOCKED)
    with user_of(make_url(mysql_url), "few") as url:
        run_alone(f"--misata-database={text_of(url)}", "-p", "no:randomly").assert_outcomes(passed=6)


OTHERS = """
import os

from sqlalchemy import create_engine

LEFT = []


@pytest.mark.misata(story=STORY)
def test_it(misata_engine):
    with misata_engine.begin() as mine:
        mine.execute(text("DELETE FROM invoices"))
    connection = create_engine(os.environ["OTHERS"]).connect()
    connection.execute(text("DELETE FROM subscriptions"))
    LEFT.append(connection)
"""


def test_a_transaction_of_another_user_that_may_not_be_ended_is_told(
    suite, run_alone, mysql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite(OTHERS)
    monkeypatch.setenv("OTHERS", mysql_url)
    with user_of(make_url(mysql_url), "few") as url:
        result = run_alone(f"--misata-database={text_of(url)}")
    result.stdout.fnmatch_lines([f"*another user's transaction keeps tables of {url.database} locked*"])
