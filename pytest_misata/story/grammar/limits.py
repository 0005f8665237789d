"""The grammar of what amounts are at the most and at the least, by name: "a maximum payload of 3 kg"."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from pytest_misata.story.english.lexicon import is_living
from pytest_misata.story.facts import Amount, AnyFact
from pytest_misata.story.grammar.quantities import IS, Quantities

_MOST = frozenset({"maximum", "max"})
_LEAST = frozenset({"minimum", "min"})
CLOSES_AMOUNT = frozenset({"", ",", ".", ";", ")", "and", "each", "apiece"})
"""What follows an amount of which no more is said."""
_WHOLE = Fraction(100)
_FAR = 10
"""How many times as much as the least amounts are at the most, where a story does not say. An assumption."""
_AGE = ("age",)
_SIZES = frozenset({"size", "capacity"})
"""What is told in so many of something: "a maximum class size of 30 pupils"."""


class Limits(Quantities):
    """Reads off the tokens of a story what is called a maximum or a minimum of something."""

    def _named_limits(self, at: int) -> tuple[list[AnyFact], int] | None:
        """A maximum payload of 3 kg; min load 200 kg and max load 2,000 kg: bounds of what rows have."""
        first = self._named_limit(at)
        if first is None:
            return None
        limit, end = first
        second = self._named_limit(end + 1) if self._text(end) in {"and", ","} else None
        both = self._within(limit, second[0]) if second else None
        if second is not None and both is not None:
            limit, end = replace(both, end=second[0].end), second[1]
        for place, one in enumerate(self.facts):
            # "Minimum amount $500, average amount $2,000, maximum amount $9,000" are the bounds of one column.
            if isinstance(one, Amount) and (within := self._within(limit, one)) is not None:
                limit = within
                self.facts[place] = replace(one, low=within.low, high=within.high)
        return [limit, *self._in_currency(end - 1)], end

    def _within(self, limit: Amount, other: Amount) -> Amount | None:
        """What two bounds of the same leave, if they leave anything."""
        low, highs = max(limit.low, other.low), [one.high for one in (limit, other) if one.high != _farthest(one)]
        high = min(highs or (limit.high, other.high))
        bounds = other.statistic == "bounds" and not other.among
        same = (limit.noun, limit.unit, limit.where) == (other.noun, other.unit, other.where)
        return replace(limit, low=low, high=high) if bounds and same and low <= high else None

    def _named_limit(self, at: int) -> tuple[Amount, int] | None:
        """What something is at the most or at the least, and the token after it."""
        start = at + (at < len(self.tokens) and self.tokens[at].article)
        most = self._text(start) in _MOST
        if not (most or self._text(start) in _LEAST):
            return None
        size, table, noun = self._noun_of_amount(start + 1)
        if not size and self._text(start + 1) == "stay":
            size, noun = 1, ("stay",)
        end = start + 1 + size
        if noun == _AGE:
            # Who is so old is somebody.
            table = next((one for one in reversed(self._mentioned) if is_living(one)), None)
        if not size or table is None or self.domain.has_column(tuple(self._said(start, end))):
            return None
        end += next((len(words) for words in IS if tuple(self._said(end, end + len(words))) == words), 0)
        if self._kind(end) not in {"money", "percent", "number"} or self.tokens[end].article:
            return None
        late = self._unit_end(end)
        bare = self._kind(end) == "number" and late == end + 1
        if not noun and (bare or self._kind(end) == "percent"):
            # What rentals or loans are at the most is how long or how large; so many of them are no amount.
            return None
        named = self._table(late)
        sized = bare and named is not None and noun[-1] in _SIZES
        if (named and not sized) or (bare and not named and self._text(late) not in CLOSES_AMOUNT):
            return None
        (amount, *_), stop = self._amounting(start, end, "bounds", noun, table)
        if not isinstance(amount, Amount):
            return None
        if noun == _AGE:
            amount = replace(amount, unit="")
        # Of what is counted there is one at least: no group is of nobody.
        least = Fraction(1) if bare and noun != _AGE else Fraction(0)
        stop += named[1] if named else 0
        return replace(limited(amount, most=most, least=least), end=self.tokens[stop - 1].end), stop


def limited(limit: Amount, *, most: bool, least: Fraction = Fraction(0)) -> Amount:
    """The bounds that one of them leaves."""
    if most:
        return replace(limit, low=min(least, limit.high))
    return replace(limit, high=_farthest(limit))


def _farthest(limit: Amount) -> Fraction:
    """How much amounts are at the most where only the least is said: percents to the whole, ages to what is reached."""
    return _WHOLE if limit.unit == "percent" or limit.noun == _AGE else limit.low * _FAR
