"""Amounts of which it is stated what they come to for each row of a table, on average: what orders are worth.

Such a mean is no column's own: an order is worth what its lines add up to, so the prices of all lines are brought to
the sum that the mean of the orders asks for. The amounts are shared out as those of months are, all rows in one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.kinds.monthly import Months, Source, added_up, shared_out
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column, kind
from pytest_misata.engine.kinds.stated import BLOCK
from pytest_misata.schema.config import Generator

_CHUNK = BLOCK * 64


@kind("averaged")
def averaged(
    site: Site,
    *,
    of: str,
    options: Mapping[str, Any],
    mean: Any,
    per: str | None = None,
    quantity: str | None = None,
    factor: Any = 1,
    less: Sequence[str] = (),
) -> Maker:
    """Amounts of the kind `of` with its `options` that make up a `mean` for each row of the table `per`.

    Without `per` it is the mean of the rows that are not NULL. What is averaged is `factor` times the amounts, and the
    columns `less` (`table.column`) besides. With `quantity` it is the amount times that column that is meant; where a
    row of every block has a quantity of 1 (see `closing`) the sum is exact.
    """
    made = compile_column(site.world, site.table, replace(site.column, generator=Generator(of, dict(options))))
    source = Source(site, made, None, quantity, {})

    def whole() -> Months:
        sums = added_up(source)
        rows = sums.counted if per is None else site.world.counts[per]
        others = sum(_sum(site, name, made) for name in less)
        total = round((exact(mean) * site.units * rows - others) / Fraction(str(factor)))
        if total < 0 and sums.counted:
            raise site.error(f"a mean of {mean} is less than {', '.join(less)} alone come to: ask for more")
        return Months({sums.first: max(total, 0)}, sums)

    return shared_out(source, whole)


def _sum(site: Site, name: str, own: Maker) -> int:
    """All amounts of another column; of the same table, those of rows that have an amount of their `own`."""
    table, _, column = name.partition(".")
    rows, total = site.world.counts[table], 0
    for start in range(0, rows, _CHUNK):
        frame = site.world.frame(table, start, min(start + _CHUNK, rows))
        counted = np.ones(len(frame), np.bool_)
        for cells in (frame[column], own(frame)) if table == site.table.key else (frame[column],):
            counted &= True if cells.null is None else ~cells.null
        total += int(frame[column].data.astype(np.int64)[counted].sum())
    return total
