"""Conditions of rules and CHECKs evaluated on some rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.numbers import Bool
from pytest_misata.engine.checks.setting import DAY, Setting
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import read
from pytest_misata.engine.verification import evaluated
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Column, SchemaConfig, TableConfig
from pytest_misata.schema.rules import Condition, Fold
from pytest_misata.schema.sql.checks import Reading
from pytest_misata.schema.sql.predicates import Predicate, columns, holds, passes
from pytest_misata.schema.types import DATE, INTEGER, ColumnType

if TYPE_CHECKING:
    from pytest_misata.engine.coherence.folds import Folded


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that all rows of a table are held against, under the name and SQL it is told by."""

    table: TableConfig
    name: str
    sql: str
    condition: Condition
    check: Reading | None = None
    """The CHECK that it is; None for a declared rule."""


def broken(held: Held, frame: Frame, folded: Folded) -> Bool:
    """The rows that do not meet it; as in a CHECK, what is unknown passes.

    Raises SchemaError where a declared rule cannot be evaluated. A CHECK that only the database can tell passes.
    """
    try:
        return ~_met(passes(held.condition.predicate), held.condition, frame, folded)
    except NotEvaluable as error:
        if held.check is None:
            raise SchemaError(f"{held.table.key}: {held.name}: this cannot be evaluated: {error}") from None
    rows = evaluated(held.check, partial(_read, frame), _setting(frame, held.condition))
    found = np.zeros(len(frame), dtype=np.bool_)
    found[[] if rows is None else rows] = True
    return found


def _read(frame: Frame, names: Sequence[str]) -> dict[str, Cells]:
    return {name: frame[name] for name in names}


def true(condition: Condition, frame: Frame) -> Bool:
    """The rows for which a condition is true."""
    try:
        return _met(holds(condition.predicate), condition, frame, {})
    except NotEvaluable as error:
        raise SchemaError(f"{frame.table.key}: this cannot be evaluated: {error}") from None


def mentioned(condition: Condition, frame: Frame, folded: Folded) -> dict[str, Cells]:
    """The columns that a condition is about, by the names it has for them."""
    return {name: _cells(frame, condition, folded, name) for name in columns(condition.predicate)}


def _met(formula: Predicate, condition: Condition, frame: Frame, folded: Folded) -> Bool:
    return meets(formula, mentioned(condition, frame, folded), _setting(frame, condition), len(frame))


def _cells(frame: Frame, condition: Condition, folded: Folded, name: str) -> Cells:
    if name in condition.folds:
        return folded[fold_key(condition.folds[name])].take(frame.rows)
    if name in condition.days:
        return _days(read(frame, condition.days[name]))
    return read(frame, name)


def _days(cells: Cells) -> Cells:
    """The days on which moments lie."""
    return cells if cells.type.kind == "date" else Cells(DATE, cells.data // DAY, None, cells.null)


def fold_key(fold: Fold) -> str:
    """What tells a sum over children from others."""
    return repr((fold.name, fold.table, fold.key.columns, fold.column, fold.where))


def _setting(frame: Frame, condition: Condition) -> Setting:
    """The table with columns for what is read elsewhere, by whose types values are compared."""
    schema, table = frame.world.schema, frame.table
    elsewhere = {name: Column(name, type_, nullable=True) for name, type_ in _types(schema, table, condition)}
    wide = TableConfig(table.name, {**table.columns, **elsewhere})
    return Setting(wide, schema.dialect, schema.reference_date, schema.history_days)


def _types(schema: SchemaConfig, table: TableConfig, condition: Condition) -> Iterator[tuple[str, ColumnType]]:
    for path in condition.paths:
        yield path, _type(schema, table, path)
    for name in condition.days:
        yield name, DATE
    for name, fold in condition.folds.items():
        yield name, fold_type(schema, fold)


def fold_type(schema: SchemaConfig, fold: Fold) -> ColumnType:
    """The type of a sum over children."""
    return INTEGER if fold.name == "count" else schema.tables[fold.table].columns[fold.column].type


def _type(schema: SchemaConfig, table: TableConfig, path: str) -> ColumnType:
    first, _, rest = path.partition(".")
    key = table.foreign_key(first) if rest else None
    return _type(schema, schema.tables[key.parent], rest) if key is not None else table.columns[first].type


def values_at(cells: Mapping[str, Cells], at: int) -> dict[str, Any]:
    """The values of some columns in one row."""
    return {name: column.take(np.array([at])).to_list()[0] for name, column in cells.items()}
