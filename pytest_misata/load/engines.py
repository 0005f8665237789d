"""From a URL string, `URL`, `Engine` or `Connection` to a connection, with no password in any message."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from pytest_misata.errors import ConfigurationError, LoadError, MissingDependencyError
from pytest_misata.load.dialects import Dialect, dialect_for

Database = str | URL | Engine | Connection

_SYNONYMS = {"postgres": "postgresql"}


def url_of(database: Any) -> URL:
    """The URL of any form of database; a `sqlalchemy.ext.asyncio` engine or connection counts as the engine under it.

    Raises:
        ConfigurationError: this is no database, or a string that is no URL.
    """
    if isinstance(database, URL):
        return database
    if isinstance(database, str):
        return _parsed(database)
    engine: Any = getattr(database, "engine", None)
    if isinstance(getattr(engine, "url", None), URL):
        url: URL = engine.url
        return url
    raise ConfigurationError(f"a database is a URL, an Engine or a Connection, not {type(database).__name__}")


def _parsed(text: str) -> URL:
    # SQLAlchemy's own message may quote part of what it could not read, and that part may be a password.
    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "the database URL cannot be read; it looks like postgresql://user:password@host:5432/name, "
            "with %40 for @ and %2F for / inside a password"
        ) from None


def display(url: URL) -> str:
    """The URL without password or query."""
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database)
    return bare.render_as_string()


def synchronous(url: URL) -> URL:
    """The URL with a driver that is installed and is not an asynchronous one.

    Raises:
        ConfigurationError: SQLAlchemy knows no such database.
        MissingDependencyError: no driver for it is installed.
    """
    backend, _, driver = url.drivername.partition("+")
    backend = _SYNONYMS.get(backend, backend)
    url = url.set(drivername=f"{backend}+{driver}" if driver else backend)
    dialect = dialect_for(backend)
    if driver and not _is_async(url):
        return url
    if driver and backend == "sqlite" and sqlite_file(url) is None:
        raise ConfigurationError("an in-memory database of an asynchronous driver cannot be reached from outside it")
    return (
        url.set(drivername=f"{backend}+{_installed(dialect.drivers, backend, dialect.extra)}")
        if dialect.drivers
        else url
    )


def asynchronous(url: URL) -> URL:
    """The URL with an asynchronous driver: its own, or the first that is installed.

    Raises:
        ConfigurationError: the database is in memory, or has no such driver.
        MissingDependencyError: no such driver is installed.
    """
    backend, _, driver = url.drivername.partition("+")
    dialect = dialect_for(_SYNONYMS.get(backend, backend))
    if backend == "sqlite" and sqlite_file(url) is None:
        raise ConfigurationError("an in-memory database cannot be reached by a second driver: use a file, or a server")
    if driver in dict(dialect.async_drivers) or (driver and _is_async(url)):
        return url
    if not dialect.async_drivers:
        raise ConfigurationError(f"no asynchronous driver is known for {backend}")
    names = dialect.async_drivers
    return url.set(drivername=f"{_SYNONYMS.get(backend, backend)}+{_installed(names, backend, 'async')}")


def _is_async(url: URL) -> bool:
    try:
        return bool(url.get_dialect().is_async)
    except NoSuchModuleError:
        raise ConfigurationError(f"SQLAlchemy knows no database {url.drivername!r}") from None


def _installed(drivers: Sequence[tuple[str, str]], backend: str, extra: str) -> str:
    for driver, module in drivers:
        if find_spec(module) is not None:
            return driver
    names = " or ".join(module for _, module in drivers)
    raise MissingDependencyError(f"{backend}:// needs {names}: pip install 'pytest-misata[{extra}]'")


def make_engine(url: URL) -> Engine:
    """An engine of our own for this URL, which the caller disposes of.

    Raises:
        ConfigurationError: SQLAlchemy knows no such database.
        MissingDependencyError: its driver is not installed.
    """
    url = synchronous(url)
    dialect = dialect_for(url.get_backend_name())
    try:
        return create_engine(url, connect_args=dialect.connect_arguments(url))
    except NoSuchModuleError:
        raise ConfigurationError(f"SQLAlchemy knows no database {url.drivername!r}") from None
    except ModuleNotFoundError as error:
        raise MissingDependencyError(_missing(url, dialect, error)) from None


def _missing(url: URL, dialect: Dialect, error: ModuleNotFoundError) -> str:
    remedy = f": pip install 'pytest-misata[{dialect.extra}]'" if dialect.extra else ""
    return f"{url.drivername}:// needs {error.name}, which is not installed{remedy}"


@contextmanager
def open_engine(database: Any) -> Iterator[Engine]:
    """The engine of a database: the caller's own, or a new one that is disposed of at the end."""
    if isinstance(database, Engine | Connection):
        yield database.engine
        return
    engine = make_engine(url_of(database))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def open_connection(database: Any) -> Iterator[Connection]:
    """A connection to a database: the caller's own, or a new one that is closed at the end.

    Raises:
        LoadError: the database cannot be reached.
    """
    if isinstance(database, Connection):
        yield database
        return
    with open_engine(database) as engine, _connected(engine) as connection:
        yield connection


def _connected(engine: Engine) -> Connection:
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        reason = str(cause).strip().splitlines() or [type(cause).__name__]
        raise LoadError(f"cannot connect to {display(engine.url)}: {reason[0]}") from cause
    return connection


def prepare_folder(url: URL) -> None:
    """Make the folder a new SQLite file is to stand in."""
    path = sqlite_file(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite URL; None for memory and for other databases."""
    if url.get_backend_name() != "sqlite":
        return None
    name = url.database or ""
    if name.startswith("file:"):
        if url.query.get("mode") == "memory" or ":memory:" in name or "mode=memory" in name:
            return None
        return Path(name.removeprefix("file:").partition("?")[0])
    return None if name in {"", ":memory:"} else Path(name)


@contextmanager
def silent() -> Iterator[None]:
    """Have no error logged in the block that is told of otherwise, or that is of no account."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)
