"""How amounts are drawn that a story states: around a mean or a median, or between bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import gcd, isqrt
from typing import Any

from pytest_misata.schema.config import Generator
from pytest_misata.story.facts import Amount


def drawn(fact: Amount, bounds: Amount | None) -> Generator:
    """What rows are worth one by one: between bounds, with a mean or a median, or both."""
    usual = {"median": str(fact.low), "sigma": "0.6", "minimum": "0.01"}
    options = dict(between(bounds.low, bounds.high)) if bounds else usual
    if fact.statistic == "bounds":
        return Generator("lognormal", options)
    limits = {"low": str(bounds.low), "high": str(bounds.high)} if bounds else {}
    return Generator("fitted", {"of": "lognormal", "options": options, fact.statistic: str(fact.low), **limits})


def limits_of(fact: Amount) -> dict[str, Any]:
    """What an amount is at the most: a share is no more than the whole."""
    return {"high": "100"} if fact.unit == "percent" and fact.low <= 100 else {}


def depends_on(made: Generator) -> list[str]:
    """The columns of parents that the numbers of a list depend on: a table has so many seats."""
    names = [name for case in made.options.get("cases", ()) for name in case["when"] if "." in name]
    return list(dict.fromkeys(names)) if made.kind == "choice" else []


def narrowed(made: Generator, fact: Amount) -> Generator | None:
    """The numbers of a list that lie between bounds, where it depends on parents; None where that leaves nothing."""
    if not depends_on(made) or not all("weights" in case and "values" not in case for case in made.options["cases"]):
        return None
    values = list(made.options["values"])
    inside = [at for at, value in enumerate(values) if fact.low <= Fraction(str(value)) <= fact.high]
    weights = list(made.options.get("weights") or [1] * len(values))
    cases = [{**case, "weights": [case["weights"][at] for at in inside]} for case in made.options["cases"]]
    lists = [[weights[at] for at in inside], *(case["weights"] for case in cases)]
    if not all(any(one) for one in lists):
        return None
    return replace(
        made, options={**made.options, "values": [values[at] for at in inside], "weights": lists[0], "cases": cases}
    )


def spread(made: Generator) -> Generator:
    """Numbers of a list as a distribution: what a mean moves is no list any more."""
    lists = (made.options, *made.options.get("cases", ()))
    numbers = sorted(Fraction(str(value)) for one in lists for value in one.get("values", ()))
    middle = max(numbers[len(numbers) // 2], Fraction(1, 100))
    return Generator("lognormal", {**kept(made), "median": str(float(middle)), "sigma": "0.5"})


def kept(made: Generator) -> dict[str, Any]:
    """When the column is NULL, which no amount changes."""
    return {name: value for name, value in made.options.items() if name in {"when", "null_rate", "exact_nulls"}}


def fitted(made: Generator, fact: Amount) -> dict[str, Any]:
    """The options of numbers that are brought to a mean, or a median."""
    options = {name: value for name, value in made.options.items() if name not in kept(made)}
    return {"of": made.kind, "options": options, fact.statistic: str(fact.low)}


def step(made: Generator, fact: Amount) -> dict[str, Any]:
    """What amounts are multiples of, unless they are to be so small that it shows; those of a list all are of one."""
    usual = made.options.get("step")
    own = [Fraction(str(usual))] if usual is not None else []
    shared = [one for one in _shared(made) if fact.low % one == 0 == fact.high % one]
    fitting = [one for one in (*own, *shared) if one * _STEPS <= fact.low]
    return {"step": str(max(fitting))} if fitting else {}


_STEPS = 20
"""How many steps an amount has at the least for them not to show."""


def _shared(made: Generator) -> list[Fraction]:
    """What all numbers of a list are multiples of: the largest such number, and one where they are whole."""
    lists = (made.options, *made.options.get("cases", ()))
    numbers = (
        [Fraction(str(value)) for one in lists for value in one.get("values", ())] if made.kind == "choice" else []
    )
    if not numbers or any((number * 100).denominator > 1 for number in numbers):
        return []
    largest = Fraction(gcd(*(int(number * 100) for number in numbers)), 100)
    return [one for one in {largest, Fraction(1)} if one <= largest]


def marks(low: Fraction, high: Fraction) -> Mapping[str, str]:
    """A normal distribution between two numbers, the middle most often; of whole numbers where these are, and few."""
    middle, spread = (low + high) / 2, (high - low) / 5
    whole = low.denominator == 1 == high.denominator and high - low <= _MARKS
    limits = {"low": str(low), "high": str(high)}
    return {"mean": str(middle), "sd": str(spread), **limits, **({"step": "1"} if whole else {})}


_MARKS = 100
"""How far marks are apart at the most that are whole numbers."""


def between(low: Fraction, high: Fraction) -> Mapping[str, str]:
    """A log-normal distribution between two amounts: half below their geometric mean, the bounds two deviations off."""
    if not low:
        # From nothing on, most are small.
        return {"median": str(high / 6), "sigma": "0.8", "minimum": "0", "maximum": str(high)}
    middle = Fraction(isqrt(int(low * high * 10**4)), 100)
    ratio = Decimal(high.numerator) / Decimal(high.denominator) / (Decimal(low.numerator) / Decimal(low.denominator))
    sigma = max(Decimal("0.01"), round(ratio.ln() / 4, 3))
    return {"median": str(middle), "sigma": str(sigma), "minimum": str(low), "maximum": str(high)}
