"""What is looked at in a generated domain: rules, columns that do not vary, texts that repeat, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

import numpy as np

from pytest_misata.engine.frame import CHUNK
from pytest_misata.engine.tables import Table, Tables
from pytest_misata.engine.violations import Violation
from pytest_misata.schema.config import Column

MANY = 1000
"""Tables with fewer rows tell nothing about columns."""
COMPOSED = frozenset({"phrase", "prose", "sentence", "full_name", "email", "username", "street", "company", "url"})
"""Kinds whose texts are composed, so that more rows have more of them."""
FEWEST = 100
"""There are at least so many different composed texts in a column of a table of many rows."""
SENTENCES = frozenset({"prose", "sentence", "opinion"})
TERMS = frozenset(
    "job_title current_title room office gate courtroom seat goods dish reason request "
    "description pickup dropoff message source_ip".split()
)
"""What is called by one of the words that a trade has: it has as many as there are, whatever the number of rows."""


def fewest(rows: int, *, written: bool) -> int:
    """How many different texts so many rows have at the least.

    Texts grow more slowly than their number, by Heaps' law as a power of it: here its root, and for what somebody wrote
    in sentences three times that. The figures: assumption.
    """
    return min(max(FEWEST, isqrt(rows) * (3 if written else 1)), rows)


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
        wanted = fewest(len(table), written=_is_written(column))
        if not _is_composed(column) or (count := len(_values(table, column.name, enough=wanted))) >= wanted:
            continue
        if (there := _present(table, column.name)) >= 2 * wanted:
            yield f"{table.name}.{column.name}: {count} texts in {there:,} rows"


def _is_composed(column: Column) -> bool:
    """Whether texts are put together: what is one word of a list is a name for a sort of things."""
    made = column.generator
    if made is None or column.name in TERMS or made.kind not in COMPOSED or column.type.kind == "enum":
        return False
    if "of_so_many" in made.options:
        # So many people, however many rows they have.
        return False
    ways = [made.options, *made.options.get("cases", ())]
    return made.kind != "phrase" or any(text.count("{") > 1 for way in ways for text in way.get("templates", ()))


def _present(table: Table, column: str) -> int:
    """How many rows have a value."""
    return sum(sum(value is not None for value in batch[column].tolist()) for batch in table.batches(CHUNK))


def _is_written(column: Column) -> bool:
    """Whether texts are sentences that somebody wrote."""
    made = column.generator
    return made is not None and (made.kind in SENTENCES or made.options.get("sentences", (1, 1))[1] > 1)


def _values(table: Table, column: str, *, enough: int) -> set[str]:
    """Different values of a column, not counting NULL; no more are looked for once there are enough."""
    found: set[str] = set()
    for batch in table.batches(CHUNK):
        values = batch[column]
        found |= {str(value) for value in (np.unique(values) if values.dtype != object else set(values.tolist()))}
        if len(found - {"None", "nan", "NaT"}) >= enough:
            break
    return found
