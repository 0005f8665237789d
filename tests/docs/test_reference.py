"""Everything a user can write has its place in docs/."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

import pytest_misata
from pytest_misata.cli.app import app
from tests.docs.blocks import PAGES, ROOT


def options() -> Iterator[tuple[str, str]]:
    for name, command in app.commands.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield from ((name, option) for option in parameter.opts)


@cache
def pytest_says(option: str) -> str:
    command = [sys.executable, "-m", "pytest", option, "-p", "no:cacheprovider", "-c", "/dev/null"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT / "docs").stdout


def docs(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("command", "option"), list(options()))
def test_a_command_line_option_is_documented(command: str, option: str) -> None:
    assert f"`{option}" in docs("cli.md"), f"misata {command} {option}"


def test_every_ini_option_is_documented() -> None:
    found = set(re.findall(r"^\s+(misata_\w+) \(", pytest_says("--help"), re.MULTILINE))
    assert found
    assert {name for name in found if f"`{name}`" not in docs("configuration.md")} == set()


def test_every_pytest_flag_is_documented() -> None:
    found = set(re.findall(r"--misata-[\w-]+", pytest_says("--help")))
    assert found
    assert {name for name in found if f"`{name}" not in docs("configuration.md")} == set()


def test_every_fixture_is_documented() -> None:
    found = set(re.findall(r"^(misata\w*)\b.* -- ", pytest_says("--fixtures"), re.MULTILINE))
    assert {"misata_session", "misata_tables"} <= found
    assert {name for name in found if f"`{name}`" not in docs("fixtures.md")} == set()


def test_every_marker_argument_is_documented() -> None:
    (arguments,) = re.findall(r"^@pytest\.mark\.misata\((.*?)\)", pytest_says("--markers"), re.MULTILINE)
    found = set(re.findall(r"\b(\w+)(?:=|,|$)", arguments))
    assert {"story", "seed"} <= found
    text = docs("fixtures.md") + docs("configuration.md")
    assert {name for name in found if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("name", sorted(set(pytest_misata.__all__) - {"__version__"}))
def test_a_public_name_is_documented(name: str) -> None:
    assert f"`{name}`" in docs("index.md")


@pytest.mark.parametrize("page", PAGES + sorted(ROOT.glob("C*.md")), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
