"""`misata_async_session`: on each database, in whatever event loop a test runs, and each test finds the seeded rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugin.conftest import Run

INI = "asyncio_default_fixture_loop_scope = function\n"

WORK = """
pytestmark = [pytest.mark.misata(story=STORY), pytest.mark.parametrize("turn", range(2))]


async def work(session):
    assert await session.scalar(text("SELECT count(*) FROM users")) == 20
    assert await session.scalar(text("SELECT count(*) FROM subscriptions")) > 0
    await session.execute(text("DELETE FROM subscriptions"))
    await session.commit()
    await session.execute(text("INSERT INTO subscriptions SELECT * FROM subscriptions"))
    await session.rollback()
    assert await session.scalar(text("SELECT count(*) FROM subscriptions")) == 0
"""

ASYNCIO = """
import pytest_asyncio


@pytest.mark.asyncio
async def test_in_a_loop_of_its_own(misata_async_session, turn):
    await work(misata_async_session)


@pytest.mark.asyncio(loop_scope="module")
async def test_in_the_loop_of_the_module(misata_async_session, turn):
    await work(misata_async_session)


@pytest.mark.asyncio(loop_scope="class")
class TestClass:
    async def test_in_the_loop_of_the_class(self, misata_async_session, turn):
        await work(misata_async_session)


@pytest_asyncio.fixture
async def service(misata_async_session):
    yield misata_async_session
    assert await misata_async_session.scalar(text("SELECT count(*) FROM subscriptions")) == 0


@pytest.mark.asyncio
async def test_through_a_fixture(service, turn):
    await work(service)
"""

ANYIO = """
@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def by_anyio(misata_async_session):
    yield misata_async_session
    assert await misata_async_session.scalar(text("SELECT count(*) FROM subscriptions")) == 0


@pytest.mark.anyio
async def test_by_anyio(by_anyio, turn):
    await work(by_anyio)
"""

DRIVERS = {
    "sqlite": [""],
    "postgresql": ["postgresql+asyncpg", "postgresql+psycopg", "postgresql"],
    "mysql": ["mysql+aiomysql"],
}


@pytest.mark.parametrize(
    ("kind", "driver"), [(kind, driver) for kind, drivers in DRIVERS.items() for driver in drivers]
)
def test_each_test_finds_the_seeded_rows(
    suite: Callable[..., None], run: Run, request: pytest.FixtureRequest, kind: str, driver: str
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    url = f"{driver}:{url.partition(':')[2]}" if driver else url
    suite(WORK + ASYNCIO + ANYIO, ini=INI + f"misata_database = {url}\n")
    run().assert_outcomes(passed=10)


def test_in_auto_mode(suite: Callable[..., None], run: Run) -> None:
    suite(
        WORK + "async def test_it(misata_async_session, turn):\n    await work(misata_async_session)",
        ini=INI + "asyncio_mode = auto\n",
    )
    run().assert_outcomes(passed=2)


def test_in_the_loop_that_the_ini_file_names(suite: Callable[..., None], run: Run, postgresql_url: str) -> None:
    test = "@pytest.mark.asyncio\nasync def test_it(misata_async_session, turn):\n    await work(misata_async_session)"
    database = postgresql_url.replace("postgresql://", "postgresql+asyncpg://")
    suite(WORK + test, ini=INI + f"asyncio_default_test_loop_scope = session\nmisata_database = {database}\n")
    run().assert_outcomes(passed=2)


def test_with_restore_a_commit_is_seen_elsewhere(suite: Callable[..., None], run: Run) -> None:
    suite(
        WORK
        + """
@pytest.mark.asyncio
@pytest.mark.misata(isolation="restore")
async def test_it(misata_async_session, misata_engine, turn):
    await work(misata_async_session)
    with misata_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM subscriptions")) == 0
""",
        ini=INI,
    )
    run().assert_outcomes(passed=2)


def test_an_async_engine_of_the_project(suite: Callable[..., None], run: Run, postgresql_url: str) -> None:
    url = postgresql_url.replace("postgresql://", "postgresql+asyncpg://")
    suite(
        WORK
        + """
from sqlalchemy.ext.asyncio import AsyncSession

@pytest.mark.asyncio
async def test_the_application_commits(application, misata_url, turn):
    async with AsyncSession(application) as session:
        await work(session)
""",
        conftest=f"""
            import pytest
            from sqlalchemy.ext.asyncio import create_async_engine
            from sqlalchemy.pool import NullPool

            @pytest.fixture(scope="session")
            def application():
                return create_async_engine({url!r}, poolclass=NullPool)

            @pytest.fixture(scope="session")
            def misata_database(application):
                return application
            """,
        ini=INI,
    )
    run().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("options", "test", "sentence"),
    [
        (["-p", "no:asyncio"], "def test_it(misata_async_session):\n    pass", "*needs pytest-asyncio, or anyio*"),
        (
            [],
            "@pytest.fixture\ndef anyio_backend():\n    return 'trio'\n\n"
            "@pytest.mark.anyio\nasync def test_it(misata_async_session):\n    pass",
            "*runs on asyncio*this test on trio*",
        ),
        (
            ["-o", "misata_database=sqlite://"],
            "@pytest.mark.asyncio\nasync def test_it(misata_async_session):\n    pass",
            "*in-memory database cannot be reached by a second driver*",
        ),
    ],
    ids=["no plugin", "trio", "memory"],
)
def test_what_cannot_be_is_one_sentence(
    suite: Callable[..., None], run: Run, options: list[str], test: str, sentence: str
) -> None:
    suite("pytestmark = pytest.mark.misata(story=STORY)\n" + test, ini="" if "-p" in options else INI)
    result = run(*options)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([sentence])
    result.stdout.no_fnmatch_line("*Traceback*")
