"""What a column called `name` or `title` holds, by the noun of its table or the words before it: `data/nouns.toml`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pytest_misata.engine.meanings.names import singular
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Generator

NAMING = frozenset({"name", "title", "label", "caption", "headline", "designation", "naming"})
"""Words for what a thing is called."""

_ROOMY = 25
_TOLD_BY_NOUN = frozenset({"establishment"})
"""Sorts whose names say what they are of: `Hillside Bakery`."""
_OWN_KINDS: dict[str, Generator] = {
    "person": Generator("full_name"),
    "company": Generator("company", {"unique": False}),
    "occupation": Generator("job_title"),
    "city": Generator("city"),
    "region": Generator("region"),
    "state": Generator("record", {"of": "states", "field": "name"}),
    "country": Generator("record", {"of": "countries", "field": "name"}),
    "currency": Generator("record", {"of": "currencies", "field": "name"}),
    "language": Generator("record", {"of": "languages", "field": "name"}),
}
_LISTS = {"country": "countries", "currency": "currencies", "language": "languages", "state": "states"}
_CODES = {
    "countries": ("alpha2", "alpha3"),
    "currencies": ("alpha3",),
    "languages": ("alpha2", "alpha3"),
    "states": ("alpha2",),
}


@lru_cache(maxsize=1)
def _sorts() -> dict[str, str]:
    """The sort of name of each noun."""
    found: dict[str, str] = {}
    for sort, nouns in toml_file("nouns.toml").items():
        for noun in nouns:
            found.setdefault(" ".join(singular(word) for word in noun.split()), sort)
    return found


def sort_of(nouns: Iterable[str]) -> str | None:
    """The sort of name that things of the first known noun have."""
    return next((_sorts()[noun] for noun in nouns if noun in _sorts()), None)


def named(nouns: tuple[str, ...], *, title: bool = False) -> Generator | None:
    """How a thing of these nouns is called; None where none of them is known."""
    noun = next((noun for noun in nouns if noun in _sorts()), None)
    if noun is None:
        return None
    sort = _sorts()[noun]
    if sort == "person" and title:
        return Generator("job_title")
    if sort in _TOLD_BY_NOUN:
        return Generator("term", {"of": sort, "noun": _capitalised(noun)})
    return _OWN_KINDS.get(sort) or Generator("term", {"of": sort})


def anything(noun: str) -> Generator:
    """A name for a thing of a noun nobody knows: `Ashford Sprocket`."""
    return Generator("term", {"of": "thing", "noun": _capitalised(noun)})


def _capitalised(noun: str) -> str:
    return " ".join(word.capitalize() for word in noun.split())


def listed_code(nouns: tuple[str, ...], length: int | None, words: tuple[str, ...]) -> Generator | None:
    """A code of a list of reference data, for a table that holds such a list."""
    list_ = _LISTS.get(sort_of(nouns[:2]) or "")
    if list_ is None:
        return None
    if words[-1] in {"symbol", "sign"} and list_ == "currencies":
        return Generator("record", {"of": list_, "field": "symbol"})
    fields = _CODES[list_]
    wants_three = "3" in words or "alpha3" in words or "iso3" in words or (length == 3 and "2" not in words)
    field = fields[-1] if wants_three else fields[0]
    return (
        None if length is not None and length < int(field[-1]) else Generator("record", {"of": list_, "field": field})
    )
