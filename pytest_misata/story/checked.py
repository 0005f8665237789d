"""Between which numbers the CHECK constraints and the rules of a table leave a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.predicates import And, Col, Compare, Const, Predicate

Limits = tuple[Fraction | None, Fraction | None]


def limits(table: TableConfig, column: Column) -> Limits:
    """The least and the most that a column may be, each None where nothing says so."""
    bounds = [bound for reading in read_checks(table) for bound in _bounds(reading.predicate, column)]
    least = max((value for op, value in bounds if op == ">="), default=None)
    most = min((value for op, value in bounds if op == "<="), default=None)
    return least, most


def ceiling(table: TableConfig, column: str) -> str | None:
    """The column, of the row or of a parent, that another may not exceed by a declared rule: a load, the payload."""
    rules = (re.fullmatch(rf"{column} <= ([a-z_]\w*(?:\.\w+)*)", rule.sql) for rule in table.rules)
    return next((found[1] for found in rules if found), None)


def _bounds(predicate: Predicate | None, column: Column) -> Iterator[tuple[str, Fraction]]:
    if isinstance(predicate, And):
        for part in predicate.parts:
            yield from _bounds(part, column)
    elif isinstance(predicate, Compare) and predicate.left == Col(column.name) and isinstance(predicate.right, Const):
        places = column.type.scale if column.type.kind in ("numeric", "float") else 0
        yield from _bound(predicate.op, predicate.right.value, Fraction(1, 10**places))


def _bound(op: str, value: object, unit: Fraction) -> Iterator[tuple[str, Fraction]]:
    """A strict bound is one away from what the column cannot be."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return
    if op in ("<=", ">="):
        yield op, Fraction(value)
    elif op in ("<", ">"):
        yield f"{op}=", value - unit if op == "<" else value + unit


def why_not(table: TableConfig, column: Column, low: Fraction, high: Fraction) -> str:
    """Why a column cannot be from `low` to `high`; empty where it can."""
    least, most = limits(table, column)
    if (least is None or least <= low) and (most is None or high <= most):
        return ""
    ends = (("at least", least), ("at most", most))
    told = [f"{word} {float(bound):g}" for word, bound in ends if bound is not None]
    return f"{table.key}.{column.name} is {' and '.join(told)}"
