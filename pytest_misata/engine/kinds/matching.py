"""Foreign keys to rows that fit what the row is: who works in its department, what its supplier sells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.groups import Groups, plain
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.popularity import by_popularity

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


@kind("matching")
def matching(
    site: Site,
    *,
    on: Mapping[str, str] | None = None,
    where: Mapping[str, Sequence[Any]] | None = None,
    spread: str | None = None,
) -> Maker:
    """A foreign key to the serial number of a parent that has the same as the row in the columns `on`, and one of some
    values in those of `where`.

    `on` tells for columns of the parent which column of the row, or of another parent (`order_id.supplier_id.sort`),
    they are to equal. Where no parent fits both, those of `where` are taken, and any where there are none of them.
    Some are taken more often by the `spread`, or that of the key.
    """
    key = site.table.foreign_key(site.column.name)
    if key is None:
        raise site.error("matching is a kind for the column of a foreign key")
    world, parent, same = site.world, key.parent, dict(on or {})
    usual = spread or key.spread

    def grouped(columns: Sequence[str], fitting: Bool | None) -> Groups:
        name = f"{parent} by {columns} where {where if fitting is not None else None}"
        return world.keep(name, lambda: Groups(world, parent, columns, fitting))

    def make(frame: Frame) -> Cells:
        fitting = _fitting(site, parent, where or {})
        fitting = fitting if fitting is None or fitting.any() else None
        alike = grouped([*same], fitting)
        at = alike.find([read(frame, path) for path in same.values()], len(frame))
        bits = site.draw(frame, "pick")
        picked = _picked(grouped([], fitting), np.zeros_like(at), bits, usual)
        found = np.flatnonzero(at >= 0)
        picked[found] = _picked(alike, at[found], bits[found], usual)
        return Cells(site.column.type, picked + 1)

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


def _picked(groups: Groups, at: Index, bits: NDArray[np.uint64], spread: str) -> Index:
    """A row of each one's group, the popular ones more often."""
    picked = np.empty(len(at), dtype=np.int64)
    for group in np.unique(at).tolist():
        here = np.flatnonzero(at == group)
        picked[here] = groups.nth(at[here], by_popularity(spread, int(groups.sizes[group]), bits[here]))
    return picked
