"""Columns that CHECKs tie together, as the row would have them without: kept as far as they meet these.

A CHECK says what is allowed, not what is usual: `arrival > departure` is met by a flight of three months, too. So the
table is made once more as if no CHECK were about several columns. The rows that turn out right are those that people
would expect; the others are made in the way to meet the CHECKs that changes least of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as copied
from functools import cached_property, reduce
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.binary import is_binary, meets_in_binary
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.sets import listed_size
from pytest_misata.engine.checks.setting import AMOUNTS, everything
from pytest_misata.engine.checks.stated import conditions_name, parts_for
from pytest_misata.engine.checks.ways import atoms_of
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker
from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.meanings.written import written_as
from pytest_misata.engine.pins import replace
from pytest_misata.schema.config import Check, Column, TableConfig
from pytest_misata.schema.sql.checks import parted
from pytest_misata.schema.sql.predicates import columns
from pytest_misata.schema.uniqueness import carried_by, names_in

if TYPE_CHECKING:
    from pytest_misata.engine.checks.atoms import Pair, Polynomial
    from pytest_misata.engine.checks.chains import Chain
    from pytest_misata.engine.checks.rules import Group
    from pytest_misata.engine.checks.sets import Domain
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Part, Way
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


_RELATION, _ABSENCE, _VALUE, _STATE = 1, 3, 8, 32
"""What it costs to move a value for a relation, to make a column NULL or not, to change a value, and a state."""
_STATES = frozenset({"choice", "flag"})
_FEW = 24
"""Values of a column that tells states, at the most."""


class Usual:
    """The columns of a group without the CHECKs that tie them, and the rows in which these values meet them all."""

    def __init__(self, group: Group, setting: Setting) -> None:
        self._group, self._setting = group, setting

    def cells(self, frame: Frame, name: str) -> Cells:
        """A column of the group as it would be without CHECKs."""
        return frame.keep(("usual", self._group.name), lambda: _plain(frame))[name]

    def maker(self, column: Column, make: Maker) -> Maker:
        """The usual column in the rows that turn out right by themselves; `make` makes it in the others.

        What tells rows apart is made by `make` in all of them: usual values and others might meet.
        """
        if self._tells_apart(column.name):
            return make

        def made(frame: Frame) -> Cells:
            rows = frame.keep(("usual rows", self._group.name), lambda: self._rows(frame))
            cells = make(frame)
            return replace(cells, rows, self.cells(frame, column.name).take(rows)) if len(rows) else cells

        return made

    def distance(self, frame: Frame, way: Way) -> Index:
        """How much of each usual row is changed by a way: states least willingly, then values, then what is NULL."""
        total = np.zeros(len(frame), dtype=np.int64)
        for name, domain in way.domains.items():
            cells = self.cells(frame, name)
            absent = _is_null(cells) | (not domain.values)
            cost = np.where(absent, _ABSENCE, _STATE if name in self._states else _VALUE)
            total += np.where(self._is_kept(name, domain, cells), 0, cost)
        relations: list[Polynomial | Pair | Chain] = [*way.sums, *way.pairs, *way.chains]
        for relation in relations:
            total += np.where(self._is_met(frame, relation), 0, _RELATION)
        return total

    def _is_kept(self, name: str, domain: Domain, cells: Cells) -> Bool:
        """Where a usual cell is one of the domain; of what tells rows apart the value is never kept."""
        if domain.values and self._tells_apart(name):
            domain = copied(domain, values=everything(self._setting.table.columns[name]).values)
        return domain.holds(cells)

    def _tells_apart(self, name: str) -> bool:
        table = self._setting.table
        return carried_by(table, table.columns[name]) is not None

    def _is_met(self, frame: Frame, relation: Polynomial | Pair | Chain) -> Bool:
        cells = {name: self._read(frame, name) for name in relation.columns}
        unknown = np.any([_is_null(one) for one in cells.values()], axis=0)
        met: Bool = relation.test(cells) | unknown
        return met

    @cached_property
    def _states(self) -> frozenset[str]:
        """The columns that tell a state: the ways leave them few values, or that is what they mean."""
        return frozenset(name for name in self._group.columns if self._is_listed(name) or self._tells_state(name))

    def _tells_state(self, name: str) -> bool:
        table = self._setting.table
        column = table.columns[name]
        return column.type.kind not in AMOUNTS and generator_for(table, column).kind in _STATES

    def _is_listed(self, name: str) -> bool:
        whole = everything(self._setting.table.columns[name])
        left = dict.fromkeys(way.domains.get(name, whole).values for way in self._group.ways)
        return sum(map(listed_size, left)) <= _FEW

    def _read(self, frame: Frame, name: str) -> Cells:
        made_here = name in self._group.columns and self._setting.table.foreign_key(name) is None
        return self.cells(frame, name) if made_here else frame[name]

    def _rows(self, frame: Frame) -> Index:
        read = {name for part in self._group.parts for name in columns(part.formula)} | {*self._group.columns}
        read |= {name for way in self._group.ways if way.relations for name in way.relations.grains}
        cells = {name: self._read(frame, name) for name in read}
        met = np.ones(len(frame), dtype=np.bool_)
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


def usual_for(world: World, table: TableConfig, group: Group, setting: Setting) -> Usual | None:
    """What a group's columns would be without the CHECKs that tie them; None where they are not of their row alone.

    They are not where CHECKs choose parents.
    """
    if world.keep(_is_usual(table), lambda: False):
        return None
    if any(_chooses_parents(table, part) for part in parts_for(world, table)):
        return None
    return world.keep(f"usual {table.key}.{group.name}", lambda: Usual(group, setting))


def _chooses_parents(table: TableConfig, part: Part) -> bool:
    """Whether a condition asks more of a foreign key, by other columns, than that it is NULL, or is not."""
    foreign = _foreign(table)
    if foreign.issuperset(columns(part.formula)):
        return False
    return any(foreign & set(columns(atom)) for atom in atoms_of(part.formula))


def _foreign(table: TableConfig) -> set[str]:
    return {name for key in table.foreign_keys for name in key.columns}


def _ties(table: TableConfig, part: Part) -> bool:
    """Whether a condition ties columns together: not one that chooses among the parents of keys alone."""
    names = set(columns(part.formula))
    return len(names) > 1 and not (_foreign(table) >= names and next(atoms_of(part.formula), None) is not None)


def _plain(frame: Frame) -> Frame:
    unchecked = _unchecked(frame.world, frame.table)
    return Frame(unchecked, unchecked.schema.table(frame.table.key), frame.rows)


def _is_null(cells: Cells) -> Bool:
    return np.zeros(len(cells), dtype=np.bool_) if cells.null is None else cells.null


def _unchecked(world: World, table: TableConfig) -> World:
    """A world in which no CHECK of one table ties columns."""

    def make() -> World:
        parts = [part for part in parts_for(world, table) if not _ties(table, part)]
        made = world.beside(copied(_with_moments(table), checks=_about_these(world, table, parts)))
        made.keep(conditions_name(table), lambda: parts)
        made.keep(_is_usual(table), lambda: True)
        return made

    return world.keep(f"{table.key} without CHECKs that tie columns", make)


def _with_moments(table: TableConfig) -> TableConfig:
    """The table with its texts that are moments told so: what says that may be one of the CHECKs left out."""
    told = {
        name: copied(column, told=generator_for(table, column))
        for name, column in table.columns.items()
        if written_as(table, column) is not None
    }
    return copied(table, columns={**table.columns, **told}) if told else table


def _is_usual(table: TableConfig) -> str:
    return f"CHECKs tie nothing in {table.key}"


def _about_these(world: World, table: TableConfig, parts: Sequence[Part]) -> list[Check]:
    """The CHECKs of a table that say some conditions, without what else they say."""
    kept = {frozenset(columns(part.formula)) for part in parts}
    found: list[Check] = []
    for check in table.checks:
        alone = len(_about(table, check)) < 2
        found += [check] if alone else parted(check, world.schema.dialect)
    return [check for check in found if frozenset(_about(table, check)) in kept]


def _about(table: TableConfig, check: Check) -> list[str]:
    return [name for name in table.columns if name.lower() in names_in(check.sql)]
