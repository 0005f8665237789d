"""The plain library inside somebody's own fixtures: no marker, no ini file."""

from __future__ import annotations

CONFTEST = """
    import pytest
    import pytest_misata as misata
    from pytest_misata import seed_database
    from sqlalchemy import create_engine

    @pytest.fixture(scope="session")
    def db_engine():
        engine = create_engine("sqlite:///./test.db")
        yield engine
        engine.dispose()

    @pytest.fixture(scope="session", autouse=True)
    def seed_test_db(db_engine):
        tables = misata.generate("A SaaS company with 100 users.", seed=42)
        return seed_database(tables, db_engine, create=True, truncate=True)
    """

TESTS = """
def test_it(db_engine, seed_test_db):
    with db_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 100
    assert seed_test_db.table_rows["users"] == 100
"""


def test_it_works_and_the_plugin_stays_out_of_it(suite, run) -> None:
    suite(TESTS, conftest=CONFTEST)
    for _ in range(2):
        result = run()
        result.assert_outcomes(passed=1)
        result.stdout.no_fnmatch_line("misata:*")
