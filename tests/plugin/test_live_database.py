"""models="database" without misata_prepare: the tables that the named database has, in copies of it too."""

from __future__ import annotations

from tests.plugin.conftest import engine_of

TESTS = """
pytestmark = pytest.mark.misata(models="database", story="20 accounts")

@pytest.mark.parametrize("n", range(4))
def test_it(misata_session, n):
    assert misata_session.scalar(text("SELECT count(*) FROM accounts")) == 20

@pytest.mark.misata(isolation="clone")
@pytest.mark.parametrize("n", range(2))
def test_alone(misata_session, n):
    misata_session.execute(text("DELETE FROM accounts"))
    misata_session.commit()
"""


def _migrate(url: str) -> None:
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE accounts (id INTEGER PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE)")
    engine.dispose()


def _accounts(url: str) -> int:
    engine = engine_of(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM accounts").scalar_one()
    engine.dispose()
    return int(found)


def test_each_worker_fills_a_copy_of_the_database(suite, run, server_url: str) -> None:
    _migrate(server_url)
    suite(TESTS)
    run("-n", "2", f"--misata-database={server_url}").assert_outcomes(passed=6)
    assert _accounts(server_url) == 0


def test_clones_in_one_process(suite, run, server_url: str) -> None:
    _migrate(server_url)
    suite(TESTS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=6)
    assert _accounts(server_url) == 20
