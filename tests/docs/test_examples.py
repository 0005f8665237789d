"""The projects in examples/ pass their own tests, from a copy of theirs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL

from tests.docs.blocks import ROOT
from tests.docs.runner import UNUSED
from tests.servers import postgresql_server

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/README.md"))

IN_PROCESSES = ("alembic_migrations", "django_blog", "postgresql_loader")
"""Those whose database is each made another way: the plugin's own, Django's and pytest-postgresql's."""


def environment(server: URL, database: str = "") -> dict[str, str]:
    """What an example finds: a PostgreSQL server, and `database` to be filled where it is given."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MISATA_"))}
    host, port = server.host or "127.0.0.1", str(server.port or 5432)
    # For pytest-postgresql, whose databases of two examples must not have the same name.
    options = f"--postgresql-host={host} --postgresql-port={port} --postgresql-dbname=misata_test_{uuid4().hex[:12]}"
    found = inherited | {"PYTEST_ADDOPTS": options}
    if database:
        # The second kind is for Django.
        found |= {"MISATA_DATABASE": database, "POSTGRES_HOST": host, "POSTGRES_PORT": port}
    return found


def run(example: Path, folder: Path, found: dict[str, str], *options: str) -> None:
    """Run the tests of an example in a copy of it."""
    copied = Path(shutil.copytree(example, folder / example.name))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=copied, capture_output=True, text=True, env=found, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


# With each plugin that is installed, in one process.
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_passes(example: Path, tmp_path: Path) -> None:
    run(example, tmp_path, environment(postgresql_server()))


@pytest.mark.parametrize("example", IN_PROCESSES)
def test_an_example_passes_in_two_processes(example: str, tmp_path: Path) -> None:
    run(ROOT / "examples" / example, tmp_path, environment(postgresql_server()), "-n", "2", *UNUSED)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_passes_on_postgresql(example: Path, tmp_path: Path, postgresql_url: str) -> None:
    run(example, tmp_path, environment(postgresql_server(), postgresql_url), *UNUSED)


def test_there_are_examples() -> None:
    assert EXAMPLES
