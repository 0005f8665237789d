"""Tables whose rows cannot be made directly: whether that is so, and the rows that a search finds for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_misata.engine.cells import Cells, concatenate
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.numbers import NoSet
from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.keys.references import rows_named
from pytest_misata.engine.search.conditions import demands_on
from pytest_misata.engine.search.finding import Finder
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.keys import referring
from pytest_misata.schema.uniqueness import holds_at_most, is_checked, unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.kinds.registry import Maker
    from pytest_misata.engine.search.conditions import Unique
    from pytest_misata.engine.world import World

MOST_ROWS = 2000
"""Larger tables are not searched for: their columns are made directly or not at all."""

_TRIED = 40
"""Rows that tell for all where none can be in the way of another."""
_MANY = 100
"""A column of its own never lacks values where its type has so many for each row."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Rows that were looked for: the columns that CHECKs and keys are about, of the whole table."""

    rows: int
    columns: Mapping[str, Cells]

    def maker(self, name: str) -> Maker:
        """The function that makes one of the columns."""
        return lambda frame: self.columns[name].take(frame.rows)


def is_hard(world: World, table: TableConfig) -> bool:
    """Whether rows made directly may break a CHECK or a key, or may not be made at all, and can be searched for.

    Columns that are told how to be made are left to it.
    """
    rows = world.counts[table.key]
    if not 0 < rows <= MOST_ROWS or world.pins.rows.get(table.key) or table.fixed or table.kept:
        return False
    if table.variants or any(key.inherits for key in table.foreign_keys):
        return False
    names = [name for key in table.foreign_keys for name in key.columns]
    free = [column for column in table.columns.values() if not (column.generator or column.generated or column.opaque)]
    checked = any(is_checked(table, column) for column in free)
    return checked or len(names) > len(set(names)) or _has_narrow_keys(table, {column.name for column in free}, rows)


def _is_doubtful(world: World, table: TableConfig) -> bool:
    """Whether rows may fail that others of the same table do not show: by keys and CHECKs about the same columns."""
    free = {c.name for c in table.columns.values() if not (c.generator or c.generated or c.opaque)}
    foreign = [name for key in table.foreign_keys for name in key.columns]
    keyed = {name for key in unique_keys(table) for name in key} | {*foreign}
    clash = any(is_checked(table, table.columns[name]) for name in keyed & free)
    overlap = len(foreign) > len({*foreign})
    return (
        clash
        or overlap
        or _has_narrow_keys(table, free, world.counts[table.key])
        or bool(rules_for(world, table).unmade)
    )


def _has_narrow_keys(table: TableConfig, free: set[str], rows: int) -> bool:
    """Whether unique keys over these columns may leave too little room, or be in each other's way."""
    foreign = referring(table)
    keys = [unique for unique in unique_keys(table) if set(unique) <= free]
    own = [unique for unique in keys if not set(unique) <= foreign]
    roomy = [
        key for key in own if len(key) == 1 and (holds_at_most(table.columns[key[0]]) or _MANY * rows) >= _MANY * rows
    ]
    joint = [unique for unique in keys if unique not in own]
    partial = any(index.where is not None for index in table.unique_indexes)
    return len(own) > len(roomy) or len(joint) > 1 or partial


def stands(world: World, table: TableConfig, frame: Frame) -> bool:
    """Whether all rows of a frame of the whole table can be made, and break no CHECK and no key.

    Where CHECKs and keys have no column in common, a few rows tell, and only the columns of CHECKs have to be made.
    """
    try:
        world.distinct(table)
        demands, rows = demands_on(world, table), world.counts[table.key]
        if not _is_doubtful(world, table):
            some = world.frame(table.key, 0, min(rows, _TRIED))
            return demands.met({name: some[name] for name in demands.checked}, len(some))
        known = {name: frame[name] for name in demands.columns}
        unique = all(_is_unique(unique, known, len(frame)) for unique in demands.uniques)
        return unique and demands.met(known, len(frame)) and _points_at_rows(frame)
    except (MisataError, NoSet, TooLarge):
        return False


def _is_unique(unique: Unique, known: Mapping[str, Cells], rows: int) -> bool:
    if not set(known).issuperset((*unique.columns, *unique.reads)):
        return True
    values = [value for value in unique.values(known, rows) if value is not None]
    return len(set(values)) == len(values)


def _points_at_rows(frame: Frame) -> bool:
    """Whether every key names a row of its parent, or none."""
    return all((rows_named(frame, key) >= 0).all() for key in frame.table.foreign_keys if not key.deferred)


def solution_of(world: World, table: TableConfig, frame: Frame | None = None) -> Solution | None:
    """The rows that a search finds for a table; None where it finds none."""
    try:
        found = Finder(world, table, frame or world.frame(table.key, 0, world.counts[table.key])).rows()
    except (MisataError, NoSet, TooLarge):
        return None
    if not found:
        return None
    return Solution(len(found), {name: concatenate([row[name] for row in found]) for name in found[0]})
