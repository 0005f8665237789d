"""How much more happens as time goes on: a weight for each day of some months."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import groupby
from typing import Any

from pytest_misata.engine.quantiles import exact
from pytest_misata.errors import GenerationError

_PRECISION = 30
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DAYS_OF = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month that lie in a span."""

    days: tuple[dt.date, ...]

    @property
    def name(self) -> str:
        """Such as "2024-03"."""
        return f"{self.days[0]:%Y-%m}"

    def whole(self, weekdays: Sequence[int]) -> int:
        """The weights of all days that the month has, in the span or not."""
        day, total = self.days[0].replace(day=1), 0
        while day.month == self.days[0].month:
            total += weekdays[day.weekday()]
            day += dt.timedelta(days=1)
        return total


def months_between(first: dt.date, end: dt.date) -> list[Month]:
    """The months of a span, whole or not."""
    days = [first + dt.timedelta(days=number) for number in range((end - first).days)]
    return [Month(tuple(part)) for _, part in groupby(days, key=lambda day: (day.year, day.month))]


def daily(growth: Any, months: Sequence[Month], weekdays: Sequence[int]) -> list[list[Fraction]]:
    """The weights of the days of each month, as yet without their weekdays.

    Where growth goes by months, all days of a whole month have its weight together, however many they are.
    """
    if growth is None or growth == "steady":
        return [[Fraction(1)] * len(month.days) for month in months]
    first = months[0].days[0]
    if growth == "growing":
        return [[Fraction(2 * (day - first).days + 1) for day in month.days] for month in months]
    factor, every, levels = _read(growth)
    if every in _DAYS_OF:
        return [[_power(factor, (day - first).days, _DAYS_OF[every]) for day in month.days] for month in months]
    if levels is None:
        levels = levels_of(factor, every, months)
    return [[_share(levels, month, weekdays)] * len(month.days) for month in months]


def levels_of(factor: Fraction, every: str, months: Sequence[Month]) -> dict[str, Fraction]:
    """What each month has beside the first one."""
    return {month.name: _power(factor, number, _MONTHS_OF[every]) for number, month in enumerate(months)}


def _share(levels: Mapping[str, Fraction], month: Month, weekdays: Sequence[int]) -> Fraction:
    return levels.get(month.name, Fraction(0)) / max(month.whole(weekdays), 1)


def _read(growth: Any) -> tuple[Fraction, str, dict[str, Fraction] | None]:
    """A factor a year, a factor in a span (`factor` and `every`), or the weights of months."""
    if not isinstance(growth, tuple):
        return _factor(growth), "year", None
    said = dict(growth)
    if "factor" in said:
        every = said.get("every", "year")
        if every not in {*_MONTHS_OF, *_DAYS_OF} or set(said) > {"factor", "every"}:
            raise GenerationError(f"growth is by the {', '.join([*_DAYS_OF, *_MONTHS_OF])}, not {said!r}")
        return _factor(said["factor"]), every, None
    if not said or not all(re.fullmatch(r"\d{4}-\d\d", name) for name in said):
        raise GenerationError(f"growth by months is a weight for each, such as 2024-03, not {said!r}")
    return Fraction(1), "month", {name: exact(weight) for name, weight in said.items()}


def _factor(value: Any) -> Fraction:
    try:
        factor = exact(value)
    except GenerationError:
        factor = Fraction(0)
    if not Fraction(1, 10**6) <= factor <= 10**6:
        raise GenerationError(
            f'growth is "steady", "growing", a factor above 0 or the weights of months, not {value!r}'
        )
    return factor


def _power(factor: Fraction, number: int, period: int) -> Fraction:
    """What a factor has made of 1 after `number` parts of a period of `period` parts."""
    whole, rest = divmod(number, period)
    with localcontext(prec=_PRECISION):
        base = Decimal(factor.numerator) / Decimal(factor.denominator)
        return Fraction(base**whole * (base.ln() * rest / period).exp()).limit_denominator(10**24)
