"""Columns that are made otherwise where a story states shares of one that usually follows from them.

Whether a position is filled follows from who was hired; where a story says that 35 are open, who is hired follows from
that. A domain file tells how, as `remade` of the rate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig
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


def ease_parents(
    schema: SchemaConfig, table: TableConfig, made: Generator, stated: Collection[tuple[str, str]]
) -> None:
    """Have no more parents than may be of those whose rows cannot have what is stated: prepaid lines have no plan S.

    Nothing changes that is stated itself.
    """
    ease = _EASE / len(made.options["tied"])
    for case in made.options["tied"]:
        path, told = next(iter(case["when"].items()))
        name, _, column = path.partition(".")
        key = table.foreign_key(name)
        above = schema.tables[key.parent].columns.get(column) if key else None
        if len(case["when"]) == 1 and key and above and above.generator and (key.parent, column) not in stated:
            able = {str(value) for value, weight in zip(made.options["values"], case["weights"], strict=True) if weight}
            barred = sum(Fraction(share) for value, share in made.options["shares"].items() if value not in able)
            above.generator = _no_more(above.generator, [str(value) for value in told], (1 - barred) * ease)


_EASE = Fraction(3, 4)
"""The part of the rows that may be otherwise which parents have: some have more rows than others."""


def _no_more(made: Generator, told: Sequence[str], most: Fraction) -> Generator:
    """A choice of which some values have no more than a share together."""
    if made.kind != "choice" or made.options.get("cases") or made.options.get("exact"):
        return made
    weights = [Fraction(str(weight)) for weight in made.options.get("weights") or [1] * len(made.options["values"])]
    inside = [str(value) in told for value in made.options["values"]]
    some = sum((weight for weight, one in zip(weights, inside, strict=True) if one), Fraction(0))
    others = sum(weights) - some
    if not others or some <= most * (some + others):
        return made
    times = most / (1 - most) * others / some
    new = [str(weight * times if one else weight) for weight, one in zip(weights, inside, strict=True)]
    return Generator("choice", {**made.options, "weights": new})


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
