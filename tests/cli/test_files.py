"""`misata generate --output-dir`: the tables as files."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

import pytest_misata as misata
from tests.cli.conftest import Run, run_script

STORY = "A SaaS company with 30 users"


@pytest.fixture
def tables() -> misata.Tables:
    return misata.generate(STORY, seed=42)


def write(command: Run, *options: str) -> None:
    done = command("generate", "--story", STORY, "--output-dir", "out", *options)
    assert done.exit_code == 0, done.output


def test_csv_is_what_is_written_by_default(misata_command: Run, tables: misata.Tables) -> None:
    write(misata_command)
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(f"{name}.csv" for name in tables)


def test_each_file_is_told_with_its_rows(misata_command: Run) -> None:
    done = misata_command("generate", "--story", STORY, "--output-dir", "out")
    assert f"{Path('out', 'users.csv')}: 30 rows" in done.stdout.splitlines()


def test_csv_holds_every_row_and_value(misata_command: Run, tables: misata.Tables) -> None:
    write(misata_command)
    for name, table in tables.items():
        with Path("out", f"{name}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert tuple(header) == table.columns
        assert rows == [[as_csv(value) for value in row.values()] for row in table.rows(0, len(table))]


def as_csv(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def test_jsonl_holds_an_object_a_row(misata_command: Run, tables: misata.Tables) -> None:
    write(misata_command, "--format", "jsonl")
    rows = [json.loads(line) for line in Path("out/users.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["email"] for row in rows] == list(tables["users"]["email"])
    assert tuple(rows[0]) == tables["users"].columns


def test_parquet_keeps_types_and_values(misata_command: Run, tables: misata.Tables) -> None:
    write(misata_command, "--format", "parquet")
    for name, table in tables.items():
        assert pq.read_table(Path("out", f"{name}.parquet")).to_pylist() == list(table.rows(0, len(table)))


def test_sql_is_a_script_that_sqlite_runs(misata_command: Run, tables: misata.Tables) -> None:
    write(misata_command, "--format", "sql")
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(Path("out/misata.sql").read_text(encoding="utf-8"))
        for name, rows in tables.counts.items():
            assert database.execute(f"SELECT count(*) FROM {name}").fetchone() == (rows,)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(("server", "dialect"), [("postgresql_url", "postgresql"), ("mysql_url", "mariadb")])
def test_sql_is_a_script_that_a_server_runs(
    misata_command: Run, tables: misata.Tables, server: str, dialect: str, request: pytest.FixtureRequest
) -> None:
    write(misata_command, "--format", "sql", "--dialect", dialect)
    script = Path("out/misata.sql").read_text(encoding="utf-8")
    engine = sa.create_engine(str(request.getfixturevalue(server)))
    run_script(engine, script)
    with engine.connect() as connection:
        for name, rows in tables.counts.items():
            assert connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) == rows
        emails = connection.execute(sa.text("SELECT email FROM users ORDER BY id")).scalars().all()
    engine.dispose()
    assert emails == list(tables["users"]["email"])


def test_a_file_that_is_there_is_left_alone_and_nothing_is_written(misata_command: Run) -> None:
    Path("out").mkdir()
    Path("out/users.csv").write_text("mine", encoding="utf-8")
    done = misata_command("generate", "--story", STORY, "--output-dir", "out")
    assert done.exit_code == 1
    assert "--force" in done.stderr
    assert [path.name for path in Path("out").iterdir()] == ["users.csv"]
    assert Path("out/users.csv").read_text(encoding="utf-8") == "mine"


def test_force_overwrites(misata_command: Run) -> None:
    write(misata_command, "--seed", "1")
    before = Path("out/users.csv").read_bytes()
    write(misata_command, "--seed", "2", "--force")
    assert Path("out/users.csv").read_bytes() != before


def test_a_folder_that_cannot_be_made_is_a_failure_on_one_line(misata_command: Run) -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    done = misata_command("generate", "--story", STORY, "--output-dir", "taken/out")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_write_that_fails_leaves_no_file(tmp_path: Path) -> None:
    from pytest_misata.cli.files import _write_whole

    def fail(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        _write_whole(tmp_path / "users.csv", fail)
    assert list(tmp_path.iterdir()) == []


def test_parquet_without_pyarrow_says_what_to_install(misata_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = misata_command("generate", "--story", STORY, "--output-dir", "out", "--format", "parquet")
    assert done.exit_code == 1
    assert "pytest-misata[arrow]" in done.stderr
    assert list(Path("out").iterdir()) == []
