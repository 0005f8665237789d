"""The pytest plugin: hooks and fixture definitions. What they do is in `pytest_misata.fixtures`.

Only pytest and the standard library are imported here, so that a suite which uses none of this pays nothing for it.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_misata.fixtures import collect, marker, reporting, run, settings
from pytest_misata.fixtures.datasets import Dataset

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import Session

    from pytest_misata.engine.tables import Tables
    from pytest_misata.fixtures.clones import Templates
    from pytest_misata.fixtures.seeded import Seeded
    from pytest_misata.load.report import SeedReport
    from pytest_misata.schema.config import SchemaConfig

# Hooks


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Keep the entry point from loading this module a second time after `-p pytest_misata.plugin`."""
    if pluginmanager.get_name(sys.modules[__name__]) == __name__:
        pluginmanager.set_blocked("pytest_misata")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the flags and ini options."""
    settings.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and resolve the settings."""
    config.addinivalue_line("markers", marker.HELP)
    run.start(config)
    run.join_asyncio(config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """One line, when something is configured."""
    return reporting.header(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Lead the marker to the session fixtures."""
    collect.parametrize(metafunc)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Note the test's dataset, or what is wrong with its marker."""
    collect.adopt(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Generator[None, None, None]:
    """Refuse wrong markers, those included that a conftest.py adds here."""
    yield
    for item in items:
        collect.adopt(item)
    collect.refuse_wrong_markers(config)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse markers that name tables or columns which their data does not have."""
    from pytest_misata.fixtures import names

    names.note_unknown(session)
    collect.refuse_wrong_markers(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose marker is wrong, where the run could not be refused."""
    collect.fail_wrong_marker(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Note that the last test has run."""
    run.the_run(item.config).ending = nextitem is None


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Note that a fixture of the project may write."""
    collect.note_fixture(fixturedef, request.config)


def pytest_fixture_post_finalizer(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Note that a fixture of the project may have written at its end."""
    collect.note_fixture(fixturedef, request.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say on a failing test how to replay its data."""
    report = yield
    reporting.explain_failure(item, report)
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give xdist's workers the seed that was drawn."""
    node.workerinput["misata_seed"] = run.the_run(node.config).settings.seed


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what an xdist worker seeded; a worker that crashed sends nothing."""
    reporting.take_over(node.config, getattr(node, "workeroutput", None) or {})


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, Any, Any]:
    """Write the reports, and once the fixtures are done give up what the run held.

    Not at the end of the process: xdist ends its workers as soon as they say that they are done here.
    """
    reporting.hand_over(session.config)
    run.note_end(session.config)
    try:
        return (yield)
    finally:
        run.end(session.config)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say why a database that was kept had to be made anew."""
    reporting.summarize(terminalreporter, config)


# What a project may override in its conftest.py


@pytest.fixture(scope="session")
def misata_database(pytestconfig: pytest.Config) -> Any:
    """The database to fill: a URL or a SQLAlchemy engine. Override it in conftest.py.

    Default: the setting misata_database. An engine is used as it is and left open. A URL is opened for the run.
    """
    return run.the_run(pytestconfig).settings.database


@pytest.fixture(scope="session")
def misata_models() -> Any:
    """The SQLAlchemy models to fill, for tests that name no data. Override it in conftest.py; default: none."""
    return None


@pytest.fixture(scope="session")
def misata_prepare() -> Callable[[Engine], Any] | None:
    """Called with the engine before anything is loaded, for example to run migrations. Override it in conftest.py."""
    return None


# Session fixtures: built once per distinct dataset


@pytest.fixture(scope="session")
def _misata_dataset(request: pytest.FixtureRequest) -> Dataset:
    """What the test asked for; its parameter comes from pytest_generate_tests."""
    dataset: Dataset | None = getattr(request, "param", None)
    return dataset or run.the_run(request.config).datasets.of({})


@pytest.fixture(scope="session")
def misata_seed(_misata_dataset: Dataset) -> int:
    """The seed of this test's data: from --misata-seed, the marker, MISATA_SEED or the ini file, else 42."""
    return _misata_dataset.seed


@pytest.fixture(scope="session")
def misata_tables(request: pytest.FixtureRequest, _misata_dataset: Dataset, misata_models: Any) -> Tables:
    """The generated tables, by name. Nothing is computed until it is asked for, and no database is opened."""
    from pytest_misata.fixtures.live import tables_of

    return tables_of(request, _misata_dataset, misata_models)


@pytest.fixture(scope="session")
def misata_schema(misata_tables: Tables) -> SchemaConfig:
    """The schema of the generated tables: columns, keys, constraints and row counts."""
    schema: SchemaConfig = misata_tables.schema
    return schema


@pytest.fixture(scope="session")
def _misata_seeded(
    request: pytest.FixtureRequest,
    _misata_dataset: Dataset,
    misata_models: Any,
    misata_database: Any,
    misata_prepare: Callable[[Engine], Any] | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Seeded]:
    """The database with the dataset in it."""
    from pytest_misata.fixtures.seeding import open_for_run

    def folder() -> Path:
        return tmp_path_factory.mktemp("misata")

    def templates() -> Templates:
        return request.getfixturevalue("_misata_templates")  # type: ignore[no-any-return]

    with open_for_run(request, _misata_dataset, misata_database, misata_prepare, folder, templates) as seeded:
        yield seeded


@pytest.fixture(scope="session")
def _misata_templates() -> Iterator[Templates]:
    """What tests with isolation='clone' have copies of."""
    from contextlib import ExitStack

    from pytest_misata.fixtures.clones import Templates

    with ExitStack() as stack:
        yield Templates(stack)


@pytest.fixture(scope="session")
def misata_engine(_misata_seeded: Seeded) -> Engine:
    """A SQLAlchemy engine on the seeded database. What a test commits through it is put back after the test."""
    return _misata_seeded.engine


@pytest.fixture(scope="session")
def misata_url(_misata_seeded: Seeded) -> str:
    """The URL of the seeded database, password included, for code that opens its own connections."""
    return _misata_seeded.url


@pytest.fixture(scope="session")
def misata_report(_misata_seeded: Seeded) -> SeedReport:
    """What was loaded: rows per table, seed, fingerprint, seconds."""
    return _misata_seeded.report


# Function fixtures: taken back after each test


@pytest.fixture
def _misata_kept(request: pytest.FixtureRequest, _misata_dataset: Dataset, _misata_seeded: Seeded) -> Iterator[None]:
    """Put back what the test wrote, once its other fixtures are done."""
    from pytest_misata.fixtures.keeping import kept

    with kept(request, _misata_dataset, _misata_seeded):
        yield


@pytest.fixture
def misata_connection(
    request: pytest.FixtureRequest, _misata_seeded: Seeded, _misata_kept: None
) -> Iterator[Connection]:
    """A SQLAlchemy connection to the seeded database. The test may commit; everything is rolled back after it."""
    from pytest_misata.fixtures.isolation import connected

    isolation = collect.isolation_of(request.node)
    with connected(_misata_seeded.engine, isolation, _misata_seeded.keeper) as connection:
        yield connection


@pytest.fixture
def misata_session(misata_connection: Connection) -> Iterator[Session]:
    """An ORM session on the seeded database. The test may commit and roll back; everything is rolled back after it."""
    from pytest_misata.fixtures.isolation import session_on

    with session_on(misata_connection) as session:
        yield session


@pytest.fixture
def misata_async_session(request: pytest.FixtureRequest, _misata_kept: None) -> AsyncSession:
    """An ORM AsyncSession on the seeded database, for pytest-asyncio and anyio. Everything is rolled back after it."""
    from pytest_misata.fixtures.asynchronous import runner_fixture

    session: AsyncSession = request.getfixturevalue(runner_fixture(request))
    return session


@pytest.fixture
async def _misata_anyio_session(
    request: pytest.FixtureRequest, _misata_seeded: Seeded, _misata_kept: None
) -> AsyncIterator[AsyncSession]:
    """The session of a test that anyio runs."""
    from pytest_misata.fixtures.asynchronous import async_session

    async with async_session(_misata_seeded, collect.isolation_of(request.node)) as session:
        yield session


@pytest.fixture
def misata(request: pytest.FixtureRequest) -> Callable[..., Tables]:
    """A function that makes tables inside a test: call it with story=, rows=, seed= and the like.

    The arguments are the marker's, without url and isolation. What is not given comes from the test's marker, then
    from the settings. No database is opened.
    """
    from pytest_misata.fixtures.factory import table_factory

    return table_factory(request)
