"""The grammar of what is done or measured time and again: readings an hour, or others that each user follows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

from pytest_misata.story.english.dates import Span, span_at
from pytest_misata.story.english.lexicon import happens, is_held_for_all, kind_of, measured
from pytest_misata.story.english.naming import stem
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.english.verbs import deeds_of, is_participle
from pytest_misata.story.facts import Amount, AnyFact, Count, Pace, Ratio
from pytest_misata.story.grammar.comparisons import Comparisons
from pytest_misata.story.grammar.nouns import REGULARLY
from pytest_misata.story.grammar.ratios import CLOSES

_WHOM = frozenset("others people times persons friends".split())


_LATELY = {
    "minute": (0, 1),
    "hour": (0, 7),
    "day": (0, 30),
    "week": (0, 84),
    "month": (12, 0),
    "quarter": (12, 0),
    "year": (36, 0),
}
"""How far back what is done in each unit of time is there, where a story does not say: months and days. Assumptions."""
_TIMES = {"minute": 1440, "hour": 168, "day": 30, "week": 12, "month": 12, "quarter": 4, "year": 3}
"""How many times that is."""
_MOST = 100_000
"""What is done so many times in all is done to what holds those that it might be done to."""
_HOLDING, _HELD = frozenset({"place", "thing", "group"}), 100
"""Kinds of noun that hold others, and how many of these at the least, where nobody looks at each."""
_GIVING = frozenset(
    "paying pay pays making make makes giving give gives getting get gets receiving receive receives sending send "
    "sends having have has attending attend attends taking take takes".split()
)
BEING = frozenset("who that which are is were was being get gets".split())
OFTEN = {"once": 1, "twice": 2, "thrice": 3}


def is_deed(verb: str, noun: str) -> bool:
    """Whether a noun is of what a verb says: "inspection" of "inspected", "post" of "post"."""
    return noun in deeds_of(verb) or (len(stem(verb)) >= _SHORTEST and stem(noun).startswith(stem(verb)))


_SHORTEST = 4
_DONE = frozenset({"happening", "occasion", "document", "money"})
_THROUGH = (
    (4, {("click", "-", "through", "rate")}),
    (3, {("click", "through", "rate")}),
    (2, {("clickthrough", "rate"), ("ctr", "rate")}),
    (1, {("ctr",)}),
)
"""Words for the share of what is seen that is clicked on, by how many tokens they are."""


class Doings(Comparisons):
    """Reads off the tokens of a story how often something is done or measured, for each row of what does it."""

    def _measured_every(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A reading every 15 minutes; 4 samples an hour: of each row that it is measured of, where those were named."""
        bare = self._bare(at)
        counted = self._counted_noun(at) or bare
        if counted is None or counted[3] or counted[0].kind != "number" or not counted[0].whole:
            return None
        token, child, end, _ = counted
        period = self._period(end)
        noun = self._text(end - 1)
        parent = self._parent_of(child)
        often = period is not None and period[1] in {"minute", "hour"}
        if (
            period is None
            or parent is None
            or not (often or bare or measured(noun if token.value != 1 else f"{noun.removesuffix('s')}s"))
        ):
            return None
        if self._text(period[2]) in {"per", "each", "every", "for"} and self._table(period[2] + 1):
            return None
        self._mentioned.append(child)
        ratio = Ratio(*self._stated(at, period[2]), child, parent, token.value, each=True)
        return self._lately(([ratio], period[2]), period, period[2])

    def _bare(self, at: int) -> tuple[Token, str, int, str] | None:
        """The readings of "readings every hour", of which there is one each time."""
        named = self._table(at)
        end = at + named[1] if named else at
        if named is None or self._text(end) != "every" or not self._recurs(at, named[1]):
            return None
        return replace(self.tokens[at], kind="number", value=Fraction(1), whole=True), named[0], end, ""

    def _is_time_and_again(self, at: int, table: str) -> str:
        """Why so many are no count: those of "Every month our shops place 5 orders" come time and again."""
        start = next((place + 1 for place in range(at - 1, -1, -1) if self._text(place) in {".", ";"}), 0)
        often = self._text(start) in {"every", "each"} and self._period(start) is not None
        return "that is how many at a time, and not in all" if often and kind_of(table) in _DONE else ""

    def _regular(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Hourly readings in March: what is measured, once in each unit of time for each row that it is measured of."""
        period = (
            self._period(at) if self._text(at).endswith("ly") and self._hook(at, None) is None else self._length(at)
        )
        table = self._table(period[2]) if period and not self._table(at) else None
        if period is None or table is None or not self._recurs(period[2], table[1]):
            return None
        if self._kind(at) == "number" and not measured(self._text(period[2] + table[1] - 1)):
            return self._long(at, period[2] + table[1], table[0])
        parent = self._parent_of(table[0]) or self.domain.owner_of(table[0])
        parent = parent and self._held_to(table[0], parent, period)
        end = period[2] + table[1]
        goes_on = self._kind(end) == "word" and self._text(end) not in CLOSES and span_at(self.tokens, end) is None
        if goes_on:
            return None
        if is_held_for_all(table[0]) and (parent is None or kind_of(parent) in {"person", "thing"}):
            self._mentioned.append(table[0])
            return [Pace(*self._stated(at, end), table[0], Fraction(1, period[0]), period[1])], end
        if parent is None:
            return None
        self._mentioned.append(table[0])
        ratio = Ratio(*self._stated(at, end), table[0], parent, Fraction(1), each=True)
        return self._lately(([ratio], end), period, end)

    def _held_to(self, child: str, parent: str, period: tuple[int, str, int]) -> str:
        """What it is done to: the tanks of "24 tanks, 50,000 trout, weekly feedings", as nobody feeds each trout."""
        counts = {fact.table: fact.rows for fact in self.facts if isinstance(fact, Count) and not fact.qualifier}
        many = counts.get(parent, 0)
        each = many * _TIMES[period[1]] < period[0] * _MOST or kind_of(parent) != "thing"
        if each or kind_of(child) not in {"happening", "occasion"}:
            return parent
        holding = (one for one in reversed(self._mentioned) if kind_of(one) in _HOLDING and one != parent)
        few = (one for one in holding if 0 < counts.get(one, 0) * _HELD <= many)
        return next((one for one in few if self.domain.related(child, one)), parent)

    def _long(self, at: int, end: int, table: str) -> tuple[list[AnyFact], int]:
        """45-minute lessons [on average]: how long each is, where readings would be one each so many minutes."""
        stop = end + 2 * (self._said(end, end + 2) == ["on", "average"])
        value, unit = self.tokens[at].value, self._text(at + 2)
        self._mentioned.append(table)
        statistic: Literal["mean", "bounds"] = "mean" if stop > end else "bounds"
        return [Amount(*self._stated(at, stop), statistic, (), table, value, value, unit)], stop

    def _recurs(self, at: int, size: int) -> bool:
        """Whether there is one of what a plural stands for in each unit of time: readings, deliveries."""
        words = tuple(text for text in self._said(at, at + size) if text != "-")
        return measured(words[-1]) or happens(words)

    def _lately(
        self, found: tuple[list[AnyFact], int], period: tuple[int, str, int], end: int
    ) -> tuple[list[AnyFact], int]:
        """What is so many for each parent in each unit of time, of the latest ones where the story does not say when.

        What happens time and again for years is more than anybody asked for.
        """
        facts, stop = self._in_each(found, period, end)
        *before, last = facts
        if self._is_dated or not isinstance(last, Ratio):
            return facts, stop
        months, days = _LATELY[period[1]]
        return [*before, replace(last, span=Span(back=(months * period[0], days * period[0])))], stop

    @cached_property
    def _is_dated(self) -> bool:
        """Whether the story says when."""
        return any(span_at(self.tokens, at) for at in range(len(self.tokens)))

    def _done_often(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[1,800 cows] milked twice a day in April; [users] who post three times a week: what each does, or is done."""
        each = self._text(at) in {"each", "all"} and self._text(at - 1) in {",", "and"}
        often = self._often(at + each)
        parent = (self._last_mentioned() if each else self._just_named(at)) if often else None
        child = self._done(self._text(often[0]), parent) if often and parent else None
        if often is None or parent is None or child is None:
            return None
        _, times, period = often
        self._mentioned.append(child)
        ratio = Ratio(*self._stated(at, period[2]), child, parent, Fraction(times), each=True)
        return self._lately(([ratio], period[2]), period, period[2])

    def _gives_often(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[12 tenants], each paying rent monthly; [donors] who give a donation every month: one at a time, of each."""
        each = self._text(at) in {"each", "all"} | BEING and self._text(at - 1) in {",", "and"}
        verb = at + each
        child_at = verb + 1 + (self._text(verb + 1) in {"a", "an", "one"})
        child = self._table(child_at) if self._kind(verb) == "word" and self._text(verb) in _GIVING else None
        end = child_at + (child[1] if child else 0)
        period = self._period(end) if child and self._text(end) in REGULARLY | {"every", "each", "a", "per"} else None
        parent = (self._last_mentioned() if each else self._just_named(at)) if period else None
        if child is None or period is None or parent is None or not self.domain.related(child[0], parent):
            return None
        self._mentioned.append(child[0])
        ratio = Ratio(*self._stated(at, period[2]), child[0], parent, Fraction(1), each=True)
        return self._lately(([ratio], period[2]), period, period[2])

    def _often(self, at: int) -> tuple[int, int, tuple[int, str, int]] | None:
        """Where the verb is, how many times it is done, and in which units of time: "are milked twice a day"."""
        verb = at
        while self._text(verb) in BEING:
            verb += 1
        times, end = self._how_often(verb + 1)
        done = self._text(verb).endswith("ing") or is_participle(self._text(verb))
        times = times or int(done and self._text(verb + 1) in {"every", "each"})
        if self._kind(verb) != "word" or self._table(verb + 1) or (not times and self._text(verb + 1) not in REGULARLY):
            return None
        period = self._period(end) or ((1, *unit) if (unit := self._word("units", end)) else None)
        return (verb, times or 1, period) if period else None

    def _how_often(self, at: int) -> tuple[int, int]:
        """How many times something is done, and the token after that; 0 where it is not said."""
        if self._text(at) in OFTEN:
            return OFTEN[self._text(at)], at + 1
        number = self.tokens[at] if self._kind(at) == "number" and self._text(at + 1) == "times" else None
        return (int(number.value), at + 2) if number is not None and number.whole else (0, at)

    def _done(self, verb: str, parent: str | None) -> str | None:
        """The table of what a verb says is done: the posts of those who post, the milkings of what is milked."""
        names = ((table, name[0]) for table, names in self.domain.names.items() for name in names if len(name) == 1)
        found = (table for table, name in names if is_deed(verb, name) and self.domain.related(table, str(parent)))
        return next(found, None)

    def _through_rate(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A click-through rate of 2%; 2% CTR: how many of what is seen is clicked on."""
        before = self._kind(at) == "percent"
        start = at + before
        size = next((size for size, words in _THROUGH if tuple(self._said(start, start + size)) in words), 0)
        end = start + size
        while size and not before and self._text(end) in {"of", "is", ":", "at", "around", "about"}:
            end += 1
        if not size or not (before or self._kind(end) == "percent"):
            return None
        share = self.tokens[at if before else end].value
        child, parent = "clicks", "impressions"
        if not {child, parent} <= set(self.domain.names) or not self.domain.related(child, parent):
            return None
        stop = end + (not before)
        return [Ratio(*self._stated(at, stop), child, parent, share, each=False)], stop

    def _length(self, at: int) -> tuple[int, str, int] | None:
        """10-minute; 6-hour: how many of which unit something is measured each, and the token after."""
        number = self.tokens[at]
        told = number.kind == "number" and self._is_length(at + 2) and not self._table(at + 2)
        unit = self._word("units", at + 2) if told else None
        return (int(number.value), unit[0], unit[1]) if unit and number.whole and number.value > 0 else None

    def _each_does(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Each user follows 20 to 100 others: what each does, and how often, where a table is of those doings."""
        parent = self._table(at + 1) if self._text(at) in {"each", "every"} else None
        verb = at + 1 + (parent[1] if parent else 0)
        child = self._table(verb) if parent else None
        number = self._number(verb + 1) if child and child[1] == 1 else None
        if parent is None or child is None or number is None or number[0].article:
            return None
        end = number[1]
        whom = self._table(end)
        end += whom[1] if whom else self._text(end) in _WHOM
        if not self.domain.related(child[0], parent[0]) or (whom is None and self._text(end - 1) not in _WHOM):
            return None
        return self._timed((self._ratio(at, end, number[0], child[0], parent[0], each=True), end))
