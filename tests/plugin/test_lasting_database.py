"""A database given by its URL lasts: every run truncates and fills it again, and only our own tables are dropped."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from pytest_misata.api import generate
from pytest_misata.load.seed import seed_database
from tests.plugin.conftest import NO_ASYNCIO, count, engine_of, execute

USERS = """
@pytest.mark.misata(story=STORY)
def test_it(misata_engine, misata_report):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20
        connection.execute(text("DELETE FROM subscriptions"))
    print(f"created={len(misata_report.created)}! truncated={len(misata_report.truncated)}!")
"""
CUSTOMERS = (
    USERS.replace("STORY", "'An online shop with 6 customers'").replace("== 20", "> 0").replace("users", "orders")
)
CUSTOMERS = CUSTOMERS.replace('connection.execute(text("DELETE FROM subscriptions"))', "pass")


def test_the_next_run_truncates_and_fills_again(suite, run, server_url: str) -> None:
    suite(USERS)
    option = f"--misata-database={server_url}"
    first = run(option, "-s")
    first.assert_outcomes(passed=1)
    first.stdout.fnmatch_lines(["*truncated=0!*"])
    assert count(server_url) == 20
    second = run(option, "-s")
    second.assert_outcomes(passed=1)
    second.stdout.fnmatch_lines(["*created=0!*"])
    assert count(server_url) == 20
    assert count(server_url, "subscriptions") > 0


def test_another_story_in_the_next_run(suite, run, server_url: str) -> None:
    suite(USERS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    suite(CUSTOMERS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    assert count(server_url, "orders") > 0


def test_tables_that_the_library_made_give_way(suite, run, server_url: str) -> None:
    seed_database(generate("An online shop with 6 customers"), server_url, create=True)
    suite(USERS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    assert count(server_url) == 20


def test_two_stories_in_one_run(suite, run, server_url: str) -> None:
    suite(USERS + CUSTOMERS.replace("test_it", "test_other"))
    run(f"--misata-database={server_url}").assert_outcomes(passed=2)
    run(f"--misata-database={server_url}").assert_outcomes(passed=2)


def test_tables_of_somebody_else_stay(suite, run, postgresql_url: str) -> None:
    engine = engine_of(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO theirs VALUES (1)")
    suite(USERS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=1)
    suite(CUSTOMERS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=1)
    assert count(postgresql_url, "theirs") == 1
    assert not inspect(engine).has_table("subscriptions")
    engine.dispose()


def test_a_url_in_the_marker(suite, run, sqlite_url: str) -> None:
    suite(USERS.replace("story=STORY", f"story=STORY, url={sqlite_url!r}"))
    run().assert_outcomes(passed=1)
    assert count(sqlite_url) == 20


def test_a_database_in_memory(suite, run) -> None:
    suite(
        """
import threading

@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", range(2))
def test_it(misata_session, misata_url, misata_engine, n):
    assert misata_url == "sqlite://"
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.commit()
"""
    )
    run("--misata-database=sqlite://").assert_outcomes(passed=2)


def test_a_password_that_needs_quoting_reaches_misata_url(suite, run, postgresql_url: str) -> None:
    from sqlalchemy import make_url

    url = make_url(postgresql_url).set(password="p@ss:w/rd%").render_as_string(hide_password=False)
    suite(
        """
from sqlalchemy import make_url

@pytest.mark.misata(story=STORY)
def test_it(misata_url):
    assert make_url(misata_url).password == "p@ss:w/rd%"
"""
    )
    result = run(f"--misata-database={url}")
    result.assert_outcomes(passed=1)
    assert "rd%" not in result.stdout.str()


def test_a_database_that_cannot_be_reached_is_one_sentence(suite, run) -> None:
    suite(USERS)
    result = run("--misata-database=postgresql://me:secret@127.0.0.1:1/app_test")
    result.assert_outcomes(errors=1)
    assert "secret" not in result.stdout.str()
    result.stdout.fnmatch_lines(["*127.0.0.1*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*seeding.py*")


@pytest.mark.parametrize("name", ["production", "latest", "contest"])
def test_a_database_not_named_for_tests_is_refused_before_connecting(suite, run, name: str) -> None:
    suite(USERS)
    result = run(f"--misata-database=postgresql://me:secret@127.0.0.1:1/{name}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*--misata-allow-database={name}, ini misata_allow_database = {name} or MISATA_*"])
    result.stdout.no_fnmatch_line("* --allow-database*")
    result.stdout.no_fnmatch_line("*refused*127.0.0.1*port 1 failed*")
    assert "secret" not in result.stdout.str()


@pytest.mark.parametrize("place", ["flag", "variable", "ini"])
def test_the_opt_in_names_the_database(suite, run, monkeypatch, place: str) -> None:
    suite(USERS, ini="misata_allow_database =\n  other\n  production\n" if place == "ini" else "")
    if place == "variable":
        monkeypatch.setenv("MISATA_ALLOW_DATABASE", "other, production")
    flags = ["--misata-allow-database=other", "--misata-allow-database=production"] if place == "flag" else []
    result = run("--misata-database=postgresql://me@127.0.0.1:1/production", *flags)
    result.assert_outcomes(errors=1)
    result.stdout.no_fnmatch_line("*--misata-allow-database=production, ini*")
    result.stdout.fnmatch_lines(["*127.0.0.1*port 1*"])


MIGRATED = """
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def migrate(engine):
        with engine.begin() as connection:
            if connection.exec_driver_sql("SELECT to_regclass('moods')").scalar() is None:
                connection.exec_driver_sql("CREATE TYPE mood AS ENUM ('fine', 'tired')")
                connection.exec_driver_sql("CREATE TABLE moods (id integer PRIMARY KEY, now mood)")
                connection.exec_driver_sql("INSERT INTO moods VALUES (1, 'fine')")
                connection.exec_driver_sql("CREATE VIEW happy AS SELECT * FROM moods WHERE now = 'fine'")
    return migrate
"""
ALTERS = """
DEEDS = {
    "alter": "ALTER TABLE moods ADD COLUMN more integer",
    "drop": "DROP TABLE moods CASCADE",
    "view": "DROP VIEW happy",
    "type": "ALTER TYPE mood ADD VALUE 'odd'",
    "ours": "ALTER TABLE users DROP COLUMN email",
}


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("deed", DEEDS)
def test_it(misata_engine, deed):
    with misata_engine.begin() as connection:
        assert connection.execute(text("SELECT * FROM happy")).all() == [(1, "fine")]
        assert connection.execute(text("SELECT enum_range(NULL::mood)::text")).scalar() == "{fine,tired}"
        assert connection.execute(text("SELECT count(email) FROM users")).scalar() == 20
        connection.execute(text(DEEDS[deed]))
"""


def test_one_that_was_empty_is_built_anew_as_a_whole(suite, run, postgresql_url: str) -> None:
    suite(ALTERS, conftest=MIGRATED)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=5)


PARTITIONED = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_engine, turn):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT to_regclass('readings')")) is None
        connection.execute(text("CREATE TABLE readings (day integer, value integer) PARTITION BY RANGE (day)"))
        connection.execute(text("CREATE TABLE early PARTITION OF readings FOR VALUES FROM (0) TO (10)"))
        connection.execute(text("CREATE INDEX ON readings (value)"))
        connection.execute(text("INSERT INTO readings VALUES (1)"))
"""


def test_a_partitioned_table_of_a_test_goes_with_it(suite, run, postgresql_url: str) -> None:
    suite(PARTITIONED)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=2)


REBUILDS_PARTITIONS = """
@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE readings (day integer, value integer) PARTITION BY RANGE (day)"))
            connection.execute(text("CREATE TABLE early PARTITION OF readings FOR VALUES FROM (0) TO (10)"))
    return prepare


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_engine, turn):
    with misata_engine.begin() as connection:
        connection.execute(text("INSERT INTO readings VALUES (1)"))
        connection.execute(text("DROP TABLE users CASCADE"))
"""


def test_a_rebuild_has_no_partitioned_table_in_its_way(suite, run, postgresql_url: str) -> None:
    suite(REBUILDS_PARTITIONS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=2)


PREPARED_ONCE = """
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with engine.begin() as connection:
            if connection.exec_driver_sql("SELECT to_regclass('notes')").scalar() is not None:
                return
            for statement in (
                "CREATE SCHEMA apart",
                "CREATE TYPE mood AS ENUM ('fine', 'tired')",
                "CREATE DOMAIN few AS integer DEFAULT 3 CONSTRAINT is_few CHECK (VALUE < 9)",
                "CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n'",
                "CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE SEQUENCE apart.tickets START 7",
                "CREATE TABLE authors (id serial PRIMARY KEY, name text UNIQUE NOT NULL)",
                "CREATE TABLE notes (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "
                "author integer REFERENCES authors ON DELETE CASCADE, line varchar(9) DEFAULT 'x', now mood, n few, "
                "doubled integer GENERATED ALWAYS AS (twice(id)) STORED, CONSTRAINT short CHECK (length(line) < 5))",
                "CREATE INDEX by_line ON notes (lower(line)) WHERE line <> ''",
                "CREATE TRIGGER stays BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION stay()",
                "CREATE VIEW lines AS SELECT id, line FROM notes",
                "CREATE VIEW longer AS SELECT id FROM lines WHERE length(line) > 1",
                "CREATE MATERIALIZED VIEW stored AS SELECT * FROM lines",
                "CREATE UNIQUE INDEX stored_once ON stored (id)",
                "CREATE RULE quiet AS ON DELETE TO lines DO INSTEAD NOTHING",
                "COMMENT ON COLUMN notes.line IS 'what it''s about'",
                "GRANT SELECT ON lines TO PUBLIC",
                "CREATE TABLE apart.days (day integer) PARTITION BY RANGE (day)",
                "CREATE TABLE apart.early PARTITION OF apart.days FOR VALUES FROM (0) TO (10)",
                "INSERT INTO authors (name) VALUES ('Ann'), ('Bo')",
                "INSERT INTO notes (author, line, now) VALUES (1, 'one', 'fine'), (2, 'two', 'tired')",
                "INSERT INTO apart.days VALUES (1), (2)",
                "REFRESH MATERIALIZED VIEW stored",
            ):
                connection.exec_driver_sql(statement)
    return prepare
"""
HARM = (
    "DROP VIEW longer",
    "CREATE OR REPLACE VIEW lines AS SELECT id, line FROM notes WHERE id > 1; DROP SEQUENCE apart.tickets",
    "DROP INDEX by_line; DROP TRIGGER stays ON notes; DROP RULE quiet ON lines; REVOKE SELECT ON lines FROM PUBLIC",
    "ALTER TABLE notes DISABLE TRIGGER stays; COMMENT ON COLUMN notes.line IS NULL; DROP TABLE apart.early",
    "DROP FUNCTION stay() CASCADE; DROP MATERIALIZED VIEW stored; ALTER INDEX by_line RENAME TO by_text",
    "CREATE OR REPLACE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 3 * n'",
    "ALTER TABLE notes DROP CONSTRAINT short, DROP CONSTRAINT notes_author_fkey, ALTER line DROP DEFAULT",
    "DROP TABLE authors CASCADE; DROP TABLE apart.days",
    "ALTER TABLE notes DROP COLUMN line CASCADE; ALTER TABLE authors ALTER name DROP NOT NULL, ADD COLUMN more integer",
    "ALTER TABLE notes RENAME TO lines_of_text",
    "DROP SCHEMA apart CASCADE; DROP TABLE notes, authors CASCADE; DROP FUNCTION twice, stay",
)
HARMED = """
SEEN = []
TABLES = ("authors", "notes", "lines", "longer", "stored", "apart.days", "apart.early", "apart.tickets")


def found(engine):
    from pytest_misata.load.keepers.postgresql_definitions import definitions

    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        made = definitions(lambda statement: cursor.execute(statement).fetchall())
        rows = {name: sorted(map(str, connection.exec_driver_sql(f"SELECT * FROM {name}"))) for name in TABLES}
        numbers = connection.exec_driver_sql("SELECT last_value FROM authors_id_seq").scalar()
    return {name: part.statement for name, part in made.items()}, rows, numbers


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("deed", HARM)
def test_it(misata_engine, deed):
    SEEN.append(found(misata_engine))
    assert SEEN[-1] == SEEN[0]
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20
        for statement in deed.split("; "):
            connection.execute(text(statement))


@pytest.mark.misata(story=STORY)
def test_last(misata_engine):
    assert found(misata_engine) == SEEN[0]
"""


def test_what_misata_prepare_made_once_is_made_again(suite, run, postgresql_url: str) -> None:
    suite(HARMED.replace("HARM)", f"{HARM!r})"), conftest=PREPARED_ONCE)
    run(f"--misata-database={postgresql_url}", "-k", "longer").assert_outcomes(passed=1)
    result = run(f"--misata-database={postgresql_url}", "-p", "no:randomly")
    result.assert_outcomes(passed=len(HARM) + 1)


NOT_MENDED = """
@pytest.mark.misata(story=STORY)
def test_it(misata_engine):
    with misata_engine.begin() as connection:
        connection.execute(text("DROP AGGREGATE IF EXISTS summed(integer)"))
"""


def test_what_cannot_be_made_again_is_told(suite, run, postgresql_url: str) -> None:
    engine = engine_of(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE AGGREGATE summed(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')")
    engine.dispose()
    suite(NOT_MENDED)
    result = run(f"--misata-database={postgresql_url}", "-W", "default::pytest.PytestWarning", *NO_ASYNCIO)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*a test changed function summed(integer), which pytest-misata did not make*"])


RIGHTS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_engine, turn):
    with misata_engine.begin() as connection:
        rights = text("SELECT nspowner::regrole::text, nspacl::text FROM pg_namespace WHERE nspname = 'public'")
        owner, given = connection.execute(rights).one()
        assert "=U/" in given
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
"""


def test_the_schema_public_gets_its_rights_back(suite, run, postgresql_url: str) -> None:
    suite(RIGHTS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=2)
    execute(postgresql_url, "GRANT USAGE ON SCHEMA public TO PUBLIC")


MIGRATES_ONCE = """
from sqlalchemy import inspect

@pytest.fixture(scope="session")
def misata_prepare():
    def migrate(engine):
        with engine.begin() as connection:
            if inspect(connection).has_table("version"):
                return
            connection.execute(text("CREATE TABLE version (number INTEGER)"))
            connection.execute(text("INSERT INTO version VALUES (7)"))
            connection.execute(text("CREATE VIEW latest AS SELECT number + 1 AS number FROM version"))
    return migrate

def check(engine):
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT number FROM latest")) == 8
        assert connection.scalar(text("SELECT count(*) FROM users")) > 0

@pytest.mark.misata(story=STORY, isolation="none")
class TestThatKeepsWhatItDoes:
    def test_1(self, misata_engine):
        check(misata_engine)
        with misata_engine.begin() as connection:
            connection.execute(text("DROP VIEW latest"))
            connection.execute(text("UPDATE version SET number = 1"))
            connection.execute(text("ALTER TABLE users ADD COLUMN nick INTEGER"))

    def test_2(self, misata_engine):
        assert "latest" not in inspect(misata_engine).get_view_names()

"""
OTHERS = """
@pytest.mark.misata(story="A SaaS company with 30 users")
@pytest.mark.parametrize("turn", range(2))
def test_3(misata_engine, turn):
    check(misata_engine)
    with misata_engine.begin() as connection:
        connection.execute(text("DROP VIEW latest"))
"""


@pytest.mark.parametrize(("existing", "options"), [(False, ()), (True, ()), (False, ("--misata-reuse",))])
def test_what_isolation_none_left_is_put_back_for_other_data(
    suite, run, server_url: str, options: tuple[str, ...], *, existing: bool
) -> None:
    if existing:
        engine = engine_of(server_url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
        engine.dispose()
    suite(MIGRATES_ONCE + OTHERS)
    run("-p", "no:randomly", f"--misata-database={server_url}", *options).assert_outcomes(passed=4)
    run("-p", "no:randomly", f"--misata-database={server_url}", *options).assert_outcomes(passed=4)


def test_what_isolation_none_left_at_the_end_stays(suite, run, server_url: str) -> None:
    suite(MIGRATES_ONCE + OTHERS)
    run("-p", "no:randomly", f"--misata-database={server_url}", "-k", "test_1").assert_outcomes(passed=1)
    engine = engine_of(server_url)
    assert "latest" not in inspect(engine).get_view_names()
    engine.dispose()


@pytest.mark.parametrize("existing", [False, True])
def test_the_schema_public_that_a_test_dropped(suite, run, postgresql_url: str, *, existing: bool) -> None:
    if existing:
        execute(postgresql_url, "CREATE TABLE theirs (id INTEGER)", "INSERT INTO theirs VALUES (1)")
    execute(postgresql_url, "GRANT CREATE ON SCHEMA public TO PUBLIC")
    suite(
        """
RIGHTS = "SELECT nspowner::regrole::text || nspacl::text FROM pg_namespace WHERE nspname = 'public'"

@pytest.fixture(scope="session")
def rights(misata_engine):
    with misata_engine.connect() as connection:
        return sorted(connection.scalar(text(RIGHTS)).strip("{}").split(","))

@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(3))
def test_it(misata_engine, rights, turn):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20
        assert sorted(connection.scalar(text(RIGHTS)).strip("{}").split(",")) == rights
        connection.execute(text("DROP SCHEMA public CASCADE"))
        if turn == 1:
            connection.execute(text("CREATE SCHEMA public"))
"""
    )
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=3)
    if existing:
        assert count(postgresql_url, "theirs") == 1


IN_MEMORY = """
def check(engine):
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
class TestThatThrowsTheDatabaseAway:
    def test_by_its_pool(self, misata_engine, turn):
        check(misata_engine)
        misata_engine.dispose()

    def test_by_the_connection_of_the_driver(self, misata_engine, turn):
        check(misata_engine)
        misata_engine.raw_connection().driver_connection.close()

    def test_that_does_not(self, misata_session, turn):
        check(misata_session.get_bind().engine)
"""


def test_a_database_in_memory_that_a_test_throws_away(suite, run) -> None:
    suite(IN_MEMORY)
    run("--misata-database=sqlite://").assert_outcomes(passed=6)


SPOILS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
class TestThatSpoilsIt:
    def test_by_a_comment_over_ours(self, misata_engine, turn):
        with misata_engine.begin() as connection:
            connection.execute(text("COMMENT ON TABLE users IS 'people'"))

    def test_by_a_table_that_refers_to_ours_once_a_sequence_is_gone(self, misata_engine, turn):
        with misata_engine.begin() as connection:
            connection.execute(text("CREATE TABLE outside (id INTEGER, user_id INTEGER REFERENCES users (id))"))
            connection.execute(text("DROP TABLE invoices"))
            connection.execute(text("DELETE FROM theirs"))

    def test_that_does_not(self, misata_session, turn):
        assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
        assert misata_session.scalar(text("SELECT count(*) FROM theirs")) == 1
"""


def test_a_rebuild_beside_tables_of_others_drops_what_is_in_its_way(suite, run, postgresql_url: str) -> None:
    execute(postgresql_url, "CREATE TABLE theirs (id INTEGER)", "INSERT INTO theirs VALUES (1)")
    suite(SPOILS)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=6)
    run(f"--misata-database={postgresql_url}").assert_outcomes(passed=6)


SPOILS_FILE = """
import os

@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
class TestThatSpoilsIt:
    def test_by_removing_it(self, misata_engine, turn):
        os.unlink(misata_engine.url.database)

    def test_by_putting_another_in_its_place(self, misata_engine, turn):
        os.unlink(misata_engine.url.database)
        with open(misata_engine.url.database, "wb"):
            pass

    def test_by_writing_over_it(self, misata_engine, turn):
        with open(misata_engine.url.database, "r+b") as file:
            file.write(b"no database " * 5_000)

    def test_by_cutting_it_off(self, misata_engine, turn):
        os.truncate(misata_engine.url.database, 0)

    def test_that_does_not(self, misata_session, turn):
        assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
"""


@pytest.mark.parametrize("lasts", [False, True])
def test_a_file_that_a_test_spoils(suite, run, sqlite_url: str, *, lasts: bool) -> None:
    suite(SPOILS_FILE)
    options = [f"--misata-database={sqlite_url}"] if lasts else []
    run(*options).assert_outcomes(passed=10)
    run(*options).assert_outcomes(passed=10)


def test_the_connection_of_a_database_in_memory_stays_the_same(suite, run) -> None:
    suite(
        """
@pytest.fixture(scope="session")
def twice(misata_engine):
    with misata_engine.connect() as connection:
        connection.connection.driver_connection.create_function("twice", 1, lambda value: 2 * value)


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_it(misata_engine, twice, turn):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT twice(count(*)) FROM users")) == 40
        connection.execute(text("DELETE FROM subscriptions"))
"""
    )
    run("--misata-database=sqlite://").assert_outcomes(passed=2)
