"""Some rows of one table, whose columns are computed when asked for and kept while the frame lives."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, concatenate
from pytest_misata.engine.draws.hashing import U64, draw
from pytest_misata.engine.keys.layout import Place, Turn
from pytest_misata.schema.config import ForeignKey, TableConfig

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

CHUNK = 32_768
"""Rows computed at a time: enough to make calls cheap, few enough to stay in a processor's cache."""
T = TypeVar("T")


class Columns(Protocol):
    """Anything that gives cells by column name: a frame, or a view of one."""

    def __getitem__(self, column: str) -> Cells: ...


class Frame:
    """The rows `rows` of `table`."""

    def __init__(self, world: World, table: TableConfig, rows: Index) -> None:
        self.world, self.table, self.rows = world, table, rows
        self._kept: dict[Hashable, Any] = {}
        self._drawn: tuple[tuple[str, ...], U64] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> Cells:
        return self.keep(("column", column), lambda: self.world.cells(self, column))

    def settle(self) -> None:
        """Keep the columns that children may read, and let go of texts and of what columns were made from."""
        self._kept = {name: kept for name, kept in self._kept.items() if _is_light(kept)}
        self._drawn = None

    def keep(self, name: Hashable, make: Callable[[], T]) -> T:
        """What several columns of these rows share, made once."""
        if name not in self._kept:
            self._kept[name] = make()
        kept: T = self._kept[name]
        return kept

    def draw(self, *purpose: str) -> U64:
        """64 random bits a row for a purpose of this table, for example `draw("email", "pick")`; not to be changed."""
        # Only the last draw is kept: the cases of one column ask for the same bits one after another.
        if self._drawn is None or self._drawn[0] != purpose:
            self._drawn = purpose, draw(self.world.key(self.table.key, *purpose), self.rows)
        return self._drawn[1]

    def parent(self, key: ForeignKey) -> Columns:
        """The parent's row of each of these rows, NULL or not."""
        return self.keep(("parent", key.columns), lambda: self._parent(key))

    def parent_frame(self, key: ForeignKey) -> Frame:
        """The parents as a frame of its own, one row for each of these rows: what parents of parents are read from."""
        table = self.world.schema.table(key.parent)
        return self.keep(("parents", key.columns), lambda: Frame(self.world, table, self.parent_rows(key)))

    def parent_rows(self, key: ForeignKey) -> Index:
        """The row number of each row's parent."""
        return self.keep(("parent rows", key.columns), lambda: self.world.parent_rows(self, key))

    @property
    def place(self) -> Place | None:
        """Where the rows stand among the children of their owner, if the table has one."""
        return self.keep("place", self._place)

    def turn(self, key: ForeignKey) -> Turn | None:
        """Each row's part of what the children by a key share; None where they are not laid out by it."""
        return self.keep(("turn", key.columns), lambda: self._turn(key))

    def _turn(self, key: ForeignKey) -> Turn | None:
        layout = self.world.turns(self.table, key)
        if layout is None:
            return None
        place = self.place if key.owner else layout.place(self.rows)
        assert place is not None
        return layout.turn(self.rows, place)

    def _place(self) -> Place | None:
        layout = self.world.layout(self.table)
        return layout.place(self.rows) if layout else None

    def _parent(self, key: ForeignKey) -> Columns:
        table = self.world.schema.table(key.parent)
        return compact(self.world, table, self.parent_rows(key))


def _is_light(kept: object) -> bool:
    return isinstance(kept, Cells) and (kept.vocabulary is not None or not kept.type.is_text)


class Run:
    """Adjacent rows of a table that lie in one frame or in several."""

    def __init__(self, parts: Sequence[tuple[Frame, slice]]) -> None:
        self._parts = parts

    def __getitem__(self, column: str) -> Cells:
        return concatenate([frame[column].take(rows) for frame, rows in self._parts])


class View:
    """Rows of other columns, in any order and number."""

    def __init__(self, columns: Columns, index: Index) -> None:
        self._columns, self._index = columns, index
        self._kept: dict[str, Cells] = {}

    def __getitem__(self, column: str) -> Cells:
        if column not in self._kept:
            self._kept[column] = self._columns[column].take(self._index)
        return self._kept[column]


def compact(world: World, table: TableConfig, rows: Index) -> Columns:
    """The columns of these rows, in which near or repeated rows are computed once."""
    if not len(rows):
        return Frame(world, table, rows)
    first, last = int(rows.min()), int(rows.max())
    if last - first < 2 * len(rows):
        return View(world.run(table.key, first, last + 1), rows - first)
    return Frame(world, table, rows)
