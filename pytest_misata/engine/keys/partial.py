"""Unique indexes that only some rows come under: of the rows with equal keys, the first alone may be one of them."""

from __future__ import annotations

from dataclasses import replace as copied
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.stated import setting_for
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.groups import Groups
from pytest_misata.engine.listing import few_values
from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.pins import replace
from pytest_misata.schema.config import Check, Column, ForeignKey, TableConfig, UniqueIndex
from pytest_misata.schema.keys import decider, referring
from pytest_misata.schema.sql.checks import read_check
from pytest_misata.schema.sql.predicates import columns, holds
from pytest_misata.schema.uniqueness import (
    index_columns,
    is_checked,
    is_checked_with_others,
    turned_off_by,
    unique_keys,
)

if TYPE_CHECKING:
    from pytest_misata.engine.kinds.registry import Maker
    from pytest_misata.engine.world import World

Bool = NDArray[np.bool_]
Index = NDArray[np.int64]


def firsts_only(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """A column that keeps rows out of partial unique indexes, where an earlier row has the same key.

    Where CHECKs tie others to it, these follow: such rows are made as if a CHECK kept them out.
    """
    for index in table.unique_indexes:
        name = turned_off_by(table, index)
        if name is None:
            continue
        if is_checked_with_others(table, table.columns[name]) or name in referring(table):
            make = _kept_out_by_check(world, table, column, index, make)
        elif name == column.name:
            make = _kept_out(world, table, column, index, make)
    return make


def _kept_out_by_check(world: World, table: TableConfig, column: Column, index: UniqueIndex, make: Maker) -> Maker:
    told_apart = {name for unique in unique_keys(table) for name in unique}
    picked = _picked(table, index)
    follows = is_checked(table, column) and column.name not in told_apart | referring(table)
    if not follows and (picked is None or decider(table, column.name) is not picked):
        return make

    def make_apart(frame: Frame) -> Cells:
        cells, rows = make(frame), np.flatnonzero(_is_later(frame, index))
        if not len(rows):
            return cells
        return replace(cells, rows, _outside(frame, index, rows)[column.name])

    return make_apart


def parents_apart(frame: Frame, key: ForeignKey, parents: Index) -> Index:
    """The parents that rows pick by a key: others where that keeps them out of a partial unique index."""
    for index in frame.table.unique_indexes:
        if _picked(frame.table, index) is key:
            rows = np.flatnonzero(_is_later(frame, index))
            parents = parents.copy()
            parents[rows] = _outside(frame, index, rows).parent_rows(key)
    return parents


def _picked(table: TableConfig, index: UniqueIndex) -> ForeignKey | None:
    """The foreign key by whose parents rows are kept out of an index."""
    name = turned_off_by(table, index)
    return None if name is None or name not in referring(table) else decider(table, name)


def _outside(frame: Frame, index: UniqueIndex, rows: Index) -> Frame:
    """Some of the rows of a frame as they are outside of an index."""
    world, table = frame.world, frame.table
    name = ("kept out of", table.unique_indexes.index(index))
    found: Frame = frame.keep(name, lambda: _frame_outside(world, table, index, frame.rows[rows]))
    return found


def _frame_outside(world: World, table: TableConfig, index: UniqueIndex, rows: Index) -> Frame:
    """Rows of a table as a CHECK that keeps them out of an index would have them."""
    outside: World = world.keep(f"{table.key} outside of {index}", lambda: _world_outside(world, table, index))
    return Frame(outside, outside.schema.table(table.key), rows)


def _world_outside(world: World, table: TableConfig, index: UniqueIndex) -> World:
    checks = [*table.checks, Check(f"NOT ({index.where})", implied=True)]
    indexes = [other for other in table.unique_indexes if other is not index]
    return world.beside(copied(table, checks=checks, unique_indexes=indexes))


def _kept_out(world: World, table: TableConfig, column: Column, index: UniqueIndex, make: Maker) -> Maker:
    values = few_values(world, table, column) or _usual(table, column)

    others: list[object] = [None] * column.nullable + list(values)

    def make_apart(frame: Frame) -> Cells:
        cells, is_later = make(frame), _is_later(frame, index)
        if column.type.kind == "boolean" and not is_checked(table, column):
            # Each user has one default address, not one user in three.
            cells = _let_in(frame, column, index, cells, np.flatnonzero(~is_later))
        inside = np.flatnonzero(is_later & _comes_under(frame, column, index, cells))
        for other in (_SHOWN, *others):
            if not len(inside):
                break
            cells = _shown(cells, inside) if other is _SHOWN else _set(cells, inside, other)
            inside = inside[_comes_under(frame, column, index, cells)[inside]]
        return cells

    return make_apart


def _usual(table: TableConfig, column: Column) -> tuple[object, ...]:
    """What a text without a list of values is made of, where that is one of a few words."""
    if column.type.kind not in {"string", "text"}:
        return ()
    return (*generator_for(table, column).options.get("values", ()), "other")


_SHOWN = object()


def _let_in(frame: Frame, column: Column, index: UniqueIndex, cells: Cells, rows: Index) -> Cells:
    """Flags by which these rows come under the index, where one does it."""
    for value in (True, False):
        other = _set(cells, rows, value)
        better = rows[_comes_under(frame, column, index, other)[rows]]
        cells = _set(cells, better, value)
    return cells


def _set(cells: Cells, rows: Index, value: object) -> Cells:
    return replace(cells, rows, encode(cells.type, [value]).take(np.zeros(len(rows), dtype=np.int64)))


def _shown(cells: Cells, rows: Index) -> Cells:
    """What was made for these rows before it was left out: for a condition that asks for NULL."""
    if cells.null is None:
        return cells
    null = cells.null.copy()
    null[rows] = False
    return Cells(cells.type, cells.data, cells.vocabulary, null)


def _is_later(frame: Frame, index: UniqueIndex) -> Bool:
    """Whether an earlier row has the same key."""
    columns = index_columns(frame.table, index)
    name = f"{frame.table.key} by the key {columns}"
    groups = frame.world.keep(name, lambda: Groups(frame.world, frame.table.key, columns))
    found: Bool = groups.position(frame.rows) > 0
    return found


def _others(frame: Frame, column: Column) -> Frame:
    """The rows as they are before the column keeps some of them out: what others are read from, which may follow it.

    A row that stays as it is has these values, and one that is changed is out whatever the others become.
    """
    world, table = frame.world, frame.table
    if table.key in world.solved:
        return frame

    def make() -> World:
        kept = [index for index in table.unique_indexes if turned_off_by(table, index) != column.name]
        return world.beside(copied(table, unique_indexes=kept))

    before: World = world.keep(f"{table.key} before {column.name} keeps rows out", make)
    table = before.schema.table(table.key)
    return frame.keep(("before", column.name), lambda: Frame(before, table, frame.rows))


def _comes_under(frame: Frame, column: Column, index: UniqueIndex, cells: Cells) -> Bool:
    """Whether the index's condition holds, or may hold, for rows with these values of the column."""
    schema, table = frame.world.schema, frame.table
    condition = holds(read_check(index.where or "", tuple(table.columns), schema.dialect))
    others = [name for name in columns(condition) if name != column.name]
    beside = _others(frame, column) if others else frame
    known = {column.name: cells, **{name: beside[name] for name in others}}
    try:
        return meets(condition, known, setting_for(schema, table), len(frame))
    except NotEvaluable:
        return np.ones(len(frame), dtype=np.bool_)
