"""Moments that keep a distance: nobody plays, drives or hangs a show twice at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below
from pytest_misata.engine.kinds.children import runs
from pytest_misata.engine.kinds.diaries import over_all
from pytest_misata.engine.kinds.registry import Maker, Site, read
from pytest_misata.engine.siblings import children_by
from pytest_misata.schema.config import ForeignKey

Index = NDArray[np.int64]

_SECOND, _MINUTE = 1_000_000, 60_000_000
_DAY = 24 * 60 * _MINUTE
_UNITS = {"date": _DAY, "datetime": 1}
"""What moments are counted in, in microseconds."""


def spaced(site: Site, wished: Maker, by: str, minutes: int | str, latest: Callable[[Frame], Index] | None) -> Maker:
    """Moments at least so many minutes apart for what the key `by` names; `minutes` may be a column that tells them.

    Rows that come too soon after others of the same driver or machine come later, but before the reference date, or at
    the `latest` moments, in seconds.
    """
    key = site.table.foreign_key(by)
    if key is None or (isinstance(minutes, int) and minutes < 1):
        raise site.error(f"`spaced_by` is the column of a foreign key, and `spaced_minutes` tells how far, not {by!r}")
    diary = _Diary(site, key, wished, minutes, latest)
    if key.owner:
        return diary.of_owners
    kept: list[Index] = []

    def make(frame: Frame) -> Cells:
        if not kept:
            kept.append(_apart(*(over_all(site, tell) for tell in diary.told)))
        return Cells(site.column.type, kept[0][frame.rows])

    return make


@dataclass(frozen=True, slots=True)
class _Diary:
    """What is told of rows that keep a distance: whose they are, when they would be, how long, and until when."""

    site: Site
    key: ForeignKey
    wished: Maker
    minutes: int | str
    latest: Callable[[Frame], Index] | None

    @property
    def told(self) -> tuple[Callable[[Frame], Index], ...]:
        return self.parents, self.moments, self.lengths, self.ends

    def parents(self, frame: Frame) -> Index:
        return frame.parent_rows(self.key)

    def moments(self, frame: Frame) -> Index:
        return self.wished(frame).data

    def lengths(self, frame: Frame) -> Index:
        """How long each row takes, in what moments are counted in."""
        unit = _UNITS[self.site.column.type.kind]
        if isinstance(self.minutes, int):
            return np.full(len(frame), self.minutes * _MINUTE // unit)
        cells = read(frame, self.minutes)
        return np.where(cells.null, 0, cells.data) * _MINUTE // unit if cells.null is not None else cells.data * _MINUTE

    def ends(self, frame: Frame) -> Index:
        """The last moment at which each row may begin."""
        days = (self.site.world.schema.reference_date - dt.date(1970, 1, 1)).days
        unit = _UNITS[self.site.column.type.kind]
        end: Index = np.full(len(frame), (days * _DAY - max(unit, _SECOND)) // unit)
        if self.latest is not None:
            return np.minimum(end, (self.latest(frame) - 1) * _SECOND // unit, out=end)
        # Those that are moved up do not all begin on the last day.
        spare = below(self.site.draw(frame, "spare"), (self.lengths(frame) + 1).view(np.uint64))
        found: Index = np.minimum(end, np.maximum(end - spare, self.moments(frame)))
        return found

    def of_owners(self, frame: Frame) -> Cells:
        """The moments of rows whose owner they are kept apart for: a look at the owner's other rows is enough."""
        world, table = frame.world, frame.table
        found = np.empty(len(frame), dtype=np.int64)
        children = children_by(world, table, self.key)
        for start, stop, at in runs(frame.parent_rows(self.key)):
            rows, offsets = children.children_of(start, stop)
            beside = Frame(world, table, rows)
            moments = _apart(offsets, self.moments(beside), self.lengths(beside), self.ends(beside))
            order = np.argsort(rows)
            found[at] = moments[order[np.searchsorted(rows, frame.rows[at], sorter=order)]]
        return Cells(self.site.column.type, found)


def _apart(parents: Index, wished: Index, lengths: Index, ends: Index) -> Index:
    """The moments of each parent's rows, put off until the one before is over, and moved up where the end is near."""
    order = np.lexsort((wished, parents))
    bounds = np.flatnonzero(np.diff(parents[order], prepend=-1, append=-1))
    moments = wished.copy()
    close = np.diff(wished[order]) < lengths[order][:-1]
    close &= parents[order][1:] == parents[order][:-1]
    crowded = np.searchsorted(bounds, np.flatnonzero(close), side="right") - 1
    spans = np.array([*pairwise(bounds.tolist())], dtype=np.int64).reshape(-1, 2)
    for first, last in spans[np.unique(crowded)].tolist():
        rows = order[first:last]
        at = np.cumsum(lengths[rows]) - lengths[rows]
        latest = np.minimum.accumulate((ends[rows] - at)[::-1])[::-1]
        moments[rows] = np.minimum(np.maximum.accumulate(wished[rows] - at), latest) + at
    return moments
