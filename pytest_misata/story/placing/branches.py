"""What branches are called: by parts of the towns of the country that the story is in, in its language."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pytest_misata.engine.people.countries import country
from pytest_misata.engine.people.gazetteer import home_of
from pytest_misata.schema.config import Generator, SchemaConfig

_USUAL = "US"
"""The country whose branches the domain files name."""
_NAMED, _PLACED = "name", "city"


@lru_cache(maxsize=1)
def _quarters() -> dict[str, Any]:
    text = files("pytest_misata.story").joinpath("quarters.toml").read_text("utf-8")
    words: dict[str, Any] = tomllib.loads(text)["words"]
    return words


def name_branches(schema: SchemaConfig) -> None:
    """Call branches by their towns and where they are in these: "João Pessoa Centro", and no "Union Square Branch"."""
    home = country(home_of(schema.locale))
    table = schema.tables.get("branches")
    if home.code == _USUAL or table is None or not {_NAMED, _PLACED} <= set(table.columns):
        return
    made = table.columns[_NAMED].generator
    if made is None or made.kind != "phrase" or "place" not in made.options.get("words", {}):
        return
    quarters = _quarters().get(home.languages[0], _quarters()["en"])
    templates = ["{town} {quarter}", "{town} {quarter}", "{town} {quarter} {number}"]
    words = {"quarter": quarters, "number": ["II", "III", "IV", "V"]}
    options = {"templates": templates, "words": words, "quoting": {"town": _PLACED}}
    table.columns[_NAMED].generator = Generator("phrase", options)
