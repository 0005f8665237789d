"""Words that mean several values of a column together: cancelled trips were so by the rider or by the driver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_misata.schema.config import Generator
from pytest_misata.story.facts import Rate
from pytest_misata.story.rates import values_together


def each_alone(rate: Rate, others: Sequence[Rate], made: Generator | None, whole: int) -> Iterator[Rate]:
    """The shares of the values that a share is of together, as they usually share it, in a table of `whole` rows.

    Those that the story itself states a share of keep it: what is opened and clicked is a part of what is opened.
    """
    usual = _weights(made)
    values = [rate.value] if rate.value in usual else values_together(rate.value)
    stated = {one.value: one for one in others if one.hook == rate.hook and one.value in values}
    if len(values) == 1 or (rate.share is None and rate.rows is None):
        yield from (replace(rate, value=value) for value in values)
        return
    rows = rate.rows if rate.rows is not None else round(rate.share * whole) if rate.share is not None else 0
    told = sum(_rows(one, whole) for one in stated.values())
    left = [value for value in values if value not in stated]
    if told > rows or not left:
        # They cannot both hold, which it is for others to say.
        left, told = list(values), 0
    weights = {value: usual.get(value, Fraction(0)) for value in left}
    even = dict.fromkeys(left, Fraction(1))
    for value, part in _parted(rows - told, weights if all(weights.values()) else even).items():
        yield replace(rate, value=value, share=None, rows=part)


def _rows(rate: Rate, whole: int) -> int:
    return rate.rows if rate.rows is not None else round((rate.share or Fraction(0)) * whole)


def _weights(made: Generator | None) -> Mapping[str, Fraction]:
    """How often each value is met where nothing is said of it."""
    values = [str(one) for one in made.options.get("values", ())] if made else []
    weights = (made.options.get("weights") if made else None) or [1] * len(values)
    return dict(zip(values, (Fraction(str(weight)) for weight in weights), strict=True))


def _parted(rows: int, weights: Mapping[str, Fraction]) -> Mapping[str, int]:
    """Rows by weights, to the nearest row, and all of them."""
    total, running, before, parts = sum(weights.values()), Fraction(0), 0, {}
    for value, weight in weights.items():
        running += weight
        upto = round(rows * running / total)
        parts[value], before = upto - before, upto
    return parts
