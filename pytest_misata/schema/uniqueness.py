"""Which column of each unique key has to differ from row to row, so that the key does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pytest_misata.schema.config import Column, ForeignKey, TableConfig

Scope = Literal["table", "siblings"]
"""Values differ in the whole table, or among the children of one owner."""


def carried_by(table: TableConfig, column: Column) -> Scope | None:
    """How far the values of a column have to differ: it carries a unique key that no other column does."""
    scopes = [_scope(table, unique) for unique in unique_keys(table) if carrier(table, unique) == column.name]
    if "table" in scopes:
        return "table"
    return "siblings" if scopes else None


def unique_keys(table: TableConfig) -> list[tuple[str, ...]]:
    """The primary key and the unique constraints."""
    return [unique for unique in (table.primary_key, *table.uniques) if unique]


def is_one_to_one(table: TableConfig, key: ForeignKey) -> bool:
    """Whether a parent has one such child at the most."""
    return any(set(unique) <= set(key.columns) for unique in unique_keys(table))


def carrier(table: TableConfig, unique: Sequence[str]) -> str | None:
    """The column that makes a key unique; none where its foreign keys do."""
    foreign = {column for key in table.foreign_keys for column in key.columns}
    own = [table.columns[name] for name in unique if name not in foreign]
    if not own:
        return None
    return max(own, key=_room).name


def capacity(column: Column) -> int | None:
    """How many values the column's type has, where they are few."""
    if column.type.kind == "boolean":
        return 2
    return len(column.type.values) or None


def _scope(table: TableConfig, unique: Sequence[str]) -> Scope:
    owner = table.owner
    return "siblings" if owner is not None and set(owner.columns) <= set(unique) else "table"


def _room(column: Column) -> int:
    """How well a column can carry a key: identifiers best, then texts and numbers, then dates, then lists of values."""
    if capacity(column):
        return 0
    order = {"uuid": 5, "integer": 4, "string": 3, "text": 3, "datetime": 2, "date": 1}
    return order.get(column.type.kind, 0)
