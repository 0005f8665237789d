"""What the words of a story call places: countries, groups of countries, regions and cities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from anyascii import anyascii

from pytest_misata.engine.people.countries import City, codes, country
from pytest_misata.engine.people.gazetteer import GROUP, every_city
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.story.data import word_lists
from pytest_misata.story.domain import Phrase
from pytest_misata.story.english.tokens import tokenize

_LONGEST = 6
_ORDINARY = frozenset({("most",), ("van",), ("split",)})
"""Cities that are called like something said more often."""


def area_at(texts: Sequence[str], *, cities: bool) -> tuple[str, int] | None:
    """The area that the longest of the first words names, and how many words those are."""
    plain = tuple(_plain(text) for text in texts[:_LONGEST])
    for size in range(len(plain), 0, -1):
        found = _countries().get(plain[:size]) or (_cities().get(plain[:size]) if cities else None)
        if found is not None:
            return found, size
    return None


def nationality_at(texts: Sequence[str]) -> str | None:
    """The country, of which there are no places, whose people the first of the words names: "Syrian"."""
    return next((code for code, words in _nationalities().items() if texts and texts[0] in words), None)


def words_of_country(code: str) -> tuple[str, ...]:
    """What a country is called, its name first, and what comes from there."""
    known = country(code).words if code in codes() else _words()["countries"][code]
    return (*known, *_nationalities().get(code, ()))


def _nationalities() -> Mapping[str, Sequence[str]]:
    return _words()["nationalities"]


def _words() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return word_lists("places.toml")


@cache
def _countries() -> Mapping[Phrase, str]:
    """Phrases for countries and groups of them; those of countries without data, too, so that they can be named."""
    named = {code: tuple(words) for code, words in _words()["countries"].items()}
    named |= {f"{GROUP}{name}": tuple(table["words"]) for name, table in toml_file("groups.toml").items()}
    named |= {code: country(code).words for code in codes()}
    return {_phrase(text): area for area, texts in named.items() for text in texts}


@cache
def _cities() -> Mapping[Phrase, str]:
    """Phrases for cities and regions, of those that are called alike the larger one; cities before regions."""
    found: dict[Phrase, str] = {}
    spots = sorted(every_city(), key=lambda spot: -spot.city.thousands)
    for spot in spots:
        for name in _names(spot.city):
            found.setdefault(_phrase(name), f"{spot.country.code}/{spot.city.name}")
    for spot in spots:
        found.setdefault(_phrase(spot.city.region), f"{spot.country.code}/{spot.city.region}")
    for code in codes():
        for name, region in country(code).regions.items():
            found.setdefault(_phrase(name), f"{code}/{region}")
    return {phrase: area for phrase, area in found.items() if phrase not in _ORDINARY}


def _names(city: City) -> tuple[str, ...]:
    return (city.name, *city.also)


def _phrase(text: str) -> Phrase:
    return tuple(_plain(token.text) for token in tokenize(text))


def _plain(text: str) -> str:
    return text if text.isascii() else anyascii(text).lower()
