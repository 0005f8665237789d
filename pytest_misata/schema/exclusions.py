"""EXCLUDE constraints by what the engine can do: ranges and periods that keep clear of each other, and unique keys."""

from __future__ import annotations

from typing import Any

from pytest_misata.schema.checks import parse_condition
from pytest_misata.schema.config import Column, Exclude, Generator, TableConfig, UniqueIndex
from pytest_misata.schema.nodes import arguments, bare, function

_RANGES = {
    "int4range": "integer",
    "int8range": "integer",
    "numrange": "numeric",
    "daterange": "date",
    "tsrange": "datetime",
    "tstzrange": "datetime",
}
"""The types of ranges, with those of their ends."""


def keep_apart(table: TableConfig, exclude: Exclude, dialect: str) -> bool:
    """See to a constraint by how columns are made; whether that can be done. Changes the table.

    A range that overlaps no other row's meets every one with &&, and so does a period between two columns; one with =
    alone is a unique key.
    """
    names = tuple(name for name, _ in exclude.elements)
    apart = [part for part, operator in exclude.elements if operator == "&&"]
    spans = [table.columns[part] for part in apart if part in table.columns and _is_range(table.columns[part])]
    if spans:
        spans[0].generator = spans[0].generator or Generator("span", {"within": _beside(table, exclude)})
        return True
    for part in apart:
        ends = _ends(table, part, dialect)
        if ends is not None:
            _make_periods(table, exclude, *ends)
            return True
    if {operator for _, operator in exclude.elements} == {"="} and set(names) <= set(table.columns):
        table.unique_indexes.append(UniqueIndex(names, names, where=exclude.where, name=exclude.name))
        return True
    return False


def _is_range(column: Column) -> bool:
    return (column.type.native or "") in _RANGES


def _ends(table: TableConfig, expression: str, dialect: str) -> tuple[Column, Column] | None:
    """The two columns between which a range lies that `daterange(first, last)` makes of them."""
    tree: Any = parse_condition(expression, dialect)
    kind = None if tree is None else _RANGES.get(function(tree))
    parts = [bare(part) for part in arguments(tree)[:2]] if kind is not None else []
    columns = [table.columns.get(part.name) for part in parts if type(part).__name__ == "Column"]
    first, last = columns if len(columns) == 2 else (None, None)
    if first is None or last is None or {first.type.kind, last.type.kind} != {kind}:
        return None
    return None if first.generator or last.generator or first is last else (first, last)


def _beside(table: TableConfig, exclude: Exclude) -> list[str]:
    """The columns by which rows may overlap where they differ."""
    return [part for part, operator in exclude.elements if operator == "=" and part in table.columns]


def _make_periods(table: TableConfig, exclude: Exclude, first: Column, last: Column) -> None:
    options = {
        "name": exclude.name or f"{first.name}, {last.name}",
        "within": _beside(table, exclude),
    }
    first.generator, last.generator = Generator("slot", options), Generator("slot", {**options, "end": True})
