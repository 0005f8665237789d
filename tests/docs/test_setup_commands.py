"""README's set-up commands: two of them, which `.ci/run` takes from there and runs."""

from __future__ import annotations

import subprocess
import sys

from tests.docs.blocks import ROOT, sections
from tests.docs.runner import commands
from tests.docs.test_blocks import SETUP


def in_readme() -> list[str]:
    (section,) = (each for each in sections(ROOT / "README.md") if str(each) == SETUP)
    return [" ".join(command.split()) for block in section.blocks for command, _ in commands(block.text)]


def test_there_are_exactly_two() -> None:
    install, test = in_readme()
    assert "pip install" in install
    assert "misata generate" in install
    assert "/pytest -n auto" in test


def test_ci_runs_them_as_they_stand() -> None:
    for number, command in enumerate(in_readme(), 1):
        script = [sys.executable, str(ROOT / ".ci" / "readme_commands.py"), str(number)]
        printed = subprocess.run(script, capture_output=True, text=True, check=True).stdout
        assert " ".join(printed.split()) == command
