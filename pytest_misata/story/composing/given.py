"""What many people give or pay, with amounts and without a number: "350 members, donations of $20 to $500"."""

from __future__ import annotations

from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import noun_of
from pytest_misata.story.grammar.nouns import Nouns

GIVEN = frozenset({"pledge", "contribution", "donation"})
"""What is given by many, so that nothing else has one amount of it each."""
_PAID_BY_PEOPLE = frozenset("fine penalty tip gift grant bequest payout refund subsidy claim loan bet".split())
"""What people pay, or are paid, time and again, where it is not paid for one of their deeds."""
_DEALINGS = frozenset({"happening", "occasion", "document", "money"})
_AMOUNTING = frozenset({"of", "from", "between", "averaging"})


def is_given(nouns: Nouns, at: int, end: int, noun: str) -> bool:
    """Whether the noun from `at` to `end` is rows of their own by the amounts that follow it.

    What is paid for something that is done is an amount of that: the tips of rides.
    """
    if noun not in GIVEN | _PAID_BY_PEOPLE or not _are_amounts(nouns, end):
        return False
    said = [singular_of(token.text) for token in nouns.tokens[:at] if token.text != singular_of(token.text)]
    kinds = {noun_of((word,)).kind.name for word in said if word is not None}
    return noun in GIVEN or ("person" in kinds and not kinds & _DEALINGS)


def _are_amounts(nouns: Nouns, end: int) -> bool:
    """Whether how much is given is said here: of $20 to $500; averaging $40; from $5."""
    start = end + (nouns.text_at(end) in _AMOUNTING)
    kinds = [token.kind for token in nouns.tokens[start : start + 1]]
    return nouns.text_at(end) == "averaging" or kinds == ["range"] or (start > end and kinds == ["money"])
