from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from pytest_misata.api import generate
from pytest_misata.load.engines import synchronous, url_of
from pytest_misata.load.seed import seed_database

STORY = "A SaaS company with 20 users"

Run = Callable[..., pytest.RunResult]

TELLS_WHEN_MADE = """
@pytest.mark.misata(story=STORY)
def test_it(misata_session, misata_report):
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.commit()
    print(f"made={misata_report.seconds['total']}!")
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
"""
"""A test that writes, and tells when its data was made."""
_ANEW = "misata: made anew for later runs: "

# Every warning is an error, but for pytest-asyncio's of an option that suites without asyncio have no reason to set.
NO_ASYNCIO = ("-W", "ignore:The configuration option:pytest.PytestDeprecationWarning")
STRICT = ("-W", "error", *NO_ASYNCIO)

# pytester forgets every module that an in-process run imports, and NumPy and SQLAlchemy cannot be imported twice.
for _module in (
    "asyncpg",
    "numpy.random",
    "pymysql",
    "psycopg.types.numpy",
    "pytest_misata.fixtures.asynchronous",
    "pytest_misata.fixtures.factory",
    "pytest_misata.fixtures.isolation",
    "sqlalchemy.dialects.mysql",
    "sqlalchemy.dialects.mysql.aiomysql",
    "sqlalchemy.dialects.mysql.pymysql",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "sqlalchemy.ext.asyncio",
):
    import_module(_module)
seed_database(generate(STORY), "sqlite://", create=True)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith("MISATA_") or name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
            monkeypatch.delenv(name)


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Callable[..., None]:
    """Writes a test module, and a conftest.py and a pytest.ini where they are given."""

    def write(test: str, *, conftest: str = "", ini: str = "") -> None:
        head = f"import pytest\nfrom sqlalchemy import text\n\nSTORY = {STORY!r}\n\n"
        pytester.makepyfile(test_it=head + test)
        if conftest:
            pytester.makeconftest(conftest)
        if ini:
            pytester.makeini("[pytest]\n" + ini)

    return write


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in this process, every warning an error. Other plugins are as installed, pytest-randomly included.

    With workers it is this plugin and pytest-xdist alone, as in `run_alone`.
    """

    def run(*arguments: str) -> pytest.RunResult:
        with monkeypatch.context() as patch:
            return pytester.runpytest(*(_few(patch) if "-n" in arguments else ()), *STRICT, *arguments)

    return run


@pytest.fixture
def run_apart(pytester: pytest.Pytester) -> Run:
    """Runs pytest in a process of its own, every warning an error."""
    return lambda *arguments: pytester.runpytest_subprocess(*STRICT, *arguments)


@pytest.fixture
def run_alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs pytest in a process of its own, with this plugin and pytest-xdist alone.

    The dozen others that are installed for the tests take each process most of its time, and each worker.
    """

    def run(*arguments: str) -> pytest.RunResult:
        with monkeypatch.context() as patch:
            return pytester.runpytest_subprocess(*_few(patch), *STRICT, *arguments)

    return run


def _few(patch: pytest.MonkeyPatch) -> tuple[str, ...]:
    patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return ("-p", "pytest_misata.plugin", "-p", "xdist")


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def server_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database that lasts, on each kind of database."""
    return str(request.getfixturevalue(f"{request.param}_url"))


def made_and_said(result: pytest.RunResult) -> tuple[list[str], list[str]]:
    """When the data of each test was made, as the tests tell, and why it had to be made anew."""
    made = [line for line in result.outlines if line.startswith("made=")]
    return made, [line.removeprefix(_ANEW) for line in result.outlines if line.startswith(_ANEW)]


def repeating(run: Run, *fixed: str) -> Callable[..., tuple[list[str], list[str]]]:
    """Runs pytest with reuse, and gives when the data was made and what was said about it."""

    def again(*arguments: str, **outcomes: int) -> tuple[list[str], list[str]]:
        result = run("--misata-reuse", "-rP", *fixed, *arguments)
        result.assert_outcomes(**outcomes or {"passed": 1})
        return made_and_said(result)

    return again


def engine_of(url: str) -> Engine:
    """An engine on a URL of the tests, with a driver that is there."""
    return create_engine(synchronous(url_of(url)))


def execute(url: str, *statements: str) -> None:
    """Do what another process would."""
    engine = engine_of(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def count(url: str, table: str = "users") -> int:
    """The rows of a table."""
    engine = engine_of(url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
    engine.dispose()
    return int(rows)


def children(folder: Path) -> list[str]:
    """The files in a folder, by name."""
    return sorted(path.name for path in folder.iterdir())
