"""What hostile tests do to a database. Copied into the suite that `suite.py` writes, as a module of its own.

Each deed takes an open connection and the number of the test, runs statements, and leaves the end of the transaction to
the test. Deeds that need more than one connection, or that end transactions themselves, take the engine.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

Deed = Callable[[Any, int], None]

ANY = ("sqlite", "postgresql", "mysql")
ON_CONNECTION: dict[str, list[Deed]] = {kind: [] for kind in ANY}
"""Rows alone: what a transaction can take back everywhere."""
DDL: dict[str, list[Deed]] = {kind: [] for kind in ANY}
ON_ENGINE: dict[str, list[Deed]] = {kind: [] for kind in ANY}

PREPARED = {
    "sqlite": """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, line VARCHAR(20) DEFAULT 'plain', UNIQUE (line))
        CREATE TABLE folders (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)
        CREATE TABLE papers (id INTEGER PRIMARY KEY, folder_id INTEGER REFERENCES folders ON DELETE CASCADE, page REAL)
        CREATE TABLE loose (word TEXT, number INTEGER)
        CREATE TABLE log (what TEXT)
        CREATE TRIGGER heard AFTER INSERT ON notes BEGIN INSERT INTO log VALUES (new.line); END
        CREATE VIEW lines AS SELECT line FROM notes
        """,
    "postgresql": """
        CREATE TABLE notes (id integer PRIMARY KEY, line varchar(20) DEFAULT 'plain', UNIQUE (line))
        CREATE TABLE folders (id serial PRIMARY KEY, name text)
        CREATE TABLE papers (id integer PRIMARY KEY, folder_id integer REFERENCES folders ON DELETE CASCADE, page float)
        CREATE TABLE loose (word text, number integer)
        CREATE TABLE log (what text)
        CREATE SEQUENCE numbers
        CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS \
            'BEGIN INSERT INTO log VALUES (new.line); RETURN new; END'
        CREATE TRIGGER heard AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION hear()
        CREATE VIEW lines AS SELECT line FROM notes
        CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM notes
        """,
    "mysql": """
        CREATE TABLE notes (id INTEGER PRIMARY KEY, line VARCHAR(20) DEFAULT 'plain', UNIQUE (line))
        CREATE TABLE folders (id INTEGER PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))
        CREATE TABLE papers (id INTEGER PRIMARY KEY, folder_id INTEGER, page DOUBLE, \
            FOREIGN KEY (folder_id) REFERENCES folders (id) ON DELETE CASCADE)
        CREATE TABLE loose (word VARCHAR(20), number INTEGER)
        CREATE TABLE log (what VARCHAR(20))
        CREATE TRIGGER heard AFTER INSERT ON notes FOR EACH ROW INSERT INTO log VALUES (new.line)
        CREATE VIEW line_view AS SELECT line FROM notes
        """,
}
FILLED = """
    INSERT INTO notes (id, line) VALUES (1, 'one'), (2, 'two'), (3, 'three')
    INSERT INTO folders (name) VALUES ('a'), ('b'), (NULL)
    INSERT INTO papers (id, folder_id, page) VALUES (1, 1, 0.1), (2, 1, 2.5), (3, 2, -1)
    INSERT INTO loose VALUES ('x', 1), ('x', 1), (NULL, 2)
    """


def prepare(engine: Engine) -> None:
    """Make the tables beside those of the story, filled, where they are missing."""
    with engine.begin() as connection:
        if engine.dialect.has_table(connection, "notes"):
            return
        for statement in _lines(PREPARED[engine.dialect.name]) + _lines(FILLED):
            connection.exec_driver_sql(statement)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("REFRESH MATERIALIZED VIEW kept")


def _lines(statements: str) -> list[str]:
    return [line.strip() for line in statements.splitlines() if line.strip()]


def _deed(group: dict[str, list[Deed]], *kinds: str) -> Callable[[Deed], Deed]:
    def register(deed: Deed) -> Deed:
        for kind in kinds or ANY:
            group[kind].append(deed)
        return deed

    return register


def _statements(group: dict[str, list[Deed]], kinds: tuple[str, ...], listed: str) -> None:
    """One deed for each line; `;` separates statements, `{n}` is the test's number."""
    for line in _lines(listed):

        def deed(connection: Connection, turn: int, line: str = line) -> None:
            for statement in line.replace("{n}", str(turn)).split(";"):
                connection.execute(text(statement))

        deed.__name__ = line[:40]
        for kind in kinds:
            group[kind].append(deed)


_statements(
    ON_CONNECTION,
    ANY,
    """
    INSERT INTO notes (id, line) VALUES (1{n}, 'new {n}')
    INSERT INTO folders (name) VALUES ('new')
    UPDATE notes SET line = 'other' WHERE id = 2
    UPDATE notes SET id = id + 1000
    UPDATE users SET email = 'x@example.com' WHERE id = 3
    DELETE FROM notes
    DELETE FROM folders
    DELETE FROM folders WHERE id = 1
    DELETE FROM invoices
    DELETE FROM loose WHERE word = 'x'
    INSERT INTO loose VALUES ('x', 1)
    UPDATE loose SET number = number + 1
    DELETE FROM notes WHERE id = 1; INSERT INTO notes (id, line) VALUES (1, 'one')
    UPDATE notes SET line = 'swap' WHERE id = 1; UPDATE notes SET line = 'one' WHERE id = 2
    UPDATE papers SET page = page * 2; UPDATE papers SET page = page / 2
    UPDATE notes SET line = 'ONE' WHERE id = 1
    UPDATE notes SET line = NULL
    SELECT count(*) FROM users
    """,
)
_statements(ON_CONNECTION, ("sqlite",), "INSERT OR REPLACE INTO notes (id, line) VALUES (1, 'replaced')")
_statements(
    ON_CONNECTION,
    ("mysql",),
    """
    REPLACE INTO notes (id, line) VALUES (1, 'replaced')
    INSERT INTO notes (id, line) VALUES (1, 'a') ON DUPLICATE KEY UPDATE line = 'changed'
    SET foreign_key_checks = 0; DELETE FROM users; SET foreign_key_checks = 1
    CREATE TEMPORARY TABLE passing (id INTEGER); INSERT INTO passing VALUES (1); DROP TEMPORARY TABLE passing
    SELECT GET_LOCK('misata', 1)
    """,
)
_statements(
    ON_CONNECTION,
    ("postgresql",),
    """
    TRUNCATE invoices
    TRUNCATE folders RESTART IDENTITY CASCADE
    TRUNCATE users CASCADE
    INSERT INTO notes (id, line) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET line = 'changed'
    SELECT nextval('numbers')
    SELECT setval('numbers', 500, false)
    SELECT setval('folders_id_seq', 1)
    SET LOCAL session_replication_role = replica; DELETE FROM users
    SET session_replication_role = replica; DELETE FROM folders WHERE id = 2
    LISTEN news
    NOTIFY news
    SELECT pg_advisory_xact_lock(1)
    SELECT pg_try_advisory_lock(2)
    CREATE TEMPORARY TABLE passing (id integer) ON COMMIT DROP; INSERT INTO passing VALUES (1)
    LOCK TABLE notes IN SHARE MODE
    SELECT * FROM notes FOR UPDATE
    SET search_path = pg_catalog
    SELECT lo_create(0)
    """,
)
_statements(
    DDL,
    ("sqlite",),
    """
    CREATE TABLE made (id INTEGER PRIMARY KEY); INSERT INTO made VALUES (1)
    CREATE INDEX made_index ON notes (line)
    CREATE VIEW made_view AS SELECT id FROM notes
    CREATE TRIGGER made_trigger AFTER DELETE ON notes BEGIN DELETE FROM log; END
    ALTER TABLE users ADD COLUMN made INTEGER
    ALTER TABLE papers RENAME TO sheets
    ALTER TABLE notes RENAME COLUMN line TO words
    DROP TABLE papers
    DROP TABLE invoices
    DROP VIEW lines
    DROP TRIGGER heard
    PRAGMA user_version = 7
    CREATE TABLE loose2 AS SELECT * FROM loose; DROP TABLE loose; ALTER TABLE loose2 RENAME TO loose
    """,
)
_statements(
    DDL,
    ("postgresql",),
    """
    CREATE TABLE made (id integer PRIMARY KEY); INSERT INTO made VALUES (1)
    CREATE TABLE made AS SELECT * FROM users
    CREATE INDEX made_index ON notes (line)
    CREATE VIEW made_view AS SELECT id FROM notes
    CREATE MATERIALIZED VIEW made_view AS SELECT id FROM notes
    CREATE SCHEMA other; CREATE TABLE other.made (id integer); INSERT INTO other.made VALUES (1)
    CREATE FUNCTION made() RETURNS integer LANGUAGE sql AS 'SELECT 1'
    CREATE TYPE pair AS (a integer, b integer)
    CREATE TYPE mood AS ENUM ('glad', 'sad')
    CREATE DOMAIN small AS integer CHECK (value < 10)
    CREATE SEQUENCE made
    ALTER SEQUENCE numbers RESTART WITH 77
    ALTER SEQUENCE folders_id_seq INCREMENT BY 5
    ALTER TABLE notes ALTER COLUMN line SET DEFAULT 'fancy'
    ALTER TABLE notes DISABLE TRIGGER heard
    ALTER TABLE users DISABLE TRIGGER ALL; DELETE FROM users
    ALTER TABLE notes DISABLE TRIGGER ALL; DELETE FROM notes; ALTER TABLE notes ENABLE TRIGGER ALL
    ALTER TABLE users ADD COLUMN made integer
    ALTER TABLE papers DROP COLUMN page
    ALTER TABLE papers RENAME TO sheets
    ALTER TABLE notes RENAME COLUMN line TO words
    ALTER TABLE notes ADD CONSTRAINT made CHECK (id > 0)
    ALTER TABLE loose ALTER COLUMN number TYPE bigint
    ALTER TABLE papers DROP CONSTRAINT papers_folder_id_fkey
    COMMENT ON TABLE notes IS 'changed'
    CREATE OR REPLACE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'
    CREATE RULE made AS ON DELETE TO notes DO INSTEAD NOTHING
    DROP TABLE papers
    DROP TABLE users CASCADE
    DROP VIEW lines
    DROP TRIGGER heard ON notes
    DROP MATERIALIZED VIEW kept
    DELETE FROM notes; REFRESH MATERIALIZED VIEW kept
    """,
)
_statements(
    DDL,
    ("mysql",),
    """
    TRUNCATE invoices
    TRUNCATE TABLE loose
    CREATE TABLE made (id INTEGER PRIMARY KEY); INSERT INTO made VALUES (1)
    CREATE INDEX made_index ON notes (line)
    CREATE VIEW made_view AS SELECT id FROM notes
    CREATE TRIGGER made AFTER DELETE ON notes FOR EACH ROW DELETE FROM log
    CREATE PROCEDURE made() SELECT 1
    ALTER TABLE users ADD COLUMN made INTEGER
    ALTER TABLE papers DROP COLUMN page
    ALTER TABLE notes ALTER COLUMN line SET DEFAULT 'fancy'
    ALTER TABLE folders AUTO_INCREMENT = 500
    RENAME TABLE papers TO sheets
    DROP TABLE papers
    DROP TABLE invoices
    DROP VIEW line_view
    DROP TRIGGER heard
    OPTIMIZE TABLE notes
    DELETE FROM notes; ANALYZE TABLE notes
    ALTER TABLE users COMMENT 'made {n}'; DELETE FROM invoices
    ALTER TABLE notes CONVERT TO CHARACTER SET latin1
    SET foreign_key_checks = 0; DROP TABLE users
    ALTER DATABASE CHARACTER SET latin1
    """,
)


# Deeds that take an engine


@_deed(ON_ENGINE)
def nothing(_engine: Engine, _turn: int) -> None:
    """A test that only looks on."""


@_deed(ON_ENGINE)
def own_engine(engine: Engine, turn: int) -> None:
    """An application with a pool of its own."""
    other = create_engine(engine.url)
    try:
        commit(other, turn)
    finally:
        other.dispose()


@_deed(ON_ENGINE)
def in_thread(engine: Engine, turn: int) -> None:
    """Writes in a thread that is waited for."""
    thread = threading.Thread(target=commit, args=(engine, turn))
    thread.start()
    thread.join()


@_deed(ON_ENGINE, "postgresql", "mysql")
def thread_still_running(engine: Engine, turn: int) -> None:
    """Writes in a thread that is amid its transaction when the test ends."""
    begun = threading.Event()

    def work() -> None:
        # The plugin may end the transaction under it.
        with contextlib.suppress(Exception), engine.begin() as connection:
            connection.execute(text("DELETE FROM loose"))
            begun.set()
            time.sleep(0.03)
            connection.execute(text(f"INSERT INTO notes (id, line) VALUES (7{turn}, 'late {turn}')"))

    threading.Thread(target=work, daemon=True).start()
    begun.wait(5)


@_deed(ON_ENGINE)
def many_commits(engine: Engine, turn: int) -> None:
    """Several transactions, some of them undone."""
    for number in range(3):
        with contextlib.suppress(RuntimeError), engine.begin() as connection:
            connection.execute(text(f"INSERT INTO notes (id, line) VALUES (5{number}{turn}, 'm{number}')"))
            if number == 1:
                raise RuntimeError


LEFT: list[Any] = []


def _leave(thing: Any) -> None:
    # An engine hands out fifteen connections at a time.
    LEFT.append(thing)
    del LEFT[:-3]


@_deed(ON_ENGINE)
def leave_open(engine: Engine, turn: int) -> None:
    """A transaction that has written, left open."""
    connection = engine.connect()
    rows(connection, turn)
    _leave(connection)


@_deed(ON_ENGINE)
def leave_reading(engine: Engine, turn: int) -> None:
    """A transaction that has read, left open amid its rows."""
    # Opened first: among the rows may be a SET, which the connection that goes back to the pool keeps.
    connection = engine.connect()
    commit(engine, turn)
    _leave((connection, connection.execute(text("SELECT * FROM users"))))


@_deed(ON_ENGINE)
def raw_connection(engine: Engine, turn: int) -> None:
    """The driver's own connection."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute(f"INSERT INTO notes (id, line) VALUES (8{turn}, 'raw {turn}')")
        raw.commit()
    finally:
        raw.close()


@_deed(ON_ENGINE)
def dispose(engine: Engine, turn: int) -> None:
    """An application that closes its pool."""
    commit(engine, turn)
    engine.dispose()


@_deed(ON_ENGINE, "postgresql")
def vacuum(engine: Engine, turn: int) -> None:
    """Maintenance."""
    commit(engine, turn)
    _autocommit(
        engine, "VACUUM", "VACUUM FULL notes", "ANALYZE", "CLUSTER notes USING notes_pkey", "REINDEX TABLE users"
    )


@_deed(ON_ENGINE, "postgresql")
def concurrently(engine: Engine, _turn: int) -> None:
    """What cannot run in a transaction."""
    _autocommit(engine, "CREATE INDEX CONCURRENTLY made_index ON notes (line)")


@_deed(ON_ENGINE, "postgresql")
def copy(engine: Engine, turn: int) -> None:
    """COPY, with psycopg."""
    raw = engine.raw_connection()
    try:
        with raw.cursor() as cursor, cursor.copy("COPY loose FROM STDIN") as stream:
            stream.write_row((f"copied {turn}", turn))
        raw.commit()
    finally:
        raw.close()


@_deed(ON_ENGINE, "postgresql")
def session_state(engine: Engine, _turn: int) -> None:
    """Settings that outlive the transaction, on a connection that goes back to the pool."""
    with engine.connect() as connection:
        for statement in (
            "SET session_replication_role = replica",
            "SET search_path = pg_catalog",
            "SELECT pg_advisory_lock(42)",
            "CREATE TEMPORARY TABLE notes (id integer)",
            "LISTEN news",
        ):
            connection.execute(text(statement))
        connection.commit()


@_deed(ON_ENGINE, "mysql")
def session_state_on_mysql(engine: Engine, _turn: int) -> None:
    """Settings that outlive the transaction, on a connection that goes back to the pool."""
    with engine.connect() as connection:
        for statement in ("SET foreign_key_checks = 0", "SELECT GET_LOCK('left', 1)", "SET sql_mode = 'ANSI_QUOTES'"):
            connection.execute(text(statement))
        connection.execute(text("CREATE TEMPORARY TABLE notes (id INTEGER)"))
        connection.commit()


@_deed(ON_ENGINE, "mysql")
def locked_tables(engine: Engine, _turn: int) -> None:
    """LOCK TABLES, and then nothing."""
    connection = engine.connect()
    connection.execute(text("LOCK TABLES notes WRITE"))
    connection.execute(text("DELETE FROM notes"))
    _leave(connection)


@_deed(ON_ENGINE, "mysql")
def another_database(engine: Engine, _turn: int) -> None:
    """All of it dropped, and an empty one by its name, which no session is in."""
    with engine.connect() as connection:
        for statement in (f"DROP DATABASE {engine.url.database}", f"CREATE DATABASE {engine.url.database}"):
            connection.execute(text(statement))


@_deed(ON_ENGINE, "mysql")
def two_phases(engine: Engine, turn: int) -> None:
    """A transaction of two phases."""
    with engine.connect() as connection:
        connection.execute(text(f"XA START 'x{turn}'"))
        connection.execute(text("DELETE FROM notes"))
        for statement in (f"XA END 'x{turn}'", f"XA PREPARE 'x{turn}'", f"XA COMMIT 'x{turn}'"):
            connection.execute(text(statement))


@_deed(ON_ENGINE, "sqlite")
def pragmas(engine: Engine, _turn: int) -> None:
    """Settings of a connection that goes back to the pool, and orphans made with them."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("CREATE TEMPORARY TABLE notes (id INTEGER)")
        connection.exec_driver_sql("DELETE FROM users")
        connection.commit()


@_deed(ON_ENGINE, "sqlite")
def vacuum_file(engine: Engine, turn: int) -> None:
    """Maintenance."""
    commit(engine, turn)
    _autocommit(engine, "VACUUM", "ANALYZE", "REINDEX")


def _autocommit(engine: Engine, *statements: str) -> None:
    other = create_engine(engine.url, poolclass=NullPool)
    own = engine if engine.dialect.name == "sqlite" and not engine.url.database else other
    with own.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            connection.exec_driver_sql(statement)


IN_MEMORY_TOO = ("nothing", "many_commits", "raw_connection", "vacuum_file")
"""What can be done to a database that has a single connection, without taking it away from the plugin."""


def rows(connection: Connection, turn: int) -> None:
    """One to three deeds with rows."""
    _some(ON_CONNECTION[connection.dialect.name], connection, turn, 1 + turn % 3)


def ddl(connection: Connection, turn: int) -> None:
    """A deed with definitions, between deeds with rows."""
    rows(connection, turn)
    _some(DDL[connection.dialect.name], connection, turn, 1)


def _some(deeds: list[Deed], connection: Connection, turn: int, count: int) -> None:
    for deed in Random(turn * 7 + len(deeds)).sample(deeds, count):
        # One deed may be in the way of the next; the transaction goes on before it.
        with contextlib.suppress(Exception), connection.begin_nested():
            deed(connection, turn)


def commit(engine: Engine, turn: int) -> None:
    """Rows, committed."""
    with engine.begin() as connection:
        rows(connection, turn)


def commit_ddl(engine: Engine, turn: int) -> None:
    """Definitions and rows, committed."""
    with engine.begin() as connection:
        ddl(connection, turn)
