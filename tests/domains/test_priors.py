"""Priors of all domains: what is said to be log-normal is, by the test of Kolmogorov; popularity is that of Zipf."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.types import INTEGER, ColumnType
from pytest_misata.story.domain import Domain, domains

ROWS = 5000
SEEDS = (1, 2, 3)
"""One in a hundred samples of what is log-normal is refused, and there are hundreds here: not three of three."""
ENOUGH = 0.01
MANY = 100
"""Parents, where the domain has fewer of its own: a slope needs some."""
OFTEN = 8
"""Parents that are picked more seldom are left out: what chance makes of them has no slope."""


def claims() -> Iterator[Any]:
    """Each distribution that is stated, by where it is."""
    for domain in domains():
        for table in domain.schema().tables.values():
            for column in table.columns.values():
                for number, options in enumerate(_stated(column.generator)):
                    name = f"{domain.name}.{table.name}.{column.name}" + (f"[{number}]" if number else "")
                    yield pytest.param(column.type, options, id=name)


def _stated(made: Generator | None) -> Iterator[Mapping[str, Any]]:
    """The options of a column, and those of its cases."""
    if made is None:
        return
    usual = {name: value for name, value in made.options.items() if name not in {"cases", "when", "null_rate"}}
    if made.kind == "lognormal":
        yield usual
    for case in made.options.get("cases", ()):
        changed = {name: value for name, value in case.items() if name not in {"when", "kind"}}
        if case.get("kind", made.kind) == "lognormal":
            yield {**usual, **changed} if made.kind == "lognormal" and "kind" not in case else changed


def sample(type_: ColumnType, options: Mapping[str, Any], seed: int) -> np.ndarray:
    columns = {
        "id": Column("id", INTEGER, generator=Generator("serial")),
        "amount": Column("amount", type_, generator=Generator("lognormal", options)),
    }
    schema = SchemaConfig({"t": TableConfig("t", columns, ("id",))}, main="t")
    return np.abs(Tables(schema, rows=ROWS, seed=seed)["t"]["amount"].astype(float))


def below(value: float, options: Mapping[str, Any]) -> float:
    """The share of the stated distribution, with its bounds and its slice, that lies below a value."""
    low, high = (float(options[name]) if name in options else None for name in ("minimum", "maximum"))
    first = 0.0 if low is None else _normal(low, options)
    last = 1.0 if high is None else _normal(high, options)
    start, end = (_number(part) for part in options.get("share", (0, 1)))
    begin, width = first + (last - first) * start, (last - first) * (end - start)
    return min(max((_normal(value, options) - begin) / width, 0.0), 1.0)


def _normal(value: float, options: Mapping[str, Any]) -> float:
    if value <= 0:
        return 0.0
    return 0.5 * math.erfc(-math.log(value / float(options["median"])) / float(options["sigma"]) / math.sqrt(2))


def _number(text: Any) -> float:
    top, _, bottom = str(text).partition("/")
    return float(top) / float(bottom or 1)


def p_value(values: np.ndarray, type_: ColumnType, options: Mapping[str, Any]) -> float:
    """Kolmogorov's, of values that were rounded: a share is as stated if it is that of what is rounded to the value."""
    unit = 10.0**-type_.scale if type_.kind == "numeric" else 1.0
    half = float(options.get("step", 0)) / 2
    # Multiples of a step are the nearest to what they stand for; other numbers are within one of their unit above it.
    lower, upper = (half, half) if half else (0.0, unit)
    if "ending" in options:
        # Every amount is that of its whole number with another ending.
        values, lower, upper = np.floor(values), 1.0, 1.0
    distinct, counts = np.unique(values, return_counts=True)
    seen = np.cumsum(counts) / len(values)
    least, most = (np.array([below(one + add, options) for one in distinct.tolist()]) for add in (lower, upper))
    inside = least < 1
    distance = float(np.max(np.maximum(least - seen, seen - most)[inside], initial=0.0))
    root = math.sqrt(len(values))
    return _kolmogorov((root + 0.12 + 0.11 / root) * distance)


def _kolmogorov(x: float) -> float:
    if x < 0.3:
        return 1.0
    return min(1.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101)))


@pytest.mark.parametrize(("type_", "options"), [*claims()])
def test_what_is_said_to_be_log_normal_is(type_: ColumnType, options: Mapping[str, Any]) -> None:
    found = (p_value(sample(type_, options, seed), type_, options) for seed in SEEDS)
    assert any(p > ENOUGH for p in found)


def test_what_is_not_log_normal_is_told_from_it() -> None:
    amounts = np.round(np.linspace(1, 200, ROWS), 2)
    assert p_value(amounts, ColumnType("numeric", precision=10, scale=2), {"median": "50", "sigma": "1"}) < ENOUGH


def picked() -> Iterator[Any]:
    """Every foreign key of which some parents are picked by Zipf's law."""
    for domain in domains():
        for table in domain.schema().tables.values():
            for key in table.foreign_keys:
                if key.spread == "heavy" and not key.owner:
                    yield pytest.param(domain, table.key, key.columns[0], id=f"{domain.name}.{table.key}")


@pytest.mark.parametrize(("domain", "table", "column"), [*picked()])
def test_popularity_is_that_of_zipf(domain: Domain, table: str, column: str) -> None:
    schema = domain.schema()
    parent = schema.table(table).foreign_key(column).parent
    few = Tables(schema, rows=ROWS).counts[parent] < MANY
    tables = Tables(schema, rows=ROWS, counts={parent: MANY} if few else {})
    rows = next(iter(tables[table].batches(20_000)))[column]
    counts = np.sort(np.unique(rows, return_counts=True)[1])[::-1]
    counts = counts[counts >= OFTEN][: tables.counts[parent] // 2]
    slope = -np.polyfit(np.log(np.arange(1, len(counts) + 1)), np.log(counts), 1)[0]
    assert 0.7 < slope < 1.4
