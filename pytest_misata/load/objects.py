"""From the engine's texts of arrays, documents and identifiers to the Python objects that SQLAlchemy's types take."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from pytest_misata.schema.types import ColumnType

Convert = Callable[[Any], Any]


def to_object(type_: ColumnType) -> Convert | None:
    """What turns a value of `Cells.to_list` into the object a type takes; None where it is that object already."""
    if type_.kind == "array":
        item = type_.item or ColumnType("text")
        return lambda text: elements(item, _deep(json.loads(text, parse_float=Decimal), type_.dimensions))
    return _OBJECTS.get(type_.kind)


_OBJECTS: dict[str, Convert] = {"uuid": UUID, "json": json.loads}


def elements(item: ColumnType, value: Any) -> Any:
    """The elements of an array, of any depth, as Python objects of their type."""
    if isinstance(value, list):
        return [elements(item, part) for part in value]
    convert = _ELEMENTS.get(item.kind)
    return value if value is None or convert is None else convert(value)


_ELEMENTS: dict[str, Convert] = {
    "uuid": UUID,
    "numeric": lambda value: Decimal(str(value)),
    "float": float,
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
    "interval": lambda seconds: dt.timedelta(seconds=seconds),
    "binary": bytes.fromhex,
}
"""What JSON has no form for: bytes are hexadecimal digits in it, intervals seconds, all else text."""


def _deep(value: list[Any], dimensions: int) -> list[Any]:
    """The array, within as many others as make it that deep; one of no elements has no depth."""
    depth = 0
    inner: Any = value
    while isinstance(inner, list) and inner:
        depth, inner = depth + 1, inner[0]
    for _ in range(dimensions - depth if depth else 0):
        value = [value]
    return value


def array_literal(type_: ColumnType, text: str) -> str:
    """A JSON array as PostgreSQL writes an array of that type: braces, elements in quotes, NULL bare."""
    item = type_.item or ColumnType("text")
    if item.kind == "json":
        return "{" + ",".join(_literal(json.dumps(part, ensure_ascii=False)) for part in json.loads(text)) + "}"
    value = _deep(json.loads(text, parse_float=Decimal), type_.dimensions)
    return _literal(value, "\\x" if item.kind == "binary" else "")


def _literal(value: Any, prefix: str = "") -> str:
    if isinstance(value, list):
        return "{" + ",".join(_literal(part, prefix) for part in value) + "}"
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    return '"' + (prefix + str(value)).replace("\\", "\\\\").replace('"', '\\"') + '"'
