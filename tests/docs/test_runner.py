"""The runner of the documentation's blocks fails where a block is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import Block, Section
from tests.docs.runner import commands, run, with_servers


def run_blocks(folder: Path, *blocks: tuple[str, str]) -> None:
    section = Section(
        "page.md", "Heading", [Block(language, text, line) for line, (language, text) in enumerate(blocks)]
    )
    run(section, folder, lambda backend: f"{backend}://someone:p%40ss@127.0.0.1:1/app_test")


def test_a_script_that_raises_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_blocks(tmp_path, ("python", "import os\n1 / 0\n"))


def test_a_test_that_fails_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="1 failed"):
        run_blocks(tmp_path, ("python", "def test_it():\n    assert 0\n"))


def test_a_command_that_fails_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="No such command"):
        run_blocks(tmp_path, ("console", "$ misata nonsense\n"))


def test_a_command_nobody_knows_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="does not know"):
        run_blocks(tmp_path, ("console", "$ rm -rf data\n"))


def test_output_that_is_shown_is_compared(tmp_path: Path) -> None:
    run_blocks(tmp_path, ("console", "$ python -c 'print(1234)'\n1...4\n"))
    with pytest.raises(AssertionError, match="and printed"):
        run_blocks(tmp_path, ("console", "$ python -c 'print(1234)'\n4321\n"))


def test_a_block_that_names_a_file_is_that_file(tmp_path: Path) -> None:
    run_blocks(
        tmp_path,
        ("python", "from names import NAME\n\n\ndef test_it():\n    assert NAME == 'x'\n"),
        ("python", "# names.py\nNAME = 'x'\n"),
        ("ini", "# pytest.ini\n[pytest]\npythonpath = .\n"),
    )
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["names.py", "pytest.ini", "test_line_0.py"]


def test_a_script_goes_on_from_the_one_before_it(tmp_path: Path) -> None:
    run_blocks(tmp_path, ("python", "import os\nhere = os.getcwd()\n"), ("python", "assert here\n"))


def test_a_servers_url_keeps_its_driver() -> None:
    text = "seed(tables, 'mysql+pymysql://user:pass@localhost/mydb')"
    assert with_servers(text, lambda backend: f"{backend}+other://root:p%40ss@127.0.0.1:3307/misata_test") == (
        "seed(tables, 'mysql+pymysql://root:p%40ss@127.0.0.1:3307/misata_test')"
    )


def test_commands_of_several_lines_are_joined() -> None:
    assert list(commands("$ misata plan \\\n    --story S\nshown\n$ pytest\n")) == [
        ("misata plan      --story S", "shown\n"),
        ("pytest", ""),
    ]
