"""The grammar of ages: which part of the people are how old, at the least or at the most."""

from __future__ import annotations

import re

from pytest_misata.story.english.lexicon import is_living
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.facts import Aged, AnyFact
from pytest_misata.story.grammar.quantities import AGED
from pytest_misata.story.grammar.shares import Shares

OLDEST = 104
"""Nobody is older."""
_OVER = (("over",), ("above",), ("older", "than"), ("more", "than"))
_UNDER = (("under",), ("below",), ("younger", "than"), ("less", "than"))
_OR_OVER = frozenset({"over", "older", "above", "more", "up"})
_OR_UNDER = frozenset({"under", "younger", "below", "less"})
_AMID = frozenset("are is were who that people persons".split()) | AGED
_YEARS = (("years", "old"), ("years", "of", "age"), ("year", "olds"), ("years",), ("year", "-", "olds"))
_DECADE = re.compile(r"([2-9])0'?s")

Span = tuple[int, int, int | None, int]
"""The youngest, the oldest, the age between these and all others that nobody is of, and the token after."""


class Ages(Shares):
    """Reads off the tokens of a story how old a part of the people is."""

    def _part_aged(self, at: int) -> tuple[list[AnyFact], int] | None:
        """55% over 65; a third of the members under 18; 20 of them aged 18-25; 10% in their thirties."""
        portion = self.portion(at)
        if portion is None or portion.is_rest:
            return None
        start, told = portion.end, False
        while self._text(start) in _AMID:
            told |= self._text(start) in AGED
            start += 1
        span = self._ages(start, told=told)
        living = [table for table in reversed(self._mentioned) if is_living(table)]
        table = portion.table if portion.table and is_living(portion.table) else next(iter(living), None)
        if span is None or table is None or (portion.table and portion.table not in {table, *self._mentioned[-1:]}):
            return None
        low, high, edge, end = span
        return [Aged(*self._stated(at, end), table, low, high, edge, portion.share, portion.rows)], end

    def _ages(self, at: int, *, told: bool) -> Span | None:
        """Over 65; under 18; 65 or older; 18-25; in their 30s."""
        said = self._said(at, at + 3)
        decade = _DECADE.fullmatch(said[2]) if said[:2] == ["in", "their"] and len(said) > 2 else None
        if decade:
            return int(decade[1]) * 10, int(decade[1]) * 10 + 9, None, at + 3
        if self._kind(at) == "range":
            low, high = self.tokens[at].value, self.tokens[at].high
            end, years = self._past_years(at + 1)
            fits = low.denominator == 1 == high.denominator and 0 <= low < high <= OLDEST and (told or years)
            return (int(low), int(high), None, end) if fits and self._is_bare(end) else None
        over = next((len(lead) for lead in _OVER if tuple(said[: len(lead)]) == lead), 0)
        under = next((len(lead) for lead in _UNDER if tuple(said[: len(lead)]) == lead), 0)
        return self._from_or_up_to(at + (over or under), over=bool(over), under=bool(under), told=told)

    def _from_or_up_to(self, at: int, *, over: bool, under: bool, told: bool) -> Span | None:
        age = self._age_at(at)
        if age is None:
            return None
        end = self._past_years(at + 1)[0]
        if over or under:
            whole = (age + 1, OLDEST, age, end) if over else (0, age - 1, age, end)
            return whole if self._is_bare(end) and whole[0] <= whole[1] else None
        if self._text(end) == "+":
            return age, OLDEST, None, end + 1
        joined = self._text(end) in {"or", "and"}
        if joined and self._text(end + 1) in _OR_OVER | _OR_UNDER:
            older = self._text(end + 1) in _OR_OVER
            return (age, OLDEST, None, end + 2) if older else (0, age, None, end + 2)
        return None

    def _age_at(self, at: int) -> int | None:
        if at >= len(self.tokens) or self.tokens[at].kind != "number" or self.tokens[at].article:
            return None
        number = self.tokens[at]
        return int(number.value) if number.whole and 0 < number.value <= OLDEST else None

    def _past_years(self, at: int) -> tuple[int, bool]:
        """The token after "years old", and whether it is there."""
        size = next((len(words) for words in _YEARS if tuple(self._said(at, at + len(words))) == words), 0)
        return at + size, bool(size)

    def _is_bare(self, at: int) -> bool:
        """Whether what stood before is counted in no unit, and counts nothing."""
        return unit_of(self._text(at)) is None and not self._table(at) and self._text(at) not in {"%", "-", "/"}
