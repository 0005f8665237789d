"""States of several words that rows may be in: "on time", "out of stock"."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_misata.story.composing.lexicon import idioms
from pytest_misata.story.naming import Words, is_state

_GOING_ON = ("ment", "tion", "sion", "ing", "review", "repair", "offer", "appeal")
"""Ends of what rows are under for a while: "under assessment"."""


def idiom(texts: Sequence[str]) -> Words:
    """The state of several words that a text begins with: "on time", "out of stock"."""
    if tuple(texts[:2]) == ("out", "of") and len(texts) > 2:
        return tuple(texts[:3])
    return next((said for size in (3, 2) if _is_idiom(said := tuple(texts[:size]))), ())


def _is_idiom(said: Words) -> bool:
    """Whether words are such a state, or one that begins with where rows are: "on trial"."""
    passing = said[:1] == ("under",) and len(said) == 2 and said[1].endswith(_GOING_ON)
    return said in idioms() or passing or (len(said) > 1 and said[0] in {"in", "on"} and is_state(said))
