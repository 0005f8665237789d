"""The last day is one like others: what follows something else does not pile up where the data ends."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from pytest_misata.engine.tables import Table, Tables
from pytest_misata.engine.world import CHUNK
from pytest_misata.story.domain import Domain, domains

DAYS = 30
"""The days before the last ones, on which as much happens as on these, by and large."""
MOST = 2.5
"""The last day has no more than so many times as much as one of these, ..."""
CHANCE = 4
"""... but for so many times what chance makes of it (the root of a number that is counted)."""
LATEST = re.compile(r"(^|_)last_")
"""What tells of the last time of several is of these days with cause."""


def days_ago(table: Table, column: str, end: np.datetime64) -> NDArray[np.int64]:
    """How many days before the reference date each moment lies, those that are not there left out."""
    found = np.concatenate([batch[column] for batch in table.batches(CHUNK)]).astype("datetime64[D]")
    days: NDArray[np.int64] = (end - found[~np.isnat(found)]).astype(np.int64)
    return days


def is_piled_up(ago: NDArray[np.int64], last: int) -> bool:
    """Whether there is more on the last days than on those before."""
    before = np.count_nonzero((ago > last) & (ago <= last + DAYS)) / DAYS * last
    return np.count_nonzero((ago >= 1) & (ago <= last)) > MOST * before + CHANCE * np.sqrt(before + 1)


@pytest.mark.parametrize("domain", domains(), ids=lambda domain: domain.name)
def test_nothing_piles_up_on_the_last_day(domain: Domain) -> None:
    schema = domain.schema()
    tables, end = Tables(schema, rows=1000), np.datetime64(schema.reference_date, "D")
    moments = [
        (table, column.name)
        for table in tables.values()
        for column in table.config.columns.values()
        if column.type.kind in {"date", "datetime"} and not LATEST.search(column.name)
    ]

    assert [
        f"{table.name}.{name}"
        for table, name in moments
        if any(is_piled_up(days_ago(table, name, end), last) for last in (1, 3))
    ] == []
