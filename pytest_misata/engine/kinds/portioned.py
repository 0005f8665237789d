"""Amounts that make up, for each owner, what is stated of the owners one by one: the least and the most, or the median.

An order is worth what its lines add up to. So what each order is worth is drawn first, and its lines share that out in
proportion to what they would be otherwise. Nothing is kept: whoever asks for a line computes its order and the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.siblings import children_by
from pytest_misata.engine.kinds.children import runs
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column, kind
from pytest_misata.engine.kinds.values import number_among_siblings
from pytest_misata.schema.config import Generator

Index = NDArray[np.int64]


@kind("portioned")
def portioned(
    site: Site,
    *,
    of: str,
    options: Mapping[str, Any],
    whole: Mapping[str, Any],
    quantity: str | None = None,
    factor: Any = 1,
    less: Sequence[str] = (),
) -> Maker:
    """Amounts of the kind `of` with its `options`, shared out so that those of an owner make up a `whole`.

    `whole` is the `kind` and the options of what an owner has: `factor` times the amounts, and columns `less` of the
    owner besides. With `quantity` an amount counts as often as that column says; the first child of an owner that has a
    quantity of 1 (see `alone`) makes the sum exact.
    """
    owner = site.table.owner
    if owner is None:
        raise site.error("portions are of an owner, and the table has none")
    parent = site.world.schema.table(owner.parent)
    made = compile_column(site.world, site.table, replace(site.column, generator=Generator(of, dict(options))))
    told = Generator(str(whole["kind"]), {name: value for name, value in whole.items() if name != "kind"})
    worth = compile_column(site.world, parent, replace(site.column, name=site.where, generator=told))
    times = Fraction(str(factor))

    def wanted(parents: Frame) -> Index:
        amounts = worth(parents).data.astype(np.int64)
        for name in less:
            cells = parents[name]
            amounts = amounts - (cells.data if cells.null is None else np.where(cells.null, 0, cells.data))
        return np.maximum((2 * amounts * times.denominator + times.numerator) // (2 * times.numerator), 0)

    def make(frame: Frame) -> Cells:
        cells = made(frame)
        values = cells.data.astype(np.int64)
        parents = frame.parent_rows(owner)
        children = children_by(frame.world, frame.table, owner)
        for start, stop, at in runs(parents):
            rows, offsets = children.children_of(start, stop)
            order = np.lexsort((rows, offsets))
            rows, offsets = rows[order], offsets[order]
            all_of_them = Frame(frame.world, frame.table, rows)
            often = np.ones(len(rows), np.int64) if quantity is None else all_of_them[quantity].data.astype(np.int64)
            weights = np.maximum(made(all_of_them).data.astype(np.int64), 1) * often
            amounts = _shared(
                wanted(Frame(frame.world, parent, np.arange(start, stop)))[offsets], weights, often, offsets
            )
            found = np.argsort(rows)
            values[at] = amounts[found[np.searchsorted(rows, frame.rows[at], sorter=found)]]
        return Cells(cells.type, values, None, cells.null)

    return make


def _shared(wholes: Index, weights: Index, often: Index, owners: Index) -> Index:
    """The amount of each child, of which those of an owner, each counted so often, make up its whole."""
    begins = np.flatnonzero(np.diff(owners, prepend=-1))
    group = np.cumsum(np.diff(owners, prepend=-1) != 0) - 1
    spare = np.maximum(wholes - _of_groups(often, begins)[group], 0)
    upto = _running(weights, begins, group) * spare // _of_groups(weights, begins)[group]
    before = np.where(np.isin(np.arange(len(upto)), begins), 0, np.concatenate([[0], upto[:-1]]))
    amounts: Index = (upto - before) // often + 1
    left = wholes - _of_groups(amounts * often, begins)[group]
    single = np.flatnonzero(often == 1)
    first = single[np.unique(owners[single], return_index=True)[1]]
    amounts[first] += np.maximum(left[first], 0)
    return amounts


def _of_groups(values: Index, begins: Index) -> Index:
    sums: Index = np.add.reduceat(values, begins) if len(values) else values
    return sums


def _running(values: Index, begins: Index, group: Index) -> Index:
    """The sums up to each value within its group."""
    sums = np.cumsum(values)
    before: Index = np.concatenate([[0], sums])[begins][group]
    within: Index = sums - before
    return within


@kind("alone")
def alone(site: Site, *, of: str, options: Mapping[str, Any], value: Any = 1) -> Maker:
    """Another kind's numbers, but for the first child of every owner, which has `value`."""
    made = compile_column(site.world, site.table, replace(site.column, generator=Generator(of, dict(options))))

    def make(frame: Frame) -> Cells:
        cells = made(frame)
        values = np.where(number_among_siblings(frame) == 0, site.amount(value), cells.data)
        return Cells(cells.type, values.astype(cells.data.dtype), None, cells.null)

    return make
