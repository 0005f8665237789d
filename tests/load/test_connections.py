"""Every way to name a database: URL string, URL, Engine with its password, Connection with its transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, StaticPool, create_engine, event, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from pytest_misata.errors import ConfigurationError, LoadError, TableNotEmptyError
from pytest_misata.load.seed import seed_database
from tests.load import shop
from tests.servers import user_of

COUNTS = shop.tables(3).counts


def fill(database: object, **options: bool) -> None:
    seed_database(shop.tables(3), database, **({"create": True} | options))


@pytest.mark.parametrize("form", [str, make_url, create_engine])
def test_forms_of_a_database(database_url: str, form: object) -> None:
    database = form(database_url)
    fill(database)
    if isinstance(database, Engine):
        database.dispose()
    with shop.opened(database_url) as engine:
        assert shop.counts(engine) == COUNTS


@pytest.mark.parametrize("backend", ["postgresql", "mysql"])
@pytest.mark.parametrize("password", ["p@ss:w/rd", "100% sure?#", "quote'\"\\"])
def test_passwords_that_need_quoting(request: pytest.FixtureRequest, backend: str, password: str) -> None:
    url = make_url(request.getfixturevalue(f"{backend}_url"))
    with user_of(url, password) as own:
        report = seed_database(shop.tables(3), own.render_as_string(hide_password=False), create=True)
        engine = create_engine(own)
        fill(engine, truncate=True)
        assert shop.counts(engine) == COUNTS
        engine.dispose()
        assert password not in report.to_json() + str(report)
        assert "***" not in report.database


def run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def test_an_engine_in_memory() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    fill(engine)
    assert shop.counts(engine) == COUNTS
    engine.dispose()


@pytest.mark.parametrize("outcome", ["commit", "rollback"])
def test_a_connection_stays_in_its_transaction(database_engine: Engine, outcome: str) -> None:
    run(database_engine, "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    with database_engine.connect() as connection:
        connection.execute(text("INSERT INTO notes VALUES (1)"))
        fill(connection)
        assert connection.in_transaction()
        assert connection.execute(text("SELECT count(*) FROM orders")).scalar() == COUNTS["orders"]
        getattr(connection, outcome)()
    found = shop.counts(database_engine)
    kept = outcome == "commit"
    assert found.pop("notes") == int(kept)
    # MariaDB commits the making of tables, and nothing else.
    made = kept or database_engine.dialect.name == "mysql"
    assert found == ({name: count * kept for name, count in COUNTS.items()} if made else {})


def test_an_error_undoes_only_our_part_of_a_transaction(database_engine: Engine) -> None:
    run(database_engine, "CREATE TABLE notes (id INTEGER PRIMARY KEY)")
    with database_engine.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES (1)"))
        with pytest.raises(LoadError):
            seed_database(shop.broken("order_lines", "quantity > 100"), connection, create=True)
        connection.execute(text("INSERT INTO notes VALUES (2)"))
    # MariaDB commits the making of tables, and nothing else.
    made = dict.fromkeys(COUNTS, 0) if database_engine.dialect.name == "mysql" else {}
    assert shop.counts(database_engine) == {"notes": 2, **made}


def test_a_connection_without_a_transaction_is_committed(database_engine: Engine) -> None:
    with database_engine.connect() as connection:
        fill(connection)
        assert not connection.in_transaction()
    assert shop.counts(database_engine) == COUNTS


def test_a_refusal_leaves_no_transaction_open(database_engine: Engine) -> None:
    fill(database_engine)
    with database_engine.connect() as connection:
        with pytest.raises(TableNotEmptyError):
            fill(connection)
        assert not connection.in_transaction()


def explicit_transactions(engine: Engine) -> Engine:
    event.listen(engine, "connect", lambda driver, _: setattr(driver, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def test_an_engine_with_explicit_sqlite_transactions(sqlite_url: str) -> None:
    engine = explicit_transactions(create_engine(sqlite_url))
    fill(engine)
    with engine.connect() as connection:
        fill(connection, truncate=True)
        connection.execute(text("SELECT 1"))
        fill(connection, truncate=True)
        connection.rollback()
    assert shop.counts(engine) == COUNTS
    engine.dispose()


def test_foreign_keys_that_are_switched_on(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys = ON").close())
    fill(engine)
    fill(engine, truncate=True)
    assert shop.counts(engine) == COUNTS
    engine.dispose()


def test_settings_of_a_users_connection_are_left_as_they_were(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA cache_size = -1234")
        connection.rollback()
        fill(connection)
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -1234
    engine.dispose()


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "test.db"
    fill(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (3,)
    connection.close()


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "postgresql", "postgres"])
def test_schemes_of_postgresql(postgresql_url: str, scheme: str) -> None:
    fill(postgresql_url.replace("postgresql+psycopg", scheme))
    with shop.opened(postgresql_url) as engine:
        assert shop.counts(engine) == COUNTS


@pytest.mark.parametrize("scheme", ["mysql", "mariadb", "mariadb+pymysql"])
def test_schemes_of_mariadb(mysql_url: str, scheme: str) -> None:
    fill(mysql_url.replace("mysql+pymysql", scheme))
    with shop.opened(mysql_url) as engine:
        assert shop.counts(engine) == COUNTS


def test_an_asynchronous_engine_is_filled_synchronously(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    fill(create_async_engine(url))
    with shop.opened(url.replace("+aiosqlite", "")) as engine:
        assert shop.counts(engine) == COUNTS


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(LoadError, match="cannot connect to postgresql") as caught:
        fill("postgresql+psycopg://user:s3cret@127.0.0.1:1/db")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://user:s3cret@x:y/db", "postgresql://u:s3c@s3cret:port@h/d", "s3cret", ""])
def test_a_url_nobody_can_read_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        fill(url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_database_nobody_knows() -> None:
    with pytest.raises(ConfigurationError, match="nosuch"):
        fill("nosuch://localhost/test")


@pytest.mark.parametrize("thing", [None, 3, object()])
def test_something_that_is_no_database(thing: object) -> None:
    with pytest.raises(ConfigurationError, match="a database is a URL"):
        fill(thing)
