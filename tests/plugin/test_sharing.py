"""Under xdist a dataset is made and loaded once for all workers; what a crash leaves is swept away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from pytest_misata.api import generate
from pytest_misata.fixtures.holds import sweep
from pytest_misata.fixtures.naming import for_worker
from pytest_misata.fixtures.sharing import Recipe, Sharing
from pytest_misata.load.databases import Databases, databases_of
from pytest_misata.load.report import SeedReport
from pytest_misata.load.seed import seed_database
from tests.plugin.conftest import children, count

CONFTEST = """
import pathlib
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with open({file!r}, "a") as log:
            log.write(f"{{engine.url.database}}\\n")
    return prepare
"""
TESTS = """
import hashlib, os, time

@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", range(8))
def test_it(misata_engine, misata_report, worker_id, n):
    with misata_engine.connect() as connection:
        rows = [tuple(map(str, row)) for table in ("users", "subscriptions")
                for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))]
    assert misata_report.table_rows["users"] == 20
    print(f"seen={worker_id}:{hashlib.sha256(repr(rows).encode()).hexdigest()}!")
    time.sleep(0.05)
"""


def seen(result: pytest.RunResult) -> dict[str, str]:
    """The digest of the rows that each worker found."""
    found = [line.partition("seen=")[2].rstrip("!").split(":") for line in result.outlines if "seen=" in line]
    return dict(found)


@pytest.fixture
def log(pytester: pytest.Pytester) -> Path:
    """Has a line for each database that was prepared."""
    return pytester.path / "prepared.log"


def beside(url: str) -> list[str]:
    databases = databases_of(make_url(url))
    return databases.made(f"{databases.base}_")


def test_loaded_once_and_the_same_everywhere(suite, run, log: Path, server_url: str) -> None:
    suite(TESTS, conftest=CONFTEST.format(file=str(log)))
    result = run("-n", "2", "-rP", f"--misata-database={server_url}")
    result.assert_outcomes(passed=8)
    assert len(log.read_text().splitlines()) == 1
    digests = seen(result)
    assert sorted(digests) == ["gw0", "gw1"]
    assert len(set(digests.values())) == 1
    assert beside(server_url) == []


@pytest.mark.parametrize("dist", ["loadscope", "worksteal", "each"])
def test_the_default_database_is_loaded_once(suite, run, log: Path, dist: str) -> None:
    suite(TESTS, conftest=CONFTEST.format(file=str(log)))
    passed = 16 if dist == "each" else 8
    run("-n", "2", "--dist", dist).assert_outcomes(passed=passed)
    assert len(log.read_text().splitlines()) == 1


def test_a_crash_leaves_nothing_behind(suite, run, postgresql_url: str) -> None:
    suite(TESTS + "    if n == 0:\n        os._exit(3)\n")
    result = run("-n", "2", "--dist", "load", f"--misata-database={postgresql_url}")
    result.assert_outcomes(passed=7, failed=1)
    assert beside(postgresql_url) == []


def test_what_a_dead_run_left_is_dropped_and_what_a_living_one_holds_stays(suite, run, postgresql_url: str) -> None:
    databases = databases_of(make_url(postgresql_url))
    left, held, other = (f"{databases.base}_{ending}" for ending in ("gw7", "gw0", "archive"))
    for name in (left, held, other):
        databases.create(name)
    release = databases.hold(held)
    assert release is not None
    try:
        suite(TESTS)
        run("-n", "2", f"--misata-database={postgresql_url}").assert_outcomes(passed=8)
        assert beside(postgresql_url) == sorted([held, other])
    finally:
        release()
        for name in (held, other):
            databases.drop(name)


FAILING = """
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        raise RuntimeError("no migration")
    return prepare
"""


def test_a_failure_to_load_is_told_by_every_test(suite, run, sqlite_url: str) -> None:
    suite(TESTS, conftest=FAILING)
    run("-n", "2", f"--misata-database={sqlite_url}").assert_outcomes(errors=8)
    assert [name for name in children(Path(make_url(sqlite_url).database or "").parent) if name.endswith(".db")] == []


def fill(engine: Engine) -> SeedReport:
    return seed_database(generate("A SaaS company with 3 users"), engine, create=True)


@pytest.fixture
def worker(tmp_path: Path, server_url: str) -> Iterator[Callable[[str], Sharing]]:
    """Makes what a worker of one run shares. Those made end with the test."""
    with ExitStack() as stack:
        yield lambda name: Sharing(tmp_path / "run", name, stack)


@contextmanager
def copied(sharing: Sharing, databases: Databases, name: str) -> Iterator[str]:
    recipe = Recipe({"story": "of three users"}, fill)
    assert sharing.copy(databases, name, recipe, None) is not None
    try:
        yield str(databases.url_of(name).render_as_string(hide_password=False))
    finally:
        databases.drop(name)


def test_a_template_whose_maker_has_left_is_not_swept_away_by_another_run(
    worker: Callable[[str], Sharing], tmp_path: Path, server_url: str
) -> None:
    databases = databases_of(make_url(server_url))
    name = for_worker(databases.base, "gw9")
    heir = worker("gw1")
    with ExitStack() as stack:
        with copied(Sharing(tmp_path / "run", "gw0", stack), databases, name), copied(heir, databases, f"{name}_2"):
            (template,) = heir.names(databases)
        stack.close()
        assert databases.exists(template)
    with copied(heir, databases, name):
        sweep(databases)
        assert databases.exists(template)


def test_the_sweep_of_a_worker_spares_the_templates_of_its_run(
    worker: Callable[[str], Sharing], tmp_path: Path, server_url: str
) -> None:
    databases = databases_of(make_url(server_url))
    name = for_worker(databases.base, "gw9")
    other = worker("gw1")
    with (
        ExitStack() as stack,
        copied(Sharing(tmp_path / "run", "gw0", stack), databases, name),
        copied(other, databases, f"{name}_2"),
    ):
        (template,) = other.names(databases)
    sweep(databases, other.names(databases))
    assert databases.exists(template)


def test_a_template_that_is_gone_is_made_again(worker: Callable[[str], Sharing], server_url: str) -> None:
    databases = databases_of(make_url(server_url))
    name = for_worker(databases.base, "gw9")
    sharing = worker("gw0")
    with copied(sharing, databases, name):
        (template,) = sharing.names(databases)
    databases.drop(template)
    with copied(sharing, databases, name) as url:
        assert count(url) == 3
    assert databases.exists(template)
