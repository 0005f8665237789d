"""What is not plainly a test database is not wiped."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from pytest_misata.errors import GuardError
from pytest_misata.load.guard import check_destructive, check_reached
from pytest_misata.load.ownership import is_ours
from pytest_misata.load.seed import seed_database
from tests.load import shop

ALLOWED = [
    "app_test",
    "test-db",
    "ci_1",
    "TEST",
    "my.tests",
    "dev",
    "misata",
    "a_testing_b",
    "pr-12-ci",
    "app_test_gw0",
    "testgw1",
    "appTest",
    "test2",
]
REFUSED = [
    "contest",
    "latest",
    "testament",
    "production",
    "develop",
    "device",
    "circle",
    "app",
    "attest_1",
    "misatas",
    "latestgw0",
    "protest2",
    "Contest",
    "productiongw0",
    "",
]


@pytest.mark.parametrize("name", ALLOWED)
def test_names_with_a_word_for_tests(name: str) -> None:
    check_destructive(f"postgresql://user@localhost/{name}")


@pytest.mark.parametrize("name", REFUSED)
def test_names_without_one(name: str) -> None:
    with pytest.raises(GuardError):
        check_destructive(f"mysql+pymysql://user@localhost/{name}")


def test_the_message_says_what_and_how_to_allow_it() -> None:
    with pytest.raises(GuardError) as caught:
        check_destructive("postgresql://user:s3cret@db.example.com/shop?password=s3cret", action="truncate")
    said = str(caught.value)
    assert "refused to truncate in database 'shop' (postgresql://user@db.example.com/shop)" in said
    assert "rows of every table to be seeded would be wiped" in said
    for way in ("--misata-allow-database=shop", "misata_allow_database = shop", "MISATA_ALLOW_DATABASE=shop"):
        assert way in said
    assert "s3cret" not in said


def test_creating_alone_is_said_to_create() -> None:
    with pytest.raises(GuardError) as caught:
        check_destructive("postgresql://user@localhost/contest", action="create")
    said = str(caught.value)
    assert "refused to create tables in database 'contest'" in said
    assert "every table to be seeded that it lacks would be made there" in said
    assert "wiped" not in said


def test_the_caller_says_how_its_users_allow_a_database() -> None:
    with pytest.raises(GuardError) as caught:
        check_destructive("postgresql://user@localhost/shop", consent="--allow-database {name}")
    assert str(caught.value).endswith("allow exactly this one: --allow-database shop")


def test_an_exact_name_may_be_allowed() -> None:
    check_destructive("postgresql://user@localhost/shop", allow=["shop"])
    with pytest.raises(GuardError):
        check_destructive("postgresql://user@localhost/shop2", allow=["shop"])


def test_a_name_in_the_query_counts() -> None:
    with pytest.raises(GuardError, match=r"'prod'"):
        check_destructive("postgresql://user@localhost/app_test?dbname=prod")


def test_without_a_name_the_users_counts() -> None:
    with pytest.raises(GuardError, match=r"'admin'"):
        check_destructive("postgresql://admin@localhost")


def test_it_does_not_connect() -> None:
    check_destructive("postgresql+psycopg://user@no-such-host.invalid/app_test")


def test_engines_are_judged_by_their_url() -> None:
    engine = create_engine("postgresql+psycopg://user:s3cret@localhost/shop")
    with pytest.raises(GuardError, match="shop"):
        check_destructive(engine)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_memory_may_be_wiped(url: str) -> None:
    check_destructive(url)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not inside the temporary one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


def make_table(path: Path, name: str = "precious") -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY)")


def test_a_file_in_the_temporary_folder_may_be_wiped(tmp_path: Path) -> None:
    make_table(tmp_path / "app.db")
    check_destructive(f"sqlite:///{tmp_path / 'app.db'}")


def test_a_file_with_tables_of_others_is_refused(outside: Path) -> None:
    make_table(outside / "app.db")
    before = (outside / "app.db").read_bytes()
    with pytest.raises(GuardError, match=r"app\.db: it is outside the temporary folder and holds tables .*precious"):
        check_destructive(f"sqlite:///{outside / 'app.db'}")
    assert (outside / "app.db").read_bytes() == before


@pytest.mark.parametrize("allowed", ["app.db", "full"])
def test_a_file_may_be_allowed(outside: Path, allowed: str) -> None:
    path = outside / "app.db"
    make_table(path)
    check_destructive(f"sqlite:///{path}", allow=[str(path) if allowed == "full" else allowed])


def test_a_new_or_empty_file_may_be_wiped(outside: Path) -> None:
    check_destructive(f"sqlite:///{outside / 'new.db'}")
    assert not (outside / "new.db").exists()
    (outside / "empty.db").touch()
    check_destructive(f"sqlite:///{outside / 'empty.db'}")


def test_a_file_that_is_no_database_is_refused(outside: Path) -> None:
    (outside / "notes.db").write_text("precious" * 1000)
    with pytest.raises(GuardError, match="cannot be read"):
        check_destructive(f"sqlite:///{outside / 'notes.db'}")


def test_a_file_of_our_own_tables_may_be_wiped(outside: Path) -> None:
    url = f"sqlite:///{outside / 'app.db'}"
    seed_database(shop.tables(3), url, create=True)
    check_destructive(url)
    seed_database({"more": {"id": [1]}}, url, create=True)
    check_destructive(url)


def test_a_table_added_by_somebody_ends_that(outside: Path) -> None:
    url = f"sqlite:///{outside / 'app.db'}"
    seed_database(shop.tables(3), url, create=True)
    make_table(outside / "app.db")
    with pytest.raises(GuardError, match="precious"):
        check_destructive(url)


def test_tables_made_among_those_of_others_do_not_make_the_file_ours(outside: Path) -> None:
    make_table(outside / "app.db")
    seed_database(shop.tables(3), f"sqlite:///{outside / 'app.db'}", create=True)
    with pytest.raises(GuardError):
        check_destructive(f"sqlite:///{outside / 'app.db'}")


def test_another_programs_mark_is_left_alone(outside: Path) -> None:
    path = outside / "app.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA application_id = 77")
    seed_database(shop.tables(3), f"sqlite:///{path}", create=True)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (77,)


def test_a_seeding_that_fails_leaves_no_mark(outside: Path) -> None:
    path = outside / "app.db"
    with pytest.raises(Exception, match="nothing was written"):
        seed_database(shop.broken("order_lines", "quantity > 100"), f"sqlite:///{path}", create=True)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0,)
        assert is_ours(connection)


def test_the_library_itself_does_not_ask(outside: Path) -> None:
    url = f"sqlite:///{outside / 'app.db'}"
    seed_database(shop.tables(3), url, create=True)
    make_table(outside / "app.db")
    assert seed_database(shop.tables(3), url, truncate=True).truncated == shop.NAMES


def test_without_a_name_postgresql_goes_where_its_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    check_destructive("postgresql://test@localhost/")
    monkeypatch.setenv("PGDATABASE", "production")
    with pytest.raises(GuardError, match="database 'production'"):
        check_destructive("postgresql://test@localhost/")


@pytest.mark.parametrize("url", ["postgresql://test@localhost/?service=orders", "mysql+pymysql://test@localhost/"])
def test_a_name_that_is_not_known_is_refused(url: str) -> None:
    with pytest.raises(GuardError):
        check_destructive(url)


def test_an_engine_that_reaches_another_database_than_it_says(postgresql_url: str) -> None:
    engine = create_engine(make_url(postgresql_url).set(database="app_test"), connect_args={"dbname": "postgres"})
    with pytest.raises(GuardError, match="database 'postgres'"):
        check_reached(engine)
    engine.dispose()
    engine = create_engine(postgresql_url)
    check_reached(engine)
    engine.dispose()
