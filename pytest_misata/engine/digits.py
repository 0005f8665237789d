"""Unique keys that count as numbers do: a column of few values goes through all of these before another one moves on.

Seats 1 to 30 of row A, then of row B; slots 1 to 8 of a day, then of the day before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.constraints import rules_for
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, compile_column
from pytest_misata.engine.listing import most_values, nth_value
from pytest_misata.engine.meaning import distinct_generator
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.uniqueness import carrier, holds_at_most

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_ROOM = 500
"""A column with so many values does not run out of them."""


@dataclass(frozen=True, slots=True)
class Digits:
    """The column of few values, the one that moves on after these, and whether rows are counted among siblings."""

    low: Column
    high: Column
    size: int
    among_siblings: bool

    def __contains__(self, name: object) -> bool:
        return name in {self.low.name, self.high.name}

    def maker(self, world: World, table: TableConfig, name: str) -> Maker:
        """The function that makes one of the two columns."""
        if name == self.low.name:
            return lambda frame: nth_value(world, table, self.low, self._number(frame) % self.size)
        make = compile_column(world, table, self.high, generator=distinct_generator(self.high))
        return lambda frame: _without_nulls(make(Frame(world, table, self._number(frame) // self.size)))

    def _number(self, frame: Frame) -> Index:
        place = frame.place if self.among_siblings else None
        return frame.rows if place is None else place.number


def _without_nulls(cells: Cells) -> Cells:
    return Cells(cells.type, cells.data, cells.vocabulary)


def digits_of(world: World, table: TableConfig, unique: Sequence[str], own: Sequence[Column]) -> Digits | None:
    """How two of a unique key's own columns count its rows; None where they need not, or cannot.

    They need to where the column that would tell rows apart has too few values for them.
    """
    name = carrier(table, unique)
    size = None if name is None else most_values(world, table, table.columns[name])
    owner = table.owner
    among_siblings = owner is not None and set(owner.columns) <= set(unique)
    if name is None or not size or _is_enough(world, table, size, among_siblings=among_siblings):
        return None
    rules = rules_for(world, table)
    open_ = [column for column in own if column.name != name and column.name not in rules.domains]
    wide = [column for column in open_ if (holds_at_most(column) or _ROOM) >= _ROOM]
    wide = [column for column in wide if rules.group(column.name) is None and not column.type.values]
    if rules.group(name) is not None or not wide:
        return None
    return Digits(table.columns[name], wide[0], size, among_siblings)


def _is_enough(world: World, table: TableConfig, size: int, *, among_siblings: bool) -> bool:
    owner = table.owner
    if not among_siblings or owner is None:
        return size >= world.counts[table.key]
    return world.spread(table, owner, max(world.counts[owner.parent], 1)).no_more_than(size)
