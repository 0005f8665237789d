"""Moments that keep a distance: nobody plays, drives or hangs a show twice at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.coherence.folds import frames
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.siblings import children_by
from pytest_misata.engine.kinds.children import runs
from pytest_misata.engine.kinds.registry import Maker, Site, read
from pytest_misata.engine.kinds.windows import Window
from pytest_misata.schema.config import ForeignKey
from pytest_misata.schema.types import INTEGER

Index = NDArray[np.int64]

_NONE: Index = np.empty(0, dtype=np.int64)

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_UNITS = {"date": _DAY, "datetime": 1}
"""What moments are counted in, in microseconds."""


def spaced(
    site: Site,
    wished: Maker,
    by: str,
    lasting: tuple[int | str, int],
    bounds: Callable[[Frame], Window],
    narrow: Callable[[Frame], Window],
) -> Maker:
    """Moments so far apart for what the key `by` names as a number, or a column, and its unit in seconds tell.

    Rows that come too soon after others of the same driver or machine come later, but before the reference date, and
    within their `bounds`: in the `narrow` part of these, where there is time for all of them.
    """
    key = site.table.foreign_key(by)
    if key is None or (isinstance(lasting[0], int) and lasting[0] < 1):
        raise site.error(f"`spaced_by` is the column of a foreign key, and `spaced_minutes` tells how far, not {by!r}")
    diary = _Diary(site, key, wished, lasting, bounds, narrow)
    if key.owner:
        return diary.of_owners
    kept: list[Index] = []

    def make(frame: Frame) -> Cells:
        if not kept:
            parts = [(_NONE,) * 6, *(diary.told(rows) for rows in frames(site.world, site.table.key))]
            kept.append(_apart(*(np.concatenate(part) for part in zip(*parts, strict=True))))
        return Cells(site.column.type, kept[0][frame.rows])

    return make


@dataclass(frozen=True, slots=True)
class _Diary:
    """What is told of rows that keep a distance: whose they are, when they would be, how long, and until when."""

    site: Site
    key: ForeignKey
    wished: Maker
    lasting: tuple[int | str, int]
    bounds: Callable[[Frame], Window]
    narrow: Callable[[Frame], Window]

    def told(self, frame: Frame) -> tuple[Index, ...]:
        """The parent of each row, its moment, its length, the first and the last moment at which it may begin, and the
        one before which it must not: there is a time before the data begins, and none before the parent is there.
        """
        wished, bounds, lengths = self.wished(frame).data, self.narrow(frame), self.lengths(frame)
        unit = _UNITS[self.site.column.type.kind]
        days = (self.site.world.schema.reference_date - dt.date(1970, 1, 1)).days
        begins = np.minimum(-(-bounds.low * _SECOND // unit), wished)
        ends = np.minimum((days * _DAY - max(unit, _SECOND)) // unit, (bounds.high - 1) * _SECOND // unit)
        if unit == _DAY:
            # Those that are moved up do not all begin on the last day.
            spare = below(self.site.draw(frame, "spare"), (lengths + 1).view(np.uint64))
            ends = np.minimum(ends, np.maximum(ends - spare, wished))
        history = (days - self.site.world.schema.history_days) * (_DAY // _SECOND)
        widest = self.bounds(frame).low
        floors = np.where(widest > history, np.minimum(-(-widest * _SECOND // unit), wished), np.iinfo(np.int64).min)
        return frame.parent_rows(self.key), wished, lengths, begins, ends, floors

    def lengths(self, frame: Frame) -> Index:
        """How long each row takes, in what moments are counted in; no time where it is nobody's."""
        lasting, seconds = self.lasting
        cells = Cells(INTEGER, np.full(len(frame), lasting)) if isinstance(lasting, int) else read(frame, lasting)
        none = [null for null in (cells.null, frame[self.key.columns[0]].null) if null is not None]
        lengths = cells.data * (seconds * _SECOND) // _UNITS[self.site.column.type.kind]
        return np.where(np.logical_or.reduce(none), 0, lengths) if none else lengths

    def of_owners(self, frame: Frame) -> Cells:
        """The moments of rows whose owner they are kept apart for: a look at the owner's other rows is enough."""
        world, table = frame.world, frame.table
        found = np.empty(len(frame), dtype=np.int64)
        children = children_by(world, table, self.key)
        for start, stop, at in runs(frame.parent_rows(self.key)):
            rows, offsets = children.children_of(start, stop)
            moments = _apart(offsets, *self.told(Frame(world, table, rows))[1:])
            order = np.argsort(rows)
            found[at] = moments[order[np.searchsorted(rows, frame.rows[at], sorter=order)]]
        return Cells(self.site.column.type, found)


def _apart(parents: Index, wished: Index, lengths: Index, begins: Index, ends: Index, floors: Index) -> Index:
    """The moments of each parent's rows, put off until the one before is over, and moved up where the end is near."""
    order = np.lexsort((wished, parents))
    moments = wished.copy()
    for first, last in _crowded(parents[order], wished[order], lengths[order]):
        rows = order[first:last]
        at = np.cumsum(lengths[rows]) - lengths[rows]
        latest = np.minimum.accumulate((ends[rows] - at)[::-1])[::-1]
        moments[rows] = np.minimum(np.maximum.accumulate(wished[rows] - at), latest) + at
        early = np.flatnonzero(moments[rows] < begins[rows])
        if len(early):
            moved_up = int(np.flatnonzero(moments[rows] < wished[rows])[0])
            _in_order_of_begins(rows, min(moved_up, int(early[0])), moments, lengths, begins, ends)
            # Where there is no time for all of them, they rather come too soon than before what they are of.
            moments[rows] = np.maximum(moments[rows], floors[rows])
    return moments


def _crowded(parents: Index, wished: Index, lengths: Index) -> list[list[int]]:
    """Where the rows of parents begin and end, in order, of which one comes too soon after another."""
    bounds = np.flatnonzero(np.diff(parents, prepend=-1, append=-1))
    close = (np.diff(wished) < lengths[:-1]) & (parents[1:] == parents[:-1])
    crowded = np.searchsorted(bounds, np.flatnonzero(close), side="right") - 1
    spans = np.array([*pairwise(bounds.tolist())], dtype=np.int64).reshape(-1, 2)
    found: list[list[int]] = spans[np.unique(crowded)].tolist()
    return found


def _in_order_of_begins(rows: Index, first: int, moments: Index, lengths: Index, begins: Index, ends: Index) -> None:
    """Let some rows, from the first that was moved up on, come as soon as they may, if all have time so."""
    last = rows[first:]
    free = int(moments[rows[first - 1]] + lengths[rows[first - 1]]) if first else 0
    soonest = np.maximum(begins[last], free) if first else begins[last]
    order = np.argsort(soonest, kind="stable")
    last, soonest = last[order], soonest[order]
    at = np.cumsum(lengths[last]) - lengths[last]
    found = np.maximum.accumulate(soonest - at) + at
    if (found <= ends[last]).all():
        moments[last] = found
