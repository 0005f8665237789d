"""Unique keys that count as numbers do: a column of few values goes through all of these before another one moves on.

Seats 1 to 30 of row A, then of row B; slots 1 to 8 of a day, then of the day before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.numbers import Numbered, Numbers, between
from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.checks.roles import counting_columns
from pytest_misata.engine.checks.sets import Texts
from pytest_misata.engine.checks.setting import MOMENTS
from pytest_misata.engine.checks.spare import in_turn
from pytest_misata.engine.checks.stated import setting_for
from pytest_misata.engine.checks.windows import window
from pytest_misata.engine.draws.hashing import draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column
from pytest_misata.engine.listing import in_order
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
    values: Numbered
    """The few values."""
    among_siblings: bool
    nth: Callable[[Index], Cells] | None = None
    """The values of the other one in order, where CHECKs leave it not all that it usually has."""

    def __contains__(self, name: object) -> bool:
        return name in {self.low.name, self.high.name}

    def maker(self, world: World, table: TableConfig, name: str) -> Maker:
        """The function that makes one of the two columns."""
        if name == self.low.name:
            values = self.values
            return lambda frame: Cells(self.low.type, values.at(self._number(frame) % values.size))
        nth = self.nth
        if nth is not None:
            return lambda frame: nth(self._number(frame) // self.values.size)
        make = compile_column(world, table, self.high, generator=distinct_generator(self.high))
        return lambda frame: _without_nulls(make(Frame(world, table, self._high(frame))))

    def _high(self, frame: Frame) -> Index:
        number = self._number(frame) // self.values.size
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
    few = None if name is None else in_order(world, table, table.columns[name])
    owner = table.owner
    among_siblings = owner is not None and set(owner.telling) <= set(unique)
    if name is None or few is None or is_enough(world, table, few.size, among_siblings=among_siblings):
        return None
    low = Digits(table.columns[name], table.columns[name], few, among_siblings)
    rules = rules_for(world, table)
    after = [one for one in _after(table, unique, name) if rules.group(one.name) is None]
    if rules.group(name) is not None:
        return None
    usual = [one for one in after if _is_usual(world, table, one.name)]
    found = (_moving_on(world, table, low, one) for one in after if one not in usual)
    return replace(low, high=usual[0]) if usual else next((one for one in found if one is not None), None)


def _after(table: TableConfig, unique: Sequence[str], name: str) -> Iterator[Column]:
    """The columns of a unique key that may move on after the one that carries it."""
    counted = frozenset({name})
    while found := counting_columns(table, unique, counted):
        yield table.columns[found[1]]
        counted |= {found[1]}


def _moving_on(world: World, table: TableConfig, low: Digits, high: Column) -> Digits | None:
    """The digits with a column of which CHECKs leave some values, where these are enough."""
    setting, values = setting_for(world.schema, table), rules_for(world, table).domains[high.name].values
    if not isinstance(values, Numbers | Texts):
        return None
    there, nth = in_turn(Site(world, table, high), values, setting)
    enough = is_enough(world, table, low.values.size * there, among_siblings=low.among_siblings)
    return replace(low, high=high, nth=nth) if enough else None


def _is_usual(world: World, table: TableConfig, name: str) -> bool:
    """Whether the CHECKs leave a column alone, or a moment what is usual for it: of a day all but the last minute."""
    if name not in rules_for(world, table).domains:
        return True
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
