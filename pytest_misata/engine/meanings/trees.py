"""Tables that are trees, and the columns that tell where a row of them lies: `[trees]` in `data/rows.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_misata.engine.keys.meetings import comes_after
from pytest_misata.engine.meanings.rows import is_tied, spelled_name
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, ForeignKey, Generator, TableConfig
from pytest_misata.schema.uniqueness import carried_by

_TEXTS = frozenset({"string", "text"})
_ROOM, _ROOM_OF_NUMBERS = 100, 40
"""Characters that a way of names, and one of numbers, has to have room for."""


def place_in_tree(table: TableConfig, column: Column) -> Generator | None:
    """How a column that tells how deep a row lies, or the way to it, is made; None for any other."""
    known: Mapping[str, Any] = toml_file("rows.toml")["trees"]
    name = spelled_name(column.name)
    if column.type.kind == "integer" and (nested := _nested(table, column, name)) is not None:
        return nested
    if column.type.kind == "integer" and name in known["depths"] and carried_by(table, column) is None:
        key = _key(table, column)
        return Generator("tree_depth", {"by": key.columns[0], "root": known["depths"][name]}) if key else None
    if column.type.kind not in _TEXTS or column.type.fixed or name not in {*known["paths"], *known["ways"]}:
        return None
    key = _key(table, column)
    return _path(table, column, key, numbers=name in known["ways"]) if key is not None else None


def _key(table: TableConfig, column: Column) -> ForeignKey | None:
    """The key by which a row is a part of another one of its table."""
    if column.generator is not None or is_tied(table, column):
        return None
    keys = [key for key in table.foreign_keys if key.parent == table.key and comes_after(table, key)]
    keys = [key for key in keys if table.foreign_key(key.columns[0]) is key]
    return keys[0] if len(keys) == 1 else None


def _nested(table: TableConfig, column: Column, name: str) -> Generator | None:
    """The number of a row in nested sets, where the table has both: a left and a right one."""
    known: Mapping[str, Any] = toml_file("rows.toml")["trees"]
    names = {spelled_name(other.name) for other in table.columns.values() if other.type.kind == "integer"}
    pair = next(((left, right) for left, right in known["nested"] if {left, right} <= names), None)
    if pair is None or column.generator is not None or is_tied(table, column):
        return None
    trees = not names.isdisjoint(known["trees"])
    sides = {pair[0]: "left", pair[1]: "right", **dict.fromkeys(known["trees"], "tree")}
    if name not in sides or table.foreign_key(column.name) is not None:
        return None
    key = _key(table, column)
    options = {"side": sides[name], **({"by": key.columns[0]} if key else {}), **({"trees": True} if trees else {})}
    return Generator("nested_set", options)


def _path(table: TableConfig, column: Column, key: ForeignKey, *, numbers: bool) -> Generator | None:
    """The way by slugs, codes or names where they are there; by keys where it has to differ, or is called so."""
    room, by = column.type.length or _ROOM, key.columns[0]
    unique = carried_by(table, column) is not None
    own = table.primary_key[0] if len(table.primary_key) == 1 else None
    segment = None if numbers or unique or room < _ROOM else _segment(table)
    if segment is not None:
        name, slugs = segment
        return Generator("tree_path", {"by": by, "of": name, "lead": "/", "slugs": slugs})
    if own is None or room < _ROOM_OF_NUMBERS or table.columns[own].type.kind != "integer":
        return None
    return Generator("tree_path", {"by": by, "of": own})


def _segment(table: TableConfig) -> tuple[str, bool] | None:
    """The column that names a row on the way to it, and whether it is written as a slug there."""
    known: Mapping[str, Any] = toml_file("rows.toml")["trees"]
    by_name = {spelled_name(column.name): column for column in table.columns.values() if not column.nullable}
    for name in known["segments"]:
        if name in by_name and by_name[name].type.kind in _TEXTS:
            as_it_is = name == "slug" or spelled_name(table.name) in known["folders"]
            return by_name[name].name, not as_it_is
    return None
