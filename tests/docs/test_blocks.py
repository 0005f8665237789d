"""Every code block of README.md and docs/ runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.blocks import NOT_RUN, RUN, Section, all_sections
from tests.docs.runner import run

SECTIONS = all_sections()
SETUP = "README.md: Set up"
"""The two set-up commands build an environment each: `.ci/run` runs those."""


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Callable[[str], str]:
    fixtures = {"postgresql": "postgresql_url", "mysql": "mysql_url", "mariadb": "mysql_url"}
    return lambda backend: str(request.getfixturevalue(fixtures[backend]))


@pytest.mark.parametrize("section", [section for section in SECTIONS if str(section) != SETUP], ids=str)
def test_blocks_of_a_section_run(section: Section, tmp_path: Path, server: Callable[[str], str]) -> None:
    run(section, tmp_path, server)


def test_every_block_names_a_language_that_is_run_or_is_text() -> None:
    others = {(block.language, str(section)) for section in SECTIONS for block in section.blocks}
    assert {pair for pair in others if pair[0] not in RUN | NOT_RUN} == set()


def test_every_ini_and_toml_block_names_its_file() -> None:
    blocks = [block for section in SECTIONS for block in section.blocks if block.language in {"ini", "toml"}]
    assert [block for block in blocks if block.file is None] == []
