"""In which order the foreign keys of a table pick their parents, and which of them decides a column they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig


@dataclass(frozen=True, slots=True)
class Pick:
    """A foreign key, the columns that have their values before it picks a parent, and those that it decides."""

    key: ForeignKey
    given: tuple[str, ...]
    own: tuple[str, ...]

    def parent_columns(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The parent's columns that these columns of the key take their values from."""
        return tuple(self.key.parent_columns[self.key.columns.index(column)] for column in columns)


def picks(table: TableConfig) -> list[Pick]:
    """The foreign keys in the order in which they pick: first those that leave the others the least choice.

    A key of several columns comes before one that shares a column with it: the project that a row belongs to knows
    its tenant, and the tenant does not know the project.
    """
    decided = {name for name, column in table.columns.items() if column.generator is not None}
    found = []
    for key in sorted(table.foreign_keys, key=lambda key: _rank(table, key)):
        given = tuple(name for name in key.columns if name in decided or stays(table, key, name))
        own = tuple(name for name in key.columns if name not in given)
        decided.update(key.columns)
        found.append(Pick(key, given, own))
    return found


def pick_of(table: TableConfig, key: ForeignKey) -> Pick:
    """The pick of one of the table's keys."""
    return next(pick for pick in picks(table) if pick.key is key)


def decider(table: TableConfig, column: str) -> ForeignKey | None:
    """The foreign key that a column takes its value from; none for one that is made from what it means."""
    if not any(column in key.columns for key in table.foreign_keys):
        return None
    return next((pick.key for pick in picks(table) if column in pick.own), None)


def referring(table: TableConfig) -> set[str]:
    """The columns that take a parent's value."""
    return {name for key in table.foreign_keys for name in key.columns if not stays(table, key, name)}


def is_optional(table: TableConfig, key: ForeignKey) -> bool:
    """Whether a row may do without the parent: the key has a column that may be NULL, with MATCH FULL all of them."""
    return _may_be_null(table, key) and bool(emptied(table, pick_of(table, key)))


def emptied(table: TableConfig, pick: Pick) -> tuple[str, ...]:
    """The columns that are NULL in a row without this parent."""
    return tuple(name for name in pick.own if table.columns[name].nullable)


def is_implied(schema: SchemaConfig, key: ForeignKey, by: ForeignKey) -> bool:
    """Whether a row's parent by one key always has the parent of the other: a project's tenant, and the tenant."""
    if not set(key.columns) <= set(by.columns):
        return False
    through = tuple(by.parent_columns[by.columns.index(column)] for column in key.columns)
    if (by.parent, through) == (key.parent, key.parent_columns):
        return True
    keys = schema.table(by.parent).foreign_keys
    return any(
        other.parent == key.parent and _pairs(other) == set(zip(through, key.parent_columns, strict=True))
        for other in keys
    )


def _pairs(key: ForeignKey) -> set[tuple[str, str]]:
    return set(zip(key.columns, key.parent_columns, strict=True))


def _rank(table: TableConfig, key: ForeignKey) -> tuple[bool, bool, bool, bool, bool, int, bool]:
    own, cut = key.parent == table.key, key.deferred or key.checked_late
    uniques = [set(unique) for unique in (table.primary_key, *table.uniques) if unique]
    one_to_one = any(unique <= set(key.columns) for unique in uniques)
    tells_apart = any(set(key.columns) <= unique for unique in uniques)
    optional = _may_be_null(table, key)
    return (not key.owner, own, cut, optional, not one_to_one, -len(key.columns), not tells_apart)


def _may_be_null(table: TableConfig, key: ForeignKey) -> bool:
    nullable = [table.columns[column].nullable for column in key.columns]
    return all(nullable) if key.full_match else any(nullable)


def stays(table: TableConfig, key: ForeignKey, column: str) -> bool:
    """Whether a key leaves the column as it is: the tenant of a node and of its parent, the organisation of its owner.

    The first is a key of a table to itself; the other one comes after all rows are there, when these have their names.
    """
    if len(key.columns) < 2:
        return False
    position = key.columns.index(column)
    names_row = column in table.primary_key and not set(key.columns) <= set(table.primary_key)
    cut = key.deferred or key.checked_late
    return (cut and names_row) or (key.parent == table.key and key.parent_columns[position] == column)
