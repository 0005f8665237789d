"""How long something took: the time between two moments of the row."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.quantiles import exact, power
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.derived import any_null
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read

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
        first, last = _moments(begun, daily=daily), _moments(over, daily=daily)
        length = np.maximum(last - first, 0)
        if site.column.type.kind != "interval":
            length = _counted(length, unit / site.units) + (site.units if inclusive else 0)
        return Cells(site.column.type, length, None, any_null([begun, over]))

    return make


@kind("late_fee")
def late_fee(site: Site, *, due: str, back: str, per_day: Any, most: Any) -> Maker:
    """So much for each day that something came back after the one on which it was due, but never over `most`.

    0 where it came back in time, or has not yet.
    """
    rate, top = site.amount(per_day), site.amount(most)

    def make(frame: Frame) -> Cells:
        until, at = read(frame, due), read(frame, back)
        late = (_moments(at, daily=True) - _moments(until, daily=True)) // (DAY * _SECOND)
        null = any_null([until, at])
        late = late if null is None else np.where(null, 0, late)
        return Cells(site.column.type, np.minimum(np.maximum(late, 0) * rate, top))

    return make


def _moments(cells: Cells, *, daily: bool) -> Index:
    """Microseconds since 1970; of the day's beginning where days are counted."""
    if cells.type.kind == "date":
        return cells.data * DAY * _SECOND
    found: Index = cells.data // (DAY * _SECOND) * DAY * _SECOND if daily else cells.data
    return found


def _counted(length: Index, unit: Fraction) -> Index:
    """How many units there are in so many microseconds."""
    counted: Index = length * unit.denominator // unit.numerator
    return counted


@kind("lasting")
def lasting(site: Site, *, of: str, low: int, high: int, step: int = 60) -> Maker:
    """A date or moment from `low` to `high` seconds after another column, in steps; it may lie past the reference date.

    Short times are more frequent. Where the other column is NULL it comes after what that would be.
    """
    type_ = site.column.type
    if type_.kind not in {"date", "datetime"} or not 0 <= low <= high or step < 1:
        raise site.error(f"a date or datetime and {low} to {high} seconds in steps are needed")
    unit = DAY * _SECOND if type_.kind == "date" else 1
    count = (high - low) // step + 1
    table = power(2, count * 2**16)

    def make(frame: Frame) -> Cells:
        begun = read(frame, of)
        steps = np.minimum(table(site.draw(frame, "value")) >> 16, count - 1)
        return Cells(type_, _moments(begun, daily=False) // unit + (low + steps * step) * _SECOND // unit)

    return make
