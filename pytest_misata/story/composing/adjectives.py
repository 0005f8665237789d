"""Adjectives before a noun that may name a table: they are no part of its name."""

from __future__ import annotations

from pytest_misata.story.english.lexicon import is_quality
from pytest_misata.story.english.naming import is_state

_ADJECTIVAL = ("ed", "ive", "ous", "able", "ible", "ful", "less", "ly", "ish", "ary")
_ADJECTIVES = frozenset(
    "new old young small large big tiny huge different various several many few single double active open free daily "
    "weekly monthly annual yearly regular local national international additional extra more total real happy unique "
    "separate main distinct individual full part other long short public private recent past".split()
)
_NOUNS = frozenset("assembly family supply reply anomaly jelly butterfly seed feed bed shed speed steering".split())
_DONE = frozenset("stolen broken frozen sold unsold lost worn torn unpaid unread hidden woven".split())
"""What was done to things, by words that are no part of what they are called."""
_STANDING = frozenset("upcoming pending running ongoing outstanding future".split())
"""How rows of a table that is there stand: "pending bookings" are bookings."""


def is_adjective(word: str, *, before_table: bool) -> bool:
    """Whether a word says something of the noun after it, rather than being a part of its name."""
    if before_table and word in _STANDING:
        return True
    if word in _NOUNS:
        return False
    return word in _ADJECTIVES | _DONE or is_quality(word) or word.endswith(_ADJECTIVAL) or is_state((word,))
