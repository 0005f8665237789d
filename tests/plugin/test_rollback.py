"""Each test finds exactly the seeded rows, whatever the test before it did on its session or connection."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from tests.plugin.conftest import engine_of

PREPARE = """
    import pytest

    @pytest.fixture(scope="session")
    def misata_prepare():
        def prepare(engine):
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, line VARCHAR(9))")
        return prepare
    """

TESTS = """
def untouched(connection):
    assert connection.scalar(text("SELECT count(*) FROM users")) == 20
    assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
    assert connection.scalar(text("SELECT count(*) FROM notes")) == 0


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
class TestEach:
    def test_a_session_that_commits_and_rolls_back(self, misata_session, turn):
        untouched(misata_session)
        misata_session.execute(text("INSERT INTO notes VALUES (1, 'kept')"))
        misata_session.execute(text("DELETE FROM subscriptions"))
        misata_session.commit()
        misata_session.execute(text("INSERT INTO notes VALUES (2, 'undone')"))
        misata_session.rollback()
        assert misata_session.scalar(text("SELECT count(*) FROM notes")) == 1
        assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) == 0

    def test_a_connection_that_commits_and_rolls_back(self, misata_connection, turn):
        untouched(misata_connection)
        misata_connection.execute(text("INSERT INTO notes VALUES (1, 'kept')"))
        misata_connection.execute(text("DELETE FROM subscriptions"))
        misata_connection.commit()
        misata_connection.execute(text("INSERT INTO notes VALUES (2, 'undone')"))
        misata_connection.rollback()
        with misata_connection.begin():
            misata_connection.execute(text("INSERT INTO notes VALUES (3, 'kept')"))
        misata_connection.rollback()
        assert misata_connection.scalar(text("SELECT count(*) FROM notes")) == 2

    def test_a_session_that_reads_first(self, misata_session, turn):
        untouched(misata_session)
        misata_session.commit()
        misata_session.execute(text("INSERT INTO notes VALUES (1, 'kept')"))
        misata_session.commit()

    def test_a_statement_that_the_database_refuses(self, misata_session, turn):
        untouched(misata_session)
        misata_session.execute(text("INSERT INTO notes VALUES (1, 'first')"))
        with pytest.raises(Exception, match="notes|PRIMARY|Duplicate"):
            misata_session.execute(text("INSERT INTO notes VALUES (1, 'again')"))

    def test_a_connection_that_the_test_closes(self, misata_connection, turn):
        untouched(misata_connection)
        misata_connection.execute(text("INSERT INTO notes VALUES (1, 'gone')"))
        misata_connection.close()

    def test_session_and_connection_are_one(self, misata_session, misata_connection, turn):
        untouched(misata_session)
        misata_session.execute(text("INSERT INTO notes VALUES (1, 'seen')"))
        misata_session.flush()
        assert misata_connection.scalar(text("SELECT count(*) FROM notes")) == 1
"""

DDL = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
@pytest.mark.parametrize("fixture", ["misata_session", "misata_connection"])
def test_ddl(request, fixture, turn):
    connection = request.getfixturevalue(fixture)
    connection.execute(text("CREATE TABLE made_by_the_test (id INTEGER)"))
    connection.execute(text("INSERT INTO made_by_the_test VALUES (1)"))
    connection.commit()
    connection.execute(text("ALTER TABLE users ADD COLUMN made_by_the_test INTEGER"))
    connection.commit()
    assert connection.scalar(text("SELECT count(*) FROM made_by_the_test")) == 1
"""


def test_rows_are_taken_back(suite, run, server_url: str) -> None:
    suite(TESTS, conftest=PREPARE)
    run(f"--misata-database={server_url}").assert_outcomes(passed=12)


def test_rows_are_taken_back_in_the_default_database(suite, run) -> None:
    suite(TESTS, conftest=PREPARE)
    run().assert_outcomes(passed=12)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_ddl_is_taken_back(suite, run, kind: str, request: pytest.FixtureRequest) -> None:
    suite(DDL)
    run("--misata-database=" + request.getfixturevalue(f"{kind}_url")).assert_outcomes(passed=4)


def test_ddl_that_mariadb_commits_is_noticed_and_repaired(suite, run, mysql_url: str) -> None:
    suite(
        """
        @pytest.mark.misata(story=STORY)
        @pytest.mark.parametrize("turn", range(3))
        def test_it(misata_connection, turn):
            count = misata_connection.scalar(text("SELECT count(*) FROM subscriptions"))
            misata_connection.execute(text("DELETE FROM subscriptions"))
            misata_connection.execute(text("CREATE TABLE made_by_the_test_%d (id INTEGER)" % turn))
            assert count > 0
        """.replace("\n        ", "\n")
    )
    run(f"--misata-database={mysql_url}").assert_outcomes(passed=3)


LEFTOVERS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
@pytest.mark.parametrize("fixture", ["misata_session", "misata_connection"])
def test_it(request, fixture, turn):
    connection = request.getfixturevalue(fixture)
    assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
    reference = "user_id INTEGER, FOREIGN KEY (user_id) REFERENCES users (id)"
    connection.execute(text(f"CREATE TABLE tmp_x (id INTEGER, {reference})"))
    connection.execute(text("DELETE FROM subscriptions"))
    connection.commit()
    connection.execute(text("INSERT INTO tmp_x VALUES (1, NULL)"))
    connection.rollback()
    assert connection.scalar(text("SELECT count(*) FROM tmp_x")) == 0
    assert connection.scalar(text("SELECT count(*) FROM subscriptions")) == 0
    connection.execute(text("INSERT INTO tmp_x VALUES (2, NULL)"))
    with connection.begin_nested():
        connection.execute(text("CREATE INDEX tmp_i ON tmp_x (id)"))
    connection.commit()
    assert connection.scalar(text("SELECT count(*) FROM tmp_x")) == 1
"""


def test_after_ddl_a_test_may_commit_and_its_tables_go(suite, run, server_url: str) -> None:
    suite(LEFTOVERS, conftest=PREPARE)
    run(f"--misata-database={server_url}").assert_outcomes(passed=4)
    engine = engine_of(server_url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    assert "tmp_x" not in names
    assert {"notes", "users"} <= names


def test_after_ddl_that_the_database_refuses_a_test_may_commit(suite, run, mysql_url: str) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY)
def test_it(misata_session):
    misata_session.execute(text("DELETE FROM subscriptions"))
    with pytest.raises(Exception, match="exists"):
        misata_session.execute(text("CREATE TABLE users (id INTEGER)"))
    misata_session.commit()


@pytest.mark.misata(story=STORY)
def test_next(misata_session):
    assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) > 0
"""
    )
    run("-p", "no:randomly", f"--misata-database={mysql_url}").assert_outcomes(passed=2)


def test_isolation_none_keeps_what_a_test_commits_until_the_next_dataset(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY, isolation="none")
class TestKept:
    def test_1(self, misata_session):
        misata_session.execute(text("DELETE FROM subscriptions"))
        misata_session.commit()

    def test_2(self, misata_session):
        assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) == 0


@pytest.mark.misata(story=STORY)
def test_3(misata_session):
    assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) > 0
"""
    )
    run("-p", "no:randomly").assert_outcomes(passed=3)


def test_foreign_keys_are_enforced_on_sqlite(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY)
def test_it(misata_connection):
    with pytest.raises(Exception, match="FOREIGN KEY"):
        misata_connection.execute(text("UPDATE subscriptions SET user_id = 99999"))
"""
    )
    run().assert_outcomes(passed=1)


LATE = """
@pytest.fixture
def late(misata_engine):
    yield
    with misata_engine.begin() as connection:
        connection.execute(text("DELETE FROM subscriptions"))


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(3))
def test_it(late, misata_session, turn):
    assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) > 0
"""


def test_what_a_fixture_commits_after_the_session_was_rolled_back(suite, run, server_url: str) -> None:
    suite(LATE)
    run(f"--misata-database={server_url}").assert_outcomes(passed=3)


ENDS_SESSIONS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(3))
def test_it(misata_session, misata_engine, turn):
    with misata_engine.connect() as idle:
        assert idle.scalar(text("SELECT count(*) FROM subscriptions")) > 0
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.execute(
        text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
"""


def test_a_session_that_ends_all_others(suite, run, postgresql_url: str) -> None:
    suite(ENDS_SESSIONS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=3)
