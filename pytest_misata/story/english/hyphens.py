"""Hyphens that are meant and not written: "10 minute readings" are 10-minute readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import kind_of, measured, noun_of

if TYPE_CHECKING:
    from pytest_misata.story.english.tokens import Token

_LASTING_NOTHING = frozenset({"thing", "place", "person", "group", "organisation"})
"""Kinds of noun that take no time."""
_LENGTHS = frozenset({"minute", "min", "hour", "hr"})
_TIMES = _LENGTHS | {"second", "day", "week", "month"}


def lacks_hyphen(tokens: Sequence[Token], at: int) -> bool:
    """Whether a unit of time in the singular stands between a number here and a plural, so that it counts no rows.

    A second may be the second one, and day passes are passes: these only are units of what is measured. Hour meters
    are meters.
    """
    counted = tokens[at].kind == "number" and not tokens[at].article and tokens[at].value not in {0, 1}
    unit, *nouns = [token.text if token.kind == "word" else "" for token in tokens[at + 1 : at + 4]] or [""]
    if not counted or unit not in _TIMES:
        return False
    return any(map(measured, nouns)) or (unit in _LENGTHS and bool(nouns) and _takes_time(nouns[0]))


def _takes_time(word: str) -> bool:
    """Whether a word is a plural of what may take so long, as far as is known of it."""
    one = singular_of(word) or word
    return one != word and not (noun_of((one,)).known and kind_of(one) in _LASTING_NOTHING)
