"""How many rows it takes to earn what a story says is earned, where it counts none of them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction

from pytest_misata.engine.tables import Tables
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.english.dates import Span
from pytest_misata.story.facts import Shape
from pytest_misata.story.placing.earnings import Earning, earning_of
from pytest_misata.story.placing.pacing import monthly_levels

_SAMPLE = 64
"""Rows of the main table by which it is told what one usually brings in."""
_MOST = 100_000
"""Rows of what is paid for, at the most, that follow from amounts: more are for a story to ask for."""


def rows_for(schema: SchemaConfig, facts: Sequence[Shape]) -> int | None:
    """The rows of the main table whose amounts come to what is earned; None where that tells nothing of it."""
    shape = next((fact for fact in facts if fact.money and fact.levels is not None), None)
    earning = earning_of(schema, shape.table) if shape else None
    if shape is None or not isinstance(earning, Earning) or earning.dated == schema.main:
        return None
    amount, many = _usual(schema, earning)
    if not amount or not many:
        return None
    wanted = round(_total(schema, shape) / amount * _SAMPLE)
    return max(1, min(wanted, _MOST * _SAMPLE // many))


def _total(schema: SchemaConfig, shape: Shape) -> Fraction:
    """What is earned in all months together."""
    span = Span(*(shape.span or Span()).days(schema.reference_date, schema.history_days))
    return sum(monthly_levels(schema, replace(shape, span=span)).values(), Fraction(0))


def _usual(schema: SchemaConfig, earning: Earning) -> tuple[Fraction, int]:
    """What a small number of rows of the main table brings in, and how many rows of what is paid for that is."""
    tables = Tables(deepcopy(schema), rows=_SAMPLE)
    paid = tables[earning.table]
    amounts = paid[earning.column].tolist()
    times = paid[earning.quantity].tolist() if earning.quantity else [1] * len(amounts)
    known = [(Fraction(str(one)), often) for one, often in zip(amounts, times, strict=True) if one == one]
    return sum((one * often for one, often in known), Fraction(0)), plan_rows(schema, rows=_SAMPLE)[earning.dated]
