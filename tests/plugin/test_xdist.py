"""Each worker of xdist has a database of its own, with the same content, in any order of tests."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import inspect

from tests.plugin.conftest import children, engine_of

TESTS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", range(12))
def test_it(misata_session, misata_engine, misata_report, n, worker_id):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.commit()
    print(f"here={worker_id}:{misata_engine.url.database}:{misata_report.fingerprint}!")
    assert False
"""


def test_each_worker_has_its_own_database_on_a_server(suite, run, server_url: str) -> None:
    suite(TESTS)
    result = run("-n", "2", f"--misata-database={server_url}")
    result.assert_outcomes(failed=12)
    seen = set(re.findall(r"here=(\w+):(\S+):(\w+)!", result.stdout.str()))
    assert len({fingerprint for _, _, fingerprint in seen}) == 1
    names = {worker: name for worker, name, _ in seen}
    assert len(names) == len(seen) == 2
    assert all(name.removesuffix(".db").endswith(f"_{worker}") for worker, name in names.items())
    assert not still_there(server_url, set(names.values()))


def still_there(url: str, names: set[str]) -> set[str]:
    engine = engine_of(url)
    if engine.dialect.name == "sqlite":
        from pathlib import Path

        return {name for name in names if Path(name).exists()}
    statement = {
        "postgresql": "SELECT datname FROM pg_database",
        "mysql": "SHOW DATABASES",
        "mariadb": "SHOW DATABASES",
    }[engine.dialect.name]
    with engine.connect() as connection:
        found = set(connection.exec_driver_sql(statement).scalars())
    engine.dispose()
    return names & found


def test_the_given_database_itself_is_left_alone(suite, run, postgresql_url: str) -> None:
    suite(TESTS.replace("assert False", "pass"))
    run("-n", "2", f"--misata-database={postgresql_url}").assert_outcomes(passed=12)
    engine = engine_of(postgresql_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_default_database_under_xdist(suite, run) -> None:
    suite(TESTS.replace("assert False", "pass"))
    run("-n", "2").assert_outcomes(passed=12)


def test_an_engine_that_all_workers_would_share_is_refused(suite, run, tmp_path) -> None:
    suite(
        TESTS,
        conftest=f"""
    import pytest
    from sqlalchemy import create_engine

    @pytest.fixture(scope="session")
    def misata_database():
        engine = create_engine("sqlite:///{tmp_path}/shared_test.db")
        yield engine
        engine.dispose()
    """,
    )
    result = run("-n", "2")
    result.assert_outcomes(errors=12)
    result.stdout.fnmatch_lines(["*the same database 'shared_test': end its name with the worker's*"])
    assert children(tmp_path) == []


def test_an_engine_named_after_the_worker_is_used(suite, run, tmp_path) -> None:
    suite(
        TESTS.replace("assert False", "pass"),
        conftest=f"""
    import pytest
    from sqlalchemy import create_engine

    @pytest.fixture(scope="session")
    def misata_database(worker_id):
        engine = create_engine(f"sqlite:///{tmp_path}/app_test_{{worker_id}}.db")
        yield engine
        engine.dispose()
    """,
    )
    run("-n", "2").assert_outcomes(passed=12)
    assert children(tmp_path) == ["app_test_gw0.db", "app_test_gw1.db"]


@pytest.mark.parametrize("option", ["load", "worksteal", "loadfile"])
def test_several_datasets_in_one_run(suite, run, postgresql_url: str, option: str) -> None:
    suite(
        """
@pytest.mark.parametrize("n", range(3))
class TestBoth:
    @pytest.mark.misata(story="A SaaS company with 20 users")
    def test_a(self, misata_session, n):
        assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20

    @pytest.mark.misata(story="An online shop with 6 customers")
    def test_b(self, misata_session, misata_schema, n):
        assert misata_session.scalar(text("SELECT count(*) FROM customers")) == 6
"""
    )
    run("-n", "2", "--dist", option, f"--misata-database={postgresql_url}").assert_outcomes(passed=6)
