"""Ends of what lasts, of which the mean or the median length is stated, and is that of the table exactly.

Rows stand in blocks. How long each would last as ever is brought to the mean, or the median, within the time that is
left to it: what begins and what comes next stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column, read
from pytest_misata.engine.kinds.stated import BLOCK, whole_blocks
from pytest_misata.engine.meaning import generator_for
from pytest_misata.schema.config import Generator

Index = NDArray[np.int64]

_SECOND = 1_000_000
PROBES = ("usual", "first", "last")
"""What a column of ends is asked for: when a row would end as ever, and when it could at the earliest and latest."""


class Lengths:
    """The ends of a column that is stated to last `mean` or `median` units of `seconds` from the column `since` on.

    Lengths are multiples of `step` seconds, which is a day for dates.
    """

    def __init__(self, site: Site, said: Mapping[str, Any]) -> None:
        self._site, self._since = site, str(said["since"])
        self._median = "median" in said
        self._step = DAY if site.column.type.kind == "date" else int(said.get("step", 1))
        unit = exact(said.get("seconds", DAY))
        self._target = exact(said["median" if self._median else "mean"]) * unit / self._step
        made = site.column.generator or generator_for(site.table, site.column)
        options = {name: value for name, value in made.options.items() if name != "lasts"}
        self._probes = [self._compiled(Generator(made.kind, {**options, "probe": probe})) for probe in PROBES]

    def _compiled(self, generator: Generator) -> Maker:
        site = self._site
        return compile_column(site.world, site.table, replace(site.column, generator=generator))

    def __call__(self, frame: Frame) -> Index:
        """The end of each row, in seconds since 1970."""
        return frame.keep(("lengths", self._site.column.name), lambda: self._ends(frame))

    def _ends(self, frame: Frame) -> Index:
        whole, at = whole_blocks(frame, self._site.rows)
        blocks = whole.rows // BLOCK
        cells, begun = [probe(whole) for probe in self._probes], read(whole, self._since)
        start = _seconds(begun)
        usual, first, last = ((_seconds(one) - start) // self._step for one in cells)
        first = np.maximum(-((start - _seconds(cells[1])) // self._step), 1)
        there = np.ones(len(whole), dtype=np.bool_)
        for null in (cells[0].null, begun.null):
            there &= True if null is None else ~null
        for block in np.unique(blocks):
            part = np.flatnonzero((blocks == block) & there)
            fit = to_median if self._median else to_mean
            usual[part] = fit(usual[part], self._target, np.minimum(first, usual)[part], np.maximum(last, usual)[part])
        found: Index = (start + usual * self._step)[at]
        return np.where(there[at], found, _seconds(cells[0])[at])


def _seconds(cells: Cells) -> Index:
    found: Index = cells.data * DAY if cells.type.kind == "date" else cells.data // _SECOND
    return found


def to_mean(lengths: Index, mean: Fraction, low: Index, high: Index) -> Index:
    """Lengths in proportion to these, each within its bounds, whose sum is that of the mean, if that can be."""
    total = round(mean * len(lengths))
    weights = np.maximum(lengths, 1).astype(object)
    upto = np.cumsum(weights) * total // max(int(weights.sum()), 1)
    wished = np.diff(np.concatenate([[0], upto])).astype(np.int64)
    found = np.clip(wished, low, high)
    off = total - int(found.sum())
    room = (high - found if off > 0 else found - low).astype(object)
    # Those that last long have most of the room: in proportion to how long they last, before any is filled.
    for shares in (np.minimum(room, found.astype(object)), None):
        room = (high - found if off > 0 else found - low).astype(object)
        part = room if shares is None else shares
        whole = int(part.sum())
        upto = np.cumsum(part) * min(abs(off), whole) // max(whole, 1)
        found = found + np.sign(off) * np.diff(np.concatenate([[0], upto])).astype(np.int64)
        off = total - int(found.sum())
    return found


def to_median(lengths: Index, median: Fraction, low: Index, high: Index) -> Index:
    """Lengths in proportion to these, each within its bounds, with the median itself in the middle."""
    if not len(lengths):
        return lengths
    wanted = round(median)
    middle = max(int(np.sort(lengths)[(len(lengths) - 1) // 2]), 1)
    found = np.clip(lengths * wanted // middle, low, high)
    # Rows that cannot last so long come first, and those that cannot be over so soon last.
    order = np.lexsort((np.arange(len(found)), found, (low > wanted).astype(int) - (high < wanted).astype(int)))
    half = (len(found) - 1) // 2
    found[order[:half]] = np.minimum(found[order[:half]], wanted)
    found[order[len(found) // 2 + 1 :]] = np.maximum(found[order[len(found) // 2 + 1 :]], wanted)
    found[order[half : len(found) // 2 + 1]] = wanted
    clipped: Index = np.clip(found, low, high)
    return clipped
