"""States that do not last: only rows of late are in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells, chosen, encode
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, among, compile_column, kind
from pytest_misata.engine.kinds.rollups import degrees
from pytest_misata.engine.kinds.windows import bounded, seconds_of
from pytest_misata.schema.config import Generator


@kind("settled")
def settled(
    site: Site,
    *,
    of: str,
    options: Mapping[str, Any],
    by: str,
    last_days: Mapping[str, Any],
    settled: Any,
    ahead: Any = None,
    over: Sequence[Any] = (),
) -> Maker:
    """Another kind's states, of which those of `last_days` are only for rows whose moment `by` is as recent.

    Older rows have the state `settled` instead, or the one that it names for their own, and those whose moment is still
    to come the state `ahead` in place of one of those that are `over`.
    """
    made = compile_column(site.world, site.table, replace(site.column, generator=Generator(of, dict(options))))
    end = (site.world.schema.reference_date - dt.date(1970, 1, 1)).days * DAY
    instead = settled if isinstance(settled, Mapping) else dict.fromkeys(last_days, settled)
    other = encode(site.column.type, [ahead, *instead.values()])
    numbers = {value: number for number, value in enumerate(instead, start=1)}

    def make(frame: Frame) -> Cells:
        cells = made(frame)
        moments = bounded(np.zeros(len(frame), dtype=np.int64), frame[by], np.maximum)
        which = np.where(among(cells, over) & (moments >= end), 0, -1) if ahead is not None else np.full(len(frame), -1)
        for value, days in last_days.items():
            which = np.where(among(cells, [value]) & (moments < end - seconds_of(days)), numbers[value], which)
        return chosen([cells, other.take(np.maximum(which, 0))], (which >= 0).astype(np.int64))

    return make


@kind("state_by_children")
def state_by_children(
    site: Site, *, of: str, values: Sequence[Any], without: Sequence[Any], weights: Sequence[Any] | None = None
) -> Maker:
    """One of the values by weight: of those `without` children in the table `of` for rows that have none there.

    Rows that have some are in one of the other states: an invoice is paid that has a payment.
    """
    table, weighed = site.world.schema.table(of), dict(zip(values, weights or [1] * len(values), strict=True))
    key = table.owner
    if key is None or key.parent != site.table.key:
        raise site.error(f"{of} is not owned by {site.table.key}")
    sorts = [[value for value in values if (value in without) is none] for none in (True, False)]
    if not all(sorts):
        raise site.error("there is no state without children, or none with them")
    chances = [Generator("choice", {"values": sort, "weights": [weighed[value] for value in sort]}) for sort in sorts]
    makers = [compile_column(site.world, site.table, replace(site.column, generator=chance)) for chance in chances]

    def make(frame: Frame) -> Cells:
        return chosen([maker(frame) for maker in makers], (degrees(frame, table, key) > 0).astype(np.int64))

    return make
