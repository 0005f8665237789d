"""What a keeper notices and what it leaves, asked directly; `tests/isolation` has tests do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from pytest_misata.fixtures.isolation import connected
from pytest_misata.load.keepers import Keeper, keeper_for
from pytest_misata.load.keepers.base import let_go_of_ended


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[Engine]:
    """A table with an index, and a materialized view of it."""
    engine = create_engine(postgresql_url)
    execute(
        engine,
        "CREATE TABLE notes (id integer PRIMARY KEY, line text)",
        "INSERT INTO notes VALUES (1, 'one')",
        "CREATE INDEX by_line ON notes (line)",
        "CREATE MATERIALIZED VIEW lines AS SELECT line FROM notes",
    )
    yield engine
    engine.dispose()


@pytest.fixture
def keeper(postgresql: Engine) -> Iterator[Keeper]:
    """Keeps it."""
    found = keeper_for(postgresql)
    found.remember(copy=True)
    yield found
    found.close()


def execute(engine: Engine, *statements: str) -> None:
    """Each statement, committed."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("statement", ["CLUSTER notes USING by_line", "REINDEX TABLE CONCURRENTLY notes"])
def test_what_no_event_trigger_tells_of_an_index(postgresql: Engine, keeper: Keeper, statement: str) -> None:
    assert not keeper.damage()
    execute(postgresql, statement)
    assert keeper.damage().altered


@pytest.mark.parametrize("statement", ["VACUUM FULL notes", "ANALYZE notes", "REINDEX TABLE notes"])
def test_maintenance_is_no_damage(postgresql: Engine, keeper: Keeper, statement: str) -> None:
    execute(postgresql, statement)
    assert not keeper.damage()


def test_putting_rows_back_leaves_no_notes_of_its_own(postgresql: Engine, keeper: Keeper) -> None:
    execute(postgresql, "UPDATE notes SET line = 'other'", "REFRESH MATERIALIZED VIEW lines")
    assert keeper.put_back(keeper.damage())
    with postgresql.connect() as connection:
        assert connection.exec_driver_sql("SELECT line FROM lines").scalar() == "one"
        assert connection.exec_driver_sql("SELECT count(*) FROM pytest_misata.touched").scalar() == 0
    assert not keeper.damage()


IDLE_SINCE = r"""
    SELECT query_start, query FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ 'look\(' AND state = 'idle'
"""


@pytest.mark.parametrize("statement", ["SELECT 1", "INSERT INTO notes VALUES (2, 'two')"])
def test_a_rollback_and_the_look_at_what_is_left_are_one(postgresql: Engine, keeper: Keeper, statement: str) -> None:
    assert not keeper.damage()
    watcher = create_engine(postgresql.url, poolclass=NullPool)
    before = looks(watcher)
    with connected(postgresql, "rollback", keeper) as connection:
        connection.exec_driver_sql(statement)
    assert not keeper.damage()
    # That of the keeper's own session is the one before, and the session that the test had has looked as well.
    assert len(before) == 1
    assert before.items() < looks(watcher).items()
    # Both in one message to the server.
    assert [said for said in looks(watcher).values() if said.startswith("ROLLBACK; SELECT ")] != []


def looks(watcher: Engine) -> dict[object, str]:
    """When each idle session looked last, and all that it said then."""
    with watcher.connect() as connection:
        return {since: str(said) for since, said in connection.exec_driver_sql(IDLE_SINCE)}


def test_a_look_that_fails_with_the_rollback_is_made_again(
    postgresql: Engine, keeper: Keeper, capfd: pytest.CaptureFixture[str]
) -> None:
    other = create_engine(postgresql.url, poolclass=NullPool)
    with other.connect() as locking:
        with connected(postgresql, "rollback", keeper) as connection:
            connection.exec_driver_sql("SELECT 1")
            locking.exec_driver_sql("INSERT INTO notes VALUES (3, 'three')")
            # Longer than a test's session waits for it.
            locking.exec_driver_sql("LOCK TABLE pytest_misata.touched")
        locking.commit()
    assert keeper.damage().rows == ("notes",)
    assert capfd.readouterr().err == ""


def test_a_look_that_came_with_a_rollback_counts_once(postgresql: Engine, keeper: Keeper) -> None:
    with connected(postgresql, "rollback", keeper):
        pass
    assert not keeper.damage()
    execute(postgresql, "DELETE FROM notes")
    assert keeper.damage().rows == ("notes",)


def test_a_transaction_that_is_left_open_ends(postgresql: Engine, keeper: Keeper) -> None:
    left = create_engine(postgresql.url, poolclass=NullPool).connect()
    for _ in range(2):
        with connected(postgresql, "rollback", keeper) as connection:
            connection.exec_driver_sql("SELECT 1")
            left.exec_driver_sql("UPDATE notes SET line = 'left'")
        assert not keeper.damage()
        execute(postgresql, "SET lock_timeout = '2s'", "BEGIN; LOCK TABLE notes; ROLLBACK")
        with suppress(DBAPIError):
            left.rollback()
        left = create_engine(postgresql.url, poolclass=NullPool).connect()
    left.close()


def test_numbers_of_rows_that_were_rolled_back(postgresql: Engine) -> None:
    execute(postgresql, "CREATE TABLE lists (id serial PRIMARY KEY)", "INSERT INTO lists DEFAULT VALUES")
    keeper = keeper_for(postgresql)
    keeper.remember(copy=True)
    for _ in range(2):
        with connected(postgresql, "rollback", keeper) as connection:
            assert connection.exec_driver_sql("INSERT INTO lists DEFAULT VALUES RETURNING id").scalar() == 2
        damage = keeper.damage()
        assert damage.numbering
        assert not damage.rows
        assert keeper.put_back(damage)
    keeper.close()


def test_a_connection_that_was_ended_is_not_handed_out(database_engine: Engine) -> None:
    with database_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id integer PRIMARY KEY)")
    keeper = keeper_for(database_engine)
    keeper.remember(copy=True)
    left = database_engine.connect()
    left.exec_driver_sql("INSERT INTO notes VALUES (1)")
    damage = keeper.damage()
    assert not damage or keeper.put_back(damage)
    with suppress(DBAPIError):
        left.close()
    with database_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM notes").scalar() == 0
    keeper.close()


def test_an_idle_connection_whose_session_was_ended_leaves_the_pool(database_engine: Engine) -> None:
    with database_engine.connect() as first, database_engine.connect() as second:
        connections = [first.connection.dbapi_connection, second.connection.dbapi_connection]
    if database_engine.dialect.name != "sqlite":
        connections[0].close()  # type: ignore[union-attr]
    let_go_of_ended(database_engine)
    with database_engine.connect() as first, database_engine.connect() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


ENDING = {
    "postgresql": "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid()",
    "mysql": "SELECT concat('KILL ', id) FROM information_schema.processlist WHERE db = DATABASE() "
    "AND id <> CONNECTION_ID()",
}


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_test_that_ends_every_session_but_its_own(request: pytest.FixtureRequest, kind: str) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    engine, other = create_engine(url), create_engine(url, poolclass=NullPool)
    execute(engine, "CREATE TABLE notes (id integer PRIMARY KEY)", "INSERT INTO notes VALUES (1)")
    keeper = keeper_for(engine)
    keeper.remember(copy=True)
    with other.connect() as connection:
        found = connection.exec_driver_sql(ENDING[kind]).scalars().all()
        for statement in found if kind == "mysql" else ():
            connection.exec_driver_sql(str(statement))
        connection.exec_driver_sql("DELETE FROM notes")
        connection.commit()
    assert keeper.put_back(keeper.damage())
    assert not keeper.damage()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM notes").scalar() == 1
    keeper.close()
    engine.dispose()


ELSEWHERE = {
    "rows": ("DELETE FROM notes",),
    "a view": ("CREATE VIEW seen AS SELECT * FROM notes",),
    "rows that are not rolled back": ("INSERT INTO plain VALUES (2)",),
}


@pytest.mark.parametrize("statements", ELSEWHERE.values(), ids=list(ELSEWHERE))
@pytest.mark.parametrize("by_whom", ["another session", "the test's own"])
def test_a_rollback_on_mariadb_hides_nothing(mysql_url: str, statements: tuple[str, ...], by_whom: str) -> None:
    engine, other = create_engine(mysql_url), create_engine(mysql_url, poolclass=NullPool)
    execute(
        engine,
        "CREATE TABLE notes (id integer PRIMARY KEY)",
        "CREATE TABLE plain (id integer PRIMARY KEY) ENGINE = MyISAM",
        "INSERT INTO notes VALUES (1)",
        "INSERT INTO plain VALUES (1)",
    )
    keeper = keeper_for(engine)
    keeper.remember(copy=True)
    for _ in range(3):
        # The first time the keeper does not know yet how much this session has written.
        with connected(engine, "rollback", keeper) as connection:
            connection.exec_driver_sql("INSERT INTO notes VALUES (7)")
        assert not keeper.damage()
    with connected(engine, "rollback", keeper) as connection:
        if by_whom == "another session":
            execute(other, *statements)
        for statement in statements if by_whom == "the test's own" else ():
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO notes VALUES (8)")
    damage = keeper.damage()
    rolled_back = statements[0].startswith("DELETE") and by_whom != "another session"
    assert bool(damage) is not rolled_back
    assert not damage or keeper.put_back(damage)
    keeper.close()
    engine.dispose()


@pytest.mark.parametrize("statements", [("LOCK TABLES notes WRITE",), ("XA START 'one'", "DELETE FROM notes")])
def test_what_is_left_by_another_session_on_mariadb(mysql_url: str, statements: tuple[str, ...]) -> None:
    engine, other = create_engine(mysql_url), create_engine(mysql_url, poolclass=NullPool)
    execute(engine, "CREATE TABLE notes (id integer PRIMARY KEY)", "INSERT INTO notes VALUES (1)")
    keeper = keeper_for(engine)
    keeper.remember(copy=True)
    left = other.connect()
    with connected(engine, "rollback", keeper) as connection:
        connection.exec_driver_sql("SELECT 1")
        for statement in statements:
            left.exec_driver_sql(statement)
    damage = keeper.damage()
    assert not damage or keeper.put_back(damage)
    execute(engine, "SET innodb_lock_wait_timeout = 1", "SET lock_wait_timeout = 1", "UPDATE notes SET id = 2")
    left.invalidate()
    left.close()
    keeper.close()
    engine.dispose()


STAMP = """
    SELECT unix_timestamp(update_time) FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_name = 'notes'
"""


@pytest.mark.parametrize("lag", [0, 1])
def test_two_writes_that_bear_one_stamp_on_mariadb(mysql_url: str, lag: int) -> None:
    """InnoDB stamps tables by whole seconds, and by a clock that may lag into the second before the server's."""
    engine = create_engine(mysql_url)
    execute(engine, "CREATE TABLE notes (id integer PRIMARY KEY)")
    keeper: Any = keeper_for(engine)
    for number in range(50):
        execute(engine, "SELECT sleep(1.05 - mod(unix_timestamp(now(6)), 1))", f"INSERT INTO notes VALUES ({number})")
        keeper.remember(copy=True)
        before = stamp(engine)
        execute(engine, f"INSERT INTO notes VALUES ({number + 1000})")
        if stamp(engine) == before == keeper._state.second:
            break
    else:
        pytest.fail("no two writes within one second")
    # As it is where the server's clock has gone on between the first write and the keeper's look.
    keeper._state.second += lag
    assert keeper.damage().rows == ("notes",)
    keeper.close()
    engine.dispose()


def stamp(engine: Engine) -> object:
    """When InnoDB last wrote the table, in whole seconds."""
    with engine.connect() as connection:
        return connection.exec_driver_sql(STAMP).scalar()
