"""The projects in examples/ pass their own tests, from a copy of theirs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/README.md"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_an_example_passes(example: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    folder = Path(shutil.copytree(example, tmp_path / example.name))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MISATA_"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=inherited, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_there_are_examples() -> None:
    assert EXAMPLES
