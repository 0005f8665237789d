"""Which ways to meet CHECKs are left open by the columns that are made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.schema.sql.predicates import columns

if TYPE_CHECKING:
    from pytest_misata.engine.checks.linear import Bound
    from pytest_misata.engine.checks.rules import Group
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Way
    from pytest_misata.schema.sql.predicates import Predicate

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

EITHER, NULL, THERE = 0, 1, 2


def state_in(way: Way, name: str) -> int:
    """Whether a column is NULL in a way, is not, or may be either: one of the three numbers."""
    domain = way.domains.get(name)
    if domain is None:
        return EITHER
    return NULL if not domain.values else EITHER if domain.null else THERE


def needs_parent(way: Way, name: str) -> bool | None:
    """Whether a column of a foreign key has a value in a way, or is NULL; None where it may be either."""
    return {EITHER: None, NULL: False, THERE: True}[state_in(way, name)]


def always_open(group: Group) -> list[list[Way]]:
    """Ways of which one has to be open: those that no column made elsewhere can close, or those that each lets be."""
    found = [way for way in group.ways if not _closed_by(way)]
    if found:
        return [found]
    conditions = list(dict.fromkeys(_closed_by(way) for way in group.ways))
    return [[way for way in group.ways if _closed_by(way) == condition] for condition in conditions]


def _closed_by(way: Way) -> tuple[Predicate | Bound, ...]:
    """What columns that are made elsewhere have to meet for a way."""
    return (*way.given, *(way.relations.left if way.relations else ()))


def is_left_open(way: Way, given: Mapping[str, Cells], setting: Setting, rows: int) -> Bool:
    """Where these columns, as far as conditions are about them alone, leave a way open."""
    found = np.ones(rows, dtype=np.bool_)
    for formula in way.given:
        if set(columns(formula)) <= set(given):
            try:
                found &= meets(formula, given, setting, rows)
            except NotEvaluable:
                continue
    for bound in way.relations.left if way.relations else ():
        found &= _met(bound, given, way, rows)
    return found


def _met(bound: Bound, given: Mapping[str, Cells], way: Way, rows: int) -> Bool:
    assert way.relations is not None
    total, unknown = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.bool_)
    for variable, factor in bound.factors:
        for name in way.relations.products.get(variable, (variable,)):
            if name not in given:
                return np.ones(rows, dtype=np.bool_)
        part = np.full(rows, factor, dtype=np.int64)
        for name in way.relations.products.get(variable, (variable,)):
            part = part * given[name].data
            null = given[name].null
            unknown = unknown if null is None else unknown | null
        total += part
    met: Bool = (total <= bound.limit) | unknown
    return met
