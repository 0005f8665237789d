from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from pytest_misata.cli.app import app

Run = Callable[..., Result]


@pytest.fixture
def misata_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the `misata` command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ("MISATA_TRACEBACK", "MISATA_ALLOW_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, **options: CliRunner().invoke(app, [str(each) for each in arguments], **options)


def run_script(engine: sa.Engine, script: str) -> None:
    """Run a SQL script as the database's own client would: statement by statement, by the line ends of semicolons."""
    with closing(engine.raw_connection()) as connection:
        if engine.dialect.name == "sqlite":
            connection.driver_connection.executescript(script)
            return
        cursor = connection.cursor()
        for statement in _statements(script):
            cursor.execute(statement)
        connection.commit()


def _statements(script: str) -> list[str]:
    found, quoted = [""], False
    for line in script.splitlines(keepends=True):
        found[-1] += line
        quoted ^= line.replace("\\\\", "").replace("\\'", "").count("'") % 2 == 1
        if line.endswith(";\n") and not quoted:
            found.append("")
    return [statement for statement in found if statement.strip()]
