"""The children of each parent in tables that are not laid out by parents, since their rows are combinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.frame import CHUNK
from pytest_misata.schema.config import ForeignKey, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.world import AnyLayout, World

Index = NDArray[np.int64]


class Siblings:
    """Found in one pass over the children, and kept, at 32 bytes a child."""

    def __init__(self, world: World, table: TableConfig, owner: ForeignKey) -> None:
        self._parents = _parents(world, table, owner)
        self._order = np.argsort(self._parents, kind="stable")
        self._sorted = self._parents[self._order]
        starts = np.searchsorted(self._sorted, self._sorted)
        self._numbers = np.empty(len(self._order), dtype=np.int64)
        self._numbers[self._order] = np.arange(len(self._order)) - starts

    def number(self, rows: Index) -> Index:
        """The number of each row among the children of its parent, from 0."""
        return self._numbers[rows]

    def children_of(self, start: int, stop: int) -> tuple[Index, Index]:
        """The rows of all children of the parents from `start` to `stop`, and each one's parent less `start`."""
        first, last = np.searchsorted(self._sorted, [start, stop])
        rows: Index = self._order[first:last]
        return rows, self._sorted[first:last] - start


def siblings(world: World, table: TableConfig) -> Siblings | None:
    """The children of each parent of a table's owner; None where it has none."""
    owner = table.owner
    return None if owner is None else _found(world, table, owner)


def children_by(world: World, table: TableConfig, key: ForeignKey) -> AnyLayout | Siblings:
    """The children that rows of a table's parent have by one of its keys: by the layout, or found in a pass."""
    laid_out = None if world.pins.rows.get(table.key) else world.turns(table, key)
    return laid_out or _found(world, table, key)


def _found(world: World, table: TableConfig, key: ForeignKey) -> Siblings:
    return world.keep(f"children by {key.columns} in {table.key}", lambda: Siblings(world, table, key))


def _parents(world: World, table: TableConfig, owner: ForeignKey) -> Index:
    count = world.counts[table.key]
    starts = range(0, count, CHUNK)
    parts = [world.frame(table.key, start, min(start + CHUNK, count)).parent_rows(owner) for start in starts]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
