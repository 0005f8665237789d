"""The places that moments have in the life of a row, by their names: `data/lives.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.meanings.names import words_of
from pytest_misata.engine.vocabulary import toml_file

Words = tuple[str, ...]

MOMENTS = frozenset({"date", "datetime"})
ANY_RANK = 15
"""The place of a moment whose name says nothing: after the row was created, before it ends."""
START, ARRIVAL, END = 20, 40, 50


@dataclass(frozen=True, slots=True)
class Stage:
    """A place in the life of a row."""

    rank: int
    within: Any = None
    ahead: tuple[int, int] | None = None
    seldom: Fraction | None = None
    then: Any = None
    """Days after which what follows begins at the most."""


NOWHERE = Stage(ANY_RANK, within=90)


@lru_cache(maxsize=1)
def _stages() -> dict[str, Stage]:
    found: dict[str, Stage] = {}
    for entry in toml_file("lives.toml")["stage"]:
        for word in entry["words"]:
            found.setdefault(word, _stage(entry))
    return found


@lru_cache(maxsize=1)
def _leading() -> dict[str, Stage]:
    """Words that decide wherever they stand."""
    return {word: _stage(entry) for entry in toml_file("lives.toml")["stage"] for word in entry.get("leading", ())}


def _stage(entry: Mapping[str, Any]) -> Stage:
    ahead = entry.get("ahead")
    lying = (ahead[0], ahead[1]) if ahead else None
    return Stage(entry["rank"], entry.get("within"), lying, exact(entry["seldom"]), entry.get("then"))


def planning_words() -> frozenset[str]:
    """Words before an event that say that it is planned, or that it happened in fact."""
    return frozenset({*_leading(), *_facts()})


def _facts() -> frozenset[str]:
    return frozenset(toml_file("lives.toml")["plans"]["facts"])


@lru_cache(maxsize=16384)
def words_of_moment(name: str) -> Words:
    """The words of a moment's name, with what is short for several words written out: `eta` is an estimated arrival."""
    short: Mapping[str, str] = toml_file("lives.toml")["plans"]["short"]
    return tuple(part for word in words_of(name) for part in short.get(word, word).split())


@lru_cache(maxsize=16384)
def stage_of(name: str) -> Stage:
    """The place of a moment of this name: of the last word, or pair of words, that is known."""
    words = words_of_moment(name)
    leading = next((word for word in words if word in _leading()), None)
    return _leading()[leading] if leading is not None else stage_of_words(words)


def stage_of_words(words: Words) -> Stage:
    """The place of an event, whether it was planned or not."""
    for at in range(len(words) - 1, -1, -1):
        found = _stages().get(" ".join(words[max(at - 1, 0) : at + 1])) or _stages().get(words[at])
        if found is not None:
            return found
    return NOWHERE
