"""Columns that the database computes, computed here too where rows refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.plain import kept, plain_rows
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.evaluation import Expression, expression
from pytest_misata.schema.sql.nodes import NotUnderstood
from pytest_misata.schema.sql.operators import as_text

if TYPE_CHECKING:
    from pytest_misata.engine.world import World


def computed(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """The values that the database will compute; `make` where its expression cannot be evaluated."""
    found = expression(column.expression, tuple(table.columns), world.schema.dialect) if column.expression else None
    if found is None or column.name in found.columns:
        return make

    def compute(frame: Frame) -> Cells:
        rows = plain_rows({name: frame[name] for name in found.columns}) or [{}] * len(frame)
        try:
            return encode(column.type, [_value(found, row, column) for row in rows])
        except (NotUnderstood, ValueError, ArithmeticError):
            return make(frame)

    return compute


def _value(found: Expression, row: dict[str, Any], column: Column) -> Any:
    value = kept(found.value(row), column.type)
    return as_text(value) if value is not None and column.type.is_text and not isinstance(value, str | bytes) else value
