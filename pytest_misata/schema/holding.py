"""Whether a column can hold a value that somebody states for it."""

from __future__ import annotations

import enum
from fractions import Fraction
from typing import Any

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.types import ColumnType


def check_holds(where: str, type_: ColumnType, value: Any) -> None:
    """Raise SchemaError, which names the column and the value, where a column of a type cannot hold it."""
    if value is None:
        return
    parts = str(value).split(",") if type_.native == "set" else [value]
    if type_.values and not set(parts) <= {*type_.values}:
        raise SchemaError(f"{where}: {value!r} is none of {', '.join(map(str, type_.values))}")
    if type_.kind == "string" and type_.length is not None and len(str(value)) > type_.length:
        raise SchemaError(f"{where}: {value!r} has {len(str(value))} characters and the column holds {type_.length}")
    ends = _ends(type_)
    if ends is not None and not ends[0] <= _number(where, type_, value) <= ends[1]:
        raise SchemaError(f"{where}: {value!r} does not lie between {ends[0]} and {ends[1]}, which the column holds")


def _ends(type_: ColumnType) -> tuple[int, int] | None:
    """The whole numbers that all of a type's values lie between."""
    if type_.kind == "integer":
        return (0, 2**type_.bits - 1) if type_.unsigned else (-(2 ** (type_.bits - 1)), 2 ** (type_.bits - 1) - 1)
    if type_.kind == "numeric":
        most = 10 ** max(type_.precision - type_.scale, 0)
        return (1 - most, most - 1) if not type_.scale else (-most, most)
    return None


def _number(where: str, type_: ColumnType, value: Any) -> Fraction:
    try:
        return Fraction(str(int(value) if isinstance(value, bool) else value))
    except (ValueError, TypeError, ArithmeticError):
        raise SchemaError(f"{where}: {value!r} does not fit its type {type_.kind}") from None


def check_choices(schema: SchemaConfig) -> None:
    """Raise SchemaError where a column is to be chosen from a value that it cannot hold."""
    for table in schema.tables.values():
        for column in table.columns.values():
            generator = column.generator
            values = generator.options.get("values") if generator is not None and generator.kind == "choice" else None
            for value in values if isinstance(values, list | tuple) and not column.opaque else ():
                check_holds(f"{table.key}.{column.name}", column.type, value)


def member_stored(type_: ColumnType, value: Any) -> Any:
    """What a column keeps for a member of an enumeration: its name, or its value where the column lists that."""
    if not isinstance(value, enum.Enum) or value in type_.values:
        return value
    return value.name if value.name in type_.values else value.value
