"""Cells as plain values, on which conditions are evaluated, and plain values as cells take them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.setting import limits, units
from pytest_misata.schema.sql.functions import Interval, half_up, moment, range_of
from pytest_misata.schema.types import ColumnType

NO_VALUE = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What reckoning with values may end in, where these have no result."""


def plain_rows(cells: Mapping[str, Cells]) -> list[dict[str, Any]]:
    """Rows of plain values, as conditions are evaluated on."""
    names = list(cells)
    columns = [_plain(cells[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(cells: Cells) -> list[Any]:
    read = _READ.get(cells.type.kind) or _READ.get(str(cells.type.native))
    if cells.type.kind == "native" and "range" in str(cells.type.native):
        read = _range_reader(str(cells.type.native))
    values = cells.to_list()
    return values if read is None else [None if value is None else read(value) for value in values]


def _range_reader(native: str) -> Callable[[str], Any]:
    if "multi" in native:
        return str
    kinds: Mapping[str, Callable[[str], Any]] = {"int": int, "num": Fraction, "dat": dt.date.fromisoformat}
    of = kinds.get(native[:3], moment)
    return lambda text: range_of(text, of)


_PAIR = re.compile(r'"([^"]*)"=>"([^"]*)"')
_READ: Mapping[str, Callable[[Any], Any]] = {
    "numeric": Fraction,
    "datetime": moment,
    "json": json.loads,
    "array": json.loads,
    "hstore": lambda text: dict(_PAIR.findall(text)),
}


def fitted(value: Any, type_: ColumnType) -> Any:
    """The value as the column can hold it; None where it cannot."""
    if value is None:
        return None
    if type_.kind in {"string", "text"}:
        fits = isinstance(value, str) and (type_.length is None or len(value) <= type_.length)
        return value if fits else None
    if type_.kind in {"integer", "numeric", "float"}:
        unit, (low, high) = units(type_), limits(type_)
        exact = (value if isinstance(value, int | Fraction) else Fraction(value)) * unit
        if not low <= exact <= high:
            return None
        return int(value) if type_.kind == "integer" else Fraction(half_up(exact), unit)
    if type_.kind == "date" and isinstance(value, dt.datetime):
        return value.date()
    return value


def kept(value: Any, type_: ColumnType) -> Any:
    """A plain value as `encode` takes it."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    if type_.native == "hstore" and isinstance(value, dict):
        return ", ".join(f'"{key}"=>"{text}"' for key, text in value.items())
    if type_.kind in {"json", "array"} and value is not None:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Interval):
        low, high = (_end(end) for end in (value.low, value.high))
        return f"{value.brackets[0]}{low},{high}{value.brackets[1]}"
    return value


def _end(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return f'"{value.isoformat(" ")}"'
    return "" if value is None else str(value)
