"""Whatever tests do to the database, in whatever order, the next one finds exactly what was seeded."""

from __future__ import annotations

import pytest

CONFTEST = """
    import pytest

    @pytest.fixture(scope="session")
    def misata_prepare():
        def prepare(engine):
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, line VARCHAR(9))")
                if not connection.exec_driver_sql("SELECT count(*) FROM notes").scalar():
                    connection.exec_driver_sql("INSERT INTO notes VALUES (1, 'prepared')")
        return prepare
"""

HEAD = """
import gc
import random
import threading
from sqlalchemy import MetaData, create_engine, inspect, select

SEEN = []
LEFT = []


def content(engine):
    metadata = MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        found = {}
        for name, table in metadata.tables.items():
            rows = sorted(str(tuple(row)) for row in connection.execute(select(table)))
            indexes = sorted(index["name"] for index in inspect(connection).get_indexes(name))
            found[name] = (sorted(column.name for column in table.columns), indexes, rows)
        views = inspect(connection).get_view_names()
        connection.rollback()
    return found, views


def write(connection, turn):
    kind = connection.dialect.name
    statements = [
        "INSERT INTO notes VALUES (2, 'more')",
        "UPDATE users SET email = 'x' || id" if kind != "mysql" else "UPDATE users SET email = concat('x', id)",
        "DELETE FROM invoices",
        "DELETE FROM subscriptions",
        "TRUNCATE invoices" if kind != "sqlite" else "DELETE FROM invoices WHERE id > 3",
        "DELETE FROM notes",
    ]
    random.Random(turn).shuffle(statements)
    for statement in statements[: 1 + turn % 3]:
        connection.execute(text(statement))


def commit(engine, turn):
    with engine.begin() as connection:
        write(connection, turn)


def in_thread(engine, turn):
    thread = threading.Thread(target=commit, args=(engine, turn))
    thread.start()
    thread.join()


def keep(thing):
    LEFT.append(thing)
    # An engine hands out fifteen connections at a time.
    del LEFT[:-4]
    gc.collect()


def leave_open(engine, turn):
    connection = engine.connect()
    write(connection, turn)
    keep(connection)


def leave_reading(engine, turn):
    commit(engine, turn)
    connection = engine.connect()
    keep((connection, connection.execute(text("SELECT * FROM users"))))


def own_engine(engine, turn):
    other = create_engine(engine.url)
    commit(other, turn)
    other.dispose()


def make_table(engine, turn):
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE made (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO made VALUES (1)"))
        connection.execute(text("CREATE INDEX made_index ON notes (line)"))
        connection.execute(text("CREATE VIEW made_view AS SELECT id FROM notes"))
    commit(engine, turn)


def add_column(engine, turn):
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE users ADD COLUMN made INTEGER"))
    commit(engine, turn)


def drop_table(engine, turn):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE invoices"))


def write_and_read(engine, turn):
    commit(engine, turn)
    engine.dispose()


def nothing(engine, turn):
    pass


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left_to_the_garbage_collector():
    yield
    for thing in LEFT:
        (thing[0] if isinstance(thing, tuple) else thing).close()
    LEFT.clear()


@pytest.fixture(autouse=True)
def finds_what_was_seeded(misata_engine):
    SEEN.append(content(misata_engine))
    (first, views), (now, views_now) = SEEN[0], SEEN[-1]
    assert views_now == views
    assert now.keys() == first.keys()
    assert {name: part for name in now for part, old in zip(now[name], first[name]) if part != old} == {}


"""

TESTS = """
@pytest.mark.parametrize("turn", range(TURNS))
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.misata(story=STORY)
def test_on_an_engine(misata_engine, deed, turn):
    deed(misata_engine, turn)
    if turn % 4 == 3:
        raise RuntimeError("in the middle")


@pytest.mark.parametrize("turn", range(TURNS * 3))
@pytest.mark.misata(story=STORY)
def test_on_a_session(misata_session, turn):
    # MariaDB cannot take TRUNCATE back: that is for the test beside this one.
    write(misata_session.connection(), turn if KIND != "mysql" else 0)
    [misata_session.commit, misata_session.rollback, misata_session.flush][turn % 3]()


@pytest.mark.parametrize("turn", range(TURNS * 2))
@pytest.mark.misata(story=STORY, isolation="restore")
def test_on_a_session_that_really_commits(misata_session, turn):
    write(misata_session.connection(), turn)
    misata_session.commit()
"""

DEEDS = "commit, in_thread, nothing, leave_open, leave_reading, own_engine, make_table, add_column, drop_table"
IN_MEMORY = "commit, nothing, make_table, add_column, drop_table"


def _suite(deeds: str, turns: int, kind: str) -> str:
    return HEAD + TESTS.replace("TURNS", str(turns)).replace("DEEDS", f"[{deeds}]").replace("KIND", repr(kind))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_in_any_order(suite, run, request: pytest.FixtureRequest, kind: str) -> None:
    suite(_suite(DEEDS, 4, kind), conftest=CONFTEST)
    url = request.getfixturevalue(f"{kind}_url")
    result = run(f"--misata-database={url}", "--tb=no", "--randomly-seed=1")
    result.assert_outcomes(passed=9 * 3 + 12 + 8, failed=9)


@pytest.mark.parametrize("order", [1, 2])
def test_in_any_order_in_memory(suite, run, order: int) -> None:
    suite(_suite(IN_MEMORY, 4, "sqlite"), conftest=CONFTEST)
    result = run("--misata-database=sqlite://", "--tb=no", f"--randomly-seed={order}")
    result.assert_outcomes(passed=5 * 3 + 12 + 8, failed=5)


def test_in_any_order_on_mariadb(suite, run, mysql_url: str) -> None:
    # There an index on a table of somebody else stays.
    tests = _suite("commit, nothing, make_table, add_column, drop_table", 2, "mysql").replace("ON notes (", "ON made (")
    suite(tests.replace("made (line)", "made (id)"), conftest=CONFTEST)
    run(f"--misata-database={mysql_url}", "--tb=no", "--randomly-seed=1").assert_outcomes(passed=5 * 2 + 6 + 4)


def test_tables_that_stay_locked_on_mariadb(suite, run, mysql_url: str) -> None:
    suite(
        """
        from sqlalchemy import create_engine

        LEFT = []

        @pytest.mark.misata(story=STORY)
        @pytest.mark.parametrize("turn", range(3))
        @pytest.mark.parametrize("own", [False, True])
        def test_it(misata_engine, own, turn):
            with misata_engine.begin() as connection:
                assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
                connection.execute(text("DELETE FROM subscriptions"))
            connection = (create_engine(misata_engine.url) if own else misata_engine).connect()
            connection.execute(text("LOCK TABLES users WRITE"))
            LEFT.append(connection)
        """.replace("\n        ", "\n"),
    )
    run(f"--misata-database={mysql_url}").assert_outcomes(passed=6)


def test_the_last_bit_of_a_float_on_mariadb(suite, run, mysql_url: str) -> None:
    # Text shows six digits of it.
    suite(
        """
        @pytest.fixture(scope="session")
        def misata_prepare():
            def prepare(engine):
                with engine.begin() as connection:
                    connection.execute(text("CREATE TABLE IF NOT EXISTS measured (id INTEGER PRIMARY KEY, x FLOAT)"))
                    connection.execute(text("REPLACE INTO measured VALUES (1, 16777216)"))
            return prepare

        @pytest.mark.misata(story=STORY)
        @pytest.mark.parametrize("turn", range(4))
        def test_it(misata_engine, turn):
            with misata_engine.begin() as connection:
                assert connection.scalar(text("SELECT x + 0e0 FROM measured")) == 16777216
                connection.execute(text("UPDATE measured SET x = 16777214"))
        """.replace("\n        ", "\n"),
    )
    run(f"--misata-database={mysql_url}").assert_outcomes(passed=4)


ENDS_OTHERS = """
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool


@pytest.mark.parametrize("turn", range(2))
@pytest.mark.misata(story=STORY)
def test_it(misata_session, misata_engine, turn):
    assert misata_session.scalar(text("SELECT count(*) FROM invoices")) > 0
    with create_engine(misata_engine.url, poolclass=NullPool).connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.execute(text("DELETE FROM invoices"))
        connection.commit()
"""


def test_a_test_that_ends_every_session_but_its_own(suite, run, postgresql_url: str) -> None:
    suite(ENDS_OTHERS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=2)
