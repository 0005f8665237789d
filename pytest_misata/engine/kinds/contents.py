"""Kinds of value that hold other values: JSON objects, and arrays of any type."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.checks.contents import LENGTHS
from pytest_misata.engine.checks.roles import roles_of
from pytest_misata.engine.checks.rules import parts_of, rules_of
from pytest_misata.engine.checks.single import within
from pytest_misata.engine.checks.stated import setting_for
from pytest_misata.engine.draws.hashing import below, chance
from pytest_misata.engine.draws.quantiles import Categories
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column, kind
from pytest_misata.engine.meaning import distinct_generator, generator_inside
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.elements import element_table
from pytest_misata.schema.types import DATETIME, TEXT, ColumnType

Values = list[list[Any]]

_SELDOM = Fraction(2, 5)
"""How often a field is left out that is not always there."""
_TYPES = {
    "text": TEXT,
    "integer": ColumnType("integer"),
    "decimal": ColumnType("numeric", precision=8, scale=2),
    "boolean": ColumnType("boolean"),
    "time": ColumnType("time"),
    "datetime": DATETIME,
}


@kind("object")
def object_(site: Site, *, shape: str, many: bool = False, unique: bool = False) -> Maker:
    """JSON objects of a shape, which is a table of `data/objects.toml`; with `many` a list of one to three.

    Their fields are made as columns of that name would be, so an address in an object is that of the row. A unique one
    has a field `number` besides, the row's own.
    """
    if shape not in toml_file("objects.toml"):
        raise site.error(f"no object of the shape {shape!r}; there are {', '.join(toml_file('objects.toml'))}")
    makers = [_object(site, shape, f"[{number}]" if number else "") for number in range(3 if many else 1)]

    def make(frame: Frame) -> Cells:
        made = [each(frame) for each in makers]
        if unique:
            for row, found in zip(frame.rows.tolist(), made[0], strict=True):
                found["number"] = row + 1
        if not many:
            return text_cells(site.column.type, [_written(found) for found in made[0]])
        counts = (1 + below(site.draw(frame, "count"), 3)).tolist()
        rows = zip(*made, strict=True)
        return text_cells(site.column.type, [_written(list(row[:n])) for row, n in zip(rows, counts, strict=True)])

    return make


def _object(site: Site, shape: str, place: str) -> Callable[[Frame], list[dict[str, Any]]]:
    entry = toml_file("objects.toml")[shape]
    parts = {name: _part(site, f"{name}{place}", name, _TYPES[type_]) for name, type_ in entry["fields"].items()}
    seldom = [name for name in parts if name in entry["seldom"]]

    def make(frame: Frame) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [{} for _ in range(len(frame))]
        for name, maker in parts.items():
            values = maker(frame).to_list()
            left = _left_out(site, frame, f"{name}{place}") if name in seldom else np.zeros(len(frame), np.bool_)
            for at, (value, absent) in enumerate(zip(values, left.tolist(), strict=True)):
                if not absent and value is not None:
                    found[at][name] = _plain(value)
        return found

    return make


def _left_out(site: Site, frame: Frame, name: str) -> NDArray[np.bool_]:
    return chance(site.draw(frame, f"{name} left out"), _SELDOM.numerator, _SELDOM.denominator)


def _part(site: Site, place: str, name: str, type_: ColumnType) -> Maker:
    """A value inside the column, made as a column called `name` would be."""
    column = Column(f"{site.column.name}.{place}", type_)
    generator = generator_inside(site.table, Column(name, type_))
    return compile_column(site.world, site.table, column, generator=generator)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return int(value.total_seconds())
    return value.hex() if isinstance(value, bytes) else value


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@kind("composite")
def composite(site: Site) -> Maker:
    """Values of a composite type of PostgreSQL, each part made as a column of its name would be."""
    makers = [_part(site, name, name, type_) for name, type_ in site.column.type.parts]

    def make(frame: Frame) -> Cells:
        columns = [[_in_row(value) for value in maker(frame).to_list()] for maker in makers]
        return text_cells(site.column.type, [f"({','.join(row)})" for row in zip(*columns, strict=True)])

    return make


def _in_row(value: Any) -> str:
    """A value as a part of a row that is written as text."""
    if value is None:
        return ""
    text = {True: "t", False: "f"}.get(value) if isinstance(value, bool) else None
    written = (text or str(value)).replace("\\", "\\\\").replace('"', '""')
    return f'"{written}"'


@kind("array")
def array(site: Site, *, name: str, unique: bool = False, lengths: Sequence[Any] = LENGTHS) -> Maker:
    """JSON arrays of up to four elements, each made as a column called `name` of the element's type would be.

    In a unique column the row's number is told by the elements themselves.
    """
    item = site.column.type.item or TEXT
    if unique:
        return _unique_arrays(site, item)
    makers = [_element(site, name, item, number) for number in range(len(lengths) - 1)]
    categories = Categories([int(weight) for weight in lengths])

    def make(frame: Frame) -> Cells:
        counts = categories(site.draw(frame, "count")).tolist()
        columns: Values = [_elements(maker(frame)) for maker in makers]
        rows = zip(*columns, strict=True)
        return text_cells(site.column.type, [_list(row[:count]) for row, count in zip(rows, counts, strict=True)])

    return make


def _element(site: Site, name: str, item: ColumnType, number: int) -> Maker:
    column = Column(f"{site.column.name}[{number}]", replace(item, checks=()))
    generator = generator_inside(site.table, Column(name, item), role=f"element {number}" if number else "")
    make = compile_column(site.world, site.table, column, generator=generator)
    return _checked(site, element_table(site.table.key, column.name, item), make) if item.checks else make


def _checked(site: Site, alone: TableConfig, usual: Maker) -> Maker:
    """An element that meets the conditions of its domain."""
    (column,), setting = alone.columns.values(), setting_for(site.world.schema, alone)
    parts = parts_of(read_checks(alone, setting.dialect), setting)
    domain = rules_of(parts, setting, roles_of(alone, parts, setting)).domains.get(column.name)
    return usual if domain is None else within(Site(site.world, alone, column), domain, setting, usual)


def _elements(cells: Cells) -> list[Any]:
    values = cells.to_list()
    # JSON inside an array is a part of the array's own text.
    return [json.loads(value) for value in values] if cells.type.kind == "json" else values


def _list(values: Sequence[Any]) -> str:
    """The elements without those that are there already."""
    return _written(list({str(value): _plain(value) for value in values}.values()))


def _unique_arrays(site: Site, item: ColumnType) -> Maker:
    """Arrays that count: the digits of the row's number in as many symbols as the type has values."""
    symbols = _symbols(site, item)

    def make(frame: Frame) -> Cells:
        return text_cells(site.column.type, [_written(_digits(row + 1, symbols)) for row in frame.rows.tolist()])

    return make


def _symbols(site: Site, item: ColumnType) -> list[Any]:
    if item.values:
        return list(item.values)
    if item.kind == "boolean":
        return [False, True]
    generator = {"integer": Generator("serial"), "numeric": Generator("serial")}.get(item.kind)
    column = Column(f"{site.column.name}[]", item, generator=generator)
    world, rows = site.world, np.arange(64, dtype=np.int64)

    maker = compile_column(world, site.table, column, generator=generator or distinct_generator(column))
    return [_plain(value) for value in _elements(maker(Frame(world, site.table, rows)))]


def _digits(number: int, symbols: Sequence[Any]) -> list[Any]:
    """A number in bijective numeration, so that no two have the same digits."""
    found: list[Any] = []
    while number > 0:
        number, digit = divmod(number - 1, len(symbols))
        found.append(symbols[digit])
    return found[::-1]
