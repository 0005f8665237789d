"""Help, usage errors, exit codes and how a failure is told."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import pytest_misata
from tests.cli.conftest import Run

STORY = ("--story", "A SaaS company with 20 users")


@pytest.mark.parametrize("command", ["generate", "seed", "plan"])
def test_help_gives_an_example(misata_command: Run, command: str) -> None:
    done = misata_command(command, "--help")
    assert done.exit_code == 0
    assert f"misata {command} --story" in done.stdout


def test_version(misata_command: Run) -> None:
    assert misata_command("--version").stdout.strip().endswith(pytest_misata.__version__)


def test_python_dash_m_is_the_same_command() -> None:
    command = [sys.executable, "-m", "pytest_misata", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"misata, version {pytest_misata.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("generate",), "--story"),
        (("generate", *STORY), "--output-dir"),
        (("generate", *STORY, "--rows", "-1"), "--rows"),
        (("generate", *STORY, "--seed", "-1"), "--seed"),
        (("generate", *STORY, "--seed", str(2**64)), "--seed"),
        (("generate", *STORY, "--output-dir", "out", "--db-create"), "--db-url"),
        (("generate", *STORY, "--db-url", "sqlite://", "--format", "csv"), "--output-dir"),
        (("generate", *STORY, "--output-dir", "out", "--dialect", "mysql"), "--format sql"),
        (("generate", *STORY, "--output-dir", "out", "--format", "xlsx"), "xlsx"),
        (("seed", *STORY), "--db-url"),
        (("seed", *STORY, "--db-url", "sqlite://", "--db-truncate", "--db-append"), "choose one"),
        (("plan", *STORY, "--typo"), "--typo"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what(misata_command: Run, arguments: tuple[str, ...], says: str) -> None:
    done = misata_command(*arguments)
    assert done.exit_code == 2
    assert says in done.stderr


def test_a_failure_ends_with_1_and_one_line(misata_command: Run) -> None:
    done = misata_command("plan", "--story", "colourless green ideas sleep furiously")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("--traceback",), ()])
def test_a_failure_shows_its_traceback_when_asked(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pytest_misata", "plan", "--story", "nothing of the kind", *arguments]
    environment = {**os.environ, **({} if arguments else {"MISATA_TRACEBACK": "1"})}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr
    assert "StoryError" in done.stderr


def test_help_imports_no_sqlalchemy_numpy_or_faker() -> None:
    code = (
        "import sys; from pytest_misata.cli.app import app; app(['--help'], standalone_mode=False);"
        "print([name for name in ('sqlalchemy', 'numpy', 'faker') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
