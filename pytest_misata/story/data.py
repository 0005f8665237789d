"""The word lists of the reader: the TOML files beside this one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import tomli


@cache
def word_lists(name: str) -> dict[str, Any]:
    """A file of word lists, read once: to be looked at, and not to be changed."""
    return tomli.loads(files("pytest_misata.story").joinpath(name).read_text("utf-8"))
