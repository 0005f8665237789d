"""The grammar of amounts: what things cost, weigh or last, on average or between bounds, and in which currency."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Literal

from pytest_misata.story.data import word_lists
from pytest_misata.story.domain import Phrase
from pytest_misata.story.english.lexicon import is_no_table, is_rate, noun_of, outcome_of
from pytest_misata.story.english.tokens import tokenize
from pytest_misata.story.english.units import unit_of
from pytest_misata.story.english.words import plural
from pytest_misata.story.facts import Amount, AnyFact, Currency, Ratio, Unplaced, When, Where
from pytest_misata.story.grammar.fitting import known_rate
from pytest_misata.story.grammar.nouns import ABOUT, REGULARLY, Nouns

AGED = frozenset({"aged", "ages", "age"})
STATISTICS: dict[str, Literal["mean", "median"]] = {
    "average": "mean",
    "avg": "mean",
    "mean": "mean",
    "median": "median",
}
IS = (("of",), ("is",), ("at",), (":",), ("being",), ("around",), ("=",))
LASTING = frozenset("lasting taking weighing measuring covering running spanning staying lengths".split())
MEASURING = LASTING | {"averaging", "ranging", "costing", "totalling", "totaling"}
"""Words that lead from what is measured to how much it is."""
COSTING = frozenset({"cost", "costs", "costing"})
_MEASURES = frozenset("length duration cost price size value amount time number level".split())
"""What may be measured "of" something."""
FIXED = frozenset("due dues price fee deposit fare premium rent toll charge tariff admission surcharge".split())
"""What is usually the same for all, where a story says one amount of it."""
_PAYING = frozenset("paying pay pays earning earn earns charging charge charges making make makes".split())
PERIODS = {
    "day": "daily",
    "night": "nightly",
    "week": "weekly",
    "month": "monthly",
    "quarter": "quarterly",
    "year": "annual",
}
_DONE = frozenset({"happening", "occasion", "document", "measurement"})
"""Kinds of noun whose rows an amount is of that is said to be per one of them."""
_RATES_OF_EACH = frozenset("interest tax vat commission discount growth royalty".split())
"""What is called a rate, and is one of each row."""
_RECURRING = frozenset("spend spending cost costs fee fees rent rents bill bills usage contribution".split())
_LET = frozenset({"rent", "rents", "bill", "bills"})
"""What is paid by the month, or the like, whether it is said or not."""
_LASTED = tuple(
    "last lasts lasted take takes took weigh weighs weighed stay stays stayed cost costs of at around".split()
)
LASTS = frozenset("last lasts lasted take takes took weigh weighs weighed cost costs".split())
_MEANS = (
    ("averaging",),
    ("averages",),
    ("averaged",),
    ("average",),
    ("averaging", "at"),
    ("average", "out", "at"),
    ("with", "an", "average", "of"),
    ("with", "a", "mean", "of"),
    ("lasting", "an", "average", "of"),
    ("lasting", "on", "average"),
    ("weighing", "on", "average"),
    ("taking", "on", "average"),
    ("are", "on", "average"),
    ("is", "on", "average"),
    ("cost", "on", "average"),
    ("costing", "on", "average"),
    ("last", "on", "average"),
    ("take", "on", "average"),
    ("on", "average"),
)
_ROUGHLY = (("around",), ("about",), ("roughly",), ("of", "around"), ("of", "about"))
"""Words that make an amount the mean of what is measured, where it has a unit."""
_MEDIANS = (("with", "a", "median", "of"), ("median",), ("with", "median"))
_AVERAGING = tuple(
    sorted(
        (
            *_MEANS,
            *_MEDIANS,
            *_ROUGHLY,
            *((word,) for word in (*sorted(LASTING), *_LASTED)),
        ),
        key=len,
        reverse=True,
    )
)
"""Words between what is measured and how much that is on average."""
_AVERAGING_BY_FIRST = {first: [words for words in _AVERAGING if words[0] == first] for first, *_ in _AVERAGING}
NO_NOUNS = frozenset("and or with by each every per only paying spending".split())
_ENDS = (
    frozenset(
        "of is at being around about in and or with per for between from to ranging priced are costing worth averaging "
        "averages averaged average that which who on median up under below above over exceeding more upwards starting "
        "not no".split()
    )
    | LASTING
    | set(_LASTED)
)
_CLAUSES = frozenset({",", ";", "and", "with", "each"})
_LONGEST_NAME = 4


_PERCENT = re.compile(r"%|\bper ?cent\b|\bpct\b")
_JOINED = re.compile(r"\s*(?:-|\u2013|\bto\b)\s*")
"""What stands between the ends of a range."""


@cache
def _words(section: str) -> dict[str, tuple[Phrase, ...]]:
    """The words for each country or currency."""
    found = word_lists("places.toml")[section]
    return {code: tuple(tuple(text.split()) for text in texts) for code, texts in found.items()}


_BEHIND = frozenset({"late", "delayed", "overdue", "behind", "early"})
"""Words after which so many minutes are none of how long rows take."""


class Quantities(Nouns):
    """Reads off the tokens of a story how large the amounts are that it speaks of."""

    facts: list[AnyFact]
    _mentioned: list[str]
    _asides: frozenset[str] = frozenset()
    """Tables mentioned only to say what others are in."""

    def _just_named(self, at: int) -> str | None:
        """The table that the words before this place name."""
        first = max(0, at - _LONGEST_NAME)
        return next(
            (found[0] for start in range(first, at) if (found := self._table(start)) and start + found[1] == at), None
        )

    def _average(self, at: int) -> tuple[list[AnyFact], int] | None:
        """An average price of $350,000; median salary 55k; [tenants] paying an average rent of 900 EUR."""
        paying = bool(at) and self._text(at) in _PAYING
        first = at + paying
        first += first + 1 < len(self.tokens) and self.tokens[first].article
        statistic = STATISTICS.get(self._text(first))
        if statistic is None:
            return self._stated_first(at)
        size, table, noun = self._noun_of_amount(first + 1)
        if size == 1 and not noun and self._text(first + 1) == "bill" and not self.domain.composed:
            # What is to be paid, whatever rows it names.
            noun = ("bill",)
        if not size and self._text(first + 1) == "stay":
            size, noun = 1, ("stay",)
        end = first + 1 + size
        end += next((len(words) for words in IS if tuple(self._said(end, end + len(words))) == words), 0)
        while self._text(end) in ABOUT:
            end += 1
        level = self._kind(end) == "percent" and bool(noun) and self._is_level(first + 1, noun[-1])
        if not (level or self._kind(end) in {"money", "number"}) or self._table(end + 1) or self.tokens[end].article:
            return None
        if not size:
            return self._measured_per(at, end, statistic)
        return self._of_each(self._each_period(self._amounting(at, end, statistic, noun, table)))

    def _of_each(self, found: tuple[list[AnyFact], int]) -> tuple[list[AnyFact], int]:
        """An average harvest of 140 grams [per tree]: of the rows that it is said of, which others may follow."""
        (amount, *more), end = found
        if not isinstance(amount, Amount) or self._text(end) not in {"per", "each"} or self._kind(end + 1) != "word":
            return found
        named = self._table(end + 1) or self._by_last_word(end + 1)
        noun = noun_of((self._text(end + 1),))
        if named is None and noun.kind.name in _DONE and noun.known and not is_no_table(noun.name):
            return [
                Unplaced(*self._stated_until(amount, end + 2), f"there are no rows of {self._text(end + 1)}")
            ], end + 2
        if named is None:
            return found
        stop = end + 1 + named[1]
        return [replace(amount, where=named[0], end=self.tokens[stop - 1].end), *more], stop

    def _stated_until(self, amount: Amount, end: int) -> tuple[int, int]:
        return amount.start, self.tokens[end - 1].end

    def _by_last_word(self, at: int) -> tuple[str, int] | None:
        """The one table spoken of whose name ends in what stands here: the oak trees of "per tree"."""
        plurals = {self._text(at), plural(self._text(at))}
        found = {name for name in self._mentioned if "_" in name and name.split("_")[-1] in plurals}
        return (found.pop(), 1) if len(found) == 1 else None

    def _is_level(self, at: int, noun: str) -> bool:
        """Whether what is so many percent is measured of each row, and no share of them: load, and no churn."""
        rate = is_rate(noun) or outcome_of(noun) or known_rate((noun,))
        rate = rate or (noun == "rate" and self._text(at) not in _RATES_OF_EACH)
        stated = any(self._phrase(at, phrases) for hook in self.domain.rates for phrases in hook.phrases.values())
        return not rate and not stated

    def _each_period(self, found: tuple[list[AnyFact], int]) -> tuple[list[AnyFact], int]:
        """An average spend of $14 [a month]; an average rent of 900 EUR [a month]: of each unit of time."""
        (amount, *more), end = found
        every = PERIODS.get(self._text(end + 1), "") if self._text(end) in {"a", "per", "each", "every", "/"} else ""
        if not every or not isinstance(amount, Amount) or amount.unit or not {*amount.noun} & _RECURRING:
            return found
        noun = amount.noun if set(amount.noun) & _LET else (every, *amount.noun)
        return [replace(amount, noun=noun, end=self.tokens[end + 1].end), *more], end + 2

    def _bill(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A monthly bill of $85 [on average]: what each of those that come every month comes to."""
        named = self._table(at + 2) if self._text(at + 1) in REGULARLY and self.tokens[at].article else None
        end = at + 2 + (named[1] if named else 0)
        if named is None or self._text(end) != "of" or self._kind(end + 1) != "money":
            return None
        (amount, *more), stop = self._amounting(at, end + 1, "mean", ("bill",), named[0])
        stop += 2 * (self._said(stop, stop + 2) == ["on", "average"])
        return [replace(amount, end=self.tokens[stop - 1].end), *more], stop

    def _stated_first(self, at: int) -> tuple[list[AnyFact], int] | None:
        """[a] 4.8 average rating; 25 minutes average delay: how much before what it is of."""
        unit = self._unit_end(at) if self._kind(at) in {"number", "money"} and not self.tokens[at].article else at
        statistic = STATISTICS.get(self._text(unit)) if unit > at else None
        size, table, noun = self._noun_of_amount(unit + 1) if statistic else (0, None, ())
        if statistic is None or not size or not noun or self._kind(unit + 1 + size) in {"number", "money"}:
            return None
        (amount, *more), _ = self._amounting(at, at, statistic, noun, table)
        stop = unit + 1 + size
        return [replace(amount, end=self.tokens[stop - 1].end), *more], stop

    def _measured_per(
        self, at: int, end: int, statistic: Literal["mean", "median"]
    ) -> tuple[list[AnyFact], int] | None:
        """An average of 22 kWh per session: a unit, and the rows it is measured of."""
        late = self._unit_end(end)
        per = self._text(late) in {"per", "each", "every", "a", "an"}
        table = self._table(late + 1) if per else None
        if late == end + 1 or not (table or self._mentioned):
            return None
        (amount, *more), stop = self._amounting(at, end, statistic, (), table[0] if table else self._mentioned[-1])
        stop += 1 + table[1] if table else 0
        return [replace(amount, end=self.tokens[stop - 1].end), *more], stop

    def _amounting(
        self, at: int, end: int, statistic: Literal["mean", "median", "bounds"], noun: Phrase, table: str | None
    ) -> tuple[list[AnyFact], int]:
        """The amount that the number or the range at `end` tells, with the unit after it."""
        size = self._unit_size(end + 1) if self.tokens[end].kind != "money" else 0
        unit = unit_of(" ".join(self._said(end + 1, end + 1 + size)))
        stop = end + 1 + size
        low, high = self.tokens[end].value, self.tokens[end].high if self._kind(end) == "range" else Fraction(-1)
        high = low if high < 0 else high
        if self._kind(end) == "percent":
            low, high, unit = low * 100, high * 100, unit_of("percent")
        measured = unit.names[0] if unit else ""
        if self._kind(end) == "range" and _PERCENT.search(self.tokens[end].text):
            low, high, measured = low * 100, high * 100, "percent"
        amount = Amount(*self._stated(at, stop), statistic, noun, table, low, high, measured)
        return [amount, *self._in_currency(end)], stop

    def _averaging(self, at: int) -> tuple[list[AnyFact], int] | None:
        """Hourly rates averaging $320; a stay averages 3 nights; rents of 900 EUR on average; each lasting an hour."""
        if self._text(at) == "each" and self._text(at + 1) in _AVERAGING_BY_FIRST:
            return self._averaging(at + 1)
        for size in (4, 3, 2, 1, 0):
            joint = at + size
            joint += self._text(joint) in {"who", "that", "which"}
            leads = _AVERAGING_BY_FIRST.get(self._text(joint), ())
            lead = next((words for words in leads if tuple(self._said(joint, joint + len(words))) == words), ())
            end = joint + len(lead)
            while self._text(end) in ABOUT:
                end += 1
            late = self._unit_end(end)
            after = self._said(late, late + 2) == ["on", "average"]
            told_much = late > end + 1 - (end > at) or self._kind(end) == "money"
            bare = not size and told_much and self._text(at - 1) in _CLAUSES and bool(self._mentioned)
            told = lead or (after and (size or bare))
            if self._kind(end) not in {"money", "number"} or self.tokens[end].article or not told:
                continue
            mean = lead in _MEANS or lead in _MEDIANS
            mean = mean or (lead in _ROUGHLY and (self._kind(end) == "money" or late > end + 1) and bool(size))
            if not (mean or after) or self._table(end + 1) or len(self._texts(at)[:size]) < size:
                continue
            found, table, noun = self._noun_of_amount(at)
            per = self._table(at + 2) if self._text(at + 1) == "per" and size > 2 else None
            if per and size == 2 + per[1]:
                found, table, noun = size, per[0], (self._text(at),)
            named = self._just_stated(at) if not size else table
            named = self._mentioned[-1] if bare and named is None else named
            if found != size or not (named or noun) or any(word in NO_NOUNS for word in noun):
                continue
            statistic: Literal["mean", "median"] = "median" if lead in _MEDIANS else "mean"
            noun = noun or (("price",) if lead[:1] in {("cost",), ("costing",)} else ())
            if late > end + 1 and not noun and self._text(late) in _BEHIND:
                return [Unplaced(*self._stated(at, late + 1), "no column tells by how much rows are so")], late + 1
            (amount, *more), stop = self._amounting(at, end, statistic, noun, named)
            stop += 2 * after
            return [replace(amount, end=self.tokens[stop - 1].end), *more], stop
        return None

    def _just_stated(self, at: int) -> str | None:
        """The table of the rows that were just stated: the catches of "4 catches per trip averaging 320 kg"."""
        last = self.facts[-1] if self.facts else None
        if last is None or at == 0 or last.end != self.tokens[at - 1].end:
            return self._just_named(at)
        if isinstance(last, When | Where) and self._mentioned:
            # "12,000 rides in April of 18 minutes on average" are rides of 18 minutes.
            return self._mentioned[-1]
        return last.child if isinstance(last, Ratio) else self._just_named(at)

    def _unit_end(self, at: int) -> int:
        """The token after a number and its unit."""
        return at + 1 + (self._unit_size(at + 1) if self._kind(at) == "number" else 0)

    def _unit_size(self, at: int) -> int:
        """How many words from here on are a unit: km per hour, square metres, kg."""
        said = [self._said(at, at + size) for size in (3, 2, 1)]
        return next((len(words) for words in said if all(words) and unit_of(" ".join(words))), 0)

    def _ends_noun(self, at: int) -> bool:
        """Whether what is measured is named by then: tickets cost 20, but the cost of a repair is its repair cost."""
        noun = self._text(at) == "cost" and (not self._just_named(at) or self._is_singular(at))
        # A "starting bid" is one, and what is sold "starting at" something is not.
        noun = noun or (self._text(at) == "starting" and self._text(at + 1) not in {"at", "from"})
        return self._text(at) in _ENDS and not noun

    def _is_measure_of(self, at: int) -> bool:
        """Whether an "of" is a part of what is measured: "length of stay", "cost of repair"."""
        plain = self._kind(at + 1) == "word" and not (self._ends_noun(at + 1) or self._table(at + 1))
        return self._text(at) == "of" and self._text(at - 1) in _MEASURES and plain

    def _in_currency(self, at: int) -> list[AnyFact]:
        """The currency that an amount is in; dollars are what amounts are in unless a story says otherwise."""
        said = self.tokens[at].text
        codes = [code for code, phrases in _words("currencies").items() if any(_is_said(said, one) for one in phrases)]
        return [Currency(*self._stated(at, at + 1), code, implied=True) for code in codes[:1] if code != "USD"]

    def _is_money(self, at: int) -> bool:
        ends = _JOINED.sub(" and ", self.tokens[at].text.removeprefix("between"))
        return any(token.kind == "money" for token in tokenize(ends))

    def _noun_of_amount(self, at: int) -> tuple[int, str | None, tuple[str, ...]]:
        """The words that name what is measured: how many, the table among them, or the last mentioned, and the rest."""
        # A monthly bill is a bill, where those come by the month anyway.
        first = at + (self._text(at) in REGULARLY and self._table(at + 1) is not None)
        named = self._table(first)
        start = first + (named[1] if named else 0)
        end = start
        while end < start + 3 and self._kind(end) == "word" and (not self._ends_noun(end) or self._is_measure_of(end)):
            end += 1
        table = named[0] if named else (self._mentioned[-1] if self._mentioned else None)
        whole = tuple(self._said(at, end))
        # A "delivery" may be an order; the delivery fee is what it is called.
        told = end > start or self._is_singular(end)
        start = at if named and told and self.domain.has_column(whole) else start
        return end - at, table, tuple(self._said(start, end))

    def _coded(self, section: str, at: int) -> tuple[str, int] | None:
        """The code of the country or currency named here, and the token after it."""
        texts = self._said(at, min(at + 4, len(self.tokens)))
        found = [
            (len(phrase), code)
            for code, phrases in _words(section).items()
            for phrase in phrases
            if tuple(texts[: len(phrase)]) == phrase
        ]
        size, code = max(found, default=(0, ""))
        return (code, at + size) if size else None


def _is_said(text: str, phrase: Phrase) -> bool:
    """Whether a text has a phrase, not as a part of other words."""
    words = re.escape(" ".join(phrase))
    return bool(re.search(rf"(?<![^\W\d]){words}(?![^\W\d])", text))
