"""Amounts whose mean or median is stated, and is that of the table exactly.

Rows stand in blocks. The amounts of a block are drawn as ever and then brought to the mean, or the median, by one
factor; what rounding leaves goes to single rows. So the whole table has it, any slice is computed alone, and more rows
leave blocks that are full as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column, kind, read
from pytest_misata.schema.config import Generator

Index = NDArray[np.int64]

Bounds = tuple[int | None, int | list[int] | None]
"""The least that every amount is, and the most: of all, or of each."""
Fit = Callable[[list[int], Fraction, int, Bounds], list[int]]

BLOCK = 512
"""Rows brought to the mean together: many enough that the factors of blocks hardly differ."""


@kind("fitted")
def fitted(
    site: Site,
    *,
    of: str,
    options: Mapping[str, Any],
    mean: Any = None,
    median: Any = None,
    step: Any = None,
    low: Any = None,
    high: Any = None,
    within: str | None = None,
) -> Maker:
    """Numbers of the kind `of` with its `options`, brought to a `mean` or a `median` in the column's units.

    They are multiples of `step`, of the smallest unit if not given, and at least one of it; none is below `low` or
    above `high`, or above what the column `within` has, of the row or of a parent: a load is no more
    than its vehicle carries. NULLs do not count. The sum of a block is that of the mean, rounded to a step, as far as
    these leave room; the middle of a block is the median itself.
    """
    made = compile_column(site.world, site.table, replace(site.column, generator=Generator(of, dict(options))))
    width = 1 if step is None else max(1, site.amount(step))
    if (mean is None) == (median is None):
        raise site.error("state a mean or a median")
    target = exact(mean if median is None else median) * site.units
    least, most = (None if bound is None else site.amount(bound) for bound in (low, high))
    if (least is not None and target < least) or (most is not None and target > most):
        raise site.error(f"{mean or median} does not lie between {low} and {high}")
    fit: Fit = to_mean if median is None else to_median

    def make(frame: Frame) -> Cells:
        whole, at = whole_blocks(frame, site.rows)
        cells = made(whole)
        values = cells.data.astype(np.int64)
        tops = None if within is None else _tops(read(whole, within), site.units, most)
        for start in range(0, len(values), BLOCK):
            part = np.arange(start, min(start + BLOCK, len(values)))
            part = part if cells.null is None else part[~cells.null[part]]
            top = most if tops is None else tops[part].tolist()
            values[part] = fit(values[part].tolist(), target, width, (least, top))
        return Cells(cells.type, values, cells.vocabulary, cells.null).take(at)

    return make


def _tops(cells: Cells, units: int, most: int | None) -> Index:
    """The most that each row may have, in the units of the column; any amount where nothing is told."""
    scale = cells.type.scale if cells.type.kind in {"numeric", "float"} else 0
    tops = cells.data.astype(np.int64) * units // 10**scale
    tops = tops if cells.null is None else np.where(cells.null, _ANY, tops)
    return tops if most is None else np.minimum(tops, most)


_ANY = 2**62


def whole_blocks(frame: Frame, rows: int) -> tuple[Frame, Index]:
    """All rows of the blocks that a frame has rows of, in a table of so many, and where among them the frame's are."""
    blocks, which = np.unique(frame.rows // BLOCK, return_inverse=True)
    places = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    whole = Frame(frame.world, frame.table, places[places < rows])
    return whole, which * BLOCK + frame.rows % BLOCK


def to_mean(values: list[int], mean: Fraction, width: int, bounds: Bounds) -> list[int]:
    """Multiples of `width`, in proportion to the values, whose sum is that of the mean."""
    total = max(round(mean * len(values) / width), len(values))
    weight = sum(values) or 1
    fitted, running, given = [], 0, 0
    for value in values:
        running += value
        upto = running * (total - len(values)) // weight
        fitted.append((upto - given + 1) * width)
        given = upto
    return _within(fitted, *bounds)


def _within(values: list[int], least: int | None, most: int | list[int] | None) -> list[int]:
    """The same sum, if it can be, within bounds: the others give way as far as they have room."""
    if least is None and most is None:
        return values
    low = min(values, default=0) if least is None else least
    highs = most if isinstance(most, list) else [max(values, default=0) if most is None else most] * len(values)
    inside = [min(max(value, low), high) for value, high in zip(values, highs, strict=True)]
    off = sum(values) - sum(inside)
    room = [high - value if off > 0 else value - low for value, high in zip(inside, highs, strict=True)]
    whole, running, given = sum(room), 0, 0
    for at, own in enumerate(room):
        running += own
        upto = running * min(abs(off), whole) // max(whole, 1)
        inside[at] += upto - given if off > 0 else given - upto
        given = upto
    return inside


def to_median(values: list[int], median: Fraction, width: int, bounds: Bounds) -> list[int]:
    """Multiples of `width`, in proportion to the values, with the median itself in the middle."""
    wanted = round(median)
    order = sorted(range(len(values)), key=lambda at: (values[at], at))
    middle = values[order[(len(order) - 1) // 2]] if order else 1
    fitted = [max(1, value * wanted // (max(middle, 1) * width)) * width for value in values]
    for rank, at in enumerate(order):
        if rank in {(len(order) - 1) // 2, len(order) // 2}:
            fitted[at] = wanted
        else:
            fitted[at] = min(fitted[at], wanted) if rank < len(order) // 2 else max(fitted[at], wanted)
    low, high = bounds
    least = low or 1
    highs = high if isinstance(high, list) else [max(fitted, default=1) if high is None else high] * len(fitted)
    return [min(max(value, least), most) for value, most in zip(fitted, highs, strict=True)]
