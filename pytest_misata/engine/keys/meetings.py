"""References of a row that meet in one table: a refund's payment is one of the refund's order, a reply's post that of
what it replies to, though no composite key says so.

A key that meets another one is widened by the columns in which they have to agree, and then picks its parents as a
composite key does. Only the engine sees it so: what is written to the database is the schema's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pytest_misata.engine.keys.free_keys import is_free
from pytest_misata.engine.keys.opponents import kept_apart
from pytest_misata.engine.keys.wording import is_called, is_person, says
from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.order import is_cut
from pytest_misata.schema.uniqueness import carrier, is_one_to_one, may_be_often_null, unique_keys


def meeting(schema: SchemaConfig, *, pinned: Callable[[str, str], bool]) -> SchemaConfig:
    """The schema with keys that agree where their references meet; the schema itself where none do.

    `pinned` tells whether rows of a table state a column. In the tables of a story their domain says what agrees.
    """
    if schema.is_of_domain:
        return schema
    tables = {name: _met(schema, table, pinned) for name, table in schema.tables.items()}
    changed = any(tables[name] is not table for name, table in schema.tables.items())
    return replace(schema, tables=tables) if changed else schema


def comes_after(table: TableConfig, key: ForeignKey) -> bool:
    """Whether a row comes after the one of its own table that it refers to, as a reply does: not so for two people."""
    if key.parent != table.key or is_cut(key) or says(key.columns[0], "superiors") or says(key.columns[0], "later"):
        return False
    return not is_one_to_one(table, key) or may_be_often_null(table, key)


def _met(schema: SchemaConfig, table: TableConfig, pinned: Callable[[str, str], bool]) -> TableConfig:
    if table.kept or table.fixed or table.variants:
        return table
    keys = [_widened(schema, table, key, pinned) for key in table.foreign_keys]
    apart = list(kept_apart(table, schema.dialect, lambda name: pinned(table.key, name)))
    if keys == table.foreign_keys and not apart:
        return table
    return replace(table, foreign_keys=keys, checks=[*table.checks, *apart])


def _widened(
    schema: SchemaConfig, table: TableConfig, key: ForeignKey, pinned: Callable[[str, str], bool]
) -> ForeignKey:
    if not is_free(table, key) or pinned(table.key, key.columns[0]):
        return key
    met = [other for other in _meeting(schema, table, key) if not pinned(table.key, other.columns[0])]
    if not met:
        return key
    shared = tuple(other.columns[0] for other in met)
    columns, parent_columns = (*key.columns, *shared), (*key.parent_columns, *shared)
    return replace(key, columns=columns, parent_columns=parent_columns, agreeing=shared)


def _meeting(schema: SchemaConfig, table: TableConfig, key: ForeignKey) -> Iterator[ForeignKey]:
    """The other keys of a row whose parent has to be that of the key's parent."""
    parent = schema.table(key.parent)
    for other in table.foreign_keys:
        if other is key or not is_free(table, other) or _is_joined(table, key, other):
            continue
        if other.parent == key.parent != table.key:
            # A row and the one that it belongs to are both referred to: nothing that they share.
            continue
        agreeing = _agrees_in_tree if parent is table else _agrees
        if _has_same(parent, table, other) and agreeing(schema, table, key, other):
            yield other


def _is_joined(table: TableConfig, key: ForeignKey, other: ForeignKey) -> bool:
    """Whether foreign keys alone tell rows apart by one of the two, or both may be NULL, each for the other."""
    names = {*key.columns, *other.columns}
    alone = any(len(unique) > 1 and names & {*unique} and not carrier(table, unique) for unique in unique_keys(table))
    return alone or (key.parent != table.key and all(table.columns[name].nullable for name in names))


def _has_same(parent: TableConfig, table: TableConfig, other: ForeignKey) -> bool:
    """Whether the parent refers to the same table by a column of the same name, which is there where the row's is."""
    name = other.columns[0]
    if name not in parent.columns or (parent.columns[name].nullable and not table.columns[name].nullable):
        return False
    return any(
        found.columns == other.columns
        and (found.parent, found.parent_columns) == (other.parent, other.parent_columns)
        and is_free(parent, found)
        for found in parent.foreign_keys
    )


def _agrees(schema: SchemaConfig, table: TableConfig, key: ForeignKey, other: ForeignKey) -> bool:
    """Whether what the row refers to is what its parent refers to.

    People are those whose affairs the parent is, as an order, not those who wrote it, as a post.
    """
    whose = schema.table(other.parent).name
    if is_person(whose) or is_called(whose, "people"):
        return is_called(schema.table(key.parent).name, "affairs") and not says(other.columns[0], "doers")
    return not is_called(whose, "states")


def _agrees_in_tree(schema: SchemaConfig, table: TableConfig, key: ForeignKey, other: ForeignKey) -> bool:
    """The same for a row and the one of its own table that it belongs to: what owns both, so not each one alone."""
    if is_one_to_one(table, other):
        return False
    owner = schema.table(other.parent)
    if is_called(owner.name, "holders", "companies"):
        return True
    if says(key.columns[0], "superiors") or says(other.columns[0], "doers") or owner.lookup:
        return False
    alone = other.owner and len({found.parent for found in table.foreign_keys}) == 2
    needed = other.owner or not table.columns[other.columns[0]].nullable
    return needed and (alone or not is_called(owner.name, "people", "states", "members"))
