"""What things of a sort are called, and the codes that lists of reference hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import gcd, inf
from typing import Any

from pytest_misata.engine.draws.patterns import ALPHABETS
from pytest_misata.engine.texts.phrases import Phrases
from pytest_misata.engine.vocabulary import data_file, toml_file

RESERVE = 7
"""Characters kept free for the number of a unique text, with what stands before it."""
_MOST = 4096
"""Texts of one sort that are kept in a list: of more, so many that lie evenly among all."""
_STEMS = 40
_FEW = 8
"""Texts that must fit a column for names of a sort to be worth having there."""
_OF_A_SHORT_LIST = 3
"""The same where there are no more than twice `_FEW` of the sort, such as means of payment."""


@lru_cache(maxsize=512)
def years_of(of: str, noun: str | None = None) -> int:
    """The years that the names of a sort are about, where each name ends with one; otherwise 0."""
    ends = [text[-4:] for text in terms(of, noun)]
    if not all(re.fullmatch(r"20\d\d", end) for end in ends):
        return 0
    return max(map(int, ends)) - min(map(int, ends)) + 1


def fitting_terms(
    of: str, noun: str | None, length: int | None, *, unique: bool = False, form: str = "plain"
) -> tuple[str, ...]:
    """The names of a sort that fit a column, with room for a number where they have to be unique."""
    texts = terms(of, noun)
    if form == "slug":
        texts = tuple(dict.fromkeys(slugged(text) for text in texts))
    if length is None:
        return texts
    room = length - RESERVE if unique and (form == "slug" or not years_of(of, noun)) else length
    return tuple(text for text in texts if len(text) <= room)


def has_terms(of: str, noun: str | None, length: int | None, *, unique: bool = False) -> bool:
    """Whether enough names of a sort fit a column of some length."""
    every = len(terms(of, noun))
    enough = _OF_A_SHORT_LIST if every <= 2 * _FEW and not unique else _FEW
    return len(fitting_terms(of, noun, length, unique=unique)) >= min(enough, every)


@lru_cache(maxsize=64)
def ended(texts: tuple[str, ...], endings: tuple[str, ...]) -> tuple[str, ...]:
    """The names of files that end as they may; for an ending that none has, some names with that instead."""
    found = [text for text in texts if text.rpartition(".")[2] in endings]
    known = {text.rpartition(".")[2] for text in found}
    stems = list(dict.fromkeys(text.rpartition(".")[0] for text in found or texts))[:_STEMS]
    found += [f"{stem}.{ending}" for ending in endings if ending not in known for stem in stems]
    return tuple(found)


@lru_cache(maxsize=512)
def terms(of: str, noun: str | None = None) -> tuple[str, ...]:
    """All names of a sort, no two alike when capitals are disregarded."""
    entry = toml_file("terms.toml")[of]
    phrases = Phrases(entry["templates"], {"noun": [noun or "Item"], **entry["words"]})
    step = _step(phrases.size)
    texts = [phrases.text(number * step % phrases.size) for number in range(min(phrases.size, _MOST))]
    return tuple({text.lower(): text for text in reversed(texts)}.values())[::-1]


def _step(size: int) -> int:
    """A stride that visits all numbers below `size`, far apart at first."""
    step = max(1, size // _MOST) if size > _MOST else 1
    while gcd(step, size) != 1:
        step += 1
    return step


def slugged(text: str) -> str:
    """A text in lower case, with a hyphen for all that is no letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


@lru_cache(maxsize=16)
def further(of: str, field: str) -> tuple[str, ...]:
    """What a list of reference data goes on with."""
    return tuple(toml_file("known.toml")["further"].get(of, {}).get(field, ()))


def known_codes(of: str, field: str) -> tuple[tuple[str, ...], float]:
    """The codes of a list of reference data, and how many texts a unique column of them has; no codes, no end."""
    one = data_file("reference_lists.json")["lists"][of]
    rows = (*(row[one["fields"].index(field)] for row in one["rows"]), *further(of, field))
    others = codes_beside(rows, field)
    return ((), inf) if others is None else (rows, len(rows) + len(others))


def codes_beside(known: Sequence[Any], field: str) -> Sequence[str] | None:
    """Codes that are in no list, for fields that hold codes: those of places are of the country of a known one."""
    if field == "locode":
        return _codes_of_places(tuple(known))
    return _other_codes(known, len(known[0])) if field.startswith("alpha") else None


@lru_cache(maxsize=4)
def _codes_of_places(known: tuple[str, ...]) -> tuple[str, ...]:
    """Lap by lap one for each known code: the last character is one of the digits that UN/LOCODE has, too."""
    tails = [f"{one}{two}{digit}" for one in ALPHABETS["@"] for two in ALPHABETS["@"] for digit in "23456789"]
    laps = len(tails) // len(known)
    return tuple(f"{known[at % len(known)][:2]}{tails[at]}" for at in range(laps * len(known)))


@lru_cache(maxsize=16)
def _codes(length: int) -> tuple[str, ...]:
    letters = ALPHABETS["?"]
    found = [""]
    for _ in range(length):
        found = [head + letter for head in found for letter in letters]
    return tuple(found)


def _other_codes(known: Sequence[str], length: int) -> list[str]:
    taken = {code.lower() for code in known}
    return [code for code in _codes(length) if code.lower() not in taken]
