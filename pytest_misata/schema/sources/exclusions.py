"""EXCLUDE constraints by what the engine can do: ranges and periods that keep clear of each other, and unique keys."""

from __future__ import annotations

from typing import Any

from pytest_misata.schema.config import Column, Exclude, Generator, TableConfig, UniqueIndex
from pytest_misata.schema.sql.checks import parse_condition
from pytest_misata.schema.sql.nodes import bare, function
from pytest_misata.schema.sql.ranges import RANGES, made_range


def keep_apart(table: TableConfig, exclude: Exclude, dialect: str) -> bool:
    """See to a constraint by how columns are made; whether that can be done. Changes the table.

    A range that overlaps no other row's meets every one with &&, and so does a period between two columns; one with =
    alone is a unique key, and one with a single <> has rows agree.
    """
    names = tuple(name for name, _ in exclude.elements)
    apart = [part for part, operator in exclude.elements if operator == "&&"]
    columns = [table.columns[part] for part in apart if part in table.columns]
    spans = [column for column in columns if _is_range(column) and not column.generated]
    apart += [column.expression for column in columns if column.generated and column.expression]
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
    return _can_agree(table, exclude)


def _can_agree(table: TableConfig, exclude: Exclude) -> bool:
    """Whether rows that are equal in some columns can be made to agree in another one: one that tells none apart."""
    column = table.columns.get(exclude.agreeing or "")
    if column is None or column.generated or not all(part in table.columns for part, _ in exclude.elements):
        return False
    keys = (table.primary_key, *table.uniques, *(index.columns for index in table.unique_indexes))
    return not any(column.name in unique for unique in keys)


def _is_range(column: Column) -> bool:
    return (column.type.native or "") in RANGES


def _ends(table: TableConfig, expression: str, dialect: str) -> tuple[Column, Column] | None:
    """The two columns between which a range lies that `daterange(first, last)` makes of them."""
    tree: Any = parse_condition(expression, dialect)
    made = None if tree is None else made_range(tree)
    parts = [] if made is None else [bare(made.low), bare(made.high)]
    columns = [table.columns.get(part.name) for part in parts if type(part).__name__ == "Column"]
    first, last = columns if len(columns) == 2 else (None, None)
    if first is None or last is None or {first.type.kind, last.type.kind} != {RANGES[function(tree)]}:
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
