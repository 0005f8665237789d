"""Some rows of one table, whose columns are computed when asked for and kept while the frame lives."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pytest_misata.generate.cells import Cells
from pytest_misata.generate.hashing import U64, draw
from pytest_misata.generate.layout import Place
from pytest_misata.schema.config import ForeignKey, TableConfig

if TYPE_CHECKING:
    from pytest_misata.generate.world import World

Index = NDArray[np.int64]
T = TypeVar("T")


class Columns(Protocol):
    """Anything that gives cells by column name: a frame, or a view of one."""

    def __getitem__(self, column: str) -> Cells: ...


class Frame:
    """The rows `rows` of `table`."""

    def __init__(self, world: World, table: TableConfig, rows: Index) -> None:
        self.world, self.table, self.rows = world, table, rows
        self._kept: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> Cells:
        return self.keep(("column", column), lambda: self.world.cells(self, column))

    def keep(self, name: Hashable, make: Callable[[], T]) -> T:
        """What several columns of these rows share, made once."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    def draw(self, *purpose: str) -> U64:
        """64 random bits a row for a purpose of this table, for example `draw("email", "pick")`."""
        return draw(self.world.key(self.table.name, *purpose), self.rows)

    def parent(self, key: ForeignKey) -> Columns:
        """The parent's row of each of these rows, NULL or not."""
        return self.keep(("parent", key.columns), lambda: self._parent(key))

    def parent_rows(self, key: ForeignKey) -> Index:
        """The row number of each row's parent."""
        return self.keep(("parent rows", key.columns), lambda: self.world.parent_rows(self, key))

    @property
    def place(self) -> Place | None:
        """Where the rows stand among the children of their owner, if the table has one."""
        return self.keep("place", self._place)

    def _place(self) -> Place | None:
        layout = self.world.layout(self.table)
        return layout.place(self.rows) if layout else None

    def _parent(self, key: ForeignKey) -> Columns:
        table = self.world.schema.table(key.parent)
        return compact(self.world, table, self.parent_rows(key))


class View:
    """Rows of a frame, in any order and number."""

    def __init__(self, frame: Frame, index: Index) -> None:
        self._frame, self._index = frame, index
        self._kept: dict[str, Cells] = {}

    def __getitem__(self, column: str) -> Cells:
        if column not in self._kept:
            self._kept[column] = self._frame[column].take(self._index)
        return self._kept[column]


def compact(world: World, table: TableConfig, rows: Index) -> Columns:
    """The columns of these rows, in which near or repeated rows are computed once."""
    if not len(rows):
        return Frame(world, table, rows)
    first, last = int(rows.min()), int(rows.max())
    if last - first < 2 * len(rows):
        return View(Frame(world, table, np.arange(first, last + 1, dtype=np.int64)), rows - first)
    return Frame(world, table, rows)
