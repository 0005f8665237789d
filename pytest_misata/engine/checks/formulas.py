"""Formulas of `schema.sql.predicates` evaluated on the cells of some rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.numbers import Bool
from pytest_misata.engine.checks.reading import typed
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.schema.sql.predicates import And, Col, IsNull, Not, Or, Predicate, Truth, columns


class NotEvaluable(Exception):
    """A formula with an atom that cannot be told."""


def meets(formula: Predicate, cells: Mapping[str, Cells], setting: Setting, rows: int) -> Bool:
    """Where a formula of `passes` or `holds` is met. Raises NotEvaluable."""
    match formula:
        case And(parts):
            return reduce(np.logical_and, [meets(part, cells, setting, rows) for part in parts])
        case Or(parts):
            return reduce(np.logical_or, [meets(part, cells, setting, rows) for part in parts])
        case Truth(value):
            return np.full(rows, value is not False, dtype=np.bool_)
        case IsNull(Col(name)):
            return _nulls(cells[name])
        case Not(IsNull(Col(name))):
            return ~_nulls(cells[name])
        case _:
            return _atom(formula, cells, setting)


def _atom(formula: Predicate, cells: Mapping[str, Cells], setting: Setting) -> Bool:
    atom = typed(formula, setting)
    if atom is None:
        raise NotEvaluable(str(formula))
    read = {name: cells[name] for name in columns(formula)}
    return reduce(np.logical_or, map(_nulls, read.values()), atom.test(read))


def _nulls(cells: Cells) -> Bool:
    return np.zeros(len(cells), dtype=np.bool_) if cells.null is None else cells.null
