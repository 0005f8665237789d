"""Shares of days and of hours: so many of a table's rows at weekends, in July, or in the evening.

Each share parts days, or hours, in two. What lies in the same parts of all shares is a cell, such as the weekends of
July; the weights of a calendar are brought to where the cells of each part make up its share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.events import days_of
from pytest_misata.errors import GenerationError

_FINE = 1 << 80
_ROUNDS = 24
"""How often weights are brought to each of several shares in turn: each time the others are off by less."""
_NEAR = Fraction(1, 10**6)


@dataclass(frozen=True, slots=True)
class Portion:
    """A share of the rows that lies on some days (`on`, `weekdays`), or in some hours (`hours`)."""

    section: str
    what: tuple[str, ...]
    share: Fraction

    @property
    def of_hours(self) -> bool:
        """Whether it is of hours, not of days."""
        return self.section == "hours"

    def __str__(self) -> str:
        return f"{self.section} {', '.join(self.what)}"


def portions_of(said: Sequence[Mapping[str, Any]]) -> tuple[Portion, ...]:
    """From the options of a column: `{ weekdays = [5, 6], share = "1/4" }`, `on = ["07"]`, or `hours = ["evening"]`."""
    found = []
    for one in said:
        section = next((name for name in ("on", "weekdays", "hours") if name in one), None)
        if section is None or set(one) != {section, "share"} or not 0 <= exact(one["share"]) <= 1:
            raise GenerationError(
                f"a portion has a `share` from 0 to 1, and is `on` days, `weekdays` or `hours`: {one!r}"
            )
        what = one[section] if isinstance(one[section], list | tuple) else [one[section]]
        found.append(Portion(section, tuple(map(str, what)), exact(one["share"])))
    return tuple(found)


def cells_of_days(portions: Sequence[Portion], days: Sequence[dt.date]) -> list[int]:
    """The cell of each day: a bit for each portion that it is in."""
    codes = [0] * len(days)
    years = range(days[0].year, days[-1].year + 1) if days else range(0)
    for bit, portion in enumerate(portions):
        if portion.section == "on":
            among = {day for name in portion.what for day in days_of(name, years)}
        else:
            among = {day for day in days if str(day.weekday()) in portion.what}
        codes = [code | (day in among) << bit for code, day in zip(codes, days, strict=True)]
    return codes


def raked(weights: Sequence[int], codes: Sequence[int], portions: Sequence[Portion]) -> list[int]:
    """The weights, brought to where those in each portion make up its share.

    Raises GenerationError where they cannot: there is no such day or hour, no other one, or shares contradict.
    """
    found = _with_something(weights, codes, portions)
    if all(code & (code - 1) == 0 for code in codes):
        # Nothing is in two portions: what is in none has what they leave.
        shares = {1 << bit: portion.share for bit, portion in enumerate(portions)}
        found = (
            _scaled(found, codes, {**shares, 0: max(1 - sum(shares.values(), Fraction(0)), Fraction(0))})
            if shares
            else found
        )
    else:
        for bit, portion in [*enumerate(portions)] * _ROUNDS:
            of = [code >> bit & 1 for code in codes]
            found = _scaled(found, of, {0: 1 - portion.share, 1: portion.share})
    for bit, portion in enumerate(portions):
        inside = sum(weight for weight, code in zip(found, codes, strict=True) if code >> bit & 1)
        if abs(Fraction(inside, sum(found) or 1) - portion.share) > _NEAR:
            raise GenerationError(f"no {float(portion.share * 100):g}% of all can be {portion}")
    return found


def _scaled(weights: Sequence[int], codes: Sequence[int], shares: Mapping[int, Fraction]) -> list[int]:
    """The weights of each code, brought to its share."""
    totals = dict.fromkeys(shares, 0)
    for weight, code in zip(weights, codes, strict=True):
        totals[code] += weight
    factors = {code: (part.numerator * _FINE, max(part.denominator * totals[code], 1)) for code, part in shares.items()}
    pairs = zip(weights, codes, strict=True)
    return [weight * factors[code][0] // factors[code][1] for weight, code in pairs]


def _with_something(weights: Sequence[int], codes: Sequence[int], portions: Sequence[Portion]) -> list[int]:
    """The weights, those of a cell that has none, but a share, made even."""
    empty = set(codes) - {code for code, weight in zip(codes, weights, strict=True) if weight}
    wanted = {
        code
        for code in empty
        if all(portion.share if code >> bit & 1 else portion.share < 1 for bit, portion in enumerate(portions))
    }
    even = max(weights, default=0) or 1
    return [even if portions and code in wanted else weight for weight, code in zip(weights, codes, strict=True)]


def in_order(codes: Sequence[int], names: Sequence[Sequence[Any]]) -> tuple[list[int], list[list[int]]]:
    """Days or hours by cell, and how many each cell has, and then each of what else has a name in it: years, months."""
    order = sorted(range(len(codes)), key=lambda at: codes[at])
    levels = [[(codes[at],) for at in order]]
    for level in names:
        levels.append([(codes[at], *level[at]) for at in order])
    return order, [[len(list(part)) for _, part in groupby(level)] for level in levels]
