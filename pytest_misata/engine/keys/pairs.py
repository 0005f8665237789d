"""Two foreign keys of a row that a CHECK compares: home and away, friends, the lower and the higher of two.

The parents of the key that picks later stand in the order of what is compared; those that are right beside a parent of
the other key are a stretch of that order, or all but a stretch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.keys.groups import Groups, in_order
from pytest_misata.engine.keys.narrowing import Comparison
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.keys import Pick

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stretch:
    """For each row the places from `low` to `high` in the order of the parents, without some others."""

    partners: Partners
    low: Index
    high: Index
    skipped: tuple[tuple[Index, Index], ...]
    """Stretches inside it, in order and apart from each other."""

    def take(self, rows: Index) -> Stretch:
        """That of some of the rows."""
        skipped = tuple((start[rows], stop[rows]) for start, stop in self.skipped)
        return Stretch(self.partners, self.low[rows], self.high[rows], skipped)

    @property
    def count(self) -> Index:
        """How many parents are right in each row."""
        found: Index = self.high - self.low
        for start, stop in self.skipped:
            found = found - (stop - start)
        return found

    def nth(self, number: Index) -> Index:
        """The n-th of them, a row of the parent's."""
        place = self.low + number
        for start, stop in self.skipped:
            place = place + np.where(place >= start, stop - start, 0)
        rows = self.partners.rows
        return rows[np.minimum(place, len(rows) - 1)] if len(rows) else np.zeros(len(place), dtype=np.int64)

    def holds(self, rows: Index) -> Bool:
        """Whether these parents are right."""
        place = self.partners.places[rows]
        found: Bool = (place >= self.low) & (place < self.high)
        for start, stop in self.skipped:
            found &= (place < start) | (place >= stop)
        return found


class Partners:
    """The parents of a key by the columns in which they have to agree with the row, in the order of a compared column.

    `agreed` are columns of the parent, `allowed` tells which of its rows count.
    """

    def __init__(
        self, world: World, pick: Pick, agreed: Sequence[str], compared: Sequence[Comparison], allowed: Bool | None
    ) -> None:
        parent, self._dialect = pick.key.parent, world.schema.dialect
        self._equal = [one for one in compared if one.op == "="]
        self._ordered = [one for one in compared if one.op != "=" and one.column == _ordered_by(compared)]
        names = [*agreed, *(one.parent_column for one in self._equal)]
        groups = Groups(world, parent, names, allowed)
        self._groups = groups
        group = np.repeat(np.arange(len(groups), dtype=np.int64), groups.sizes)
        self._values: NDArray[Any] = np.empty(0, dtype=np.int64)
        ranks = np.zeros(len(group), dtype=np.int64)
        if self._ordered:
            column = world.run(parent, 0, world.counts[parent])[self._ordered[0].parent_column]
            values = in_order(column, self._dialect)[groups.rows]
            self._values, ranks = np.unique(values, return_inverse=True)
        self._width = len(self._values) + 1
        codes = group * self._width + ranks
        order = np.argsort(codes, kind="stable")
        self._codes: Index = codes[order]
        self.rows: Index = groups.rows[order]
        self.places: Index = np.full(world.counts[parent], -1, dtype=np.int64)
        """The place of each row in the order; -1 for those that do not count."""
        self.places[self.rows] = np.arange(len(self.rows))

    def beside(self, agreed: Sequence[Cells], others: Mapping[str, Cells], rows: int) -> Stretch:
        """Those that are right in each row, given what it holds and what the keys picked before give its columns."""
        group = self._groups.find([*agreed, *(others[one.other] for one in self._equal)], rows)
        low = self._first(group, np.zeros(rows, dtype=np.int64))
        high = np.where(group < 0, low, self._first(group + 1, np.zeros(rows, dtype=np.int64)))
        skipped = []
        for one in self._ordered:
            value = in_order(others[one.other], self._dialect)
            start = self._first(group, np.searchsorted(self._values, value, side="left"))
            stop = self._first(group, np.searchsorted(self._values, value, side="right"))
            if one.op == "<>":
                skipped.append((start, stop))
            elif one.op[0] == "<":
                high = np.minimum(high, stop if one.op == "<=" else start)
            else:
                low = np.maximum(low, start if one.op == ">=" else stop)
        high = np.maximum(high, low)
        return Stretch(self, low, high, _apart(skipped, low, high))

    def _first(self, group: Index, rank: Index) -> Index:
        return np.searchsorted(self._codes, group * self._width + rank, side="left").astype(np.int64)


def _ordered_by(compared: Sequence[Comparison]) -> str | None:
    return next((one.column for one in compared if one.op != "="), None)


def _apart(stretches: Sequence[tuple[Index, Index]], low: Index, high: Index) -> tuple[tuple[Index, Index], ...]:
    """Stretches within these ends, in order; those that are there twice, once."""
    if not stretches:
        return ()
    starts = np.stack([np.clip(start, low, high) for start, _ in stretches])
    stops = np.stack([np.clip(stop, low, high) for _, stop in stretches])
    order = np.argsort(starts, axis=0, kind="stable")
    starts, stops = np.take_along_axis(starts, order, axis=0), np.take_along_axis(stops, order, axis=0)
    for at in range(1, len(starts)):
        starts[at] = np.maximum(starts[at], stops[at - 1])
        stops[at] = np.maximum(stops[at], starts[at])
    return tuple(zip(starts, stops, strict=True))


class Pairs:
    """All pairs of parents of two compared keys, in a keyed order: row i gets the i-th, so no two rows have the same.

    For keys that a unique key holds both.
    """

    def __init__(self, world: World, table: TableConfig, comparison: Comparison, beside: Stretch, first: Index) -> None:
        self.earlier, self.later = comparison.earlier, comparison.later
        self._beside, self._first = beside, first
        self._ends = np.cumsum(beside.count[first])
        self.capacity = int(self._ends[-1]) if len(self._ends) else 0
        names = (*self.earlier.columns, *self.later.columns)
        self._order = permutation(world.key(table.key, *names, "pair"), max(self.capacity, 1))

    def __contains__(self, key: object) -> bool:
        return key is self.earlier or key is self.later

    def parents(self, frame: Frame, key: ForeignKey) -> Index:
        """The parent's row of each row."""
        earlier, later = frame.keep(("pair", self.earlier.columns), lambda: self._split(frame.rows))
        return earlier if key is self.earlier else later

    def _split(self, rows: Index) -> tuple[Index, Index]:
        """The parents of both keys: the number of the pair among all, first by the parent of the earlier one."""
        number = self._order.forward(rows % max(self.capacity, 1))
        at = np.searchsorted(self._ends, number, side="right")
        inside = number - np.where(at > 0, self._ends[at - 1], 0)
        parents = self._first[at]
        return parents, self._beside.take(parents).nth(inside)
