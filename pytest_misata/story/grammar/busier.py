"""The grammar of times that are said first, and then to be busier than others: "Saturdays twice as busy"."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import chain

from pytest_misata.story.facts import AnyFact, Options, Shape
from pytest_misata.story.grammar.occasion import Occasion, of_week
from pytest_misata.story.grammar.occasions import VERBS, Occasions

_Found = tuple[list[AnyFact], int]
_DAYS = frozenset({"weekdays", "day"})
"""Sections whose times are days of the week."""
_SEEING = VERBS | frozenset("see sees saw bring brings brought get gets got have has had draw draws drew".split())
"""What a time does that is busy."""
_BUSIER = frozenset("busier busiest busy quieter quietest quiet slower slowest slow".split())
"""What is said of a time without how much."""
_BY_SHARE = {"busier": 1, "quieter": -1, "slower": -1}
"""What a time is by a share of what others are, more or less."""
_OTHERS = tuple(
    tuple(said.split())
    for said in (
        "usual",
        "normal",
        "average",
        "other days",
        "other months",
        "the other days",
        "any other day",
        "the rest of the week",
        "the rest of the year",
        "the rest",
    )
)
"""What a time is busier than, where that is all the others."""


class Busier(Occasions):
    """Reads off the tokens of a story which times are busier than others, where the times are said first."""

    def _event(self, at: int) -> _Found | None:
        return super()._event(at) or self._busier(at)

    def _multiple(self, at: int) -> tuple[Fraction | None, int]:
        """30% busier; 40% quieter: how many times as much, and the token after; else as it is said otherwise."""
        sign = _BY_SHARE.get(self._text(at + 1), 0) if self._kind(at) == "percent" else 0
        return (max(Fraction(0), 1 + sign * self.tokens[at].value), at + 1) if sign else super()._multiple(at)

    def _busier(self, at: int) -> _Found | None:
        """Weekends busier than weekdays; Mondays busiest; Saturdays twice as busy; December sees 3x the orders."""
        occasions, end = self._occasions(at)
        if not occasions or any(one.section == "hours" for one in occasions):
            return None
        end += self._text(end) in _SEEING
        if self._text(end) in {"excluded", "closed", "off"}:
            return self._closed(at, end + 1, occasions)
        said = self._how_busy(end)
        stop = self._than(said[3], occasions) if said else None
        if said is None or stop is None:
            return None
        direction, times, table, _ = said
        found = [self._happening(at, stop, one, direction, times, table)[0] for one in occasions]
        return [*chain.from_iterable(found)], stop

    def _closed(self, at: int, end: int, occasions: list[Occasion]) -> _Found | None:
        """[Parcels,] Sundays closed: none of those named before are on these days, or nothing that happens is."""
        days = [one for one in occasions if one.section in _DAYS]
        if len(days) != 1 or len(occasions) != 1:
            return None
        if days[0].hours:
            return [self._not_then(at, end)], end
        table = self._named_before(at)
        options: Options = (("weekdays", of_week(days[0].what, strict=True, never=True)),)
        return [Shape(*self._stated(at, end), table, money=False, options=options)], end

    def _how_busy(self, at: int) -> tuple[str, Fraction | None, str | None, int] | None:
        """3x busier; twice as busy; twice as many orders: up or down, how much, of what, and the token after."""
        times, start = self._multiple(at)
        word = self._word("busy", start + (self._text(start) == "as"))
        if word and (self._text(word[1] - 1) in _BUSIER and (times or start == at)):
            return word[0], times, None, word[1]
        if times is None:
            return None
        many = self._text(start) == "as" and self._text(start + 1) in {"many", "much"}
        more = word is not None and self._text(word[1] - 1) in {"more", "fewer", "less"}
        start = start + 2 if many else word[1] if word and more else start
        subject = self._subject(start) if many or more or self._text(start) == "the" else None
        return (word[0] if word and more else "up", times, subject[0], subject[2]) if subject else None

    def _than(self, at: int, occasions: list[Occasion]) -> int | None:
        """The token after what a time is compared with, if it is; None where one year is compared with another."""
        if self._text(at) not in {"than", "as"}:
            return at
        if any(re.match(r"\d{4}", one.what) for one in occasions):
            return None
        for said in _OTHERS:
            if tuple(self._said(at + 1, at + 1 + len(said))) == said:
                return at + 1 + len(said)
        other, end = self._occasions(at + 1 + (self._text(at + 1) == "on"))
        return end if other else None
