"""The grammar of paces: so many a day, so many in each of some spans of time."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.story.english.dates import Span, span_at
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import AnyFact, Count, Dealt, Pace, Shape
from pytest_misata.story.grammar.busier import Busier
from pytest_misata.story.grammar.occasion import of_week

_Found = tuple[list[AnyFact], int]
_HAPPENING = frozenset({"happening", "occasion", "document", "money"})
_NEAR = 7
"""Tokens between a span and what is counted in it, at the most."""
EVERY = frozenset("hourly daily weekly monthly quarterly yearly annual annually yoy mom qoq wow".split())
"""Words for a pace, which stand before what is counted or after it."""


class Paces(Busier):
    """Reads off the tokens of a story how many rows come in a unit or a span of time."""

    def _pace(self, at: int) -> _Found | None:
        """40 orders a day in 2024; 500 orders per month; 10 monthly signups."""
        number = self._number(at)
        if number is None or number[0].kind != "number" or number[0].value <= 0:
            return None
        token, noun = number
        unit = self._word("units", noun) if self._text(noun) in EVERY else None
        noun = unit[1] if unit else noun
        noun += self._text(noun) in {"new", "more", "additional"}
        table = self._table(noun)
        if table is None:
            return None
        end = noun + table[1]
        once = unit is not None or self._text(end) in {"every", "each"}
        if token.article and not (once and kind_of(table[0]) in _HAPPENING):
            return None
        if unit is None and (weekly := self._on_days(at, end, token, table[0])) is not None:
            return weekly
        end += self._text(end) in {"placed", "made", "created", "on"} and self._period(end + 1) is not None
        period = (1, unit[0], end) if unit else self._period(end)
        if period is None:
            return None
        count, name, end = period
        if self._text(end) in {"each", "apiece"}:
            return None
        if any(self._text(end + lead) in {"per", "each", "every"} and self._table(end + lead + 1) for lead in (0, 1)):
            return None
        end += 2 if self._said(end, end + 2) == ["on", "average"] else 0
        span = span_at(self.tokens, end)
        end = span[1] if span else end
        self._mentioned.append(table[0])
        self._paced_before(at, count, name, span and span[0])
        return [Pace(*self._stated(at, end), table[0], token.value / count, name, span and span[0])], end

    def _on_days(self, at: int, end: int, token: Token, table: str) -> _Found | None:
        """A service every Sunday; 2 masses every Saturday and Sunday: so many on each of these days of every week."""
        days = self._days(end + 1) if self._text(end) in {"every", "each"} else None
        if days is None or self._table(days[1]):
            return None
        said, stop = days
        self._mentioned.append(table)
        span = self._stated(at, stop)
        weekdays = (("weekdays", of_week(said, strict=True, never=False)),)
        shape = Shape(*span, table, money=False, options=weekdays)
        return [Pace(*span, table, token.value * len(said.split(",")), "week"), shape], stop

    def _paced_before(self, at: int, count: int, unit: str, span: Span | None) -> None:
        """Make those before in a list so many in each unit of time, too: "60 baptisms and 40 funerals per year"."""
        joint = at - 1
        for place in range(len(self.facts) - 1, -1, -1):
            last, joined = (
                self.facts[place],
                self._text(joint) == "and" or (joint < at - 1 and self._text(joint) == ","),
            )
            plain = isinstance(last, Count) and not last.qualifier and kind_of(last.table) in _HAPPENING
            if not plain or not joined or not isinstance(last, Count) or last.end != self.tokens[joint - 1].end:
                return
            self.facts[place] = Pace(last.start, last.end, last.table, Fraction(last.rows, count), unit, span)
            joint = next(one for one, token in enumerate(self.tokens) if token.start >= last.start) - 1

    def _by_span(self, at: int) -> _Found | None:
        """200 orders in January, 300 in February and 250 in March: all of one table, so many in each span."""
        counted = self._counted_noun(at)
        bare = self._number(at) if counted is None and self._text(at - 1) in {":", "(", ","} else None
        table = counted[1] if counted else self._mentioned[-1] if bare and self._mentioned else None
        if table is None or (counted and counted[3]):
            return None
        parts, end = [], at
        while (number := self._number(end)) and number[0].kind == "number" and number[0].whole:
            again = self._counted_noun(end)
            after = again[2] if again and again[1] == table and not again[3] else number[1]
            span = self._in(after) if self._text(after) in {"in", "during", "for"} else None
            if span is None or number[0].article or not number[0].value:
                break
            parts.append((span[0], int(number[0].value)))
            stop = end = span[1]
            while self._text(end) in {",", "and", ";"}:
                end += 1
        if len(parts) < 2:
            return None
        self._mentioned.append(table)
        return [Dealt(*self._stated(at, stop), table, tuple(parts))], stop

    def _span_first(self, at: int) -> _Found | None:
        """In 2023 [we got] 1,800 tickets, in 2024 2,400: so many in each span, which is said before how many."""
        parts: list[tuple[Span, int]] = []
        table, end, stop = None, at, at
        while self._text(end) in {"in", "during"} and (span := self._in(end)) is not None:
            number = next((one for one in range(span[1], span[1] + _NEAR) if self._counts(one, table)), None)
            if number is None:
                break
            counted = self._counted_noun(number)
            table = counted[1] if counted and not parts else table
            stop = counted[2] if counted and counted[1] == table else number + 1
            parts.append((span[0], int(self.tokens[number].value)))
            end = stop
            while self._text(end) in {",", "and", ";"}:
                end += 1
        if len(parts) < 2 or table is None:
            return None
        self._mentioned.append(table)
        return [Dealt(*self._stated(at, stop), table, tuple(parts))], stop

    def _counts(self, at: int, table: str | None) -> bool:
        """Whether a number here counts rows: of any table at first, then of that one or without a noun."""
        plain = self._kind(at) == "number" and self.tokens[at].whole and not self.tokens[at].article
        counted = self._counted_noun(at) if plain else None
        bare = table is not None and plain and self._kind(at + 1) != "word"
        return bare or (counted is not None and not counted[3] and table in {None, counted[1]})

    def _period(self, at: int) -> tuple[int, str, int] | None:
        """A day; per month; every 2 years; monthly; year over year: how many, of which unit, and the token after."""
        if self._text(at) in EVERY and (unit := self._word("units", at)):
            return 1, unit[0], unit[1]
        lead = self._text(at) in {"a", "an", "per", "each", "every", "/", "in", "the"}
        number = self.tokens[at + 1] if lead and self._kind(at + 1) == "number" else None
        counted = number is not None and not number.article and number.whole and 0 < number.value < 100
        unit = self._word("units", at + lead + counted)
        if unit is None:
            return None
        if not lead:
            joint = next((i for i in range(unit[1], unit[1] + 2) if self._text(i) in {"over", "on"}), None)
            again = self._word("units", joint + 1 + (self._text(joint + 1) == "-")) if joint else None
            return (1, unit[0], again[1]) if again and again[0] == unit[0] else None
        if self._text(at) in {"in", "the"} or self._text(unit[1] - 1) in EVERY:
            return None
        return int(number.value) if counted and number else 1, unit[0], unit[1]
