"""The months that a story states sums of, looked up in the rows that are made: what has no row has no sum.

Where no time is said, "revenue of $10k a month" is of the months from the first to the last in which somebody pays.
Other months without a row are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.tables import Tables
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import Generator, SchemaConfig
from pytest_misata.story.facts import AnyFact, Shape, Unplaced
from pytest_misata.story.placing.kept import MOST
from pytest_misata.story.placing.shaping import told_of_sums

Values = NDArray[Any]


def name_unpaid(schema: SchemaConfig, placed: Iterable[AnyFact]) -> Iterator[AnyFact]:
    """The facts, those of what is paid with the months that have rows; the sums of the others are given up."""
    for fact in placed:
        yield _looked_at(schema, fact) if isinstance(fact, Shape) and fact.money and fact.levels else fact


def _looked_at(schema: SchemaConfig, fact: Shape) -> AnyFact:
    name, column = fact.places[0]
    made = schema.tables[name].columns[column].generator
    assert made is not None
    try:
        there = _months_there(schema, name, column, made)
    except MisataError:
        # What cannot be made at all is told when it is.
        return fact
    sums = made.options["sums"]
    kept = [month for month in sums if there is None or there & set(_months(month))]
    if len(kept) == len(sums):
        return fact
    if fact.undated and kept and "growth" in dict(fact.options):
        # It grows from the first month in which anything is paid.
        sums = dict(zip(list(sums)[list(sums).index(kept[0]) :], sums.values(), strict=False))
    usual = Generator(made.options["of"], made.options["options"])
    stated = {month: sums[month] for month in (sums if fact.undated else kept)}
    monthly = Generator("monthly", {**made.options, "sums": stated})
    schema.tables[name].columns[column].generator = monthly if kept else usual
    return _without(fact, sums, kept)


def _without(fact: Shape, sums: Mapping[str, str], kept: Sequence[str]) -> AnyFact:
    """What a fact became without some of its months; those at the ends do not count where no time is said."""
    name, months = fact.places[0][0], list(sums)
    if not kept:
        return Unplaced(fact.start, fact.end, f"no row of {name} lies there")
    between = months[months.index(kept[0]) : months.index(kept[-1]) + 1]
    missed = [month for month in (between if fact.undated else months) if month not in kept]
    if missed:
        few = f"{missed[0]} and {len(missed) - 1} more months" if len(missed) > 1 else missed[0]
        return Unplaced(fact.start, fact.end, f"no row of {name} lies in {few}")
    runs = {run: list(_months(run)) for run in kept}
    levels = {month: Fraction(sums[run]) / len(months) for run, months in runs.items() for month in months}
    place, by = fact.became.partition(":")[0], ".".join(fact.places[1])
    return replace(fact, became=told_of_sums(place, by, levels, whole=not fact.step))


def _months(run: str) -> Iterator[str]:
    """The months of a run such as 2025-01..2025-12, or the only one."""
    first, _, last = run.partition("..")
    for month in np.arange(first, np.datetime64(last or first, "M") + 1, dtype="datetime64[M]"):
        yield str(month)


def _months_there(schema: SchemaConfig, name: str, column: str, made: Generator) -> set[str] | None:
    """The months in which rows are paid, as they are without what is stated of sums; None where rows are too many."""
    usual = deepcopy(schema)
    usual.tables[name].columns[column].generator = Generator(made.options["of"], made.options["options"])
    tables = Tables(usual)
    if tables.counts[name] > MOST:
        return None
    moments = _moments(tables, name, made.options["by"])
    paid = tables[name][column] > 0
    return {str(month) for month in np.unique(moments[paid].astype("datetime64[M]"))}


def _moments(tables: Tables, name: str, path: str) -> Values:
    """The moments of rows: their own, or those of what their keys point at."""
    first, _, rest = path.partition(".")
    values: Values = tables[name][first]
    if not rest:
        return values
    key = tables.schema.tables[name].foreign_key(first)
    assert key is not None
    known = tables[key.parent][key.parent_columns[0]]
    order = np.argsort(known, kind="stable")
    return _moments(tables, key.parent, rest)[order[np.searchsorted(known, values, sorter=order)]]
