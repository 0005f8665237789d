"""Whole databases: made from a template with everything in it, known again, and held by one process at a time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, make_url

from pytest_misata.errors import LoadError
from pytest_misata.load.databases import Databases, databases_of
from pytest_misata.load.databases.postgresql import PostgreSQLDatabases
from pytest_misata.load.engines import make_engine, open_connection
from pytest_misata.load.keepers.digests import contents, shapes
from pytest_misata.load.seed import seed_database
from tests.load.shop import shop


@pytest.fixture
def databases(database_url: str) -> Iterator[Databases]:
    found = databases_of(make_url(database_url))
    yield found
    for name in found.made(f"{found.base}_"):
        found.drop(name)


def name_in(databases: Databases, ending: str) -> str:
    return f"{databases.base}_{ending}"


def seen(databases: Databases, name: str) -> tuple[dict[str, str], dict[str, str]]:
    engine = make_engine(databases.url_of(name))
    with engine.connect() as connection:
        found = shapes(connection), contents(connection)
    engine.dispose()
    return found


def test_a_copy_has_the_tables_and_rows_of_its_template(databases: Databases) -> None:
    template, copy = name_in(databases, "template"), name_in(databases, "copy")
    databases.create(template)
    seed_database(shop(), databases.url_of(template), create=True)
    databases.create(copy, template)
    assert seen(databases, copy) == seen(databases, template)
    assert len(seen(databases, copy)[1]) > 2


def test_what_was_made_is_known_again_and_dropped(databases: Databases) -> None:
    name = name_in(databases, "it's 100%")
    databases.create(name)
    seed_database(shop(), databases.url_of(name), create=True)
    assert databases.exists(name)
    assert databases.made(databases.base + "_") == [name]
    assert databases.made(databases.base + "x") == []
    databases.drop(name)
    databases.drop(name)
    assert not databases.exists(name)
    assert databases.made(databases.base + "_") == []


def test_one_that_was_made_is_known_again_though_its_maker_died_at_once(postgresql_url: str) -> None:
    databases = databases_of(make_url(postgresql_url))
    name = name_in(databases, "gw0")
    databases.create(name)
    try:
        # As it is right after the CREATE.
        databases.execute(f"COMMENT ON DATABASE {name} IS NULL")
        assert databases.owns(name)
        databases.create(name_in(databases, "gw1"), name)
        databases.execute(f"CREATE DATABASE {name}_archive TEMPLATE {name}")
        assert databases.made(f"{databases.base}_") == [name, name_in(databases, "gw1")]
    finally:
        for ending in ("gw0", "gw1", "gw0_archive"):
            databases.drop(name_in(databases, ending))


def test_a_database_of_somebody_else_is_not_among_those_made(databases: Databases) -> None:
    assert databases.base not in databases.made(databases.base)


def test_one_holder_at_a_time(databases: Databases) -> None:
    release = databases.hold("one")
    other = databases.hold("other")
    assert release is not None
    assert other is not None
    assert databases.hold("one") is None
    release()
    again = databases.hold("one")
    assert again is not None
    again()
    other()


def test_a_hold_ends_with_its_process(databases: Databases) -> None:
    script = (
        "import sys, os\nfrom sqlalchemy import make_url\nfrom pytest_misata.load.databases import databases_of\n"
        "release = databases_of(make_url(sys.argv[1])).hold('one')\nprint(release is not None, flush=True)\n"
        "sys.stdin.read(1)\nos._exit(9)"
    )
    url = databases.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", script, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert databases.hold("one") is None
        process.communicate("x")
    release = databases.hold("one")
    assert release is not None
    release()


def on_mysql(databases: Databases, name: str) -> Connection:
    return create_engine(databases.url_of(name)).connect()


def test_mariadb_copies_what_is_no_table(mysql_url: str) -> None:
    databases = databases_of(make_url(mysql_url))
    template, copy = (f"{databases.base}_{uuid4().hex[:8]}" for _ in range(2))
    databases.create(template)
    statements = (
        "CREATE SEQUENCE numbers START WITH 7",
        "CREATE TABLE parts (id INT PRIMARY KEY DEFAULT nextval(numbers), price INT, twice INT AS (price * 2) STORED, "
        "word VARCHAR(20) DEFAULT '100%')",
        "CREATE TABLE log (line VARCHAR(20))",
        "CREATE FUNCTION half(n INT) RETURNS INT DETERMINISTIC RETURN n / 2",
        "CREATE VIEW b_view AS SELECT half(price) AS h FROM parts",
        "CREATE VIEW a_view AS SELECT h FROM b_view",
        "CREATE TRIGGER noted AFTER INSERT ON parts FOR EACH ROW INSERT INTO log VALUES ('new')",
        "INSERT INTO parts (price) VALUES (10), (20)",
    )
    with on_mysql(databases, template) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))
        connection.commit()
    connection.engine.dispose()
    try:
        databases.create(copy, template)
        databases.drop(template)
        with on_mysql(databases, copy) as connection:
            connection.exec_driver_sql("INSERT INTO parts (price) VALUES (30)")
            rows = connection.exec_driver_sql("SELECT id, price, twice, word FROM parts ORDER BY id").all()
            assert rows == [(7, 10, 20, "100%"), (8, 20, 40, "100%"), (rows[2][0], 30, 60, "100%")]
            assert rows[2][0] > 8
            assert connection.exec_driver_sql("SELECT h FROM a_view ORDER BY h").scalars().all() == [5, 10, 15]
            assert connection.exec_driver_sql("SELECT count(*) FROM log").scalar() == 3
        connection.engine.dispose()
    finally:
        databases.drop(copy)


def test_a_note_is_kept_and_replaced(databases: Databases) -> None:
    name = name_in(databases, "noted")
    databases.create(name, note="2026-01-01 it's file:///a%20b.json")
    seed_database(shop(), databases.url_of(name), create=True)
    on_server = databases.url.get_backend_name() != "sqlite"
    assert databases.notes(name) == {name: "2026-01-01 it's file:///a%20b.json" if on_server else ""}
    databases.annotate(name, "2026-01-02")
    assert databases.notes(name) == {name: "2026-01-02" if on_server else ""}
    assert databases.owns(name)


def test_a_write_to_a_sealed_database_changes_its_mark_and_its_digest(databases: Databases) -> None:
    name, copy = name_in(databases, "sealed"), name_in(databases, "copy")
    databases.create(name)
    seed_database(shop(), databases.url_of(name), create=True)
    databases.seal(name)
    digest = databases.digest(name)
    assert databases.digest(name) == digest
    # After that, for which it may have been opened.
    mark = databases.mark(name)
    assert databases.mark(name) == mark
    databases.fetch(copy, databases, name)
    assert databases.digest(copy) == digest
    unseal(databases, name)
    execute(databases, name, "UPDATE customers SET email = 'other' WHERE id = 1")
    databases.seal(name)
    assert databases.mark(name) != mark
    assert databases.digest(name) != digest


def execute(databases: Databases, name: str, *statements: str) -> None:
    """Each statement in that database, committed."""
    engine = make_engine(databases.url_of(name))
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def unseal(databases: Databases, name: str) -> None:
    """Do what somebody has to who wants to write to a sealed database."""
    if isinstance(databases, PostgreSQLDatabases):
        databases.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_nobody_connects_to_a_sealed_database_of_postgresql(postgresql_url: str) -> None:
    databases = databases_of(make_url(postgresql_url))
    name = name_in(databases, "sealed")
    databases.create(name)
    databases.seal(name)
    try:
        with (
            pytest.raises(LoadError, match="not currently accepting connections"),
            open_connection(databases.url_of(name)),
        ):
            pass
    finally:
        databases.drop(name)


PETS = (
    "CREATE TABLE pets (id integer PRIMARY KEY, name text)",
    "CREATE SEQUENCE numbers",
    "INSERT INTO pets VALUES (1, 'Rex')",
)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id integer)",
        "ALTER TABLE pets ADD COLUMN age integer",
        "ALTER TABLE pets ALTER COLUMN name SET NOT NULL",
        "ALTER TABLE pets ADD CHECK (id > 0)",
        "CREATE INDEX by_name ON pets (name)",
        "CREATE VIEW names AS SELECT name FROM pets",
        "CREATE TYPE mood AS ENUM ('fine')",
        "CREATE DOMAIN whole AS integer CHECK (VALUE > 0)",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE RULE nothing AS ON DELETE TO pets DO INSTEAD NOTHING",
        "CREATE TRIGGER same BEFORE UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SELECT nextval('numbers')",
        "UPDATE pets SET name = 'other'",
        "COMMENT ON TABLE pets IS 'of the house'",
        "SELECT lo_from_bytea(0, 'bytes')",
    ],
)
def test_two_that_were_made_alike_have_one_digest(postgresql_url: str, statement: str) -> None:
    databases = databases_of(make_url(postgresql_url))
    names = [name_in(databases, ending) for ending in ("one", "two")]
    try:
        for number, name in enumerate(names):
            databases.create(name)
            # Takes numbers, so that what follows has others in the second.
            execute(databases, name, *["CREATE TABLE gone (id serial)", "DROP TABLE gone"] * number, *PETS)
        one, two = map(databases.digest, names)
        assert one == two
        execute(databases, names[1], statement)
        assert databases.digest(names[1]) != one
    finally:
        for name in names:
            databases.drop(name)
