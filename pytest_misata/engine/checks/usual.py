"""Columns that CHECKs tie together, as the row would have them without: kept where they meet all of these.

A CHECK says what is allowed, not what is usual: `arrival > departure` is met by a flight of three months, too. So the
table is made once more as if it had no CHECK, and the rows that turn out right are those that people would expect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as copied
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.binary import is_binary, meets_in_binary
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.frame import Frame, Run
from pytest_misata.engine.kinds.registry import Maker
from pytest_misata.engine.pins import replace
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.predicates import columns
from pytest_misata.schema.uniqueness import carried_by, is_checked

if TYPE_CHECKING:
    from pytest_misata.engine.checks.rules import Group
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


class Usual:
    """The columns of a group without the table's CHECKs, and the rows in which these values meet them all."""

    def __init__(self, group: Group, setting: Setting) -> None:
        self._group, self._setting = group, setting

    def cells(self, frame: Frame, name: str) -> Cells:
        """A column of the group as it would be without CHECKs."""
        return frame.keep(("usual", self._group.name), lambda: _plain(frame))[name]

    def maker(self, column: Column, makers: Mapping[str, Maker]) -> Maker:
        """The usual column in the rows that turn out right by themselves; `makers` make the group's in the others."""

        def make(frame: Frame) -> Cells:
            rows = frame.keep(("usual rows", self._group.name), lambda: self._rows(frame, makers))
            made = makers[column.name](frame)
            return replace(made, rows, self.cells(frame, column.name).take(rows)) if len(rows) else made

        return make

    def _rows(self, frame: Frame, makers: Mapping[str, Maker]) -> Index:
        read = {name for part in self._group.parts for name in columns(part.formula)} | {*self._group.columns}
        read |= {name for way in self._group.ways if way.relations for name in way.relations.grains}
        cells = {name: self.cells(frame, name) if name in makers else frame[name] for name in read}
        met = np.ones(len(frame), dtype=np.bool_)
        for name, make in makers.items():
            # How seldom a value is there is what the ways to meet the CHECKs say.
            met &= _is_null(cells[name]) == _is_null(make(frame))
        try:
            for part in self._group.parts:
                met &= meets(part.formula, cells, self._setting, len(frame))
        except NotEvaluable:
            met[:] = False
        return np.flatnonzero(met & self._is_steady(cells, len(frame)))

    def _is_steady(self, cells: Mapping[str, Cells], rows: int) -> Bool:
        """Where no rounding of the database comes in between."""
        steady = np.ones(rows, dtype=np.bool_)
        if not is_binary(self._setting, cells):
            return steady
        for way in self._group.ways:
            for name, grain in way.relations.grains.items() if way.relations else ():
                steady &= _is_null(cells[name]) | grain.holds(cells[name].data.astype(np.int64))
        try:
            met = [meets_in_binary(part.formula, cells, self._setting, rows) for part in self._group.parts]
        except NotEvaluable:
            return steady
        return reduce(np.logical_and, met)


def usual_of(world: World, table: TableConfig, group: Group, setting: Setting) -> Usual | None:
    """What a group's columns would be without CHECKs; None where they are not of their row alone.

    They are not where they tell rows apart, where CHECKs choose parents, and where values are pinned.
    """
    telling = any(carried_by(table, table.columns[name]) is not None for name in group.columns)
    foreign = {name for key in table.foreign_keys for name in key.columns}
    if telling or any(is_checked(table, table.columns[name]) for name in foreign):
        return None
    return None if any(world.pins.states(table.key, name) for name in group.columns) else Usual(group, setting)


def _plain(frame: Frame) -> Frame:
    unchecked = _unchecked(frame.world, frame.table)
    return Frame(unchecked, unchecked.schema.table(frame.table.key), frame.rows)


def _is_null(cells: Cells) -> Bool:
    return np.zeros(len(cells), dtype=np.bool_) if cells.null is None else cells.null


def _unchecked(world: World, table: TableConfig) -> World:
    """A world in which one table has no CHECKs; the rows of the others are those of the world itself."""
    from pytest_misata.engine.world import World as Whole

    class Unchecked(Whole):
        def run(self, name: str, start: int, stop: int) -> Run:
            return super().run(name, start, stop) if name == table.key else world.run(name, start, stop)

    def make() -> World:
        tables = {**world.schema.tables, table.key: copied(table, checks=[])}
        return Unchecked(copied(world.schema, tables=tables), world.counts, seed=world.seed, pins=world.pins)

    return world.keep(f"{table.key} without CHECKs", make)
