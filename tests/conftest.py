"""What all tests share: pytester, and databases that are there for one test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import URL, Engine, create_engine

from tests.servers import empty_postgresql, fresh_database, mysql_server, postgresql_server

pytest_plugins = ["pytester"]
# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'misata_test.db'}"


@pytest.fixture(scope="session")
def _postgresql_database() -> Iterator[URL]:
    with fresh_database(postgresql_server()) as url:
        yield url


@pytest.fixture
def postgresql_url(_postgresql_database: URL) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, emptied again after the test."""
    # Making and dropping a database takes the server up to a second, emptying one a few milliseconds.
    yield _text(_postgresql_database)
    empty_postgresql(_postgresql_database)


@pytest.fixture
def mysql_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of an empty MariaDB database, dropped after the test; the test is skipped where there is no server."""
    # PyMySQL reads all certificates of the machine for every connection, and looks at none of them.
    monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
    with fresh_database(mysql_server()) as url:
        yield _text(url)


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: SQLite, PostgreSQL and MariaDB in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database_engine(database_url: str) -> Iterator[Engine]:
    """An engine on `database_url`, disposed of after the test."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()
