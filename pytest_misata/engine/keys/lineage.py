"""Classes that share a table: which rows of it are of which class, and which rows of other tables extend them.

The rows of the root stand in a keyed order. Each class has a stretch of that order, one that extends another a part of
its stretch; a table of a class holds the rows of its stretch one after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.permutation import Permutation, permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.layout import Place, Turn
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.hierarchies import Branch, hierarchy, root_of

if TYPE_CHECKING:
    from pytest_misata.engine.kinds.registry import Maker
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


class Lineage:
    """The classes of one root table."""

    def __init__(self, world: World, root: TableConfig) -> None:
        self._root, self._counts = root, world.counts
        self._order = permutation(world.key(root.key, "class"), max(world.counts[root.key], 1))
        self.starts: dict[str, int] = {}
        self.parents: dict[str, str] = {}
        self._stretches: list[tuple[int, tuple[int, ...]]] = []
        """Where each run of rows of the same classes ends, and the numbers of these."""
        self._place(hierarchy(world.schema, root), 0, world.counts[root.key])
        self._ends = np.array([end for end, _ in self._stretches], dtype=np.int64)

    def _place(self, branch: Branch, start: int, count: int) -> None:
        self.starts[branch.table.key] = start
        at = start
        for child in branch.branches:
            size = min(self._counts[child.table.key], start + count - at)
            self.parents[child.table.key] = branch.table.key
            self._place(child, at, size)
            at += size
        if at < start + count:
            self._stretches.append((start + count, branch.own or tuple(range(len(self._root.variants)))))

    def variants(self, frame: Frame) -> Index:
        """The number of each row's class, for a frame of the root."""
        stretch = np.searchsorted(self._ends, self._order.inverse(frame.rows), side="right")
        found = np.zeros(len(frame), dtype=np.int64)
        bits = frame.draw("class", "pick")
        for number, (_, classes) in enumerate(self._stretches):
            here = stretch == number
            found[here] = np.array(classes, dtype=np.int64)[below(bits[here], len(classes))]
        return found

    def root_rows(self, frame: Frame) -> Index:
        """The rows of the root that the rows of a table that extends it are one with."""
        return self._order.forward(frame.rows + self.starts[frame.table.key])

    def layout(self, table: str) -> Extension:
        """How the rows of a table that extends another one stand to the other's."""
        parent = self.parents[table]
        shift = self.starts[table] - self.starts[parent]
        order = self._order if parent == self._root.key else None
        return Extension(shift, self._counts[table], order)


class Extension:
    """The rows of a table that extends another: each is one with a row of that."""

    def __init__(self, shift: int, children: int, order: Permutation | None) -> None:
        self._shift, self._children, self._order = shift, children, order

    def place(self, rows: Index) -> Place:
        """The place of each child: the only one of its parent."""
        zero = np.zeros(len(rows), dtype=np.int64)
        parents = rows + self._shift
        return Place(self._forward(parents), zero, zero, zero + 1, np.ones(len(rows), dtype=np.bool_))

    def turn(self, rows: Index, place: Place) -> Turn:
        """The part of each child: all there is."""
        return Turn.of(place)

    def room(self, place: Place) -> Index:
        """How many numbers the parent of each child has for its children."""
        return place.degree

    def children_of(self, start: int, stop: int) -> tuple[Index, Index]:
        """The rows of all children of the parents from `start` to `stop`, and each one's parent less `start`."""
        parents = np.arange(start, stop, dtype=np.int64)
        rows = self._inverse(parents) - self._shift
        there = (rows >= 0) & (rows < self._children)
        return rows[there], parents[there] - start

    def _forward(self, rows: Index) -> Index:
        return rows if self._order is None else self._order.forward(rows)

    def _inverse(self, rows: Index) -> Index:
        return rows if self._order is None else self._order.inverse(rows)


def of_its_class(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """A column of a table that classes share: NULL in the rows of those that do not have it."""
    root = world.schema.table(root_of(world.schema, table))
    if not column.nullable or root.discriminator == column.name:
        return make
    sharing = [root is table or table.key in variant.tables for variant in root.variants]
    having = [column.name in variant.columns.get(table.key, ()) for variant in root.variants]
    if having == sharing or not any(having):
        return make
    missing = ~np.array(having, dtype=np.bool_)

    def make_where_it_is(frame: Frame) -> Cells:
        return make(frame).where_not(missing[class_of(world, frame)])

    return make_where_it_is


def class_of(world: World, frame: Frame) -> Index:
    """The number of each row's variant, for the table with the variants and those that extend it."""
    root = root_of(world.schema, frame.table)
    if frame.table.key == root:
        told = is_told(frame.table)
        return frame.keep("class", lambda: _as_told(frame) if told else world.lineage(root).variants(frame))
    return frame.keep("class", lambda: world.lineage(root).variants(_extended(world, root, frame)))


def is_told(root: TableConfig) -> bool:
    """Whether a story or the caller says which classes rows are of, all of which have their columns in one table."""
    made = root.columns[root.discriminator].generator if root.discriminator else None
    return made is not None and made.kind != "variant" and not any(variant.tables for variant in root.variants)


def _as_told(frame: Frame) -> Index:
    """The number of each row's class, by the value that stands for it; the first where none does."""
    table = frame.table
    assert table.discriminator is not None
    numbers = {variant.value: number for number, variant in enumerate(table.variants)}
    return np.array([numbers.get(value, 0) for value in frame[table.discriminator].to_list()], dtype=np.int64)


def _extended(world: World, root: str, frame: Frame) -> Frame:
    return Frame(world, world.schema.table(root), world.lineage(root).root_rows(frame))
