"""Columns that are made otherwise where a story states shares of one that usually follows from them.

Whether a position is filled follows from who was hired; where a story says that 35 are open, who is hired follows from
that. A domain file tells how, as `remade` of the rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.story.facts import Rate
from pytest_misata.story.rates import RateHook

_LAST = {"@last": [False]}
"""Of all but the last of siblings."""


def refused(rates: Sequence[Rate]) -> Iterator[tuple[Rate, str]]:
    """The shares of columns that cannot be made otherwise, since what decides them is stated as well; and why."""
    stated = {rate.column for rate in rates}
    for rate in rates:
        beside = [place for place in rate.hook.remade if place in stated - {rate.column}]
        if beside:
            yield rate, f"shares of {'.'.join(beside[0])} are stated, and decide it"


def remake(schema: SchemaConfig, rates: Sequence[Rate]) -> None:
    """Have what decides a column give way to what is stated of it."""
    stated = {rate.column for rate in rates}
    for rate in rates:
        eased = {place: column for place, column in rate.hook.eased.items() if place not in stated}
        for (table, name), column in {**rate.hook.remade, **eased}.items():
            schema.tables[table].columns[name] = replace(column)
            key = schema.tables[table].foreign_key(name)
            if key is not None and column.generator is not None:
                key.null_rate = Fraction(0)


def of_the_last(hook: RateHook) -> frozenset[str]:
    """The values of a column that only the last of siblings have: one subscription at a time is active."""
    column = hook.remade.get((hook.table, hook.column))
    made = column.generator if column else None
    cases = made.options.get("cases", ()) if made else ()
    weights = next((case["weights"] for case in cases if case["when"] == _LAST), ())
    values = made.options["values"] if made and weights else ()
    return frozenset(str(value) for value, weight in zip(values, weights, strict=True) if not Fraction(str(weight)))


def room_for(table: TableConfig, rows: Mapping[str, int], some: Fraction, *, exact: bool) -> bool:
    """Whether so many rows can be the last of their siblings; they are laid out so, unless they are `exact` already.

    Either no parent has more than one, or every parent has one at the least.
    """
    key = table.owner
    if key is None or not rows[key.parent]:
        return not some
    here, above = rows[table.key], rows[key.parent]
    if not exact and here <= above:
        key.per_parent, key.minimum, key.maximum, key.spread = Fraction(here, above), 0, 1, "skewed"
    elif not exact:
        key.minimum = max(key.minimum, 1)
    return some <= min(here, above)
