"""Numbers of a story that are how much or how many at a time, so that nothing is counted by them."""

from __future__ import annotations

from pytest_misata.story.english.units import unit_of
from pytest_misata.story.grammar.holding import PEOPLE
from pytest_misata.story.grammar.nouns import Nouns
from pytest_misata.story.grammar.quantities import STATISTICS

_NEAR = 4
"""Tokens between "average" and how much that is, at the most."""


class NotCounted(Nouns):
    """Tells what is measured, shared by a party, or a limit, from what is counted."""

    def _is_measured(self, at: int) -> bool:
        """Whether a number here is how much something is on average: the 700 of "average length 700 words"."""
        if self._said(at, at + 2) == ["on", "average"] or self._text(at) in STATISTICS:
            at += 1 + (self._text(at) == "on")
        if self._text(at - 1) in {*STATISTICS, "averaging"}:
            return self._kind(at) == "number" and unit_of(self._text(at + 1)) is not None
        before = self._said(max(0, at - _NEAR), at)
        statistic = next((place for place, text in enumerate(before) if text in STATISTICS), None)
        noun = before[statistic + 1 :] if statistic is not None else []
        plain = bool(noun) and all(self.tokens[at - back].kind == "word" for back in range(1, len(noun) + 1))
        return plain and unit_of(self._text(at + 1)) is not None

    def _is_of_party(self, at: int) -> bool:
        """Whether it is said for how many a thing is at a time: the 2 to 6 of "for 2 to 6", "for groups of 2 to 6"."""
        grouped = self._said(at - 2, at) if at > 2 and self._text(at - 3) in {"for", "in", "by"} else []
        alone = self._text(at - 1) == "for" and self._kind(at) == "range"
        return alone or grouped in (["groups", "of"], ["parties", "of"], ["teams", "of"])

    def _is_limit(self, at: int) -> bool:
        """Whether it is said here for how many people something is at the most: "of up to 12 people"."""
        # Said as "up to 12", or looked at from the 12 on.
        at -= 2 * (self._said(at - 2, at) in (["up", "to"], ["at", "most"]))
        number = self._number(at) if self._text(at - 1) in {"of", "for"} else None
        people = number is not None and (self._kind(number[1]) != "word" or self._text(number[1]) in PEOPLE)
        return people and self._said(at, at + 2) in (["up", "to"], ["at", "most"], ["no", "more"], ["not", "more"])
