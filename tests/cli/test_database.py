"""`misata generate --db-url` and `misata seed`: stories into databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cli.conftest import Run

STORY = "A SaaS company with 20 users"
URL = "sqlite:///./dev.db"


def query(path: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def count(path: str, table: str) -> int:
    return int(query(path, f"SELECT count(*) FROM {table}")[0][0])


def test_the_example_of_the_help_works_twice_in_a_row(misata_command: Run) -> None:
    command = ("generate", "--story", "A SaaS company with 1000 users", "--rows", 1000)
    for _ in range(2):
        done = misata_command(*command, "--db-url", URL, "--db-create", "--db-truncate")
        assert done.exit_code == 0, done.output
        assert count("dev.db", "users") == 1000


def test_generate_prints_the_report_on_one_line(misata_command: Run) -> None:
    done = misata_command("generate", "--story", STORY, "--db-url", URL, "--db-create")
    assert done.exit_code == 0, done.output
    assert len(done.stdout.splitlines()) == 1
    assert "seed" in done.stdout
    assert done.stderr == ""


def test_seed_fills_the_database(misata_command: Run) -> None:
    done = misata_command("seed", "--story", STORY, "--db-url", URL, "--db-create")
    assert done.exit_code == 0, done.output
    assert count("dev.db", "users") == 20


def test_a_table_that_holds_rows_is_a_failure(misata_command: Run) -> None:
    command = ("seed", "--story", STORY, "--db-url", URL, "--db-create")
    misata_command(*command)
    again = misata_command(*command)
    assert again.exit_code == 1
    assert len(again.stderr.splitlines()) == 1
    assert count("dev.db", "users") == 20


def test_append_adds_to_rows_that_leave_its_keys_free(misata_command: Run) -> None:
    misata_command("seed", "--story", STORY, "--db-url", URL, "--db-create")
    with closing(sqlite3.connect("dev.db", isolation_level=None)) as database:
        for table in ("plans", "subscriptions", "invoices", "support_tickets", "events"):
            database.execute(f"DELETE FROM {table}")
        database.execute("UPDATE users SET id = id + 1000, email = 'old-' || email")
    again = misata_command("seed", "--story", STORY, "--db-url", URL, "--db-append")
    assert again.exit_code == 0, again.output
    assert count("dev.db", "users") == 40


def test_append_to_rows_that_have_its_keys_is_a_failure(misata_command: Run) -> None:
    misata_command("seed", "--story", STORY, "--db-url", URL, "--db-create")
    again = misata_command("seed", "--story", STORY, "--db-url", URL, "--db-append", "--seed", 7)
    assert again.exit_code == 1
    assert "users.id" in again.stderr
    assert count("dev.db", "users") == 20


def test_the_batch_size_changes_no_value(misata_command: Run) -> None:
    rows = []
    for name, size in (("one-dev.db", 7), ("two-dev.db", 5000)):
        misata_command("seed", "--story", STORY, "--db-url", f"sqlite:///{name}", "--db-create", "--batch-size", size)
        rows.append(query(name, "SELECT * FROM users ORDER BY id"))
    assert rows[0] == rows[1]
    assert len(rows[0]) == 20


def test_an_unlikely_database_is_refused_before_connecting(misata_command: Run) -> None:
    url = "postgresql://user:hunter2@192.0.2.1:9/production"
    done = misata_command("seed", "--story", STORY, "--db-url", url, "--db-create", "--db-truncate")
    assert done.exit_code == 1
    assert "production" in done.stderr
    assert "--allow-database" in done.stderr
    assert "hunter2" not in done.output


def test_creating_alone_says_what_would_be_created(misata_command: Run) -> None:
    url = "postgresql://user@192.0.2.1:9/contest"
    done = misata_command("seed", "--story", STORY, "--db-url", url, "--db-create")
    assert done.exit_code == 1
    assert "refused to create tables in database 'contest'" in done.stderr
    assert "would be made there" in done.stderr
    assert "wiped" not in done.stderr


def test_the_way_out_is_an_option_of_this_command(misata_command: Run) -> None:
    url = "postgresql://user@192.0.2.1:9/contest"
    done = misata_command("seed", "--story", STORY, "--db-url", url, "--db-truncate")
    assert "would be wiped" in done.stderr
    assert done.stderr.rstrip().endswith(": --allow-database contest or MISATA_ALLOW_DATABASE=contest")
    assert "misata-allow-database" not in done.stderr


def test_missing_tables_name_the_option(misata_command: Run) -> None:
    done = misata_command("seed", "--story", STORY, "--db-url", URL)
    assert done.exit_code == 1
    assert "--db-create makes what is missing" in done.stderr
    assert "=True" not in done.stderr


def test_filled_tables_name_the_options(misata_command: Run) -> None:
    command = ("seed", "--story", STORY, "--db-url", URL, "--db-create")
    misata_command(*command)
    said = misata_command(*command).stderr
    assert "--db-truncate empties the tables first, --db-append adds to them" in said
    assert "=True" not in said


def test_taken_numbers_name_the_option(misata_command: Run) -> None:
    misata_command("seed", "--story", STORY, "--db-url", URL, "--db-create")
    said = misata_command("seed", "--story", STORY, "--db-url", URL, "--db-append").stderr
    assert "or use --db-truncate" in said
    assert "=True" not in said


def test_a_table_of_another_shape_names_the_option(misata_command: Run) -> None:
    with closing(sqlite3.connect("dev.db")) as database:
        database.execute("CREATE TABLE users (number INTEGER)")
    said = misata_command("generate", "--story", STORY, "--db-url", URL, "--db-append").stderr
    assert "=True" not in said
    assert "--db-create" in said


def test_a_number_of_rows_that_is_passed_over_is_told_as_an_option(misata_command: Run) -> None:
    said = misata_command("plan", "--story", STORY, "--rows", 5).stderr
    assert "'--rows 5'" in said
    assert "rows=" not in said


def test_a_database_is_allowed_by_its_exact_name(misata_command: Run, tmp_path: Path, postgresql_url: str) -> None:
    engine = sa.create_engine(sa.make_url(postgresql_url), isolation_level="AUTOCOMMIT")
    name = "misatacli_shop"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.make_url(postgresql_url).set(database=name).render_as_string(hide_password=False)
    command = ("seed", "--story", STORY, "--db-url", url, "--db-create", "--db-truncate")
    try:
        assert misata_command(*command).exit_code == 1
        done = misata_command(*command, "--allow-database", name)
        assert done.exit_code == 0, done.output
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")
        engine.dispose()


@pytest.mark.parametrize("server", ["postgresql_url", "mysql_url"])
def test_seed_fills_a_server(misata_command: Run, server: str, request: pytest.FixtureRequest) -> None:
    url = str(request.getfixturevalue(server))
    for _ in range(2):
        done = misata_command("seed", "--story", STORY, "--db-url", url, "--db-create", "--db-truncate")
        assert done.exit_code == 0, done.output


def test_check_lets_rows_pass_that_keep_all_rules(misata_command: Run) -> None:
    done = misata_command("generate", "--story", STORY, "--check", "--db-url", URL, "--db-create")
    assert done.exit_code == 0, done.output
    assert count("dev.db", "users") == 20


def test_check_tells_what_is_broken_and_writes_nothing(misata_command: Run, tmp_path: Path) -> None:
    models = """
        from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table
        metadata = MetaData()
        Table("t", metadata, Column("id", Integer, primary_key=True),
              Column("n", Integer, CheckConstraint("n > 5", "big"), nullable=False,
                     info={"misata": {"kind": "constant", "value": 3}}))
    """
    (tmp_path / "few.py").write_text("\n".join(line.strip() for line in models.splitlines()))
    done = misata_command("seed", "--models", "few:metadata", "--check", "--db-url", URL, "--db-create")
    assert done.exit_code == 1
    assert "breaks CHECK big (n=3)" in done.stderr
    assert "1 rule is broken; nothing was written" in done.stderr
    assert not Path("dev.db").exists()
