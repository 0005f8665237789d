"""Parents that CHECKs leave: a condition about columns of a foreign key is one about the rows that the key may pick.

A condition about one key is met by leaving parents out. One that compares the columns of two keys of a row is met by
the key that picks later: among the parents that stand right to the one picked before, see `pairs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.apart import rests_on
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.checks.openness import is_left_open, needs_parent
from pytest_misata.engine.checks.stated import about_keys, setting_for
from pytest_misata.engine.checks.ways import atoms_of, is_vague
from pytest_misata.engine.keys.alternatives import alternatives
from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.keys import Pick, picks
from pytest_misata.schema.sql.predicates import TURNED, Col, Compare, IsNull, Or, columns
from pytest_misata.schema.uniqueness import is_checked

if TYPE_CHECKING:
    from pytest_misata.engine.checks.rules import Group
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.world import World
    from pytest_misata.schema.sql.predicates import Predicate

Bool = NDArray[np.bool_]

_ORDERED = frozenset({"integer", "numeric", "float", "date", "datetime", "uuid"})
"""Kinds whose values stand in the same order in every database."""
_EQUATED = _ORDERED | {"string", "text"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a CHECK asks of a key's parent, given the parent of a key that picks before it: `column op other`."""

    later: ForeignKey
    column: str
    op: str
    earlier: ForeignKey
    other: str
    part: Part

    @property
    def parent_column(self) -> str:
        """The column of the later key's parent that is compared."""
        return self.later.parent_columns[self.later.columns.index(self.column)]

    @property
    def other_parent_column(self) -> str:
        """The column of the earlier key's parent that it is compared with."""
        return self.earlier.parent_columns[self.earlier.columns.index(self.other)]


def meeting(world: World, table: TableConfig, pick: Pick) -> Bool | None:
    """Which parents a key may pick by the CHECKs about its columns; None where no CHECK is about them."""
    if not any(is_checked(table, table.columns[name]) for name in pick.own):
        return None
    alone = [part for part in _about_values(world, table) if _is_about(part, pick.key.columns)]
    groups = [group for group in rules_for(world, table).groups if _asks(group, pick.own)]
    if not alone and not groups:
        return None
    count, setting = world.counts[pick.key.parent], setting_for(world.schema, table)
    cells = _as_own(world, pick.key, count)
    found = np.ones(count, dtype=np.bool_)
    for part in alone:
        found &= _met(part.formula, cells, world.schema, table, count)
    for group in groups:
        ways = [way for way in group.ways if not any(needs_parent(way, name) is False for name in pick.own)]
        found &= np.any([is_left_open(way, cells, setting, count) for way in ways], axis=0) if ways else False
    return found


def _is_about(part: Part, names: Sequence[str]) -> bool:
    return set(columns(part.formula)) <= set(names)


def _about_values(world: World, table: TableConfig) -> list[Part]:
    """The conditions about columns of foreign keys that ask for more than NULL or not."""
    return [part for part in about_keys(world, table) if next(atoms_of(part.formula), None) is not None]


def _asks(group: Group, names: Sequence[str]) -> bool:
    """Whether a way of a group is open for some values of these columns only, which are made elsewhere."""
    return any(rests_on(way, names) for way in group.ways)


def _as_own(world: World, key: ForeignKey, count: int) -> Mapping[str, Cells]:
    """The values that each parent gives to the columns of the key."""
    run = world.run(key.parent, 0, count)
    return {name: run[theirs] for name, theirs in zip(key.columns, key.parent_columns, strict=True)}


def _met(formula: Predicate, cells: Mapping[str, Cells], schema: SchemaConfig, table: TableConfig, count: int) -> Bool:
    try:
        return meets(formula, cells, setting_for(schema, table), count)
    except NotEvaluable:
        return np.ones(count, dtype=np.bool_)


def narrowed(world: World, table: TableConfig) -> list[Part]:
    """The conditions that the choice of parents sees to."""
    setting = setting_for(world.schema, table)
    about = [part for part in _about_values(world, table) if not is_vague(part.formula, setting)]
    alone = [p for p in about if any(pick.own and _is_about(p, pick.key.columns) for pick in picks(table))]
    one_of = [part for alternative in alternatives(world, table) for part in alternative.parts]
    return [*alone, *one_of, *(comparison.part for comparison in comparisons(world, table))]


def comparisons(world: World, table: TableConfig) -> list[Comparison]:
    """The CHECKs that compare columns of two foreign keys, each as what it asks of the key that picks later."""
    order = [pick for pick in picks(table) if pick.own and pick.key.parent != table.key]
    found = []
    for part in about_keys(world, table):
        match _plain(part.formula):
            case Compare(op, Col(left), Col(right)):
                places = [_place(order, left), _place(order, right)]
                if -1 in places or places[0] == places[1] or not _are_comparable(table, op, left, right):
                    continue
                if places[0] < places[1]:
                    left, right, op, places = right, left, TURNED[op], places[::-1]
                found.append(Comparison(order[places[0]].key, left, op, order[places[1]].key, right, part))
    return found


def _plain(formula: Predicate) -> Predicate:
    """A comparison without "or one of its columns is NULL", which a comparison passes anyway."""
    if not isinstance(formula, Or):
        return formula
    others = [part for part in formula.parts if not isinstance(part, IsNull)]
    nulls = {part.term.name for part in formula.parts if isinstance(part, IsNull) and isinstance(part.term, Col)}
    if len(others) == 1 and isinstance(others[0], Compare) and nulls <= set(columns(others[0])):
        return others[0]
    return formula


def _place(order: Sequence[Pick], column: str) -> int:
    """The place of the key that decides a column; -1 where none does."""
    return next((at for at, pick in enumerate(order) if column in pick.own), -1)


def _are_comparable(table: TableConfig, op: str, left: str, right: str) -> bool:
    types = [table.columns[name].type for name in (left, right)]
    alike = types[0].kind == types[1].kind and types[0].scale == types[1].scale
    kinds = _EQUATED if op in {"=", "<>"} else _ORDERED
    return alike and types[0].kind in kinds
