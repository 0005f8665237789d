"""How long something took: the time between two moments of the row."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.derived import any_null
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.quantiles import exact

Index = NDArray[np.int64]

_SECOND = 1_000_000


@kind("elapsed")
def elapsed(site: Site, *, start: str, end: str, seconds: Any = 1, inclusive: bool = False) -> Maker:
    """The time from one moment of the row to another, in units of so many seconds, rounded down.

    Whole days are counted by the calendar; `inclusive` counts the first and the last one, too. In a column of lengths
    of time it is the length itself. NULL where one of the moments is.
    """
    unit = exact(seconds) * _SECOND
    daily = unit == DAY * _SECOND

    def make(frame: Frame) -> Cells:
        begun, over = read(frame, start), read(frame, end)
        first, last = _moments(begun, daily), _moments(over, daily)
        length = np.maximum(last - first, 0)
        if site.column.type.kind != "interval":
            length = _counted(length, unit / site.units) + (site.units if inclusive else 0)
        return Cells(site.column.type, length, None, any_null([begun, over]))

    return make


def _moments(cells: Cells, daily: bool) -> Index:  # noqa: FBT001
    """Microseconds since 1970; of the day's beginning where days are counted."""
    if cells.type.kind == "date":
        return cells.data * DAY * _SECOND
    found: Index = cells.data // (DAY * _SECOND) * DAY * _SECOND if daily else cells.data
    return found


def _counted(length: Index, unit: Fraction) -> Index:
    """How many units there are in so many microseconds."""
    counted: Index = length * unit.denominator // unit.numerator
    return counted
