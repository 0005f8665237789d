"""Nested sets: the numbers by which a row of a tree lies between those of the row above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.schema.config import TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_CHILDREN = 4
"""Rows below each one, in tables that have no key to themselves."""
SIDES = ("left", "right", "tree")


@kind("nested_set")
def nested_set(site: Site, *, side: str, by: str | None = None, trees: bool = False) -> Maker:
    """The `left` or `right` number of a row in the nested sets of its table, or the number of its `tree`.

    `by` is a key to the own table. With `trees` each root begins at 1; otherwise the numbers run over all of them. The
    tree is gone through as a whole, so more rows change the numbers of earlier ones.
    """
    if side not in SIDES:
        raise site.error(f"a side is one of {', '.join(SIDES)}, not {side!r}")
    name = f"nested sets of {site.table.key} by {by}, {trees}"

    def make(frame: Frame) -> Cells:
        sets = frame.world.keep(name, lambda: _numbered(_parents(frame.world, site.table, by), trees=trees))
        return Cells(site.column.type, sets[SIDES.index(side)][frame.rows] * site.units)

    return make


def _parents(world: World, table: TableConfig, by: str | None) -> Index:
    """The row above each, and the row itself where there is none."""
    rows = np.arange(world.counts[table.key], dtype=np.int64)
    if by is None:
        return np.where(rows > 0, (rows - 1) // _CHILDREN, 0)
    key = next(key for key in table.foreign_keys if key.columns[0] == by and key.parent == table.key)
    frame = Frame(world, table, rows)
    parents, null = frame.parent_rows(key), frame[by].null
    alone = parents >= rows if null is None else (parents >= rows) | null
    return np.where(alone, rows, parents)


def _numbered(parents: Index, *, trees: bool) -> tuple[Index, Index, Index]:
    """The left and right numbers of rows each of which stands behind the one above it, and the tree of each."""
    above, count = parents.tolist(), len(parents)
    sizes = [1] * count
    for row in range(count - 1, -1, -1):
        if above[row] != row:
            sizes[above[row]] += sizes[row]
    left, tree, free, next_root, roots = [0] * count, [0] * count, [0] * count, 1, 0
    for row in range(count):
        if above[row] == row:
            roots += 1
            left[row], tree[row] = (1, roots) if trees else (next_root, roots)
            next_root += 2 * sizes[row]
        else:
            left[row], tree[row] = free[above[row]], tree[above[row]]
            free[above[row]] += 2 * sizes[row]
        free[row] = left[row] + 1
    lefts = np.array(left, dtype=np.int64)
    return lefts, lefts + 2 * np.array(sizes, dtype=np.int64) - 1, np.array(tree, dtype=np.int64)
