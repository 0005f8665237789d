"""Times of day in a diary: no two rows that share the same days of the same thing have the same one."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below, draw
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read

Index = NDArray[np.int64]

_MINUTE = 60_000_000
_HOURS = 24


@kind("time_slot")
def time_slot(
    site: Site,
    *,
    among: Sequence[str],
    low: int = 8,
    high: int = 18,
    minutes: int = 30,
    step_minutes: int = 5,
    lasting: str | None = None,
) -> Maker:
    """A time of day that is no other row's of those that have the same in the columns `among`: a vet and a day.

    The day has a slot of so many `minutes` after another from the hour `low` to `high`, and late and early ones where
    more rows share it. Where the column `lasting` tells fewer minutes, the row begins at any step of its slot.
    """
    slots, every = (high - low) * 60 // minutes, _HOURS * 60 // minutes
    if not 0 <= low < high <= _HOURS or slots < 1:
        raise site.error(f"there is no slot of {minutes} minutes from {low} to {high}")
    if step_minutes < 1:
        raise site.error(f"no steps of {step_minutes} minutes")
    stride = _stride(slots)

    def make(frame: Frame) -> Cells:
        group, number = (numbers[frame.rows] for numbers in _numbers(site, among))
        first = below(draw(site.key("first"), group), slots)
        usual = (first + number * stride) % slots
        begin = low * 60 + np.where(number < slots, usual, number) * minutes
        if lasting is not None:
            spare = np.maximum(minutes - read(frame, lasting).data, 0) // step_minutes
            begin += below(site.draw(frame, "begin"), (spare + 1).view(np.uint64)) * step_minutes
        return Cells(site.column.type, begin % (every * minutes) * _MINUTE)

    return make


def _stride(slots: int) -> int:
    """How far apart the slots lie that are taken one after another: all of them come before any comes again."""
    return next(step for step in range(slots * 5 // 8 + 1, slots + 2) if gcd(step, slots) == 1)


def _numbers(site: Site, among: Sequence[str]) -> tuple[Index, Index]:
    """What tells the group of each row of the table, and its number there, whatever rows come after it."""
    name = f"numbers of {site.table.key} among {', '.join(among)}"
    return site.world.keep(name, lambda: _numbered([_whole(site, column) for column in among]))


def _whole(site: Site, column: str) -> Index:
    """A column of the whole table, as what its cells are kept as."""
    from pytest_misata.engine.coherence.folds import frames

    parts = [_kept(site, frame, column) for frame in frames(site.world, site.table.key)]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def _kept(site: Site, frame: Frame, column: str) -> Index:
    cells = read(frame, column)
    if cells.type.is_text:
        raise site.error(f"`among` names keys, numbers, days and moments, and {column} is a text")
    kept: Index = np.asarray(cells.data, dtype=np.int64)
    return kept


def _numbered(columns: Sequence[Index]) -> tuple[Index, Index]:
    order = np.lexsort(columns)
    new = np.zeros(len(order), dtype=np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= column[order[1:]] != column[order[:-1]]
    at = np.arange(len(order))
    starts = np.maximum.accumulate(np.where(new, at, 0))
    group, number = np.empty_like(order), np.empty_like(order)
    # The first row of a group is there whatever comes after it.
    group[order], number[order] = order[starts], at - starts
    return group, number
