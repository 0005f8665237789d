"""Columns whose values go through the bind processing of their SQLAlchemy type: TypeDecorators, types of the user."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table
from sqlalchemy.types import TypeEngine

from pytest_misata.engine.cells import Cells
from pytest_misata.load.plain import inferred_cells
from pytest_misata.schema.config import TableConfig

_TAKES: dict[str, Callable[[Any], Any]] = {"uuid": UUID, "json": json.loads, "array": json.loads}
"""What a type expects of Python, where that is another object than the engine's."""


def bind(connection: Connection, config: TableConfig, table: Table, cells: Mapping[str, Cells]) -> dict[str, Cells]:
    """The same columns, those that are bound in the form that their types hand to the driver."""
    return {
        name: _bound(f"{config.key}.{name}", connection, _type_of(table, name), column)
        if config.columns[name].bound
        else column
        for name, column in cells.items()
    }


def _type_of(table: Table, name: str) -> TypeEngine[Any]:
    return next(column.type for column in table.columns if column.name == name)


def _bound(where: str, connection: Connection, type_: TypeEngine[Any], cells: Cells) -> Cells:
    process = type_.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    take = _TAKES.get(cells.type.kind, _same)
    values = [None if value is None else take(value) for value in cells.to_list()]
    return inferred_cells(where, [value if process is None else process(value) for value in values])


def _same(value: Any) -> Any:
    return value
