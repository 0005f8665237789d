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
"""There are at least so many different composed texts in a column of a table of many rows."""


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
        if not _is_composed(column) or (count := len(_values(table, column.name, enough=FEWEST))) >= FEWEST:
            continue
        if (there := sum(value is not None for value in table[column.name])) >= MANY:
            yield f"{table.name}.{column.name}: {count} texts in {there:,} rows"


def _is_composed(column: Column) -> bool:
    """Whether texts are put together: what is one word of a list is a name for a sort of things."""
    made = column.generator
    if made is None or made.kind not in COMPOSED or column.type.kind == "enum":
        return False
    ways = [made.options, *made.options.get("cases", ())]
    return made.kind != "phrase" or any(text.count("{") > 1 for way in ways for text in way.get("templates", ()))


def _values(table: Table, column: str, *, enough: int) -> set[str]:
    """Different values of a column, not counting NULL; no more are looked for once there are enough."""
    found: set[str] = set()
    for batch in table.batches(CHUNK):
        values = batch[column]
        found |= {str(value) for value in (np.unique(values) if values.dtype != object else set(values.tolist()))}
        if len(found - {"None", "nan", "NaT"}) >= enough:
            break
    return found
