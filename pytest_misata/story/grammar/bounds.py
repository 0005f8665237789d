"""The grammar of bounds: what things cost at the least and at the most, what they are worth, and how old they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from pytest_misata.story.english.lexicon import is_living, kind_of
from pytest_misata.story.english.naming import singular
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.facts import Amount, AnyFact, Shape
from pytest_misata.story.grammar.limits import CLOSES_AMOUNT, Limits, limited
from pytest_misata.story.grammar.nouns import ABOUT
from pytest_misata.story.grammar.quantities import AGED, COSTING, FIXED, IS, LASTING, LASTS, NO_NOUNS, PERIODS

WORTH = (
    ("worth",),
    ("totalling",),
    ("totaling",),
    ("costing",),
    ("paying",),
    ("valued", "at"),
    ("priced", "at"),
    ("sold", "at"),
    ("at",),
    ("of",),
    ("for",),
)
"""Words after a table and before what each of its rows is worth."""
_AT_MOST = (("up", "to"), ("at", "most"), ("no", "more", "than"), ("not", "exceeding"), ("under",), ("below",))
_AT_LEAST = (
    *(("at", "least"), ("more", "than"), ("no", "less", "than"), ("upwards", "of"), ("starting", "at")),
    *(("above",), ("over",), ("exceeding",)),
)
_PAYING = frozenset("paying pay pays for at costing cost costs charging charge charges".split())
_EVERY = frozenset({"a", "an", "per", "each", "every", "/"})
REGULAR = {
    "hour": ("hourly", "rate"),
    "day": ("daily", "rate"),
    "night": ("nightly", "rate"),
    "week": ("weekly", "price"),
    "month": ("monthly", "price"),
    "year": ("annual", "price"),
}
"""What is called so much an hour, a day, a month."""
_REGULARLY = PERIODS | {"hour": "hourly"}
_OFTEN = {name: unit for unit, name in _REGULARLY.items()} | {"yearly": "year", "annually": "year"}
_SPENDING = frozenset({"spend", "spends", "spending"})
_LIMITING = frozenset({"limit", "capacity", "warranty", "notice"})
"""Measures of which one is said that are the same everywhere."""
_VARYING = frozenset("time yield duration speed weight distance depth height length".split())
"""Measures of which one is said that are hardly the same everywhere: what is said is their mean."""
_SPANS = frozenset("period span total history time course average median mean".split())
"""What so many days of are no measure of rows."""
_PRICED = frozenset({"priced", "sold", "costing"})
_WORTH_IN_ALL = frozenset({"worth", "totalling", "totaling", "valued"})


class Bounds(Limits):
    """Reads off the tokens of a story between which bounds the amounts are that it speaks of."""

    def _period(self, at: int) -> tuple[int, str, int] | None:
        """A day; per month; every 2 years: how many, of which unit, and the token after; read by a later class."""
        raise NotImplementedError

    def _worth(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[50 deals] worth $10,000 on average; worth 10k each; priced at $49; costing 30 EUR apiece."""
        if self._text(at) == "each" and self._text(at + 1) in COSTING:
            return self._worth(at + 1)
        size = next((len(words) for words in WORTH if tuple(self._said(at, at + len(words))) == words), 0)
        late = self._text(at) in _WORTH_IN_ALL or self._text(at + size + 1) in {"each", "apiece"}
        table = self._just_named(at) or (self._just_stated(at) if late else None)
        if table is None and self._text(at - 1) == "each" and self._text(at) in COSTING and self._mentioned:
            table = self._mentioned[-1]
        table = table if size else None
        end = at + size
        end += self._said(end, end + 2) == ["an", "average"] and 2 + (self._text(end + 2) == "of")
        while self._text(end) in ABOUT:
            end += 1
        if table is None or self._kind(end) not in {"money", "number"} or self.tokens[end].article:
            return None
        value, average = self.tokens[end].value, "average" in self._said(at, end)
        said = self._said(end + 1, end + 3) == ["on", "average"]
        apiece = self._text(end + 1) in {"each", "apiece"}
        # What things are sold at is what each of them costs.
        alone = self._text(at) == "at" and self._kind(end) == "money" and self._text(end + 1) in CLOSES_AMOUNT
        each = not (average or said) and (apiece or alone or self._text(at) in _PRICED)
        if not (average or said or each):
            return self._worth_in_all(at, end, table) if self._text(at) in _WORTH_IN_ALL else None
        stop = end + 1 + (2 if said else apiece)
        amount = Amount(*self._stated(at, stop), "bounds" if each else "mean", (), table, value, value)
        return [amount, *self._in_currency(end)], stop

    def _paid_regularly(self, at: int) -> tuple[list[AnyFact], int] | None:
        """$11.99 a month; paying 80 euros a day: what each of those spoken of costs, time and again."""
        who = at + (self._text(at) in {"who", "that", "which"} and self._text(at + 1) in _SPENDING)
        spending = self._text(who) in _SPENDING
        money = who + (self._text(who) in _PAYING or spending)
        money += self._text(money) in ABOUT
        often = _OFTEN.get(self._text(money + 1), "")
        unit = self._text(money + 2) if self._text(money + 1) in _EVERY else often
        named = self._table(money + 2) if unit and self._kind(money) == "money" else None
        if named is not None:
            end = money + 2 + named[1]
            value = self.tokens[money].value
            amount = Amount(*self._stated(at, end), "bounds", ("price",), named[0], value, value)
            return [amount, *self._in_currency(money)], end
        table = self._just_stated(at) or (self._mentioned[-1] if self._mentioned else None)
        paid = self._kind(money) == "money" or (self._kind(money) == "range" and self._is_money(money))
        if not paid or unit not in REGULAR or table is None:
            return None
        end = money + 3 - bool(often)
        average = self._said(end, end + 2) == ["on", "average"]
        noun = (_REGULARLY[unit], "spend") if spending else REGULAR[unit]
        one = self._kind(money) == "money" and (average or spending)
        (paying, *more), _ = self._amounting(at, money, "mean" if one else "bounds", noun, table)
        end += 2 * average
        return [replace(paying, end=self.tokens[end - 1].end), *more], end

    def _lasting_each(self, at: int) -> tuple[list[AnyFact], int] | None:
        """4 hours each; 45 to 90 minutes long; [lessons] of 45 minutes each: what each of those spoken of takes."""
        number = at + (self._text(at) == "of")
        end = number + 1 + (unit_of(self._text(number + 1)) is not None)
        begins = number > at or self._text(at - 1) in {",", ";", "and"}
        long = self._text(end) == "long"
        noun = ("price",) if self._kind(number) == "money" else ()
        told = bool(noun) or (self._kind(number) in {"number", "range"} and end > number + 1)
        apiece = self._text(end) in {"each", "apiece"}
        plain = number > at and self._kind(number) == "number" and self._just_named(at) is not None
        told = told and (long or apiece or (plain and self._text(end) != "on"))
        if not told or not begins or not self._mentioned or self.tokens[number].article:
            return None
        end += (long and self._text(end + 1) in {"each", "apiece"}) - (not long and not apiece)
        mean = self._said(end + 1, end + 3) == ["on", "average"]
        end += 2 * mean
        table = self._just_stated(at) or self._mentioned[-1]
        (amount, *more), _ = self._amounting(at, number, "mean" if mean else "bounds", noun, table)
        return [replace(amount, end=self.tokens[end].end), *more], end + 1

    def _measured_for(self, at: int) -> tuple[list[AnyFact], int] | None:
        """2.5 tonnes per harvest on average; words per job 300-12,000: how much of a unit each of a table has."""
        first = unit_of(self._text(at)) is not None and self._kind(at) == "word"
        late = at + 1 if first else self._unit_end(at) if self._kind(at) == "number" else at + 2
        known = first or (self._kind(at) in {"number", "range"} and not self.tokens[at].article)
        known = known and (first or unit_of(self._text(late - 1)) is not None) and late > at
        table = self._table(late + 1) if known and self._text(late) in {"per", "a", "an", "each", "every"} else None
        if table is None:
            return None
        end = late + 1 + table[1]
        number = end + (self._text(end) in {"of", ":", "is", "are", "between"}) if first else at
        if self._kind(number) not in {"number", "range"} or self._period(end):
            return None
        ranged, unit = self._kind(number) == "range", unit_of(self._text(at if first else late - 1))
        value, high = self.tokens[number].value, self.tokens[number].high
        stop = number + 1 if first else end
        stop += 2 * (self._said(stop, stop + 2) == ["on", "average"])
        span = self._stated(at, stop)
        statistic: Literal["mean", "bounds"] = "bounds" if ranged else "mean"
        told = unit.names[0] if unit else ""
        return [Amount(*span, statistic, (), table[0], value, high if ranged else value, told)], stop

    def _one_of(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[Tickets] at 18, 28 and 45 EUR; [courses] priced at $20 or $35; tolls at 2 and 5 EUR: one of a few each."""
        if singular(self._text(at)) in FIXED and self._text(at + 1) == "at" and self._table(at) is None:
            return self._one_of(at + 1)
        size = next((len(words) for words in WORTH if tuple(self._said(at, at + len(words))) == words), 0)
        table = self._just_named(at) if size else None
        # "Tolls at 2, 5 and 9 EUR" are those of what was spoken of.
        fixed = singular(self._text(at - 1)) if size and self._mentioned and table is None else ""
        table = self._mentioned[-1] if fixed in FIXED else table
        amounts, end = [], at + size
        while table and self._kind(end) in {"number", "money"} and not self.tokens[end].article:
            amounts.append(end)
            end += 1
            while self._text(end) in {",", "and", "or", "/"}:
                end += 1
        paid = [one for one in amounts if self._kind(one) == "money"]
        if table is None or len(amounts) < 2 or not paid or self._table(amounts[-1] + 1):
            return None
        values = tuple(sorted(self.tokens[one].value for one in amounts))
        stop = amounts[-1] + 1
        stop += self._regularly(stop)
        noun = (fixed,) if fixed in FIXED else ("price",)
        amount = Amount(*self._stated(at, stop), "bounds", noun, table, values[0], values[-1], among=values)
        return [amount, *self._in_currency(paid[-1])], stop

    def _worth_in_all(self, at: int, end: int, table: str) -> tuple[list[AnyFact], int]:
        """[50 deals] worth $500,000 [in total]: all of them together."""
        stop = end + 1
        for words in (["in", "total"], ["altogether"], ["together"], ["combined"], ["overall"]):
            stop += len(words) * (self._said(stop, stop + len(words)) == words)
        value = self.tokens[end].value
        shape = Shape(*self._stated(at, stop), table, money=True, levels=(value, value), step=0)
        return [shape, *self._in_currency(end)], stop

    def _bounded(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Claims between 500 and 20,000 EUR; prices from $5 to $50."""
        if self._text(at - 1) == "-":
            # The "out fee" of a call-out fee is none.
            return None
        if (limits := self._named_limits(at)) is not None:
            return limits
        lasting = self._text(at + 1) in LASTING | COSTING and self._text(at) == "each" and bool(self._mentioned)
        at += self._text(at) in {"each", "every"} and (lasting or self._table(at + 1) is not None)
        for size in (3, 2, 1, 0):
            end = at + size
            end += self._text(end) in {"ranging", "priced", "of", "are", "worth"} | COSTING
            costing = self._text(end - 1) in COSTING
            if not size and self._text(end) == "at" and self._is_money(end + 1):
                # "Tickets at 35 to 120 CHF" cost so much each.
                costing, end = True, end + 1
            end += self._text(end) == "from"
            end += self._text(end) in LASTING | LASTS
            if self._kind(end) != "range" or self._table(end + 1) or len(self._texts(at)[:size]) < size:
                continue
            found, table, noun = self._noun_of_amount(at)
            priced = self._text(at) in _PRICED and self._text(at - 1) in {",", ";", "and"} and self._mentioned
            table = table if size else self._just_named(at) or (self._mentioned[-1] if priced or lasting else None)
            if any(word in NO_NOUNS for word in noun):
                continue
            marks = bool(table) and size > 0 and kind_of(str(table)) == "measurement"
            noun = noun or ("value",) * (marks and not self._is_money(end))
            measured = noun or self._is_money(end) or unit_of(self._text(end + 1))
            if found == size and (table or noun) and measured:
                (amount, *more), stop = self._amounting(at, end, "bounds", noun or ("price",) * costing, table)
                stop += self._regularly(stop) if self._is_money(end) or self._is_per_row(stop, table) else 0
                return [replace(amount, end=self.tokens[stop - 1].end), *more], stop
        rules = (self._up_to, self._from_on, self._costing, self._fixed, self._measuring)
        return next((read for rule in rules if (read := rule(at))), None)

    def _measuring(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A shelf life of 42 days; a capacity of 400 litres: what every row measures."""
        start = at + (at < len(self.tokens) and self.tokens[at].article)
        size, table, noun = self._noun_of_amount(start)
        number = start + size + (self._text(start + size) == "of")
        mean = self._text(number - 1) in _VARYING
        begins = self._text(at - 1) in {"", ",", ";", "and", "with", "has", "have", ":"}
        bare = mean or self._text(number - 1) in _LIMITING
        told = size and (bare or self._text(number - 1) == "of") and self._kind(number) == "number"
        if not told or not begins or self._unit_end(number) == number + 1 or self._table(start) or noun[-1] in _SPANS:
            return None
        late = self._unit_end(number)
        if self._said(late, late + 2) == ["on", "average"] or table is None or any(word in NO_NOUNS for word in noun):
            return None
        per = self._table(late + 1) if self._text(late) in {"per", "a", "each"} else None
        table = per[0] if per else table
        (amount, *more), end = self._amounting(at, number, "mean" if mean else "bounds", noun, table)
        end = late + 1 + per[1] if per else end
        return [replace(amount, end=self.tokens[end - 1].end), *more], end

    def _up_to(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Weights up to 30 kg; fines of at most 20 EUR: from nothing on."""
        return self._limited_by(_AT_MOST, at, lambda limit: limited(limit, most=True))

    def _from_on(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Uptime above 99%; balances over 10,000 EUR: to the whole, or to some times as much."""
        return self._limited_by(_AT_LEAST, at, lambda limit: limited(limit, most=False))

    def _limited_by(
        self, leads: tuple[tuple[str, ...], ...], at: int, limited: Callable[[Amount], Amount]
    ) -> tuple[list[AnyFact], int] | None:
        for size in (3, 2, 1):
            end = at + size + (self._text(at + size) in {"of", "is", "are"})
            lead = next((len(words) for words in leads if tuple(self._said(end, end + len(words))) == words), 0)
            end += lead
            if not lead or self._kind(end) not in {"money", "number", "percent"} or self.tokens[end].article:
                continue
            found, table, noun = self._noun_of_amount(at)
            measured = self._kind(end) in {"money", "percent"} or unit_of(self._text(end + 1))
            if found == size and noun and measured and not any(word in NO_NOUNS for word in noun):
                facts, stop = self._amounting(at, end, "bounds", noun, table)
                return [limited(one) if isinstance(one, Amount) else one for one in facts], stop
        return None

    def _fixed(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Lesson price 45 pounds; a deposit of 100 dollars; ticket price: $12: what every row has."""
        start = at + (at < len(self.tokens) and self.tokens[at].article)
        size = next((size for size in (1, 2, 3) if singular(self._text(start + size - 1)) in FIXED), 0)
        end = start + size
        end += next((len(words) for words in IS if tuple(self._said(end, end + len(words))) == words), 0)
        if not size or len(self._texts(start)[:size]) < size or self._kind(end) != "money":
            return None
        if self._said(end + 1, end + 3) == ["on", "average"] or self._text(at - 1) in {"total", "average", "median"}:
            return None
        found, table, noun = self._noun_of_amount(start)
        if found != size or not noun:
            return None
        others = list(self._more_amounts(end + 1))
        stop = others[-1] + 1 if others else end + 1 + self._regularly(end + 1)
        values = sorted({self.tokens[one].value for one in (end, *others)})
        among = tuple(values) if others else ()
        own = Amount(*self._stated(at, stop), "bounds", noun, table, values[0], values[-1], among=among)
        return [own, *self._in_currency(end)], stop

    def _more_amounts(self, at: int) -> Iterator[int]:
        """The other amounts of a list: the $5 and the $12 of "$2, $5 and $12"."""
        while self._text(at) in {",", "and", "or"}:
            while self._text(at) in {",", "and", "or"}:
                at += 1
            if self._kind(at) != "money":
                return
            yield at
            at += 1

    def _regularly(self, at: int) -> int:
        """How many tokens say in which unit of time something is paid: "a day"; "per lesson" is what it is paid for."""
        every = self._text(at) in _EVERY
        per = self._table(at + 1) if every and self._text(at) == "per" else None
        return 1 + per[1] if per else 2 * (every and self._text(at + 1) in REGULAR)

    def _is_per_row(self, at: int, table: str | None) -> bool:
        """Whether words only say again whose the amount is: "100 to 4,000 kg per trip", of trips."""
        per = self._table(at + 1) if self._text(at) == "per" else None
        return per is not None and per[0] == table

    def _costing(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Lessons cost 25 euros; each ticket costs $14: what every row of a table costs."""
        each = self._text(at) in {"each", "every"}
        table = self._table(at + each)
        end = at + each + (table[1] if table else 0)
        if table is None or self._text(end) not in COSTING:
            return None
        end += 1
        while self._text(end) in ABOUT:
            end += 1
        if self._kind(end) != "money" or self._said(end + 1, end + 3) == ["on", "average"]:
            return None
        self._mentioned.append(table[0])
        return self._amounting(at, end, "bounds", ("price",), table[0])

    def _young(self, at: int) -> tuple[str, int] | None:
        """The people that are called something else here: the players of "8 teams of 15 players, kids aged 6 to 16"."""
        people = [name for name in self._mentioned if kind_of(name) == "person"]
        somebody = people and self._text(at + 1) in AGED and singular(self._text(at)) != self._text(at)
        return (people[0], 1) if somebody and kind_of(self._text(at)) == "person" else None

    def _aged(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[Members] aged between 18 and 65; aged 18-65; 18 to 65 years old; [cheeses] aged 3 to 24 months."""
        named = self._table(at) or self._young(at)
        first = at + (named[1] if named else 0)
        leads = self._text(first) in AGED
        if named and not leads:
            return None
        start = first + leads + (leads and self._text(first + 1) in {"from", "of"})
        if self._kind(start) != "range":
            return None
        end = start + 1
        for words in (["years", "old"], ["years", "of", "age"], ["year", "olds"]):
            if self._said(end, end + len(words)) == words:
                end += len(words)
                leads = True
        unit = unit_of(self._text(end)) if end == start + 1 else None
        end += unit is not None
        if not leads:
            return None
        ages = self.tokens[start]
        table = named[0] if named else self._just_named(at) or (self._mentioned[-1] if self._mentioned else None)
        living = table is None or is_living(table)
        measured = unit.names[0] if unit and (unit.names[0] != "year" or not living) else ""
        return [Amount(*self._stated(at, end), "bounds", ("age",), table, ages.value, ages.high, measured)], end
