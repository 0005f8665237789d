"""Numbers that count no rows, before what they would count: "1/2 customers", "10^6 users", "\u221e orders"."""

from __future__ import annotations

import unicodedata

from pytest_misata.story.facts import AnyFact, Unplaced
from pytest_misata.story.grammar.nouns import Nouns

_SIGNS = frozenset({"/", "^", "**"})
_ENDLESS = "\u221e"


def uncounted(nouns: Nouns, at: int) -> tuple[list[AnyFact], int] | None:
    """So many of a table as no number of rows can be, and the token after it."""
    end = _written(nouns, at)
    table = nouns.table_named(end) if end else None
    if table is None:
        return None
    stop = end + table[1]
    span = nouns.tokens[at].start, nouns.tokens[stop - 1].end
    return [Unplaced(*span, "not a number of rows as it is written; write it out in digits")], stop


def _written(nouns: Nouns, at: int) -> int:
    """The token after a fraction, a power or a sign for a number; 0 where there is none."""
    if _is_sign(nouns.text_at(at)):
        return at + 1
    signs = at + 1
    while nouns.text_at(signs) in _SIGNS | {"*"}:
        signs += 1
    sign = "".join(token.text for token in nouns.tokens[at + 1 : signs])
    ends = signs < len(nouns.tokens) and nouns.tokens[at].kind == nouns.tokens[signs].kind == "number"
    return signs + 1 if ends and sign in _SIGNS and not nouns.tokens[at].article else 0


def _is_sign(text: str) -> bool:
    """Whether a single letter stands for a number, and is no digit: one half, endless."""
    told = len(text) == 1 and not text.isascii()
    return told and (text == _ENDLESS or unicodedata.numeric(text, None) is not None)
