"""The grammar of change: growth, spikes and dips, seasons, weekdays and hours that a story speaks of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from pytest_misata.story.english.dates import Span, read_span, span_at
from pytest_misata.story.english.stretches import joined, step_of
from pytest_misata.story.english.verbs import deeds_of, is_participle
from pytest_misata.story.facts import AnyFact, Shape, Unplaced, When
from pytest_misata.story.grammar.nouns import ABOUT
from pytest_misata.story.grammar.occasion import usual
from pytest_misata.story.grammar.paces import EVERY, Paces

_Found = tuple[list[AnyFact], int]
_RECURRING = {"month": ("mrr", "monthly recurring revenue"), "year": ("arr", "annual recurring revenue")}
_SPENT = frozenset({"spend", "spending"})
_EARNED = frozenset("raised collected earned taken billed invoiced charged".split())
_STEPS = {"month": 1, "quarter": 3, "year": 12}
_MANNERS = frozenset("linearly exponentially steadily rapidly fast quickly slowly sharply strongly".split())
_VERBS = frozenset(
    "is are was were has have been be that which who steadily rapidly slowly quickly gradually fast".split()
)
_ENDINGS = frozenset("and in with over for from since until while but plus throughout during".split())
_RATES = frozenset("by at of a an the rate average with about around roughly approximately nearly almost".split())


@dataclass(frozen=True, slots=True)
class _Change:
    """How something changes: the fact as far as it is read, and the token after it."""

    shape: Shape
    end: int
    plain: bool = False
    """No more is said than the direction."""
    stated: bool = False
    """It is said how many times as much."""


class Trends(Paces):
    """Reads off the tokens of a story how what it speaks of runs over time."""

    # --- growth ---

    def _trend(self, at: int) -> _Found | None:
        """Revenue growing from $50k in January to $200k in December; signups doubling every year; sales are flat."""
        grown = self._grown(at) or self._beside_before(at)
        if grown is not None:
            return grown
        alone = self._word("alone", at)
        if alone:
            shape = self._usually(at, alone[1], alone[0])
            return [replace(shape, table=self._just_named(at))], alone[1]
        subject = self._subject(at)
        start = subject[2] if subject else at
        change = self._change(start)
        unknown = self._unknown_before(at) if subject is None and change is not None and not change.plain else None
        if unknown is not None and change is not None:
            what = Unplaced(*self._stated(at, change.end), f"{unknown} are of no table")
            return [what], change.end
        if change is None or (subject is None and change.plain):
            return self._changing(at) or self._share_of_growth(at)
        if change.plain and not change.shape.money and (event := self._in_season(at, change, subject)):
            return event
        if self._text(start) == "from" and not self._is_over_time(start, change):
            return None
        table, money = subject[:2] if subject else (self._just_named(at - (self._text(at - 1) == ",")), False)
        shape = replace(change.shape, table=table, money=money or change.shape.money)
        end = change.end + (self._text(change.end) in _MANNERS)
        facts, stop = self._in_span([self._placed_at(shape, at, end)], end)
        paid = (place for place in range(start, end) if self._kind(place) in {"money", "range"})
        return [*facts, *(fact for place in paid for fact in self._in_currency(place))][: len(facts) + 1], stop

    def _grown(self, at: int) -> _Found | None:
        """1,000 subscribers in January growing to 3,000 in December 2024: how many at first and at last."""
        counted = self._counted_noun(at)
        dated = self._in(counted[2]) if counted and self._text(counted[2]) in {"in", "by", "at"} else None
        if counted is None or dated is None or counted[3] or counted[0].kind != "number" or not counted[0].whole:
            return None
        token, table, _, _ = counted
        lead = dated[1] + (self._text(dated[1]) == ",")
        grows = self._word("directions", lead)
        last = self._level(grows[1] + 1) if grows and self._text(grows[1]) == "to" else None
        until = self._in(last[2]) if last else None
        span = joined([dated[0], until[0]]) if until else None
        if last is None or until is None or span is None or self._kind(last[2] - 1) == "range":
            return None
        self._mentioned.append(table)
        shape = Shape(*self._stated(at, until[1]), table, money=False, levels=(token.value, last[0]), span=span)
        return [replace(shape, step=step_of([dated[0], until[0]]))], until[1]

    def _beside_before(self, at: int) -> _Found | None:
        """Twice as many orders in 2025 as in 2024: growth from one year, quarter or month to the next."""
        times, start = self._multiple(at)
        if not times or self._text(start) != "as" or self._text(start + 1) not in {"many", "much"}:
            return None
        subject = self._subject(start + 2)
        end = subject[2] if subject else start + 2
        later = self._dated(end)
        before = self._dated(later[1] + 1) if later and self._text(later[1]) in {"as", "than"} else None
        if later is None or before is None:
            return None
        table, money = subject[:2] if subject else (self._just_named(at - (self._text(at - 1) == ",")), False)
        months, both = step_of([before[0], later[0]]), joined([before[0], later[0]])
        unit = next((name for name, size in _STEPS.items() if size == months), None)
        if unit is None or both is None or before[0].end != later[0].first:
            return [Unplaced(*self._stated(at, before[1]), "no year, quarter or month and the next one")], before[1]
        growth = self._growth(at, before[1], times, (1, unit, end), table, money=money)
        return [growth, When(growth.start, growth.end, both, table)], before[1]

    def _dated(self, at: int) -> tuple[Span, int] | None:
        """In 2025; in Q2 2025; in May 2024: the span, and the token after it."""
        start = at + (self._text(at) in {"in", "during", "over"})
        end = start + 1 + self._text(start + 1).isdigit()
        span = read_span(" ".join(self._said(start, end))) if end <= len(self.tokens) else None
        return (span, end) if span else None

    def _is_over_time(self, at: int, change: _Change) -> bool:
        """Whether levels are those of times: "from 100 in January to 500 in June", "from 20 to 40 a month"."""
        return change.shape.span is not None or any(self._word("units", place) for place in range(at, change.end))

    def _in_span(self, facts: list[AnyFact], end: int) -> _Found:
        """The facts, and the span of all data, where it is said right after how things grow."""
        grows = isinstance(facts[-1], Shape) and facts[-1].levels is None and "growth" in dict(facts[-1].options)
        found = span_at(self.tokens, end) if grows else None
        return ([*facts, When(*self._stated(end, found[1]), found[0])], found[1]) if found else (facts, end)

    def _in_season(self, at: int, change: _Change, subject: tuple[str | None, bool, int] | None) -> _Found | None:
        """Attendance dropping in December; bookings that double every summer: an occasion, and no growth at all."""
        lead = change.end
        while self._text(lead) in {"in", "every", "each", "during", "on", "at", "over", "around"}:
            lead += 1
        what = self._occasion(lead) if lead > change.end else None
        if what is None or (subject and subject[1]):
            return None
        factor = Fraction(dict(dict(change.shape.options)["growth"])["factor"])
        times = factor if change.stated else None
        direction = "up" if factor >= 1 else "down"
        found, end = self._happening(at, what[1], what[0], direction, times, subject and subject[0])
        return [*found], end

    def _usually(self, at: int, end: int, direction: str) -> Shape:
        """Growth by what is usual, which gives way where a story says how fast."""
        factor = Fraction(usual("usual")[direction])
        return replace(self._growth(at, end, factor, (1, "year", end), None, money=False), vague=direction != "flat")

    # --- what is earned ---

    def _earned(self, at: int) -> _Found | None:
        """Revenue of $20k a month; $1.2M in sales in 2024; average monthly turnover of 5,000 EUR."""
        return self._amount_after(at) or self._amount_before(at)

    def _amount_after(self, at: int) -> _Found | None:
        start = at + (self._text(at) in {"average", "avg", "mean"})
        unit = self._word("units", start) if self._text(start) in EVERY else None
        subject = self._subject(unit[1] if unit else start)
        if subject is None:
            return None
        end = subject[2]
        while self._text(end) in {"of", ":", "is", "=", "at", "totalling", "totaling", *ABOUT}:
            end += 1
        period = (1, unit[0], end + 1) if unit else self._period(end + 1)
        if self._kind(end) != "money" or end == subject[2] or (start > at and period is None):
            return None
        if start > at and subject[0] and not subject[1] and self._word("money", subject[2] - 1) is None:
            # An average monthly bill is what each comes to, and not all of a month.
            return None
        if start > at and self._text(subject[2] - 1) in _SPENT:
            # What is spent on average is what each of those who spend it does.
            return None
        return self._paid(at, end, max(end + 1, period[2] if period else 0), subject, period)

    def _amount_before(self, at: int) -> _Found | None:
        if self._kind(at) != "money":
            return None
        period = self._period(at + 1)
        end = period[2] if period else at + 1
        subject = self._subject(end + (self._text(end) in {"in", "of"})) or self._given(end)
        return self._paid(at, at, subject[2], subject, period) if subject else None

    def _given(self, at: int) -> tuple[str | None, bool, int] | None:
        """[$250,000] raised; [$40k] pledged: what is paid, by a verb, and the token after it."""
        verb = self._text(at)
        if self._text(at + 1) in {"per", "a", "an", "each", "every"}:
            return None
        if verb in _EARNED:
            return None, True, at + 1
        deeds = deeds_of(verb) if is_participle(verb) else ()
        names = (name for name, phrases in self.domain.names.items() if any((deed,) in phrases for deed in deeds))
        table = next(names, None)
        return (table, True, at + 1) if table else None

    def _paid(
        self, at: int, amount: int, end: int, subject: tuple[str | None, bool, int], period: tuple[int, str, int] | None
    ) -> _Found | None:
        """So much in each month, quarter or year; or in a span, or all of it, where no period is said."""
        dated = self._in(end)
        period = period or self._recurring(subject[2])
        money = subject[1] or subject[0] is None or self._word("money", subject[2] - 1) is not None
        if (period is None and not money) or (period and period[1] not in _STEPS):
            return None
        span, end = dated or (None, end)
        levels = (self.tokens[amount].value, self.tokens[amount].value)
        step = period[0] * _STEPS[period[1]] if period else 0
        shape = Shape(*self._stated(at, end), subject[0], money=True, levels=levels, span=span, step=step)
        shape, end = self._from_there(at, shape, end)
        return [shape, *self._in_currency(amount)], end

    def _from_there(self, at: int, shape: Shape, end: int) -> tuple[Shape, int]:
        """[Revenue of $50k a month] growing 5% a month: what there is at first, and how it goes on from there."""
        change = self._change(end + (self._text(end) in {",", "and"}))
        growth = dict(change.shape.options).get("growth") if change and not change.plain else None
        _, _, unit = str(dict(growth)["every"] if growth else "").rpartition(" ")
        months = _STEPS.get(unit.removesuffix("s"))
        if change is None or months is None or (not shape.step and shape.span is None):
            return shape, end
        span = shape.span and Span(first=shape.span.first, yearless=shape.span.yearless)
        grown = replace(shape, options=change.shape.options, span=shape.span if shape.step else span)
        start, stop = self._stated(at, change.end)
        return replace(grown, start=start, end=stop, step=shape.step or months), change.end

    def _recurring(self, end: int) -> tuple[int, str, int] | None:
        """The period that recurring revenue is of by its name, which ends before a token: MRR, ARR."""
        said = " ".join(self._said(max(0, end - 3), end))
        unit = next((unit for unit, names in _RECURRING.items() if said.endswith(names)), None)
        return (1, unit, end) if unit else None

    def _placed_at(self, shape: Shape, at: int, end: int) -> Shape:
        start, stop = self._stated(at, end)
        return replace(shape, start=start, end=stop, events=self._of_events(shape, at, end))

    def _of_events(self, shape: Shape, at: int, end: int) -> bool:
        """Whether what changes is how much is done, by words such as "volume" and "traffic" alone."""
        said = [what[0] for place in range(at, end) if (what := self._word("activity", place))]
        return shape.table is None and not shape.money and "events" in said

    def _changing(self, at: int) -> _Found | None:
        """Declining sales; steady orders; a growing SaaS company."""
        found = self._word("directions", at)
        if found is None or self._text(at) in {"up", "down", "level"}:
            return None
        found = self._word("directions", found[1]) or found
        size = self._phrase(found[1], self.domain.phrases)
        subject = self._subject(found[1] + (self._text(found[1]) in {"in", "of"}))
        if subject is None and not size:
            return None
        main = self.domain.main if self.domain.main in self.domain.names else None
        table, money, end = subject or (main, False, found[1])
        found_more = (self._levels(end) or self._change_rate(end, found[0])) if subject else None
        change = found_more or self._change(at)
        if change is None:
            return None
        end = found_more.end if found_more else end
        shape = replace(change.shape, table=table, money=money or change.shape.money)
        return [self._placed_at(shape, at, end)], end

    def _share_of_growth(self, at: int) -> _Found | None:
        """20% growth; 5% monthly growth in orders; 10% annual decline."""
        if self._kind(at) != "percent":
            return None
        said = self._period(at + 1)
        period = said or (1, "year", at + 1)
        direction = self._word("directions", period[2])
        bare = direction is None and said and self._text(at + 1) not in {"a", "an", "per", "each", "every", "/"}
        if bare and said and not self._is_one_of_shares(at, said[2]):
            direction = (
                ("rising", said[2]) if self._kind(said[2]) != "word" or self._text(said[2]) in _ENDINGS else None
            )
        if direction is None or direction[0] == "flat":
            return None
        end = direction[1]
        if said is None and _is_state_too(self._text(end - 1)):
            return None
        of = self._subject(end + 1) if self._text(end) in {"in", "of"} else None
        table, money, end = of or (self._just_named(at), False, end)
        late = self._period(end)
        period, end = (late, late[2]) if late else (period, end)
        factor = 1 + (self.tokens[at].value if direction[0] == "rising" else -self.tokens[at].value)
        growth = self._growth(at, end, factor, period, table, money=money)
        return self._in_span([replace(growth, events=self._of_events(growth, at, end))], end)

    def _is_one_of_shares(self, at: int, end: int) -> bool:
        """Whether a share stands in a list of shares: "70% monthly, 30% annual" tells what rows are, and no growth."""
        after = end
        while self._text(after) in {",", "and", ";", "the", "/"}:
            after += 1
        follows = after > end and (self._kind(after) == "percent" or self._text(after) in {"rest", "remainder"})
        before = [token.kind for token in self.tokens[max(0, at - 5) : at]]
        return follows or "percent" in before

    def _growth(
        self, at: int, end: int, factor: Fraction, period: tuple[int, str, int], table: str | None, *, money: bool
    ) -> Shape:
        every = period[1] if period[0] == 1 else f"{period[0]} {period[1]}s"
        growth = (("factor", str(factor)), ("every", every))
        return Shape(*self._stated(at, end), table, money, (("growth", growth),))

    def _change(self, at: int) -> _Change | None:
        """What is said of how something changes, from here on."""
        while self._text(at) in _VERBS:
            at += 1
        levels = self._levels(at)
        if levels:
            return levels
        factor = self._word("factors", at)
        if factor and (levels := self._levels(factor[1])):
            return levels
        if factor:
            period = self._period(factor[1]) or self._over(factor[1])
            end = period[2] if period else factor[1]
            shape = self._growth(at, end, Fraction(factor[0]), period or (1, "year", end), None, money=False)
            return _Change(shape, end, plain=period is None, stated=True)
        found = self._word("directions", at)
        if found is None:
            return None
        direction, end = found
        more = self._levels(end) or self._change_rate(end, direction)
        if more:
            return more
        return _Change(self._usually(at, end, direction), end, plain=True)

    def _over(self, at: int) -> tuple[int, str, int] | None:
        """Over the last two years: the period that a factor is of."""
        found = span_at(self.tokens, at) if self._text(at) in {"over", "in", "during", "within"} else None
        months = found[0].back[0] if found and found[0].back else 0
        return (months, "month", found[1]) if found and months else None

    def _change_rate(self, at: int, direction: str) -> _Change | None:
        """By 5% a month; at a rate of 20% year over year."""
        while self._text(at) in _RATES:
            at += 1
        if self._kind(at) != "percent" or direction == "flat":
            return None
        sign = 1 if direction == "rising" else -1
        period = self._period(at + 1) or (1, "year", at + 1)
        factor = 1 + sign * self.tokens[at].value
        return _Change(self._growth(at, period[2], factor, period, None, money=False), period[2])

    def _levels(self, at: int) -> _Change | None:
        """From $50k in January to $200k in December; from 100 to 500 a month over 2024."""
        if self._text(at) != "from":
            return None
        first = self._level(at + 1)
        if first is None:
            return None
        low, money, end = first
        if self._kind(end - 1) == "range":
            high, dated = self.tokens[end - 1].high, None
        else:
            dated = self._in(end)
            end = dated[1] if dated else end
            last = self._level(end + 1) if self._text(end) == "to" else None
            if last is None or self._kind(last[2] - 1) == "range":
                return None
            high, money, end = last[0], money or last[1], last[2]
        until = self._in(end)
        end = until[1] if until else end
        spans = [found[0] for found in (dated, until) if found]
        span = joined(spans)
        if spans and span is None:
            return None
        levels = (low, high)
        return _Change(Shape(*self._stated(at, end), None, money, (), levels, span, step_of(spans)), end)

    def _level(self, at: int) -> tuple[Fraction, bool, int] | None:
        """$50k; about 100 orders a month: how much, whether it is money, and the token after it."""
        while self._text(at) in ABOUT:
            at += 1
        if self._kind(at) not in {"number", "money", "range"} or self.tokens[at].article:
            return None
        end = at + 1
        if self.tokens[at].kind != "range":
            table = self._table(end)
            end += table[1] if table else 0
            period = self._period(end)
            end = period[2] if period else end
            money = self.tokens[at].kind == "money"
        else:
            money = self._is_money(at)
        return self.tokens[at].value, money, end


def _is_state_too(word: str) -> bool:
    """Whether a word of change may be what rows are in, where it is not said how fast: "2% dropped", "3% down"."""
    return is_participle(word) or word in {"up", "down"}
