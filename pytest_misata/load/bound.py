"""Columns whose values go through the bind processing of their SQLAlchemy type: TypeDecorators, types of the user."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, Connection, Table
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.errors import LoadError
from pytest_misata.load.existing import type_of
from pytest_misata.load.objects import Convert, to_object
from pytest_misata.load.plain import inferred_cells
from pytest_misata.load.statements import column_of
from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.types import ColumnType


def bind(connection: Connection, config: TableConfig, table: Table, cells: Mapping[str, Cells]) -> dict[str, Cells]:
    """The same columns, those that are bound in the form that their types hand to the driver."""
    return {
        name: _bound(f"{config.key}.{name}", connection, column_of(table, name).type, column)
        if config.columns[name].bound
        else column
        for name, column in cells.items()
    }


def stored_type(connection: Connection, type_: TypeEngine[Any]) -> ColumnType:
    """What a bound column is in the database, under all that decorates its type."""
    return type_of(_implementation(type_, connection.dialect))


def _implementation(type_: TypeEngine[Any], dialect: Dialect) -> Any:
    found: Any = type_.dialect_impl(dialect)
    while isinstance(found, TypeDecorator):
        found = found.impl_instance.dialect_impl(dialect)
    return found


def _bound(where: str, connection: Connection, type_: TypeEngine[Any], cells: Cells) -> Cells:
    dialect = _neutral(connection.dialect)
    process = type_.dialect_impl(dialect).bind_processor(dialect)
    take = to_object(cells.type)
    values = [value if value is None or take is None else take(value) for value in cells.to_list()]
    return _as_cells(where, dialect, type_, values if process is None else _processed(where, type_, process, values))


def _processed(where: str, type_: TypeEngine[Any], process: Convert, values: list[Any]) -> list[Any]:
    done: list[Any] = []
    try:
        for value in values:
            done.append(_of_nothing(process) if value is None else process(value))
    except Exception as error:
        raise LoadError(
            f"{where}: {type(type_).__name__} does not take {values[len(done)]!r} "
            f"({type(error).__name__}: {(str(error).splitlines() or [''])[0]}); "
            "state values that it takes by info={'misata': ...} or choose()"
        ) from error
    return done


def _of_nothing(process: Convert) -> Any:
    """What a type makes of NULL: NULL, also where it was not written with that in mind."""
    try:
        return process(None)
    except Exception:
        return None


def _as_cells(where: str, dialect: Dialect, type_: TypeEngine[Any], values: list[Any]) -> Cells:
    stored = _implementation(type_, dialect)
    if isinstance(stored, ARRAY):
        texts = [None if value is None else json.dumps(value, default=_element) for value in values]
        return text_cells(ColumnType("array", item=type_of(stored.item_type)), texts)
    if type_of(stored).is_text and type_of(stored).kind != "binary":
        # Some types hand bytes to a column of text, which a driver sends as the text that they are.
        values = [_text(where, value) if isinstance(value, bytes) else value for value in values]
    return inferred_cells(where, values)


def _text(where: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise LoadError(
            f"{where}: its type gives bytes that are no text, {value[:20]!r}, for a column of text"
        ) from None


def _element(value: Any) -> Any:
    """What JSON has no form for, as arrays of the engine have it."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.hex() if isinstance(value, bytes) else str(value)


def _neutral(dialect: Dialect) -> Dialect:
    """The dialect without a driver's own wrappers: rows reach PostgreSQL as text."""
    if dialect.name != "postgresql":
        return dialect
    make: Any = PGDialect
    neutral: Dialect = make(json_serializer=getattr(dialect, "_json_serializer", None))
    neutral.server_version_info = dialect.server_version_info
    return neutral
