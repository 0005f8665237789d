"""The names of a country's people, with how often each is met, and how they are written in plain Latin letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from anyascii import anyascii

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.people.countries import codes, country, country_of
from pytest_misata.engine.vocabulary import Vocabulary, Words, faker_module
from pytest_misata.errors import GenerationError

_COMMON_SHARE = "0.4"
"""The share of people who have one of the names listed as common, where Faker's list has no weights: an assumption."""
_TITLES = (("Ms",) * 9 + ("Mrs",) * 9 + ("Dr",), ("Mr",) * 18 + ("Dr",))
"""Forms of address where a country states none. That one in some twenty people is a doctor is an assumption."""
_FIRST_RANK = 4
"""Names by rank are met as often as 1 / (rank + 4): steep enough for a list's head, flat enough for its tail."""
_WHOLE = 10**9
_FAMILY_NAME_FIRST = {"zh": "{last}{first}", "ko": "{last}{first}", "ja": "{last} {first}", "hu": "{last} {first}"}


@dataclass(frozen=True, slots=True)
class NamesOfCountry:
    """Lists of names; each list is that of women, then that of men, which are often the same for family names."""

    firsts: tuple[Words, Words]
    lasts: tuple[Words, Words]
    middles: tuple[Sequence[str], Sequence[str]] = ((), ())
    titles: tuple[Sequence[str], Sequence[str]] = _TITLES
    shape: str = "{first} {last}"
    surnames: int = 1
    """How many family names a person has."""
    spelled: Mapping[str, str] = field(default_factory=dict)
    """Names in Latin letters as their bearers write them."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """How single letters and syllables are written in Latin letters, where that is not the usual way."""

    def slug(self, word: str) -> str:
        """A name as it is written in an address: plain lower-case letters, `user` where none are left."""
        text = self.spelled.get(word) or word.lower()
        for letter, plain in self.letters.items():
            text = text.replace(letter, plain)
        plain = text if text.isascii() else anyascii(text).lower()
        return re.sub(r"[^a-z]", "", plain) or "user"


def names_of(vocabulary: Vocabulary, code: str | None) -> NamesOfCountry:
    """The names of a country; those of the vocabulary's locale for None, and where it is another of that country."""
    check_locale(vocabulary.locale)
    if code is None or _speaks_otherwise(vocabulary.locale, code):
        return _of_locale(vocabulary, vocabulary.locale)
    table = country(code).names
    return NamesOfCountry(
        (_firsts(vocabulary, table, "female"), _firsts(vocabulary, table, "male")),
        (_lasts(vocabulary, table, "female"), _lasts(vocabulary, table, "male")),
        (table.get("middle_female", ()), table.get("middle_male", ())),
        (table.get("titles_female", _TITLES[0]), table.get("titles_male", _TITLES[1])),
        table.get("shape", "{first} {last}"),
        table.get("surnames", 1),
        {**_spelled(table, "female"), **_spelled(table, "male"), **_spelled(table, "last")},
        table.get("letters", {}),
    )


def check_locale(locale: str) -> None:
    """Raises GenerationError for a locale that neither Faker nor a country has."""
    from faker.config import AVAILABLE_LOCALES

    code = country_of(locale)
    if locale not in AVAILABLE_LOCALES and (code is None or locale not in country(code).locales):
        known = {*AVAILABLE_LOCALES, *(one for each in codes() for one in country(each).locales)}
        close = get_close_matches(locale, sorted(known), n=3, cutoff=0.4)
        raise GenerationError(f"no locale {locale!r}; did you mean {' or '.join(close) or 'en_US'}?")


def _speaks_otherwise(locale: str, code: str) -> bool:
    """Whether the locale is one of the country's, but not its first, and Faker has names for it."""
    return (
        country_of(locale) == code and locale != country(code).locales[0] and faker_module("person", locale) is not None
    )


def _of_locale(vocabulary: Vocabulary, locale: str) -> NamesOfCountry:
    """The names of a locale by Faker alone."""
    women = vocabulary.words("person", "first_names_female", "first_names", locale=locale)
    men = vocabulary.words("person", "first_names_male", "first_names", locale=locale)
    last_of_women = vocabulary.words("person", "last_names_female", "last_names", locale=locale)
    last_of_men = vocabulary.words("person", "last_names_male", "last_names", locale=locale)
    shape = _FAMILY_NAME_FIRST.get(locale.partition("_")[0], "{first} {last}")
    return NamesOfCountry((women, men), (last_of_women, last_of_men), shape=shape)


def _spelled(table: Mapping[str, Any], which: str) -> Mapping[str, str]:
    stated = table.get(which, {})
    return stated if isinstance(stated, Mapping) else {}


def _firsts(vocabulary: Vocabulary, table: Mapping[str, Any], gender: str) -> Words:
    if gender in table:
        return by_rank(list(table[gender]))
    return _with_common(vocabulary, table, (f"first_names_{gender}", "first_names"), f"common_{gender}")


def _lasts(vocabulary: Vocabulary, table: Mapping[str, Any], gender: str) -> Words:
    stated = table.get(f"last_{gender}", table.get("last"))
    if stated is not None:
        return by_rank(list(stated))
    attributes = tuple(table.get("last_attributes", (f"last_names_{gender}", "last_names")))
    common = f"common_last_{gender}" if f"common_last_{gender}" in table else "common_last"
    words = _with_common(vocabulary, table, attributes, common)
    return _feminine(words, table.get("feminine", {})) if gender == "female" else words


def _with_common(vocabulary: Vocabulary, table: Mapping[str, Any], attributes: Sequence[str], common: str) -> Words:
    """The lists of Faker for a country's locales, with the names that are listed as common before them."""
    locales = table["faker"]
    shares = [exact(share) for share in table.get("faker_shares", [1] * len(locales))]
    rest = exact(1)
    lists: list[tuple[Words, Fraction]] = []
    if common in table:
        share = exact(table.get("common_share", _COMMON_SHARE))
        lists, rest = [(by_rank(table[common]), share)], 1 - share
    for locale, share in zip(locales, shares, strict=True):
        lists.append((vocabulary.words("person", *attributes, locale=locale), rest * share / sum(shares)))
    return mixed(lists)


def by_rank(words: Sequence[str]) -> Words:
    """Words in the order of how often they are met."""
    return Words(tuple(words), tuple(10**6 // (rank + _FIRST_RANK) for rank in range(len(words))))


def mixed(lists: Sequence[tuple[Words, Fraction]]) -> Words:
    """Several lists as one, each with its share of the whole, in billionths."""
    weights: dict[str, int] = {}
    for words, share in lists:
        times, parts = share.numerator * _WHOLE, share.denominator * sum(words.weights)
        for word, weight in zip(words.words, words.weights, strict=True):
            weights[word] = weights.get(word, 0) + max(1, times * weight // parts)
    return Words(tuple(weights), tuple(weights.values()))


def _feminine(words: Words, endings: Mapping[str, str]) -> Words:
    """Family names as women have them."""

    def of_woman(word: str) -> str:
        ending = next((end for end in endings if word.endswith(end)), None)
        return word if ending is None else word.removesuffix(ending) + endings[ending]

    return _renamed(words, of_woman)


def _renamed(words: Words, rename: Callable[[str], str]) -> Words:
    weights: dict[str, int] = {}
    for word, weight in zip(words.words, words.weights, strict=True):
        weights[rename(word)] = weights.get(rename(word), 0) + weight
    return Words(tuple(weights), tuple(weights.values()))
