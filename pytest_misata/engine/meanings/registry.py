"""The registry of meanings: which names a column goes by when it holds what. Its data is `data/meanings.toml`,
`data/commonplace.toml` for lists that many applications have, `data/trades.toml` for the tables of single trades, and
`data/sorts.toml` for the sorts of things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from typing import Any

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.meanings.names import canonical, singular, words_of
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Generator

Words = tuple[str, ...]

FAMILIES: dict[str, Words] = {
    "string": ("text",),
    "text": ("text",),
    "integer": ("integer", "number"),
    "numeric": ("decimal", "number"),
    "float": ("decimal", "number"),
    "boolean": ("boolean",),
    "date": ("date", "moment"),
    "datetime": ("moment",),
    "time": ("time",),
    "interval": ("interval",),
    "binary": ("binary",),
}
"""What each kind of type counts as, in the words of the data file, the closest first."""

_FILES = ("trades.toml", "sorts.toml", "commonplace.toml", "meanings.toml")
"""The data files of meanings: what a column means in tables of a trade, sorts of things, and what it means anywhere."""
_TRAILING = frozenset(
    "text str string raw value field col old new current original normalized formatted full default".split()
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column may be taken for, and how it is made then."""

    name: str
    generator: Generator
    shortest: int = 0
    short: Generator | None = None
    seldom: Fraction | None = None
    unique: Generator | None = None
    as_fraction: Generator | None = None
    """How it is made in columns of three decimals or more."""
    a_part: bool = False
    """Says who has some part in the row, which sets that person apart."""
    patterns: Words = ()
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A meaning, and the words of the name that it does not account for."""

    meaning: Meaning
    rest: Words = ()


Index = dict[str, dict[str, list[Meaning]]]


@lru_cache(maxsize=1)
def _index() -> Index:
    """Meanings by family and by phrase, in the order of the file."""
    index: Index = {}
    for name, entry in chain.from_iterable(toml_file(file).items() for file in _FILES):
        meaning = _meaning(name, entry)
        everywhere = {table[1:] for table in entry.get("tables", ()) if table.startswith("*")}
        for family in entry["of"]:
            phrases = index.setdefault(family, {})
            for phrase in entry["words"]:
                phrases.setdefault(_normal(phrase), []).append(meaning)
            for phrase in everywhere:
                phrases.setdefault(_normal(phrase), []).append(_meaning(name, {**entry, "tables": ()}))
    return index


def _meaning(name: str, entry: Mapping[str, Any]) -> Meaning:
    return Meaning(
        name,
        Generator(entry["kind"], entry.get("options", {})),
        entry.get("shortest", 0),
        _stand_in(entry.get("short")),
        exact(entry["seldom"]) if "seldom" in entry else None,
        _stand_in(entry.get("unique")),
        _fraction(entry.get("as_fraction")),
        entry.get("a_part", False),
        tuple(entry.get("patterns", ())),
        frozenset(table for table in entry.get("tables", ()) if not table.startswith("*")),
    )


def _stand_in(entry: Mapping[str, Any] | None) -> Generator | None:
    if entry is None:
        return None
    return Generator(entry["kind"], {option: value for option, value in entry.items() if option != "kind"})


def _fraction(top: Any) -> Generator | None:
    return None if top is None else Generator("uniform", {"low": 0, "high": top})


def _normal(phrase: str) -> str:
    return " ".join(canonical(words_of(phrase)))


@lru_cache(maxsize=1)
def _joined() -> dict[str, Words]:
    """Phrases written as one word: `postalcode` is a postal code."""
    known: dict[str, Words] = {}
    single = {phrase for phrases in _index().values() for phrase in phrases if " " not in phrase}
    for phrases in _index().values():
        for phrase in phrases:
            whole = phrase.replace(" ", "")
            if " " in phrase and whole not in single:
                known.setdefault(whole, tuple(phrase.split()))
    return known


@lru_cache(maxsize=16384)
def spelled(words: Words) -> Words:
    """The words in the singular, with those taken apart that are written together."""
    parts: list[str] = []
    for word in words:
        parts.extend(_joined().get(singular(word)) or _joined().get(word) or (word,))
    return canonical(tuple(parts))


@lru_cache(maxsize=16384)
def find(kind: str, words: Words, nouns: Words) -> Found | None:
    """The meaning of a name, for a kind of type and in a table of these nouns.

    The whole name counts most, then its end (the noun of an English name), then its beginning, then any part of it.
    """
    words = spelled(words)
    for part, rest in _parts(words):
        for family in FAMILIES.get(kind, ()):
            meaning = _choose(_index().get(family, {}).get(" ".join(part), ()), nouns)
            if meaning is not None:
                return Found(meaning, words if meaning.a_part else rest)
    return None


def _parts(words: Words) -> list[tuple[Words, Words]]:
    """Parts of a name with what each leaves over, the ones that say most first."""
    count = len(words)
    ends = [(words[at:], words[:at]) for at in range(count)]
    trimmed = _trimmed(words)
    if trimmed != words:
        ends += [(trimmed[at:], trimmed[:at]) for at in range(len(trimmed))]
    heads = [(words[:at], words[at:]) for at in range(count - 1, 0, -1)]
    inner = [
        (words[at : at + size], words[:at] + words[at + size :])
        for size in range(count - 2, 0, -1)
        for at in range(1, count - size)
    ]
    return ends + heads + inner


def _trimmed(words: Words) -> Words:
    """A name without numbers and words at its end that say nothing about what it is."""
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _TRAILING):
        words = words[:-1]
    return words


def _choose(meanings: Sequence[Meaning], nouns: Words) -> Meaning | None:
    """The meaning for tables of these nouns, the closest noun first; or the one for any table."""
    for noun in nouns:
        for meaning in meanings:
            if noun in meaning.tables:
                return meaning
    return next((meaning for meaning in meanings if not meaning.tables), None)
