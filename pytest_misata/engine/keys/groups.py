"""The rows of a table by the values of some of its columns: which parents agree with what a row already holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.schema.types import ColumnType

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


class Groups:
    """An index over whole tables, of one number a row; made for parents that have to agree with each other.

    Rows with a NULL in one of the columns are in no group. Without columns all rows are one group. `allowed` tells
    which rows count.
    """

    def __init__(self, world: World, table: str, columns: Sequence[str], allowed: Bool | None = None) -> None:
        count = world.counts[table]
        run = world.run(table, 0, count)
        held = [run[column] for column in columns]
        there = np.ones(count, dtype=np.bool_) if allowed is None else allowed.copy()
        for cells in held:
            there &= True if cells.null is None else ~cells.null
        rows = np.flatnonzero(there).astype(np.int64)
        self._columns = [np.unique(plain(cells)[rows]) for cells in held]
        codes = self._codes([plain(cells)[rows] for cells in held], len(rows))
        self._known, numbers = np.unique(codes, return_inverse=True)
        order = np.argsort(numbers, kind="stable")
        self.rows: Index = rows[order]
        self.sizes: Index = np.bincount(numbers, minlength=len(self._known)).astype(np.int64)
        self.starts: Index = np.cumsum(self.sizes) - self.sizes
        self._position = np.full(count, -1, dtype=np.int64)
        self._position[self.rows] = np.arange(len(rows)) - np.repeat(self.starts, self.sizes)

    def __len__(self) -> int:
        return len(self.sizes)

    def find(self, cells: Sequence[Cells], rows: int) -> Index:
        """The number of the group that holds each row's values; -1 where there is none, or a value is NULL."""
        values = [plain(column) for column in cells]
        known = np.ones(rows, dtype=np.bool_)
        for column, own in zip(cells, self._columns, strict=True):
            if column.null is not None:
                known &= ~column.null
            known &= len(own) > 0
        if not len(self._known):
            return np.full(rows, -1, dtype=np.int64)
        values = [np.where(known, value, own[0]) for value, own in zip(values, self._columns, strict=True)]
        for value, own in zip(values, self._columns, strict=True):
            at = np.minimum(np.searchsorted(own, value), len(own) - 1)
            known &= own[at] == value
        codes = self._codes(values, rows)
        at = np.minimum(np.searchsorted(self._known, codes), len(self._known) - 1)
        return np.where(known & (self._known[at] == codes), at, -1)

    def nth(self, groups: Index, number: Index) -> Index:
        """The row that is the n-th of its group, from 0."""
        found: Index = self.rows[self.starts[groups] + number]
        return found

    def position(self, rows: Index) -> Index:
        """The place of each row in its group, from 0; -1 for one in no group."""
        found: Index = self._position[rows]
        return found

    def before(self, groups: Index, rows: Index) -> Index:
        """How many rows of a group come before each of these rows of the table."""
        count = max(len(self._position), 1)
        places = np.repeat(np.arange(len(self), dtype=np.int64), self.sizes) * count + self.rows
        found = np.searchsorted(places, np.maximum(groups, 0) * count + rows, side="left").astype(np.int64)
        known: Index = found - self.starts[np.maximum(groups, 0)] if len(self) else found
        return np.where(groups < 0, 0, known)

    def _codes(self, values: Sequence[NDArray[Any]], rows: int) -> Index:
        """One number for each combination of values; equal numbers only for equal values that are known."""
        codes = np.zeros(rows, dtype=np.int64)
        for column, own in zip(values, self._columns, strict=True):
            codes = codes * max(len(own), 1) + np.searchsorted(own, column)
        return codes


def plain(cells: Cells) -> NDArray[Any]:
    """One value a row, in the engine's own form."""
    return cells.data if cells.vocabulary is None else cells.vocabulary[cells.data]


def in_order(cells: Cells, dialect: str | None) -> NDArray[Any]:
    """The same in a form that stands in the database's own order: MariaDB's UUIDs go by their last part first."""
    values = plain(cells)
    if not has_own_order(cells.type, dialect):
        return values
    parts = [(24, 36), (19, 23), (14, 18), (9, 13), (0, 8)]
    turned = np.empty(len(values), dtype=object)
    turned[:] = ["".join((text or "")[start:stop] for start, stop in parts) for text in values]
    return turned


def has_own_order(type_: ColumnType, dialect: str | None) -> bool:
    """Whether the database does not order values of the type as they are here."""
    return type_.kind == "uuid" and type_.length is None and dialect in {"mysql", "mariadb"}
