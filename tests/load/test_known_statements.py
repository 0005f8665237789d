"""Where the server of MariaDB was sent no other statements than those of a test, nobody else wrote: and only there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine

from pytest_misata.fixtures.isolation import connected
from pytest_misata.load.keepers import Keeper, keeper_for

_TRIES = 300
"""The server may be busy with others."""


@pytest.fixture
def engine(mysql_url: str) -> Iterator[Engine]:
    made = create_engine(mysql_url)
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id integer PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO notes VALUES (1)")
        connection.exec_driver_sql("CREATE PROCEDURE keep() BEGIN INSERT INTO notes VALUES (2); COMMIT; END")
    yield made
    made.dispose()


@pytest.fixture
def keeper(engine: Engine) -> Iterator[Keeper]:
    found = keeper_for(engine)
    found.remember(copy=True)
    yield found
    found.close()


@pytest.fixture
def other(mysql_url: str) -> Iterator[Connection]:
    """Another session, which was there before."""
    engine = create_engine(mysql_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
        yield connection


def until_known(engine: Engine, keeper: Keeper) -> None:
    """Have tests write and be rolled back, until all statements were known at the end of one."""
    for _ in range(_TRIES):
        with connected(engine, "rollback", keeper) as connection:
            connection.exec_driver_sql("INSERT INTO notes VALUES (7)")
        assert not keeper.damage()
        if not keeper.needs_proof:
            return
    pytest.fail("the server was never sent the statements of one test alone")


def test_tests_that_only_write_need_no_proof(engine: Engine, keeper: Keeper) -> None:
    until_known(engine, keeper)


def by_the_driver(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    driver.cursor().execute("INSERT INTO notes VALUES (2)")
    driver.commit()


OWN: dict[str, Callable[[Connection], object]] = {
    "COMMIT": lambda own: own.exec_driver_sql("COMMIT"),
    "a comment before": lambda own: own.exec_driver_sql("/* now */ COMMIT"),
    "by the driver": by_the_driver,
    "a procedure": lambda own: own.exec_driver_sql("CALL keep()"),
    "each by itself": lambda own: (
        own.exec_driver_sql("SET autocommit = 1"),
        own.exec_driver_sql("INSERT INTO notes VALUES (3)"),
    ),
    "a table": lambda own: own.exec_driver_sql("CREATE TABLE more (id integer)"),
    "locks": lambda own: own.exec_driver_sql("LOCK TABLES notes WRITE"),
}


@pytest.mark.parametrize("leave", OWN.values(), ids=list(OWN))
def test_a_test_that_leaves_its_transaction(
    engine: Engine, keeper: Keeper, leave: Callable[[Connection], object]
) -> None:
    until_known(engine, keeper)
    with connected(engine, "rollback", keeper) as connection:
        connection.exec_driver_sql("INSERT INTO notes VALUES (8)")
        leave(connection)
    damage = keeper.damage()
    assert damage
    assert keeper.put_back(damage)
    until_known(engine, keeper)


@pytest.mark.parametrize(
    "statement", ["INSERT INTO notes VALUES (9)", "CREATE VIEW seen AS SELECT 1", "DELETE FROM notes WHERE id = 1"]
)
def test_what_another_session_does_meanwhile(engine: Engine, keeper: Keeper, other: Connection, statement: str) -> None:
    until_known(engine, keeper)
    with connected(engine, "rollback", keeper) as connection:
        connection.exec_driver_sql("SELECT 1")
        other.exec_driver_sql(statement)
        other.commit()
    damage = keeper.damage()
    assert damage
    assert keeper.put_back(damage)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT group_concat(id) FROM notes").scalar() == "1"


def test_what_another_session_does_between_two_tests(engine: Engine, keeper: Keeper, other: Connection) -> None:
    until_known(engine, keeper)
    other.exec_driver_sql("INSERT INTO notes VALUES (9)")
    other.commit()
    with connected(engine, "rollback", keeper) as connection:
        connection.exec_driver_sql("INSERT INTO notes VALUES (8)")
    assert keeper.damage().rows == ("notes",)


def test_a_test_that_fails_in_the_server(engine: Engine, keeper: Keeper) -> None:
    until_known(engine, keeper)
    with connected(engine, "rollback", keeper) as connection, pytest.raises(Exception, match="Duplicate"):
        connection.exec_driver_sql("INSERT INTO notes VALUES (1)")
    assert not keeper.damage()
    until_known(engine, keeper)
