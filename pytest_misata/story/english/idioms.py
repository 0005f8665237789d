"""States of several words that rows may be in: "on time", "out of stock"."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import idioms
from pytest_misata.story.english.naming import Words, is_state

_GOING_ON = ("ment", "tion", "sion", "ing", "review", "repair", "offer", "appeal")
"""Ends of what rows are under for a while: "under assessment"."""


def idiom(texts: Sequence[str]) -> Words:
    """The state of several words that a text begins with: "on time", "out of stock"."""
    if tuple(texts[:2]) == ("out", "of") and len(texts) > 2:
        return tuple(texts[:3])
    return next((said for size in (3, 2) if _is_idiom(said := tuple(texts[:size]))), ())


def told_of_all(texts: Sequence[str]) -> Words:
    """An idiom that rows are in, whatever they are: "on loan"; what somebody is on may be a plan: "on pro"."""
    said = idiom(texts)
    return said if said in idioms() or said[:1] in {("under",), ("out",)} else ()


def standing(texts: Sequence[str]) -> Words:
    """What rows are on or under for a while, and are in a state by that: "on remand", "under guarantee"."""
    said, after = tuple(texts[:2]), texts[2:3]
    plain = len(said) > 1 and said[0] in {"on", "under"} and said[1] not in _NO_STATE
    closed = not after or after[0] in _CLOSES
    return said if plain and closed and singular_of(said[1]) is None else ()


_NO_STATE = frozenset("the a an our their its average time all both any".split())
_CLOSES = frozenset("and or but while plus in at since during".split())


def _is_idiom(said: Words) -> bool:
    """Whether words are such a state, or one that begins with where rows are: "on trial"."""
    passing = said[:1] == ("under",) and len(said) == 2 and said[1].endswith(_GOING_ON)
    return said in idioms() or passing or (len(said) > 1 and said[0] in {"in", "on"} and is_state(said))
