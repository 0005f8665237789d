"""Writes the hostile suite, runs it in a process of its own, and counts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

PARTS = ("deeds.py", "fingerprints.py")
CONFTEST = """
import deeds
import pytest


@pytest.fixture(scope="session")
def misata_prepare():
    return deeds.prepare
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the tests. Errors are tests that found something else than what was seeded."""

    passed: int
    failed: int
    errors: int
    output: str


def write(folder: Path) -> None:
    """The suite's files."""
    here = Path(__file__).parent
    for name in PARTS:
        shutil.copy(here / name, folder / name)
    shutil.copy(here / "hostile.py", folder / "test_hostile.py")
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\npythonpath = .\nasyncio_default_fixture_loop_scope = function\n", encoding="utf-8"
    )


def run(folder: Path, url: str, tests: int, *arguments: str, timeout: float | None = None) -> Outcome:
    """Run the suite on a database, with more arguments for pytest."""
    parsed = make_url(url)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MISATA_", "PYTEST_"))}
    environment |= {
        "MISATA_HOSTILE_TESTS": str(tests),
        "MISATA_HOSTILE_KIND": parsed.get_backend_name().replace("mariadb", "mysql"),
        "MISATA_HOSTILE_MEMORY": "1" if url == "sqlite://" else "0",
    }
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", f"--misata-database={url}", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=timeout
    )
    output = done.stdout + done.stderr
    return Outcome(*(_count(output, word) for word in ("passed", "failed", "error")), output)


def cases(tests: int) -> int:
    """How many of the tests are unittest's, which pytest-repeat leaves alone."""
    return tests // 16


def failing(tests: int, times: int = 1) -> int:
    """How many tests fail because they are meant to, where each is run so many times."""
    groups = [tests // 4, *[tests // 8] * 5, tests // 16]
    groups.append(tests - sum(groups) - cases(tests))
    return times * sum(map(_bad, groups)) + _bad(cases(tests))


def _bad(size: int) -> int:
    return sum(turn % 7 == 6 for turn in range(size))


def _count(output: str, word: str) -> int:
    found = re.findall(rf"(\d+) {word}s?\b", (re.findall(r"^.*\bin [\d.]+s.*$", output, re.MULTILINE) or [""])[-1])
    return int(found[0]) if found else 0
