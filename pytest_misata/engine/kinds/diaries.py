"""Times in a diary: no two rows that share the same day of the same thing, or the same thing, have the same one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from heapq import heapreplace
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.coherence.folds import frames
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read

Index = NDArray[np.int64]

_MINUTE = 60_000_000
_FAR = 2**62
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


@kind("free_one")
def free_one(site: Site, *, begin: str, end: str) -> Maker:
    """A foreign key to the serial number of what is free from the moment `begin` to the moment `end`, for good if NULL.

    Each row has what has been free for longest, so that all are had alike often: a bed, a berth.
    """
    key = site.table.foreign_key(site.column.name)
    if key is None:
        raise site.error("free_one is a kind for the column of a foreign key")
    count = max(site.world.counts[key.parent], 1)
    kept: list[Index] = []

    def make(frame: Frame) -> Cells:
        if not kept:
            begins = over_all(site, lambda rows: _moments(rows[begin]))
            kept.append(_given_out(begins, over_all(site, lambda rows: _moments(rows[end])), count))
        return Cells(site.column.type, kept[0][frame.rows] + 1)

    return make


def _moments(cells: Cells) -> Index:
    return cells.data if cells.null is None else np.where(cells.null, _FAR, cells.data)


def _given_out(begins: Index, ends: Index, count: int) -> Index:
    """Which of so many things each row has: in the order in which they begin, that which was left first."""
    left = [(-_FAR, number) for number in range(count)]
    given = np.zeros(len(begins), dtype=np.int64)
    for row in np.argsort(begins, kind="stable").tolist():
        given[row] = left[0][1]
        heapreplace(left, (int(ends[row]), left[0][1]))
    return given


def _stride(slots: int) -> int:
    """How far apart the slots lie that are taken one after another: all of them come before any comes again."""
    return next(step for step in range(slots * 5 // 8 + 1, slots + 2) if gcd(step, slots) == 1)


def _numbers(site: Site, among: Sequence[str]) -> tuple[Index, Index]:
    """What tells the group of each row of the table, and its number there, whatever rows come after it."""
    name = f"numbers of {site.table.key} among {', '.join(among)}"
    return site.world.keep(name, lambda: _numbered([_whole(site, column) for column in among]))


def _whole(site: Site, column: str) -> Index:
    """What tells the values of a column of the whole table apart."""
    return over_all(site, lambda frame: _told_apart(read(frame, column)))


def _told_apart(cells: Cells) -> Index:
    if not cells.type.is_text:
        return cells.data
    # By what they are called: the same value has another code in other frames.
    words, codes = np.unique(cells.objects().astype(str), return_inverse=True)
    sums = [int.from_bytes(blake2b(word.encode(), digest_size=7).digest()) for word in words.tolist()]
    return np.array(sums, dtype=np.int64)[codes]


def over_all(site: Site, tell: Callable[[Frame], Index]) -> Index:
    """What is told of all rows of the table, a bounded number at a time."""
    parts = [tell(frame) for frame in frames(site.world, site.table.key)]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


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
