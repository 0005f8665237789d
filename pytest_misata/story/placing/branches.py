"""What branches are called: by parts of the towns of the country that the story is in, in its language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pytest_misata.engine.people.countries import country
from pytest_misata.engine.people.gazetteer import home_of
from pytest_misata.schema.config import Generator, SchemaConfig
from pytest_misata.story.data import word_lists

_USUAL = "US"
"""The country whose branches the domain files name."""
_NAMED, _PLACED = "name", "city"


@lru_cache(maxsize=1)
def _quarters() -> dict[str, Any]:
    words: dict[str, Any] = word_lists("quarters.toml")["words"]
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
