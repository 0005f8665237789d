"""What the documentation asks pip for is there to be installed."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.docs.blocks import PAGES, ROOT

EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"])
ASKED = sorted(
    {
        (page.name, asked)
        for page in PAGES
        for asked in re.findall(r"""pip install ["']?(pytest-misata[^"'\s`)]*)""", page.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize(("page", "asked"), ASKED)
def test_a_requirement_names_extras_that_exist(page: str, asked: str) -> None:
    assert Requirement(asked).extras <= EXTRAS, page


def test_the_documentation_says_how_to_install() -> None:
    assert ("quickstart.md", "pytest-misata") in ASKED
