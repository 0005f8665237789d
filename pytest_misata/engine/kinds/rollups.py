"""Kinds that a row and its children have between them: sums, numbers and parts. All arithmetic is exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.siblings import children_by
from pytest_misata.engine.kinds.children import runs
from pytest_misata.engine.kinds.derived import rescaled
from pytest_misata.engine.kinds.registry import Maker, Site, holds, kind, read
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.types import INTEGER, ColumnType

Index = NDArray[np.int64]
Only = Mapping[str, Sequence[Any]]


@kind("total")
def total(
    site: Site,
    *,
    of: str,
    only: Only | None = None,
    times: str | None = None,
    plus: Sequence[str] = (),
    less: Sequence[str] = (),
) -> Maker:
    """The sum of a column (`order_items.amount`) over the row's children there, those for which `only` holds.

    With `times` it is that column of the child times this one, a whole number: a price times a quantity. Columns of the
    row itself are added (`plus`) and taken away (`less`).
    """
    child, _, column = of.partition(".")
    table = site.world.schema.table(child)
    for name in (column, *([times] if times else [])):
        table.column(name)
    key = _key(site, table, f"total of {of}")

    def values(children: Frame) -> Index:
        return _amounts(children, column, times, site.column.type)

    def make(frame: Frame) -> Cells:
        sums = _added_up(frame, table, key, only, values)
        for name in plus:
            sums += _there(frame[name], site.column.type)
        for name in less:
            sums -= _there(frame[name], site.column.type)
        return Cells(site.column.type, sums)

    return make


@kind("count")
def count(site: Site, *, of: str, by: str | None = None, only: Only | None = None) -> Maker:
    """How many children the row has in a table, those for which `only` holds; `by` names their key to it, where it is
    not that of their owner.
    """
    table = site.world.schema.table(of)
    key = _key(site, table, f"count of {of}", by)

    def make(frame: Frame) -> Cells:
        ones = degrees(frame, table, key, only)
        return Cells(site.column.type, ones * site.units)

    return make


@kind("tally")
def tally(site: Site, *, parts: Sequence[Mapping[str, Any]]) -> Maker:
    """The sum over children of several sorts: of each of `parts` the table `of`, which refers to the row `by` a column.

    A part is the sum of a `column` of theirs, or their number, of those for which `only` holds, `times` a number.
    """
    tallies = [_tallied(site, **part) for part in parts]

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, np.sum([one(frame) for one in tallies], axis=0) * site.units)

    return make


def _tallied(
    site: Site, *, of: str, by: str, column: str | None = None, only: Only | None = None, times: int = 1
) -> Callable[[Frame], Index]:
    table = site.world.schema.table(of)
    key = _key(site, table, f"tally of {of}", by)

    def values(children: Frame) -> Index:
        return np.ones(len(children), dtype=np.int64) if column is None else _there(children[column], INTEGER)

    return lambda frame: times * _added_up(frame, table, key, only, values)


_LEAST = 1024
"""The least that one of several uneven parts weighs."""


@kind("part")
def part(site: Site, *, of: str, uneven: bool = False) -> Maker:
    """An amount of the owner (`order_id.total`), divided evenly among its children: the parts make up the whole.

    `uneven` ones are up to four times one another.
    """
    column, _, whole = of.partition(".")
    key = site.table.foreign_key(column)
    if key is None or not key.owner or not whole:
        raise site.error(f"part of {of}: {column} is not a column of the key to the owner")

    def make(frame: Frame) -> Cells:
        cells = read(frame, of)
        weigh = (lambda rows: _LEAST + below(draw(site.key("weight"), rows), 3 * _LEAST)) if uneven else np.ones_like
        before, through, whole = _places(frame, key, weigh)
        amount = rescaled(cells, site.column.type)
        shares = amount * through // whole - amount * before // whole
        return Cells(site.column.type, shares, None, cells.null)

    return make


def _key(site: Site, table: TableConfig, what: str, by: str | None = None) -> ForeignKey:
    """The key by which the rows of a table are children of the site's. Raises GenerationError where it is none."""
    key = table.owner if by is None else table.foreign_key(by)
    if key is None or key.parent != site.table.key:
        owned = "owned by" if by is None else f"tied by {by} to"
        raise site.error(f"{what}: {table.key} is not {owned} {site.table.key}")
    return key


def degrees(frame: Frame, table: TableConfig, key: ForeignKey, only: Only | None = None) -> Index:
    """How many children each row has in a table by a key of theirs, of those for which `only` holds."""
    return _added_up(frame, table, key, only, lambda children: np.ones(len(children), dtype=np.int64))


def _added_up(
    frame: Frame, table: TableConfig, key: ForeignKey, only: Only | None, values: Callable[[Frame], Index]
) -> Index:
    """For each row the sum of its children's values, of those for which `only` holds and that name it."""
    sums = np.zeros(len(frame), dtype=np.int64)
    for start, stop, at, rows, offsets in children_in(frame, table, key):
        children = Frame(frame.world, table, rows)
        counted = _counted(children, key, only)
        run = np.zeros(stop - start, dtype=np.int64)
        np.add.at(run, offsets, values(children) if counted is None else np.where(counted, values(children), 0))
        sums[at] = run[frame.rows[at] - start]
    return sums


def children_in(frame: Frame, table: TableConfig, key: ForeignKey) -> Iterator[tuple[int, int, Any, Index, Index]]:
    """Stretches of rows, the places of these in the frame, their children, and each child's parent in the stretch."""
    if frame.world.counts[table.key]:
        children = children_by(frame.world, table, key)
        for start, stop, at in runs(frame.rows):
            yield start, stop, at, *children.children_of(start, stop)


def _counted(children: Frame, key: ForeignKey, only: Only | None) -> NDArray[np.bool_] | None:
    """Which children count: none whose key is NULL."""
    null = None if not children.table.columns[key.columns[0]].nullable else children[key.columns[0]].null
    held = holds(children, only) if only else None
    if null is None:
        return held
    return ~null if held is None else held & ~null


def _amounts(children: Frame, column: str, times: str | None, type_: ColumnType) -> Index:
    """The children's values, 0 where they are NULL."""
    values = _there(children[column], type_)
    if times is None:
        return values
    factor = children[times]
    return values * np.where(factor.null, 0, factor.data) if factor.null is not None else values * factor.data


def _there(cells: Cells, type_: ColumnType) -> Index:
    values = rescaled(cells, type_)
    return values if cells.null is None else np.where(cells.null, 0, values)


def _places(frame: Frame, key: ForeignKey, weigh: Callable[[Index], Index]) -> tuple[Index, Index, Index]:
    """How much the children of each row's owner weigh that come before it, with it, and together."""
    parents = frame.parent_rows(key)
    before, among = np.zeros(len(frame), dtype=np.int64), np.ones(len(frame), dtype=np.int64)
    found = before, among.copy(), among
    children = children_by(frame.world, frame.table, key)
    for start, stop, at in runs(parents):
        rows, offsets = children.children_of(start, stop)
        order, weights = np.lexsort((rows, offsets)), weigh(rows)
        wholes = np.zeros(stop - start, dtype=np.int64)
        np.add.at(wholes, offsets, weights)
        through = np.empty(len(rows), dtype=np.int64)
        through[order] = np.cumsum(weights[order]) - (np.cumsum(wholes) - wholes)[offsets[order]]
        each = (through - weights, through, wholes[offsets])
        for array, values in zip(found, _found(frame.rows[at], rows, each), strict=True):
            array[at] = values
    return found


def _found(wanted: Index, rows: Index, each: tuple[Index, Index, Index]) -> tuple[Index, Index, Index]:
    """Those of the wanted rows; a part from 0 to 1 of 1 for one that is not among the rows, since it has no parent."""
    if not len(rows):
        return np.zeros_like(wanted), np.ones_like(wanted), np.ones_like(wanted)
    order = np.argsort(rows)
    at = order[np.minimum(np.searchsorted(rows, wanted, sorter=order), len(rows) - 1)]
    there, (before, through, whole) = rows[at] == wanted, each
    return np.where(there, before[at], 0), np.where(there, through[at], 1), np.where(there, whole[at], 1)
