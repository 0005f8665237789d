"""Unique keys made of foreign keys and short lists of values: each row has a combination of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.atoms import Polynomial
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.reading import typed
from pytest_misata.engine.checks.stated import parts_for, setting_for
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.keys.groups import Groups
from pytest_misata.errors import CapacityError
from pytest_misata.schema.config import Column, ForeignKey, TableConfig
from pytest_misata.schema.keys import Pick
from pytest_misata.schema.sql.predicates import columns

if TYPE_CHECKING:
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.kinds.registry import Maker
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_MOST = 2**22
"""More combinations of listed values than these are not held against CHECKs."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A column that takes one of a few values."""

    column: Column
    values: tuple[Any, ...]


class Combination:
    """All combinations of parents that agree with each other and of listed values, in a keyed order.

    `shared` are the columns that the foreign keys have in common; parents agree where these are equal. Row i gets the
    i-th combination, so that no two rows have the same, whatever slice of the table is asked for.
    """

    def __init__(
        self,
        world: World,
        table: TableConfig,
        unique: Sequence[str],
        parents: Sequence[tuple[Pick, Groups]],
        listed: Sequence[Listed],
        shared: Sequence[str],
    ) -> None:
        self._world, self._table, self._unique = world, table, tuple(unique)
        self._listed = list(listed)
        self.keys: list[ForeignKey] = [pick.key for pick, _ in parents]
        self._groups = [groups for _, groups in parents]
        self._matched = _matched(world, parents, shared)
        self._allowed = _allowed(world, table, listed)
        factor = prod(len(column.values) for column in listed) if self._allowed is None else len(self._allowed)
        self._sizes = [groups.sizes[at] for groups, at in zip(self._groups, self._matched, strict=True)]
        each: Index = np.full(len(self._matched[0]) if self._matched else 1, factor, dtype=np.int64)
        for sizes in self._sizes:
            each = each * sizes
        self._ends = np.cumsum(each)
        self.capacity = int(self._ends[-1]) if len(self._ends) else 0
        self._order = permutation(world.key(table.key, *unique, "combination"), max(self.capacity, 1))

    def __contains__(self, item: object) -> bool:
        return any(item is key for key in self.keys) or any(item == listed.column.name for listed in self._listed)

    @property
    def columns(self) -> tuple[str, ...]:
        """The unique key."""
        return self._unique

    @property
    def listed(self) -> tuple[str, ...]:
        """The columns that take one of a few values."""
        return tuple(listed.column.name for listed in self._listed)

    def parents(self, frame: Frame, key: ForeignKey) -> Index:
        """The parent's row of each row."""
        return self._parts(frame)[0][next(n for n, own in enumerate(self.keys) if own is key)]

    def maker(self, name: str) -> Maker:
        """The function that makes a listed column."""
        at = next(n for n, listed in enumerate(self._listed) if listed.column.name == name)
        stated = encode(self._listed[at].column.type, self._listed[at].values)

        def make(frame: Frame) -> Cells:
            return stated.take(self._parts(frame)[1][at])

        return make

    def _parts(self, frame: Frame) -> tuple[list[Index], list[Index]]:
        return frame.keep(("combination", self._unique), lambda: self._split(frame.rows))

    def _split(self, rows: Index) -> tuple[list[Index], list[Index]]:
        """For each row the parents' rows and the places in the lists, the digits of its number in mixed radix."""
        if len(rows) and int(rows.max()) >= self.capacity:
            raise self.error(int(rows.max()) + 1)
        number = self._order.forward(rows)
        group = np.searchsorted(self._ends, number, side="right")
        rest = number - np.where(group > 0, self._ends[group - 1], 0)
        parents, places = [], []
        for groups, matched, sizes in zip(self._groups, self._matched, self._sizes, strict=True):
            rest, digit = rest // sizes[group], rest % sizes[group]
            parents.append(groups.nth(matched[group], digit))
        rest = rest if self._allowed is None else self._allowed[rest]
        for listed in self._listed:
            rest, digit = rest // len(listed.values), rest % len(listed.values)
            places.append(digit)
        return parents, places

    def error(self, rows: int) -> CapacityError:
        """That there are fewer combinations than rows."""
        names = ", ".join(self._unique)
        advice = "ask for fewer rows, or for more of its parents"
        return CapacityError(self._table.key, names, capacity=self.capacity, rows=rows, advice=advice)


def most_listed(columns: int) -> int:
    """How many values of each of so many columns leave their combinations few enough to be held against CHECKs."""
    return int(_MOST ** (1 / max(columns, 1)))


def tied_among(world: World, table: TableConfig, names: Sequence[str]) -> list[Part]:
    """The conditions that tie some columns to each other, and to no others."""
    parts = parts_for(world, table) if table.checks and len(names) > 1 else []
    return [part for part in parts if set(columns(part.formula)) <= set(names) and len(columns(part.formula)) > 1]


def is_product(world: World, table: TableConfig, part: Part) -> bool:
    """Whether a condition is about a product of columns."""
    atom = typed(part.formula, setting_for(world.schema, table))
    return isinstance(atom, Polynomial) and any(len(names) > 1 for names, _ in atom.terms)


def _allowed(world: World, table: TableConfig, listed: Sequence[Listed]) -> Index | None:
    """The numbers of the combinations of listed values that meet the CHECKs about these alone; None where all do."""
    ties = tied_among(world, table, [one.column.name for one in listed])
    size = prod(len(one.values) for one in listed)
    if not ties or size > _MOST:
        return None
    numbers, cells = np.arange(size, dtype=np.int64), dict[str, Cells]()
    rest = numbers
    for one in listed:
        rest, digit = rest // len(one.values), rest % len(one.values)
        cells[one.column.name] = encode(one.column.type, one.values).take(digit)
    met = np.ones(size, dtype=np.bool_)
    for part in ties:
        try:
            met &= meets(part.formula, cells, setting_for(world.schema, table), size)
        except NotEvaluable:
            continue
    return None if met.all() else numbers[met]


def _matched(world: World, parents: Sequence[tuple[Pick, Groups]], shared: Sequence[str]) -> list[Index]:
    """The groups of each parent table that agree, side by side: those of the first that all others have too."""
    if not parents:
        return []
    pick, first = parents[0]
    example = world.run(pick.key.parent, 0, world.counts[pick.key.parent])
    cells = [example[column].take(first.rows[first.starts]) for column in pick.parent_columns(shared)]
    found = [np.arange(len(first), dtype=np.int64)]
    found += [groups.find(cells, len(first)) for _, groups in parents[1:]]
    everywhere = np.all([at >= 0 for at in found], axis=0)
    return [at[everywhere] for at in found]
