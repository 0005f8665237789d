"""Numbers that bound each other in a row: the greatest above the least, and what lies between the two."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.derived import rescaled
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read

Index = NDArray[np.int64]

_PARTS = 1000
_COARSEST = 20
"""Numbers are as round as the one they follow from, to a twentieth of it at the coarsest."""


@kind("above")
def above(site: Site, *, of: str, low: Any = "1.1", high: Any = "1.8") -> Maker:
    """A number above another of the row: so many times it, from `low` to `high`, and as round as that is."""
    least, most = int(exact(low) * _PARTS), int(exact(high) * _PARTS)

    def make(frame: Frame) -> Cells:
        start = rescaled(read(frame, of), site.column.type)
        step = _roundness(start, site.units)
        factor = least + below(site.draw(frame, "value"), most - least + 1)
        raised = np.abs(start) * (factor - _PARTS) // _PARTS // step * step
        return Cells(site.column.type, start + np.maximum(raised, step))

    return make


@kind("between")
def between(site: Site, *, low: str, high: str) -> Maker:
    """A number between two others of the row, both included."""

    def make(frame: Frame) -> Cells:
        ends = [rescaled(read(frame, name), site.column.type) for name in (low, high)]
        first, last = np.minimum(*ends), np.maximum(*ends)
        step = _roundness(first, site.units)
        steps = (last - first) // step + 1
        return Cells(site.column.type, first + below(site.draw(frame, "value"), steps.view(np.uint64)) * step)

    return make


def _roundness(values: Index, units: int) -> Index:
    """The greatest power of ten that divides each number, or one unit of its last digits, and is small beside it."""
    step = np.ones_like(values)
    for power in range(1, 13):
        wider = 10**power
        round_ = (values % wider == 0) & (wider * _COARSEST <= np.abs(values))
        step = np.where(round_, wider, step)
    return np.where(values == 0, units, step)
