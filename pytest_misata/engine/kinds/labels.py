"""Kinds of text of which there are so many: titles people hold at work, what programs call themselves."""

from __future__ import annotations

import re

from pytest_misata.engine.kinds.numbered import Uniqueness, from_list
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.kinds.texts import phrased
from pytest_misata.engine.texts.phrases import Phrases
from pytest_misata.engine.texts.terms import RESERVE
from pytest_misata.engine.vocabulary import data_file

_FEW = 8
"""Titles of two words are used where so many fit, and short ones otherwise."""


@kind("job_title")
def job_title(site: Site, *, unique: Uniqueness = False) -> Maker:
    """Titles people hold at work; unique ones get a number once all that fit are taken."""
    data = data_file("companies.json")["jobs"]
    phrases, length = Phrases(data["templates"], data["words"]), site.column.type.length
    fitting = _fitting(site, phrases, RESERVE if unique else 0)
    if not unique and (length is None or len(fitting) == len(set(map(phrases.text, range(phrases.size))))):
        return phrased(site, phrases)
    short = [title for title in data["short"] if len(title) <= (length or 0)]
    return from_list(site, fitting if unique or len(fitting) >= _FEW else short, unique=unique)


def _fitting(site: Site, phrases: Phrases, spare: int) -> list[str]:
    """All phrases that leave so many characters of the column free, each once."""
    length = site.column.type.length
    every = dict.fromkeys(phrases.text(number) for number in range(phrases.size))
    return [text for text in every if length is None or len(text) + spare <= length]


@kind("user_agent")
def user_agent(site: Site, *, unique: Uniqueness = False) -> Maker:
    """What common browsers call themselves, or other programs in columns too short for that; unique ones by version."""
    data = data_file("sentences.json")["user_agents"]
    browsers, programs = (Phrases(one["templates"], one["words"]) for one in (data, data["short"]))
    texts = _fitting(site, browsers, RESERVE)
    if texts and not unique:
        return phrased(site, browsers)
    return from_list(site, texts or _fitting(site, programs, RESERVE), unique=unique, number=_of_version)


_VERSION = re.compile(r"(?<=rv:)(\d+)\.0\b|(Chrome/\d+|Firefox/\d+)\.0(?:\.0\.0)?|(/\d+\.\d+)\.\d+$")
_PATCHES = 200
_LATER = 10
"""Patches of programs begin beyond those in the list."""


def _of_version(text: str, number: int) -> str:
    """The same program of a later build: Firefox/140.2, Chrome/138.0.7204.3, curl/8.7.2."""

    def later(found: re.Match[str]) -> str:
        stem = next(filter(None, found.groups()))
        build, patch = divmod(number - 1, _PATCHES)
        if stem.startswith("Chrome"):
            return f"{stem}.0.{7200 + build}.{patch}"
        return f"{stem}.{number + _LATER}" if stem.startswith("/") else f"{stem}.{number - 1}"

    return _VERSION.sub(later, text)
