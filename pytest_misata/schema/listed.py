"""The values that a column may have, where they are few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_misata.schema.config import Column, SchemaConfig, TableConfig
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.predicates import Among, Col, Compare, Const, Or, Predicate, conjuncts


def listed_values(schema: SchemaConfig, table: TableConfig, column: Column) -> list[Any]:
    """The values a column may have, where they are few: as stated, of its type, or of a CHECK; empty otherwise."""
    if column.generator is not None:
        return list(column.generator.options.get("values", ()))
    return checked_values(table, column, schema.dialect)


def checked_values(table: TableConfig, column: Column, dialect: str | None = None) -> list[Any]:
    """The values that a column's type and the CHECKs of its table all list, in the order of the longest list.

    Empty where none does.
    """
    lists = [list(column.type.values), *_checked_values(table, column, dialect)]
    longest = max(lists, key=len)
    return [value for value in longest if all(value in listed for listed in lists if listed)]


def _checked_values(table: TableConfig, column: Column, dialect: str | None) -> Iterator[list[Any]]:
    if not is_checked(table, column):
        return
    for reading in read_checks(table, dialect):
        for part in conjuncts(reading.predicate):
            listed = _listed(part, column.name)
            if listed:
                yield listed


def is_checked(table: TableConfig, column: Column) -> bool:
    """Whether any CHECK may be about the column, told without parsing one."""
    return any(column.name.lower() in check.sql.lower() for check in table.checks)


def _listed(predicate: Predicate, column: str) -> list[Any]:
    """The constants that a column is one of, by a predicate that says just that."""
    match predicate:
        case Among(Col(name), values) if name == column:
            return [value for value in values if isinstance(value, str | int)]
        case Or(parts):
            lists = [_listed(part, column) for part in parts]
            return [value for found in lists for value in found] if all(lists) else []
        case Compare("=", Col(name), Const(value)) if name == column and isinstance(value, str | int):
            return [value]
    return []
