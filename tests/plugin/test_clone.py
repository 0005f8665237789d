"""With isolation="clone" a test has a database to itself, in which commits are commits and nobody minds DDL."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from pytest_misata.load.databases import databases_of
from tests.plugin.conftest import TELLS_WHEN_MADE, engine_of, made_and_said
from tests.plugin.test_sharing import CONFTEST as PREPARED
from tests.plugin.test_xdist import still_there

TESTS = """
pytestmark = pytest.mark.misata(story=STORY)


@pytest.fixture(scope="session")
def application(misata_url):
    from sqlalchemy import create_engine

    engine = create_engine(misata_url)
    yield engine
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 0
    engine.dispose()


@pytest.mark.misata(isolation="clone")
@pytest.mark.parametrize("turn", range(3))
def test_it(misata_session, misata_connection, misata_engine, misata_url, misata_report, application, turn):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == misata_report.table_rows["users"] == 20
    for name in ("invoices", "subscriptions", "users"):
        misata_session.execute(text("DELETE FROM " + name))
    misata_session.commit()
    for engine in (application, misata_engine):
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM users")) == 0
    with misata_engine.begin() as connection:
        connection.execute(text("DROP TABLE invoices"))
    assert misata_url == misata_engine.url.render_as_string(hide_password=False)
    print("here=" + misata_engine.url.database)


def test_others(misata_session, misata_engine):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    assert "clone" not in misata_engine.url.database
"""


def test_each_test_has_a_database_of_its_own(suite, run, server_url: str) -> None:
    suite(TESTS)
    result = run("-s", f"--misata-database={server_url}")
    result.assert_outcomes(passed=4)
    names = {line.split("=")[1] for line in result.outlines if "here=" in line}
    assert len(names) == 1
    (name,) = names
    assert not still_there(server_url, {name, name.replace("clone", "template")})


def test_in_the_default_database(suite, run, pytester: pytest.Pytester) -> None:
    suite(TESTS)
    run(f"--basetemp={pytester.path / 'base'}").assert_outcomes(passed=4)
    assert list((pytester.path / "base").rglob("*.db")) == []


def test_the_workers_of_a_run_share_what_they_copy(suite, run, server_url: str, pytester: pytest.Pytester) -> None:
    log = pytester.path / "prepared.log"
    suite(
        """
import time


@pytest.mark.misata(story=STORY, isolation="clone")
@pytest.mark.parametrize("turn", range(6))
def test_it(misata_engine, misata_report, turn):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == misata_report.table_rows["users"] == 20
        connection.execute(text("DELETE FROM invoices"))
    time.sleep(0.05)
""",
        conftest=PREPARED.format(file=str(log)),
    )
    run("-n", "2", f"--misata-database={server_url}").assert_outcomes(passed=6)
    assert len(log.read_text().splitlines()) == 1
    databases = databases_of(make_url(server_url))
    assert databases.made(f"{databases.base}_") == []


def test_the_default_database_is_copied_from_what_an_earlier_run_kept(suite, run) -> None:
    suite(TELLS_WHEN_MADE.replace("story=STORY", "story=STORY, isolation='clone'"))
    first, second = (made_and_said(run("--misata-reuse", "-rP")) for _ in range(2))
    assert first == second
    assert len(first[0]) == 1


def test_in_processes(suite, run, postgresql_url: str) -> None:
    suite(TESTS.replace("range(3)", "range(8)"))
    run("-n", "2", f"--misata-database={postgresql_url}").assert_outcomes(passed=9)


@pytest.mark.parametrize("database", ["sqlite://", "sqlite:///file:clones?mode=memory&cache=shared&uri=true"])
def test_in_memory(suite, run, database: str) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY, isolation="clone")
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_session, misata_engine, turn):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    misata_session.execute(text("DELETE FROM invoices"))
    misata_session.commit()
    misata_session.execute(text("DROP TABLE invoices"))
    misata_session.commit()


@pytest.mark.misata(story=STORY)
def test_others(misata_session):
    assert misata_session.scalar(text("SELECT count(*) FROM invoices")) > 0
"""
    )
    run(f"--misata-database={database}").assert_outcomes(passed=3)


def test_by_setting_and_for_unittest(suite, run) -> None:
    suite(
        """
import unittest


@pytest.mark.misata(story=STORY)
class TestUsers(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _data(self, misata_engine):
        self.engine = misata_engine

    def test_1(self):
        with self.engine.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM invoices")) > 0
            connection.execute(text("DROP TABLE invoices"))

    test_2 = test_1
""",
        ini="misata_isolation = clone",
    )
    run().assert_outcomes(passed=2)


def test_a_test_that_is_run_again_finds_a_fresh_one(suite, run, server_url: str) -> None:
    suite(
        """



@pytest.mark.misata(story=STORY, isolation="clone")
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_engine, turn):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM invoices")) > 0
        connection.execute(text("DELETE FROM invoices"))
""",
        conftest="""
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            runtestprotocol(item, nextitem=nextitem, log=False)
            runtestprotocol(item, nextitem=nextitem)
            return True
        """,
    )
    run(f"--misata-database={server_url}").assert_outcomes(passed=2)


PREPARE = """
    import pytest

    STATEMENTS = '''
        CREATE TABLE words (id INT PRIMARY KEY AUTO_INCREMENT, word VARCHAR(9), size INTEGER AS (length(word)) STORED)
        CREATE TABLE heard (id INTEGER PRIMARY KEY AUTO_INCREMENT, word_id INTEGER REFERENCES words (id))
        CREATE TRIGGER hear AFTER INSERT ON words FOR EACH ROW INSERT INTO heard (word_id) VALUES (new.id)
        CREATE VIEW z_view AS SELECT word FROM words
        CREATE VIEW a_view AS SELECT word FROM z_view WHERE word LIKE 'a%%'
        CREATE SEQUENCE numbers
        SELECT nextval(numbers)
        CREATE PROCEDURE twice() SELECT 2
        INSERT INTO words (word) VALUES ('abc'), ('de')
    '''

    @pytest.fixture(scope="session")
    def misata_prepare():
        def prepare(engine):
            with engine.begin() as connection:
                for statement in STATEMENTS.strip().splitlines():
                    connection.exec_driver_sql(statement)
        return prepare
"""


def test_mariadb_copies_more_than_tables(suite, run, mysql_url: str) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY, isolation="clone")
def test_it(misata_engine):
    with misata_engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT id, word, size FROM words").all()
        assert rows == [(1, "abc", 3), (2, "de", 2)]
        assert connection.exec_driver_sql("SELECT word FROM a_view").scalars().all() == ["abc"]
        assert connection.exec_driver_sql("SELECT nextval(numbers)").scalar() > 1
        connection.exec_driver_sql("INSERT INTO words (word) VALUES ('new')")
        assert connection.exec_driver_sql("SELECT max(word_id) FROM heard").scalar() == 3
        connection.exec_driver_sql("CALL twice()")
""",
        conftest=PREPARE,
    )
    run(f"--misata-database={mysql_url}").assert_outcomes(passed=1)


def test_a_database_that_is_not_for_tests_is_refused_before_connecting(suite, run) -> None:
    suite("@pytest.mark.misata(story=STORY, isolation='clone')\ndef test_it(misata_engine): pass")
    result = run("--misata-database=postgresql+psycopg://me:secret@127.0.0.1:1/contest?password=secret")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*refused to make copies in database 'contest'*"])
    result.stdout.no_fnmatch_line("*secret*")


def test_engines_are_left_alone(suite, run, postgresql_url: str) -> None:
    suite(
        "@pytest.mark.misata(story=STORY, isolation='clone')\n"
        "def test_it(misata_session): assert misata_session.scalar(text('SELECT count(*) FROM users')) == 20",
        conftest=f"""
        import pytest
        from sqlalchemy import create_engine

        @pytest.fixture(scope="session")
        def misata_database():
            engine = create_engine({postgresql_url!r})
            with engine.connect():
                yield engine
            engine.dispose()
        """,
    )
    run().assert_outcomes(passed=1)
    engine = engine_of(postgresql_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT to_regclass('users')").scalar() is None
    engine.dispose()


def test_a_connection_that_a_test_leaves_amid_a_transaction_keeps_no_database_alive(
    suite, run, server_url: str
) -> None:
    suite(
        """
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

LEFT = []


@pytest.mark.misata(story=STORY, isolation="clone")
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_url, turn):
    connection = create_engine(misata_url, poolclass=NullPool).connect()
    LEFT.append(connection)
    connection.execute(text("DELETE FROM invoices"))


@pytest.fixture(scope="session", autouse=True)
def _late():
    yield
    for connection in LEFT:
        connection.invalidate()
"""
    )
    run(f"--misata-database={server_url}").assert_outcomes(passed=2)
    databases = databases_of(make_url(server_url))
    assert databases.made(f"{databases.base}_") == []


def test_what_a_run_that_died_left_is_dropped_by_the_next(suite, run, run_alone, server_url: str) -> None:
    suite(CRASHING)
    crashed = run_alone(f"--misata-database={server_url}")
    assert crashed.ret == 3
    databases = databases_of(make_url(server_url))
    assert databases.made(f"{databases.base}_")
    run(f"--misata-database={server_url}", "-k", "calm").assert_outcomes(passed=1)
    assert databases.made(f"{databases.base}_") == []


CRASHING = """
import os


@pytest.mark.misata(story=STORY, isolation="clone")
@pytest.mark.parametrize("what", ["calm", "dies"])
def test_it(misata_engine, what):
    if what == "dies":
        os._exit(3)
"""
