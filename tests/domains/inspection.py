"""What is looked at in a generated domain: rules, columns that do not vary, texts that repeat, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pytest_misata.engine.tables import Table, Tables
from pytest_misata.engine.violations import Violation
from pytest_misata.engine.world import CHUNK
from pytest_misata.schema.config import Column

MANY = 1000
"""Tables with fewer rows tell nothing about columns."""
COMPOSED = frozenset({"phrase", "prose", "sentence", "full_name", "email", "username", "street", "company", "url"})
"""Kinds whose texts are composed, so that more rows have more of them."""
FEWEST = 100
"""Composed texts in a table of many rows are at least so many, or as many as their column names one thing for another."""


@dataclass(frozen=True)
class Outcome:
    """What was found in a domain."""

    rows: int
    tables: int
    violations: list[Violation]
    constant: list[str]
    repeated: list[str]


def inspected(tables: Tables) -> Outcome:
    """Look at every table."""
    return Outcome(
        rows=sum(tables.counts.values()),
        tables=len(tables),
        violations=tables.check(),
        constant=[name for table in tables.values() for name in _constant(table)],
        repeated=[name for table in tables.values() for name in _repeated(table)],
    )


def _constant(table: Table) -> Iterator[str]:
    for column in table.columns if len(table) >= MANY else ():
        if len(_values(table, column, enough=2)) < 2:
            yield f"{table.name}.{column}"


def _repeated(table: Table) -> Iterator[str]:
    for column in table.config.columns.values() if len(table) >= MANY else ():
        if _is_composed(column) and (count := len(_values(table, column.name, enough=FEWEST))) < FEWEST:
            yield f"{table.name}.{column.name}: {count} texts in {len(table):,} rows"


def _is_composed(column: Column) -> bool:
    return column.generator is not None and column.generator.kind in COMPOSED and column.type.kind != "enum"


def _values(table: Table, column: str, *, enough: int) -> set[str]:
    """Different values of a column, not counting NULL; no more are looked for once there are enough."""
    found: set[str] = set()
    for batch in table.batches(CHUNK):
        values = batch[column]
        found |= {str(value) for value in (np.unique(values) if values.dtype != object else set(values.tolist()))}
        if len(found - {"None", "nan", "NaT"}) >= enough:
            break
    return found
