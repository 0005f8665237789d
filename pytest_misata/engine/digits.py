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
from pytest_misata.engine.checks.numbers import Numbers, between
from pytest_misata.engine.checks.roles import counting_columns
from pytest_misata.engine.checks.setting import MOMENTS
from pytest_misata.engine.checks.windows import window
from pytest_misata.engine.constraints import rules_for, setting_for
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import draw
from pytest_misata.engine.kinds.registry import Maker, compile_column
from pytest_misata.engine.listing import most_values, nth_value
from pytest_misata.engine.meaning import distinct_generator
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.uniqueness import carrier

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_MINUTE = 60_000_000
_TIMES = 32
"""A power of two: so many times of day the children of a parent begin with, each parent's in an order of their own."""


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
        return lambda frame: _without_nulls(make(Frame(world, table, self._high(frame))))

    def _high(self, frame: Frame) -> Index:
        number = self._number(frame) // self.size
        if not self.among_siblings or frame.place is None or self.high.type.kind != "time":
            return number
        # Each parent's children begin at other times of day: that way stays one to one.
        bits = draw(frame.world.key(frame.table.key, self.high.name, "begin"), frame.place.parent)
        return number ^ (bits % _TIMES).astype(np.int64)

    def _number(self, frame: Frame) -> Index:
        place = frame.place if self.among_siblings else None
        return frame.rows if place is None else place.number


def _without_nulls(cells: Cells) -> Cells:
    return Cells(cells.type, cells.data, cells.vocabulary)


def digits_of(world: World, table: TableConfig, unique: Sequence[str]) -> Digits | None:
    """How two of a unique key's own columns count its rows; None where they need not, or cannot.

    They need to where the column that would tell rows apart has too few values for them.
    """
    name = carrier(table, unique)
    size = None if name is None else most_values(world, table, table.columns[name])
    owner = table.owner
    among_siblings = owner is not None and set(owner.columns) <= set(unique)
    if name is None or not size or is_enough(world, table, size, among_siblings=among_siblings):
        return None
    rules = rules_for(world, table)
    narrow = [one for one in rules.domains if not _is_usual(world, table, one)]
    counting = counting_columns(table, unique, frozenset([name, *narrow]))
    if not counting or any(rules.group(one) is not None for one in counting):
        return None
    return Digits(table.columns[name], table.columns[counting[1]], size, among_siblings)


def _is_usual(world: World, table: TableConfig, name: str) -> bool:
    """Whether the CHECKs leave a moment the values that are usual for it: of a day all but the last minute."""
    setting, values = setting_for(world.schema, table), rules_for(world, table).domains[name].values
    kind, (low, high) = setting.type(name).kind, window(setting, name)
    if kind not in MOMENTS or not isinstance(values, Numbers):
        return False
    usual = between(low, high - _MINUTE if kind == "time" else high)
    return values & usual == usual


def is_enough(world: World, table: TableConfig, size: int, *, among_siblings: bool) -> bool:
    """Whether a column of so many values tells the rows of a table apart, or the children of each owner."""
    owner = table.owner
    if not among_siblings or owner is None:
        return size >= world.counts[table.key]
    return world.spread(table, owner, max(world.counts[owner.parent], 1)).no_more_than(size)
