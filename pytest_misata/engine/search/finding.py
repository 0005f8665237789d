"""Rows of a table looked for one after another: each is the first found that breaks no CHECK and no key.

The candidates for a row are widened column by column; those that can meet the conditions no more are left out, and of
the others only so many are followed. A row depends on those before it alone, so that more rows leave them as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.atoms import Atom
from pytest_misata.engine.checks.reading import typed
from pytest_misata.engine.checks.ways import atoms_of
from pytest_misata.engine.search.choices import choices_of, domains_of
from pytest_misata.engine.search.conditions import Test, demands_on, nulls
from pytest_misata.engine.search.parents import Parent
from pytest_misata.engine.search.partial import NOTHING_KNOWN, Partial
from pytest_misata.engine.search.steps import Given, Step, Tried
from pytest_misata.engine.search.taken import Taken
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.keys import Pick, decider, picks
from pytest_misata.schema.sql.predicates import columns

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_WIDTHS = (48, 768, 6144)
"""How many candidates are followed: first few, and where none of these comes through, more."""


class Finder:
    """Looks for rows of one table."""

    def __init__(self, world: World, table: TableConfig, frame: Frame) -> None:
        """`frame` are the rows as they are made directly."""
        self._world, self._table, self._frame = world, table, frame
        self._demands = demands_on(world, table)
        self._tests = self._demands.tests()
        self._made: list[dict[str, Cells]] = []
        self._steps = self._planned()
        names = {name for step in self._steps for name in step.columns}
        told = [unique for unique in self._demands.uniques if names.issuperset((*unique.columns, *unique.reads))]
        self._taken = [Taken(unique) for unique in told]

    def rows(self) -> list[dict[str, Cells]]:
        """As many rows as there are, up to those asked for: the columns that conditions and keys are about."""
        for row in range(len(self._frame)):
            found = next(filter(None, (self._row(row, width) for width in _WIDTHS)), None)
            if found is None:
                break
            self._made.append(found)
            for taken in self._taken:
                taken.add(found)
        return self._made

    def _row(self, row: int, width: int) -> dict[str, Cells] | None:
        partial, known = NOTHING_KNOWN, set[str]()
        for step in self._steps:
            known.update(step.columns)
            partial = step.extended(partial, row, width)
            # Where no candidate is left, none has the new columns.
            partial = self._possible(partial, step.columns, known).cut(width) if len(partial) else partial
            if not len(partial):
                return None
        return partial.best

    def _possible(self, partial: Partial, new: Sequence[str], known: set[str]) -> Partial:
        """The candidates that may still meet every condition that the new columns are in."""
        for test in self._about(new):
            partial = partial.take(np.flatnonzero(test(partial.known, len(partial))))
        for taken in self._taken:
            needed = {*taken.unique.columns, *taken.unique.reads}
            if needed <= known and needed & set(new):
                partial = partial.take(taken.free(partial))
        return partial

    def _about(self, names: Sequence[str]) -> list[Test]:
        return [test for about, test in self._tests if about & set(names)]

    def _planned(self) -> list[Step]:
        """Columns that are made in their own way first, then parents, then the others, those of few values first."""
        table, given = self._table, dict[str, Cells]()
        tried: list[str] = []
        for name in self._demands.columns:
            column = table.columns[name]
            if column.generator is not None:
                cells = made(self._frame, name)
                given.update({} if cells is None else {name: cells})
            elif decider(table, name) is None:
                tried.append(name)
        every = picks(table)
        keys = [self._parent(pick) for pick in every if pick.key.parent != table.key]
        looped = [self._parent(pick) for pick in every if pick.key.parent == table.key]
        steps: list[Step] = [Given(given), *keys] if given else list[Step](keys)
        return [*steps, *sorted(self._tried(tried), key=_freedom), *looped]

    def _tried(self, names: Sequence[str]) -> list[Tried]:
        table, demands = self._table, self._demands
        optional = [
            n for key in table.foreign_keys for n in key.columns if table.columns[n].nullable and n not in names
        ]
        domains = domains_of(names, optional, demands.parts, demands.setting)
        found = []
        for name in names:
            column = table.columns[name]
            choices = choices_of(self._frame, column, domains[name], demands.setting)
            found.append(Tried(self._world, table, column, choices, self._atoms(name)))
        return found

    def _atoms(self, name: str) -> list[Atom]:
        """The atoms that are about a column and others."""
        atoms = [atom for part in self._demands.parts for atom in atoms_of(part.formula)]
        joint = [
            typed(atom, self._demands.setting) for atom in atoms if name in columns(atom) and len(columns(atom)) > 1
        ]
        return list(dict.fromkeys(atom for atom in joint if atom is not None))

    def _parent(self, pick: Pick) -> Parent:
        key, table = pick.key, self._table
        itself = key.parent == table.key
        held = {} if itself else self._held(pick)
        usual = np.empty(0, dtype=np.int64) if itself else usual_parents(self._frame, pick)
        return Parent(self._world, table, pick, held, usual, self._made)

    def _held(self, pick: Pick) -> dict[str, Cells]:
        """What the parents hold; nothing where that hangs on the table's own rows."""
        key = pick.key
        run = self._world.run(key.parent, 0, self._world.counts[key.parent])
        pairs = list(zip(key.columns, key.parent_columns, strict=True))
        try:
            return {mine: run[theirs] for mine, theirs in pairs}
        except MisataError:
            return {mine: encode(self._table.columns[mine].type, []) for mine, _ in pairs}


def _freedom(step: Tried) -> tuple[int, int]:
    """How much choice a column leaves: what follows from other columns comes after these."""
    return len(step.atoms), len(step.choices.cost)


def made(frame: Frame, name: str) -> Cells | None:
    """A column as it is made directly; None where it cannot be."""
    try:
        return frame[name]
    except MisataError:
        return None


def usual_parents(frame: Frame, pick: Pick) -> Index:
    """The parents that a key picks directly, -1 for none; no entries where it finds none."""
    cells = [made(frame, name) for name in pick.key.columns]
    try:
        rows = frame.parent_rows(pick.key)
    except MisataError:
        return np.empty(0, dtype=np.int64)
    without = [nulls(column) for column in cells if column is not None]
    return np.where(np.any(without, axis=0), -1, rows) if without else rows
