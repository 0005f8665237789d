"""Foreign keys that are NULL where the parents that rows have picked break a CHECK about keys alone.

Of `dam <> sire`, both of the own table, the first rows have no two parents to choose from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.checks.stated import about_keys, setting_for
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.alternatives import alternatives
from pytest_misata.engine.keys.narrowing import narrowed
from pytest_misata.engine.kinds.registry import Maker
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.keys import picks
from pytest_misata.schema.sql.predicates import Predicate, columns
from pytest_misata.schema.uniqueness import may_be_null

if TYPE_CHECKING:
    from pytest_misata.engine.world import World


def loosened(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """A foreign key of one column that may be NULL, left NULL in rows that break such a CHECK."""
    broken = [formula for formula in _formulas(world, table) if _loose(table, formula) == column.name]
    if not broken:
        return make
    setting = setting_for(world.schema, table)

    def make_loose(frame: Frame) -> Cells:
        cells, rows = make(frame), len(frame)
        met = np.ones(rows, dtype=np.bool_)
        for formula in broken:
            others = {name: frame[name] for name in columns(formula) if name != column.name}
            try:
                met &= meets(formula, {**others, column.name: cells}, setting, rows)
            except NotEvaluable:
                continue
        if met.all():
            return cells
        null = ~met if cells.null is None else cells.null | ~met
        return Cells(cells.type, cells.data, cells.vocabulary, null)

    return make_loose


def _formulas(world: World, table: TableConfig) -> Sequence[Predicate]:
    """The conditions about keys alone that nothing else sees to."""
    seen_to = [*narrowed(world, table), *(part for one in alternatives(world, table) for part in one.parts)]
    unmade = [part for part in about_keys(world, table) if part in rules_for(world, table).unmade]
    return [part.formula for part in unmade if part not in seen_to]


def _loose(table: TableConfig, formula: Predicate) -> str | None:
    """The column of a condition about several that is picked last, where it is a key by itself that may be NULL."""
    names = set(columns(formula))
    order = [pick.key for pick in picks(table) if names & set(pick.own)]
    if len(order) < 2:
        return None
    (name, *others), last = order[-1].columns, order[-1]
    able = not others and not last.owner and may_be_null(table, table.columns[name])
    return name if able else None
