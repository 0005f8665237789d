"""Foreign keys to rows that fit what the row is: who works in its department, what its supplier sells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.groups import Groups, plain
from pytest_misata.engine.keys.popularity import by_popularity
from pytest_misata.engine.kinds.derived import rescaled
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


@kind("matching")
def matching(
    site: Site,
    *,
    on: Mapping[str, str] | None = None,
    where: Mapping[str, Sequence[Any]] | None = None,
    spread: str | None = None,
    apart: bool = False,
    least: Mapping[str, str] | None = None,
) -> Maker:
    """A foreign key to the serial number of a parent that has the same as the row in the columns `on`, and one of some
    values in those of `where`.

    `on` tells for columns of the parent which column of the row, or of another parent (`order_id.supplier_id.sort`),
    they are to equal. Where no parent fits both, those of `where` are taken, and any where there are none of them.
    Some are taken more often by the `spread`, or that of the key; with `apart` the children of one owner take others as
    long as there are more. With `least` the parent has at least as much in a column as another one tells, whatever else
    it is (`{ budget = "listing_id.price" }`), and most of all where none has as much.
    """
    key = site.table.foreign_key(site.column.name)
    if key is None:
        raise site.error("matching is a kind for the column of a foreign key")
    world, parent, same = site.world, key.parent, dict(on or {})
    usual = spread or key.spread

    def grouped(columns: Sequence[str], fitting: Bool | None) -> Groups:
        name = f"{parent} by {columns} where {where if fitting is not None else None}"
        return world.keep(name, lambda: Groups(world, parent, columns, fitting))

    if least:
        ((column, asked),) = least.items()
        return _of_so_much(site, parent, column, asked)

    def make(frame: Frame) -> Cells:
        fitting = _fitting(site, parent, where or {})
        fitting = fitting if fitting is None or fitting.any() else None
        alike = grouped([*same], fitting)
        at = alike.find([read(frame, path) for path in same.values()], len(frame))
        bits = site.draw(frame, "pick")
        if apart and frame.place is not None:
            return Cells(site.column.type, _apart(site, frame, grouped([], fitting), alike, at) + 1)
        picked = _picked(grouped([], fitting), np.zeros_like(at), bits, usual)
        found = np.flatnonzero(at >= 0)
        picked[found] = _picked(alike, at[found], bits[found], usual)
        return Cells(site.column.type, picked + 1)

    return make


def _of_so_much(site: Site, parent: str, column: str, asked: str) -> Maker:
    """A foreign key to any of the parents that have so much."""
    world = site.world

    def in_order() -> tuple[Index, Index]:
        amounts = world.run(parent, 0, world.counts[parent])[column].data
        order = np.argsort(amounts, kind="stable")
        return order, amounts[order]

    def make(frame: Frame) -> Cells:
        order, amounts = world.keep(f"{parent} in the order of {column}", in_order)
        wanted = rescaled(read(frame, asked), world.schema.table(parent).columns[column].type)
        first = np.minimum(np.searchsorted(amounts, wanted), len(order) - 1)
        picked = first + below(site.draw(frame, "pick"), (len(order) - first).astype(np.uint64))
        return Cells(site.column.type, order[picked] + 1)

    return make


def _fitting(site: Site, parent: str, where: Mapping[str, Sequence[Any]]) -> Bool | None:
    """Which parents have the values that are asked for."""
    if not where:
        return None

    def found() -> Bool:
        run = site.world.run(parent, 0, site.world.counts[parent])
        parts = [np.isin(plain(run[name]), np.array([*values])) for name, values in where.items()]
        every: Bool = np.logical_and.reduce(parts)
        return every

    return site.world.keep(f"{parent} where {where}", found)


def _apart(site: Site, frame: Frame, every: Groups, alike: Groups, at: Index) -> Index:
    """A row of each one's group: the children of an owner go on from a place of its own, one after another."""
    assert frame.place is not None
    start = below(draw(site.key("start"), frame.place.parent), 2**31)
    number, picked = start + frame.place.number, np.empty(len(at), dtype=np.int64)
    for groups, group, here in ((every, np.zeros_like(at), at < 0), (alike, at, at >= 0)):
        mine = group[here]
        picked[here] = groups.nth(mine, number[here] % groups.sizes[mine]) if here.any() else 0
    return picked


def _picked(groups: Groups, at: Index, bits: NDArray[np.uint64], spread: str) -> Index:
    """A row of each one's group, the popular ones more often."""
    picked = np.empty(len(at), dtype=np.int64)
    for group in np.unique(at).tolist():
        here = np.flatnonzero(at == group)
        picked[here] = groups.nth(at[here], by_popularity(spread, int(groups.sizes[group]), bits[here]))
    return picked
