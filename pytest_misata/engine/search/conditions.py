"""CHECKs and unique keys as tests of rows of which only some columns are known yet."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.atoms import Atom
from pytest_misata.engine.checks.numbers import Bool
from pytest_misata.engine.checks.plain import plain_rows
from pytest_misata.engine.checks.reading import typed
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.engine.checks.stated import condition_of, parts_for, setting_for
from pytest_misata.engine.checks.ways import Part, is_vague
from pytest_misata.engine.keys.groups import plain
from pytest_misata.schema.config import TableConfig, UniqueIndex
from pytest_misata.schema.sql.checks import read_check
from pytest_misata.schema.sql.evaluation import Condition
from pytest_misata.schema.sql.nodes import NotUnderstood
from pytest_misata.schema.sql.predicates import And, Col, IsNull, Not, Or, Predicate, Truth, columns, holds
from pytest_misata.schema.uniqueness import index_columns, made_of

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Known = Mapping[str, Cells]
Test = Callable[[Known, int], Bool]
"""Where so many rows, of which these columns are known, may still meet a condition."""


def compiled(formula: Predicate, setting: Setting) -> Test:
    """The test of a formula of `passes` or `holds`; what cannot be told yet, or not at all, may be met."""
    match formula:
        case And(parts):
            return _joined(np.logical_and, [compiled(part, setting) for part in parts])
        case Or(parts):
            return _joined(np.logical_or, [compiled(part, setting) for part in parts])
        case Truth(value):
            return lambda _known, rows: np.full(rows, value is not False, dtype=np.bool_)
        case IsNull(Col(name)):
            return lambda known, rows: nulls(known[name]) if name in known else _ones(rows)
        case Not(IsNull(Col(name))):
            return lambda known, rows: ~nulls(known[name]) if name in known else _ones(rows)
        case _:
            return _of_atom(typed(formula, setting), tuple(columns(formula)))


def _joined(join: Any, tests: list[Test]) -> Test:
    return lambda known, rows: reduce(join, [test(known, rows) for test in tests])


def _of_atom(atom: Atom | None, names: tuple[str, ...]) -> Test:
    def test(known: Known, rows: int) -> Bool:
        if atom is None or any(name not in known for name in names):
            return _ones(rows)
        read = {name: known[name] for name in names}
        return reduce(np.logical_or, map(nulls, read.values()), atom.test(read))

    return test


def _ones(rows: int) -> Bool:
    return np.ones(rows, dtype=np.bool_)


def nulls(cells: Cells) -> Bool:
    """Where a cell is NULL."""
    return np.zeros(len(cells), dtype=np.bool_) if cells.null is None else cells.null


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique key of a table, whether it is over all rows or over some."""

    columns: tuple[str, ...]
    folded: frozenset[str] = frozenset()
    """Columns in which capitals do not count."""
    nulls_alike: bool = False
    where: Test | None = None
    reads: tuple[str, ...] = ()
    """Columns that tell whether a row comes under the key, besides its own."""

    def values(self, known: Known, rows: int) -> list[Hashable]:
        """What may be there once only, for each row; None for a row that does not come under the key."""
        counts = _ones(rows) if self.where is None else self.where(known, rows)
        parts = [_values(known[name], folded=name in self.folded) for name in self.columns]
        found: list[Hashable] = [
            key if under and (self.nulls_alike or None not in key) else None
            for key, under in zip(zip(*parts, strict=True), counts.tolist(), strict=True)
        ]
        return found


def _values(cells: Cells, *, folded: bool) -> list[Any]:
    values: list[Any] = plain(cells).tolist()
    if folded:
        values = [value.lower() if isinstance(value, str) else value for value in values]
    if cells.null is None:
        return values
    return [None if null else value for value, null in zip(values, cells.null.tolist(), strict=True)]


def uniques_of(table: TableConfig, setting: Setting) -> Iterator[Unique]:
    """Every unique key of a table that columns tell."""
    folded = frozenset(name for name, column in table.columns.items() if not column.type.case_sensitive)
    for names in dict.fromkeys((table.primary_key, *table.uniques)):
        if names:
            made = made_of(table, names)
            yield Unique(made, folded & set(made))
    for index in table.unique_indexes:
        yield _indexed(table, index, folded, setting)


def _indexed(table: TableConfig, index: UniqueIndex, folded: frozenset[str], setting: Setting) -> Unique:
    names = index_columns(table, index)
    # Of an expression over a column no more is assumed than that it may overlook capitals.
    folded |= set(names) - {name for name in index.columns if name}
    if index.where is None:
        return Unique(names, folded, not index.nulls_distinct)
    condition = holds(read_check(index.where, tuple(table.columns), setting.dialect))
    where = compiled(condition, setting)
    return Unique(names, folded, not index.nulls_distinct, where, tuple(columns(condition)))


@dataclass(frozen=True, slots=True)
class Demands:
    """What the rows of a table have to meet: the conditions that its CHECKs are made of, and its unique keys."""

    table: TableConfig
    setting: Setting
    parts: Sequence[Part]
    uniques: Sequence[Unique]

    @property
    def columns(self) -> list[str]:
        """The columns that conditions and keys are about, but for what the database computes."""
        about = {name for unique in self.uniques for name in (*unique.columns, *unique.reads)}
        about |= {name for key in self.table.foreign_keys for name in key.columns}
        itself = [key for key in self.table.foreign_keys if key.parent == self.table.key]
        about |= {name for key in itself for name in key.parent_columns}
        return self._made({*self.checked, *about})

    @property
    def checked(self) -> list[str]:
        """Those of them that conditions are about."""
        about = {name for part in self.parts for name in columns(part.formula)}
        return self._made(about.union(*(one.columns for one in self._evaluable())))

    def _made(self, names: Set[str]) -> list[str]:
        every = self.table.columns.items()
        return [name for name, column in every if name in names and not (column.generated or column.opaque)]

    def met(self, known: Known, rows: int) -> bool:
        """Whether all of so many rows meet every condition.

        Reading a CHECK may ask for more than it says: of rows that fail the test, the CHECK itself decides.
        """
        parts = all(self._is_met(part, known, rows) for part in self.parts)
        return parts and all(_evaluated(one)(known, rows).all() for one in self._evaluable())

    def _is_met(self, part: Part, known: Known, rows: int) -> bool:
        failing = np.flatnonzero(~compiled(part.formula, self.setting)(known, rows))
        if not len(failing):
            return True
        condition = condition_of(part.reading, self.setting)
        if condition is None or any(name not in known for name in condition.columns):
            return False
        values = plain_rows({name: known[name].take(failing) for name in condition.columns})
        try:
            return all(map(condition.passes, values))
        except NotUnderstood:
            return False

    def tests(self) -> list[tuple[frozenset[str], Test]]:
        """The test of each condition, with its columns."""
        found = [(frozenset(columns(part.formula)), compiled(part.formula, self.setting)) for part in self.parts]
        return found + [(frozenset(one.columns), _evaluated(one)) for one in self._evaluable()]

    def _evaluable(self) -> list[Condition]:
        """The CHECKs that are not understood, but can be evaluated."""
        vague = dict.fromkeys(part.reading for part in self.parts if is_vague(part.formula, self.setting))
        conditions = [condition_of(reading, self.setting) for reading in vague]
        return [one for one in conditions if one is not None]


def _evaluated(condition: Condition) -> Test:
    """The test of a condition that can be evaluated, though it is not understood."""

    def test(known: Known, rows: int) -> Bool:
        if any(name not in known for name in condition.columns):
            return _ones(rows)
        try:
            values = plain_rows({name: known[name] for name in condition.columns})
            return np.array([condition.passes(row) for row in values], dtype=np.bool_)
        except NotUnderstood:
            return _ones(rows)

    return test


def demands_on(world: World, table: TableConfig) -> Demands:
    """What a schema asks of the rows of a table."""
    setting = setting_for(world.schema, table)
    return Demands(table, setting, parts_for(world, table), list(uniques_of(table, setting)))
