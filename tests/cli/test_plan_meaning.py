"""`misata plan` shows what each column of a database is taken for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, text

from tests.cli.conftest import Run


def test_each_column_stands_with_its_meaning(misata_command: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'misata_test.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE clients (id INTEGER PRIMARY KEY, userEmail TEXT NOT NULL, state VARCHAR(20))")
        )
        connection.execute(
            text("CREATE TABLE visits (id INTEGER PRIMARY KEY, client_id INT NOT NULL REFERENCES clients)")
        )
    engine.dispose()
    done = misata_command("plan", "--db-url", url, "--rows", 7, "--samples", 1)
    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.startswith("  ") and line.split()}
    assert lines["userEmail"].endswith("[email]")
    assert lines["state"].endswith("[status: choice]")
    assert lines["client_id"].endswith("-> clients.id")
    assert "clients (7 rows)" in done.stdout
    assert "@" in done.stdout.partition("clients: 1 of 7 rows")[2]
