"""A database that lasts is taken as the last run with --misata-reuse left it, and filled anew when it does not hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url

from tests.plugin.conftest import TELLS_WHEN_MADE as TEST
from tests.plugin.conftest import count, engine_of, execute, repeating

COMMITS = """
@pytest.mark.misata(story=STORY)
def test_it(misata_engine, misata_report):
    print(f"made={misata_report.seconds['total']}!")
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
        connection.execute(text("DELETE FROM subscriptions"))
        connection.execute(text("UPDATE users SET email = 'x' WHERE id = 3"))
"""
SPOILS = COMMITS.replace("story=STORY", "story=STORY, isolation='none'")


@pytest.fixture
def again(run, server_url: str):
    """Runs pytest with reuse on each kind of database."""
    return repeating(run, f"--misata-database={server_url}")


@pytest.mark.parametrize("test", [TEST, COMMITS], ids=["rollback", "restore"])
def test_the_next_run_takes_it(suite, again, test: str) -> None:
    suite(test)
    made, said = again()
    assert said == []
    assert again() == (made, [])
    assert again("--misata-verify") == (made, [])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE users SET email = 'somebody@example.com' WHERE id = 3",
        "CREATE INDEX ix_other ON users (email)",
        "DROP TABLE events",
    ],
)
def test_what_somebody_wrote_is_noticed(suite, again, server_url: str, statement: str) -> None:
    suite(TEST)
    made, _ = again()
    execute(server_url, statement)
    other, said = again()
    assert other != made
    assert said == ["the database was written to"]
    assert count(server_url) == 20
    assert count(server_url, "subscriptions") > 0


def test_tables_that_somebody_changed_are_made_anew(suite, again, run, server_url: str) -> None:
    suite(TEST)
    again()
    execute(server_url, "ALTER TABLE users ADD COLUMN more INTEGER")
    _, said = again()
    assert said == ["the database was written to"]
    assert "more" not in columns(server_url)
    # Without reuse as well.
    execute(server_url, "ALTER TABLE users ADD COLUMN more INTEGER")
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    assert "more" not in columns(server_url)


def columns(url: str) -> set[str]:
    """The columns of the users."""
    engine = engine_of(url)
    found = {column["name"] for column in inspect(engine).get_columns("users")}
    engine.dispose()
    return found


def test_triggers_that_somebody_made_are_gone(suite, run, mysql_url: str) -> None:
    again = repeating(run, f"--misata-database={mysql_url}")
    suite(TEST)
    again()
    execute(mysql_url, "CREATE TRIGGER other BEFORE INSERT ON users FOR EACH ROW SET NEW.email = 'x'")
    _, said = again()
    assert said == ["the database was written to"]
    assert count(mysql_url, "information_schema.triggers WHERE trigger_schema = DATABASE()") == 0


def test_data_that_another_run_loaded_is_noticed(suite, again, run, server_url: str) -> None:
    suite(TEST)
    made, _ = again()
    suite(TEST.replace("story=STORY", "story=STORY, seed=7"))
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    suite(TEST)
    other, said = again()
    assert other != made
    assert said == ["the database was written to"]


def test_a_change_of_the_marker_says_what_changed(suite, again) -> None:
    suite(TEST)
    made, _ = again()
    suite(TEST.replace("story=STORY", "story=STORY, seed=7"))
    other, said = again()
    assert other != made
    assert said == ["seed was 42 and is 7"]


def test_what_tests_left_behind_is_not_taken(suite, again) -> None:
    suite(SPOILS)
    again()
    _, said = again()
    assert said == ["the tests of the run before left it with other rows or tables"]


def test_create_makes_it_anew(suite, again) -> None:
    suite(TEST)
    made, _ = again()
    other, said = again("--misata-create")
    assert other != made
    assert said == ["--misata-create is given"]


def test_a_crash_makes_it_anew(suite, again, pytester: pytest.Pytester, server_url: str) -> None:
    suite(TEST)
    again()
    suite(TEST + "    import os\n    os._exit(3)\n")
    pytester.runpytest_subprocess("--misata-reuse", f"--misata-database={server_url}")
    suite(TEST)
    assert again()[1] == ["the run before it did not come to its end"]
    assert again()[1] == []


def test_a_fixture_of_the_session_writes_last(suite, again) -> None:
    fixture = """
@pytest.fixture(scope="session")
def writer(misata_engine):
    yield
    with misata_engine.begin() as connection:
        connection.execute(text("DELETE FROM subscriptions"))

@pytest.mark.misata(story=STORY)
def test_it(writer, misata_report, misata_engine):
    print(f"made={misata_report.seconds['total']}!")
    with misata_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
"""
    suite(fixture)
    made, _ = again()
    assert again() == (made, [])


def test_two_datasets_take_turns_without_a_word(suite, again) -> None:
    suite(TEST + TEST.replace("story=STORY", "story=STORY, seed=7").replace("test_it", "test_other"))
    again("-p", "no:randomly", passed=2)
    again("-p", "no:randomly", passed=2)


PREPARE = """
import pathlib
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS audit (line VARCHAR(80))")
    return prepare
"""


def test_what_prepare_does_is_part_of_it(suite, again, server_url: str) -> None:
    suite(TEST, conftest=PREPARE)
    made, _ = again()
    assert again() == (made, [])
    execute(server_url, "DROP TABLE audit")
    assert again()[1] == ["the database was written to"]


def test_a_new_migration_is_noticed(suite, again, pytester: pytest.Pytester) -> None:
    reads = PREPARE.replace(
        '"CREATE TABLE IF NOT EXISTS audit (line VARCHAR(80))"',
        'pathlib.Path("migration.sql").read_text(encoding="utf-8")',
    )
    suite(TEST, conftest=reads)
    migration = pytester.path / "migration.sql"
    migration.write_text("CREATE TABLE IF NOT EXISTS audit (line VARCHAR(80))", encoding="utf-8")
    made, _ = again()
    migration.write_text("CREATE TABLE IF NOT EXISTS ledger (line VARCHAR(80))", encoding="utf-8")
    other, said = again()
    assert other != made
    assert said == ["misata_prepare changed the database"]


def test_numbers_of_rows_rolled_back_are_given_again(suite, run, mysql_url: str) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY)
def test_it(misata_session):
    row = misata_session.execute(text("SELECT * FROM users WHERE id = 1")).mappings().one()
    given = dict(row) | {"email": "new@example.com"}
    del given["id"]
    names = ", ".join(given)
    values = ", ".join(f":{name}" for name in given)
    result = misata_session.execute(text(f"INSERT INTO users ({names}) VALUES ({values})"), given)
    print(f"id={result.lastrowid}!")
"""
    )
    for _ in range(2):
        result = run("--misata-reuse", "-rP", f"--misata-database={mysql_url}")
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["id=21!"])


def test_an_engine_of_the_project(suite, run, sqlite_url: str) -> None:
    conftest = f"""
import pytest
from sqlalchemy import create_engine

@pytest.fixture(scope="session")
def misata_database():
    engine = create_engine({sqlite_url!r})
    yield engine
    engine.dispose()
"""
    suite(TEST, conftest=conftest)
    made = set()
    for _ in range(2):
        result = run("--misata-reuse", "-rP")
        result.assert_outcomes(passed=1)
        made |= {line for line in result.outlines if line.startswith("made=")}
    assert len(made) == 1


def email_of(url: str) -> bytes:
    """The address of the first user."""
    engine = engine_of(url)
    with engine.connect() as connection:
        email = connection.exec_driver_sql("SELECT email FROM users WHERE id = 1").scalar_one()
    engine.dispose()
    return str(email).encode()


def test_verify_sees_what_hides_from_the_mark(suite, run, sqlite_url: str) -> None:
    suite(TEST)
    file = Path(make_url(sqlite_url).database or "")
    options = ("--misata-reuse", f"--misata-database={sqlite_url}")
    run(*options).assert_outcomes(passed=1)
    found, content = file.stat(), file.read_bytes()
    email = email_of(sqlite_url)
    file.write_bytes(content.replace(email, email[:-1] + b"#"))
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
    result = run(*options, "--misata-verify")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*made anew for later runs: the database was written to"])


TYPES = """
from sqlalchemy import String, TypeDecorator
import shop_words

class Word(TypeDecorator):
    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return shop_words.PREFIX + str(value)
"""
MODELS = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from shop_types import Word

class Base(DeclarativeBase): pass

class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Word)
"""


def test_a_module_that_the_models_import(suite, pytester: pytest.Pytester) -> None:
    suite(
        """
@pytest.mark.misata(models="shop_models:Base", rows=5)
def test_it(misata_session):
    print("title=" + str(misata_session.scalar(text("SELECT title FROM accounts WHERE id = 1"))))
"""
    )
    pytester.makepyfile(shop_models=MODELS, shop_types=TYPES, shop_words="PREFIX = 'a-'")
    options = ("--misata-reuse", "-rP", "-o", "pythonpath=.")
    first = pytester.runpytest_subprocess(*options)
    first.stdout.fnmatch_lines(["title=a-*"])
    pytester.makepyfile(shop_words="PREFIX = 'second-'")
    second = pytester.runpytest_subprocess(*options)
    second.stdout.fnmatch_lines(["title=second-*", "*made anew for later runs: models changed"])


def test_workers_are_given_copies_of_what_is_kept(suite, run, sqlite_url: str) -> None:
    turns = '@pytest.mark.parametrize("turn", range(4))\ndef test_it'
    suite(TEST.replace("def test_it", turns).replace("report)", "report, turn)"))
    again = repeating(run, f"--misata-database={sqlite_url}", "-n", "2")
    made, said = again(passed=4)
    assert (len(set(made)), said) == (1, [])
    assert again(passed=4) == (made, [])


def test_tables_of_the_database_itself(suite, again, server_url: str) -> None:
    execute(server_url, "CREATE TABLE pets (id INTEGER PRIMARY KEY, name VARCHAR(20))")
    suite(
        """
@pytest.mark.misata(models="database", rows=5)
def test_it(misata_session, misata_report):
    assert misata_session.scalar(text("SELECT count(*) FROM pets")) == 5
    print(f"made={misata_report.seconds['total']}!")
"""
    )
    allowed = f"--misata-allow-database={Path(make_url(server_url).database or '').name}"
    made, said = again(allowed)
    assert said == []
    assert again(allowed) == (made, [])
    execute(server_url, "ALTER TABLE pets ADD COLUMN age INTEGER")
    other, said = again(allowed)
    assert other != made
    assert said == ["the database was written to"]


NO_NAME = """
import functools
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    return functools.partial(print, end="")
"""
OWN_TABLES = """
import pytest
from pytest_misata import generate

@pytest.fixture(scope="session")
def misata_tables():
    return generate("A SaaS company with 20 users")
"""


@pytest.mark.parametrize(
    ("url", "conftest", "reason"),
    [
        ("sqlite://", "", "a database in memory ends with the run"),
        (None, NO_NAME, "nothing tells what misata_prepare does"),
        (None, OWN_TABLES, "nothing tells the tables of postgresql*"),
    ],
)
def test_what_is_not_kept_has_a_line_that_says_so(
    suite, run, postgresql_url: str, url: str | None, conftest: str, reason: str
) -> None:
    suite(TEST, conftest=conftest)
    result = run("--misata-reuse", f"--misata-database={url or postgresql_url}")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"misata: not kept for later runs: {reason}"])
