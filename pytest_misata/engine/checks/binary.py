"""Formulas where numbers with decimals are binary fractions, as SQLite has them: 3 * 43.27 is not 129.81 there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.setting import NUMBERS, Setting, units
from pytest_misata.schema.sql.predicates import OPERATORS, And, Arith, Col, Compare, Const, Or, Predicate, Term, columns

Bool = NDArray[np.bool_]
Values = Any
"""An array of floating point numbers, or one of them."""


def is_binary(setting: Setting, names: Iterable[str]) -> bool:
    """Whether the database may keep some of these columns so."""
    return not setting.exact and _may_be_binary(setting, names)


def _may_be_binary(setting: Setting, names: Iterable[str]) -> bool:
    return setting.dialect in {None, "sqlite"} or any(setting.type(name).kind == "float" for name in names)


def meets_exactly(parts: Iterable[Predicate], cells: Mapping[str, Cells], setting: Setting, rows: int) -> Bool:
    """Where formulas are met, in binary fractions too. Raises NotEvaluable where that cannot be told."""
    met = np.ones(rows, dtype=np.bool_)
    for formula in parts:
        met &= meets(formula, cells, setting, rows) & meets_in_binary(formula, cells, setting, rows)
    return met


def meets_in_binary(formula: Predicate, cells: Mapping[str, Cells], setting: Setting, rows: int) -> Bool:
    """Where a formula is met by such numbers, or unknown. Raises NotEvaluable for other than the four operations."""
    match formula:
        case And(parts):
            return reduce(np.logical_and, [meets_in_binary(part, cells, setting, rows) for part in parts])
        case Or(parts):
            return reduce(np.logical_or, [meets_in_binary(part, cells, setting, rows) for part in parts])
        case Compare(op, left, right) if _reckons(left) or _reckons(right):
            return _compared(OPERATORS[op], left, right, cells, setting)
        case _:
            return meets(formula, cells, setting, rows)


def _compared(
    op: Callable[[Any, Any], Any], left: Term, right: Term, cells: Mapping[str, Cells], setting: Setting
) -> Bool:
    names = columns(Compare("=", left, right))
    unknown = [null for name in names if (null := cells[name].null) is not None]
    found: Bool = op(_values(left, cells, setting), _values(right, cells, setting))
    return reduce(np.logical_or, unknown, found)


def _reckons(term: Term) -> bool:
    return isinstance(term, Arith)


def _values(term: Term, cells: Mapping[str, Cells], setting: Setting) -> Values:
    match term:
        case Col(name) if setting.type(name).kind in NUMBERS:
            return cells[name].data.astype(np.float64) / units(setting.type(name))
        case Const(value) if not isinstance(value, bool | str) and value is not None:
            try:
                return float(value)
            except TypeError as error:
                raise NotEvaluable(str(term)) from error
        case Arith(op, left, right) if op in _OPERATIONS:
            return _OPERATIONS[op](_values(left, cells, setting), _values(right, cells, setting))
        case _:
            raise NotEvaluable(str(term))


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
"""Not the division, which is one of whole numbers between whole ones."""
