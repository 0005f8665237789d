"""Names of tables and columns as the words they are made of, and words compared as a reader would.

Nothing here looks at a schema: two names mean the same where a form of each (singular, plural, stem) is the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from pytest_misata.story.data import word_lists
from pytest_misata.story.english.words import plural

Words = tuple[str, ...]

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[^\W\d_]+")
_ENDINGS = ("ulent", "ations", "ation", "ings", "ing", "ed", "es", "s", "e")
_SINGULAR = ("us", "is", "ss", "species", "series", "news")
_ADDED = ("ies", "sses", "shes", "ches", "xes", "zzes", "tzes")
"""Ends of plurals to which more than an "s" was added."""
_SHORTEST = 3
"""Letters that a stem keeps at the least."""


def split_name(name: str) -> Words:
    """The words of an identifier in lower case: `OrderItem`, `order_item` and `tbl-Order Item` are parted alike."""
    return tuple(part.lower() for part in _PARTS.findall(name))


def _data() -> dict[str, Any]:
    return word_lists("synonyms.toml")


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """The word and what it may be the plural of."""
    irregular = {one for one, many in _data()["plurals"].items() if many == word}
    regular = {stem for stem in (word[:-1], word[:-2], word[:-3] + "y") if plural(stem) == word}
    regular |= {word[:-2]} if word.endswith("oes") else set()
    foreign = {word[: -len(end)] for end in ("en", "n", "e", "er") if word.endswith(end) and len(word) > _SHORTEST + 2}
    return frozenset({word} | irregular | regular | foreign)


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """The singular of an English noun, or the word itself."""
    irregular = next((one for one, many in _data()["plurals"].items() if many == word), None)
    if irregular or word.endswith(_SINGULAR):
        return irregular or word
    stems = [stem for stem in (word[:-3] + "y", word[:-2], word[:-1]) if plural(stem) == word]
    # "Houses" may be those of a "house" or of a "hous"; but no noun ends in "salarie" or "boxe".
    at = 0 if word.endswith(_ADDED) else -1
    return stems[at] if stems else word


def same_name(said: Words, name: Words) -> bool:
    """Whether words of a story are a name, in either number, parted or written together."""
    if len(said) == len(name):
        return all(forms(one) & forms(other) for one, other in zip(said, name, strict=True))
    return bool(said and name) and bool(forms("".join(said)) & forms("".join(name)))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """What forms of a word have in common: "churned", "churn" and "churning"; "cancelled" and "cancellation"."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    word = word[:-1] + "i" if word.endswith("y") else word
    doubled = len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "se"
    return word[:-1] if doubled else word


def abbreviations() -> dict[str, str]:
    """Words by what they are cut short to."""
    found: dict[str, str] = _data()["abbreviations"]
    return found


def same_state(said: Words, name: Words) -> bool:
    """Whether words of a story say what a value or a column says, whatever the order: "verified email"."""
    return bool(said) and sorted(map(stem, said)) == sorted(map(stem, name))


def synonyms(said: Words, extra: Collection[Collection[Words]] = ()) -> list[Words]:
    """Nouns that stand for a noun: those of the data file, and those of `extra` groups."""
    return _others(said, [*_groups("nouns"), *extra], same_name)


def states_like(said: Words, extra: Collection[Collection[Words]] = ()) -> list[Words]:
    """Other ways to say a state."""
    return _others(said, [*_groups("states"), *extra], same_state)


def devices_like(said: Words) -> list[Words]:
    """Other words for what something is seen, heard or done on: a phone is mobile."""
    return _others(said, _listed()["device"], same_name)


def column_listing(said: Collection[Words]) -> str:
    """The column that words are values of, whatever rows have it: that of devices, or of how something is paid."""
    columns = _listed().items()
    return next((name for name, groups in columns if all(any(one in group for group in groups) for one in said)), "")


def also_listed(column: str, said: Collection[Words]) -> list[Words]:
    """What is usual in such a column beside what words say."""
    usual = _listed()[column][:_USUAL]
    return [group[0] for group in usual if not set(group) & {*said}]


PAID_BY = "payment_method"
_USUAL = 3


@cache
def _listed() -> Mapping[str, tuple[tuple[Words, ...], ...]]:
    return {
        column: tuple(tuple(tuple(text.split()) for text in group) for group in groups)
        for column, groups in _data()["listed"].items()
    }


def is_state(said: Words) -> bool:
    """Whether words are a state that rows of any table may be in."""
    return any(same_state(said, one) for group in _groups("states") for one in group)


@cache
def _groups(name: str) -> tuple[tuple[Words, ...], ...]:
    return tuple(tuple(tuple(text.split()) for text in group) for group in _data()[name])


def _others(said: Words, groups: Collection[Collection[Words]], same: Any) -> list[Words]:
    found: dict[Words, None] = {}
    for group in groups:
        if any(same(said, one) for one in group):
            found |= dict.fromkeys(one for one in group if not same(said, one))
    return list(found)


def without(words: Words, ends: Collection[str]) -> Words:
    """Words less those of `ends` at either end; all of them where nothing would be left."""
    first, last = 0, len(words)
    while first < last and words[first] in ends:
        first += 1
    while last > first and words[last - 1] in ends:
        last -= 1
    return words[first:last] or words


def runs(texts: Sequence[str], longest: int = 4) -> list[Words]:
    """Every run of up to `longest` words at the beginning of a text, the longest first."""
    return [tuple(texts[:size]) for size in range(min(longest, len(texts)), 0, -1)]
