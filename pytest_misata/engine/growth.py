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

from pytest_misata.engine.draws.quantiles import exact
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
    factor, days, whole, levels = _read(growth)
    if days:
        return [[_power(factor, (day - first).days, days) for day in month.days] for month in months]
    if levels is None:
        levels = {month.name: _power(factor, number, whole) for number, month in enumerate(months)}
    return [[_share(levels, month, weekdays)] * len(month.days) for month in months]


def power_of(growth: Mapping[str, Any], month: int) -> Fraction:
    """What a factor in a span has made of the first month, so many months later."""
    factor, days, months, _ = _read(tuple((name, str(value)) for name, value in growth.items()))
    if days:
        raise GenerationError(f"growth by months is by the {', '.join(_MONTHS_OF)}, not {dict(growth)!r}")
    return _power(factor, month, months)


def _share(levels: Mapping[str, Fraction], month: Month, weekdays: Sequence[int]) -> Fraction:
    return levels.get(month.name, Fraction(0)) / max(month.whole(weekdays), 1)


def _read(growth: Any) -> tuple[Fraction, int, int, dict[str, Fraction] | None]:
    """A factor, and the days or the months in which it is reached; or else the weights of months."""
    if not isinstance(growth, tuple):
        return _factor(growth), 0, 12, None
    said = dict(growth)
    if "factor" in said:
        count, unit = _span(said.get("every", "year"))
        if not count or set(said) > {"factor", "every"}:
            raise GenerationError(f"growth is by the {', '.join([*_DAYS_OF, *_MONTHS_OF])}, not {said!r}")
        return _factor(said["factor"]), count * _DAYS_OF.get(unit, 0), count * _MONTHS_OF.get(unit, 0), None
    if not said or not all(re.fullmatch(r"\d{4}-\d\d", name) for name in said):
        raise GenerationError(f"growth by months is a weight for each, such as 2024-03, not {said!r}")
    return Fraction(1), 0, 1, {name: exact(weight) for name, weight in said.items()}


def _span(every: str) -> tuple[int, str]:
    """How many of which unit: "month", "6 months"; none where it is neither."""
    match = re.fullmatch(r"(?:([1-9]\d{0,3}) )?([a-z]+?)s?", every)
    unit = match[2] if match else ""
    return (int(match[1] or 1), unit) if match and unit in {*_MONTHS_OF, *_DAYS_OF} else (0, "")


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
