"""What --misata-reuse keeps beside the database that a URL names: for workers, for clones, for pytest-postgresql."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import URL, make_url

from pytest_misata.load.databases import Databases, databases_of
from tests.plugin.conftest import execute, repeating

WRITES = """
import os

@pytest.mark.misata(story=STORY{more})
@pytest.mark.parametrize("n", range(4))
def test_it(misata_engine, misata_report, n):
    print(f"made={{misata_report.seconds['total']}}!")
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
        connection.execute(text("DELETE FROM subscriptions"))
        connection.execute(text("UPDATE users SET email = 'x' WHERE id = 3"))
"""
TEST = WRITES.format(more="")
CLONES = WRITES.replace("range(4)", "range(2)").format(more=", isolation='clone'")

WORKERS = ("-n", "2")

Again = Callable[..., tuple[set[str], list[str]]]


def ways(server: str) -> pytest.MarkDecorator:
    """With clones on each server, in this process; and with workers, which copy the same way, on one of them."""
    cases = [("postgresql", CLONES, ()), ("mysql", CLONES, ()), (server, TEST, WORKERS)]
    names = ["postgresql-clones", "mysql-clones", f"{server}-workers"]
    return pytest.mark.parametrize(("url", "test", "workers"), cases, ids=names, indirect=["url"])


@pytest.fixture(params=["postgresql", "mysql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database on each server."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def databases(url: str) -> Iterator[Databases]:
    """Those beside the database, which are dropped in the end."""
    found = databases_of(make_url(url))
    yield found
    for name in found.made(f"{found.base}_"):
        found.drop(name)


@pytest.fixture
def again(run, url: str, databases: Databases) -> Again:
    """Runs pytest with reuse, and gives when data was made, and why."""
    runs = repeating(run, f"--misata-database={url}")

    def once(*arguments: str, passed: int = 0) -> tuple[set[str], list[str]]:
        made, said = runs(*arguments, passed=passed or (4 if "-n" in arguments else 2))
        return set(made), said

    return once


def kept(databases: Databases) -> list[str]:
    return databases.made(f"{databases.base}_")


@ways("postgresql")
def test_the_next_run_copies_it(suite, again: Again, databases: Databases, test: str, workers: tuple[str, ...]) -> None:
    suite(test)
    made, said = again(*workers)
    assert (len(made), said) == (1, [])
    names = kept(databases)
    assert len(names) == 1
    assert again(*workers, "--misata-verify") == (made, [])
    # It was opened to be verified.
    assert again(*workers) == (made, [])
    assert kept(databases) == names


def test_workers_and_clones_copy_the_same(suite, again: Again, databases: Databases) -> None:
    suite(TEST + CLONES.replace("test_it", "test_clone"))
    made, _ = again(*WORKERS, passed=6)
    assert len(made) == 1
    assert again(*WORKERS, passed=6) == (made, [])
    assert len(kept(databases)) == 1


def test_a_change_of_the_marker_says_what_changed(suite, again: Again, databases: Databases) -> None:
    suite(CLONES)
    made, _ = again()
    suite(CLONES.replace("story=STORY", "story=STORY, seed=7"))
    other, said = again()
    assert said == ["seed was 42 and is 7"]
    assert len(other) == 1
    suite(CLONES)
    assert again() == (made, [])
    assert len(kept(databases)) == 2


@pytest.mark.parametrize("url", ["mysql"], indirect=True)
def test_create_makes_it_anew_once_for_all_workers(suite, again: Again) -> None:
    suite(TEST)
    made, _ = again(*WORKERS)
    other, said = again(*WORKERS, "--misata-create")
    assert said == ["--misata-create is given"]
    assert len(other) == 1
    assert other != made


def test_one_that_is_gone(suite, again: Again, databases: Databases) -> None:
    suite(CLONES)
    again()
    (name,) = kept(databases)
    databases.drop(name)
    assert again()[1] == ["its database is gone"]


def test_one_that_somebody_wrote_to(suite, again: Again, databases: Databases) -> None:
    suite(CLONES)
    made, _ = again()
    (name,) = kept(databases)
    is_sealed = databases.url.get_backend_name() == "postgresql"
    if is_sealed:
        databases.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    execute(databases.url_of(name).render_as_string(hide_password=False), "UPDATE users SET email = 'x' WHERE id = 3")
    if is_sealed:
        databases.seal(name)
    other, said = again()
    assert said == ["its database was written to"]
    assert other != made


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_worker_that_crashes_does_not_lose_it(suite, run, again: Again, url: str) -> None:
    suite(TEST)
    made, _ = again(*WORKERS)
    suite(TEST + "    os._exit(3) if n == 0 else None\n")
    run("--misata-reuse", *WORKERS, f"--misata-database={url}").assert_outcomes(passed=3, failed=1)
    suite(TEST)
    assert again(*WORKERS) == (made, [])


def test_one_whose_record_is_gone_is_swept_away_and_others_stay(
    suite, run, again: Again, databases: Databases, url: str, pytester: pytest.Pytester
) -> None:
    suite(CLONES)
    again()
    names = kept(databases)
    plainly = f"--misata-database={url}"
    run(plainly).assert_outcomes(passed=2)
    assert kept(databases) == names
    shutil.rmtree(pytester.path / ".pytest_cache")
    run(plainly).assert_outcomes(passed=2)
    assert kept(databases) == []


@pytest.mark.parametrize(("used", "stays"), [("2026-01-01", False), ("2999-01-01", True)])
def test_one_of_another_machine_stays_for_some_time(
    suite, run, databases: Databases, url: str, used: str, stays: bool
) -> None:
    name = f"{databases.base}_kept0123456789ab"
    databases.create(name, note=f"{used} elsewhere file:///nowhere/it's%20100%25.json")
    suite(CLONES)
    run(f"--misata-database={url}").assert_outcomes(passed=2)
    assert kept(databases) == [name] * stays


PREPARE = """
import pathlib
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with engine.begin() as connection:
            connection.exec_driver_sql(pathlib.Path({file!r}).read_text(encoding="utf-8"))
    return prepare
"""
AUDIT = "CREATE TABLE IF NOT EXISTS audit (id INTEGER PRIMARY KEY, line VARCHAR(80))"


@pytest.fixture
def migrate(pytester: pytest.Pytester) -> Callable[[str], str]:
    """Writes what `misata_prepare` runs, and gives the conftest.py that has it do so."""
    file = pytester.path / "migration.sql"

    def write(statement: str) -> str:
        file.write_text(statement, encoding="utf-8")
        return PREPARE.format(file=str(file))

    return write


@ways("mysql")
def test_what_prepare_does_is_part_of_it(suite, again: Again, migrate, test: str, workers: tuple[str, ...]) -> None:
    suite(test, conftest=migrate(AUDIT))
    made, _ = again(*workers)
    assert again(*workers) == (made, [])
    migrate(AUDIT.replace("audit", "ledger"))
    other, said = again(*workers)
    assert said == ["misata_prepare changed the database"]
    assert (len(other), other != made) == (1, True)


def test_what_can_be_prepared_only_once_is_made_in_every_run_and_a_line_says_why(suite, again: Again, migrate) -> None:
    suite(CLONES, conftest=migrate(AUDIT.replace("IF NOT EXISTS ", "")))
    again()
    _, (said,) = again()
    assert said.startswith("misata_prepare, called once more to see what it does now, fails: ")
    assert "audit" in said


LIVE = """
@pytest.mark.misata(models="database", rows=20)
@pytest.mark.parametrize("n", range(4))
def test_it(misata_session, misata_report, n):
    print(f"made={misata_report.seconds['total']}!")
    assert set(misata_report.table_rows.values()) == {20}
"""


@pytest.mark.parametrize(
    ("url", "workers"), [("postgresql", ()), ("mysql", ()), ("postgresql", WORKERS)], indirect=["url"]
)
def test_tables_that_prepare_makes(suite, again: Again, migrate, workers: tuple[str, ...]) -> None:
    suite(LIVE, conftest=migrate(AUDIT))
    made, said = again(*workers, passed=4)
    assert (len(made), said) == (1, [])
    assert again(*workers, passed=4) == (made, [])
    migrate(AUDIT.replace("audit", "ledger"))
    other, said = again(*workers, passed=4)
    assert said == ["misata_prepare changed the database"]
    assert (len(other), other != made) == (1, True)


BY_FIXTURE = """
import psycopg
from pytest_postgresql import factories

def load(**connection):
    with psycopg.connect(**{{name: value for name, value in connection.items() if name != "autocommit"}}) as opened:
        opened.execute({statement!r})

ours = factories.postgresql_noproc(
    host={url.host!r}, port={url.port!r}, user={url.username!r}, password={url.password!r},
    dbname="{url.database}_load", load=[load],
)
"""


def by_fixture(url: URL, column: str) -> str:
    return BY_FIXTURE.format(url=url, statement=f"CREATE TABLE loaded (id {column})")


@pytest.fixture
def load_url(postgresql_url: str) -> Iterator[URL]:
    """A server for pytest-postgresql, and what reuse keeps beside its databases, which is dropped in the end."""
    url = make_url(postgresql_url)
    databases = databases_of(url.set(database="postgres"), "misata")
    before = databases.made("misata_kept")
    yield url
    for name in {*databases.made("misata_kept")} - {*before}:
        databases.drop(name)


BY_OURS = "--misata-database=postgresql:ours"


def test_a_server_of_pytest_postgresql(suite, run, load_url: URL) -> None:
    again = repeating(run, BY_OURS)
    suite(CLONES, conftest=by_fixture(load_url, "INTEGER"))
    made, said = again(passed=2)
    assert (len({*made}), said) == (1, [])
    assert again(passed=2) == (made, [])
    assert again("--misata-verify", passed=2) == (made, [])
    suite(CLONES, conftest=by_fixture(load_url, "BIGINT"))
    other, said = again(passed=2)
    assert said == ["template changed"]
    assert (len({*other}), other[0] != made[0]) == (1, True)


def test_workers_on_a_server_of_pytest_postgresql(suite, run, load_url: URL) -> None:
    again = repeating(run, BY_OURS, *WORKERS, "-p", "pytest_postgresql")
    suite(TEST, conftest=by_fixture(load_url, "INTEGER"))
    made, said = again(passed=4)
    assert (len({*made}), said) == (1, [])
    assert again(passed=4) == (made, [])
