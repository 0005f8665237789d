"""The time left to each row's moment, and how it is narrowed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import U64
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.keys.layout import Place, Turn

Index = NDArray[np.int64]

_SECOND = 1_000_000
_SHORTEST_MONTH = 28
_FRACTION = 30


@dataclass(frozen=True, slots=True)
class Window:
    """The time left to each row, in seconds since 1970: from `low`, to before `high`."""

    low: Index
    high: Index


def dated(window: Window, since: str | None, until: str | None) -> Window:
    """The window without what lies before one day, or on another or later."""
    low = window.low if since is None else np.maximum(window.low, midnight(since))
    high = window.high if until is None else np.minimum(window.high, midnight(until))
    return Window(low, high)


def in_reach(window: Window, whole: Window) -> Window:
    """The window, near to what comes before it also where a first day is later than that."""
    high = np.minimum(window.high, whole.high)
    return Window(np.where(window.low < high, window.low, whole.low), high)


def midnight(day: str) -> int:
    """The second at which a day begins."""
    return (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days * DAY


def whole_days(window: Window, *, same: bool) -> Window:
    """Days that lie after a moment begin at the next midnight; with `same` on its own day, where no other is left."""
    low = -(-window.low // DAY) * DAY
    if same:
        low = np.where((window.low < window.high) & (low >= window.high), window.low // DAY * DAY, low)
    return Window(low, np.maximum(window.high, low + 1))


def days_of_its_own(window: Window, number: Index, room: Index) -> Window:
    """Each child's own part of whole days, by its number, which go past the end where too few are left for all."""
    days = np.maximum((window.high - window.low) // DAY, room)
    first, next_ = (days * at // room for at in (number, number + 1))
    return Window(window.low + first * DAY, window.low + next_ * DAY)


def bounded(bound: Index, cells: Cells, operator: Any) -> Index:
    """A bound in seconds, narrowed by the moments of the rows that have one."""
    seconds = cells.data * DAY if cells.type.kind == "date" else cells.data // _SECOND
    bounded: Index = operator(bound, seconds)
    return bounded if cells.null is None else np.where(cells.null, bound, bounded)


def later(window: Window, days: Any) -> Window:
    """The window without its first days, or its second half where there are no more: not all end at one moment."""
    if not days:
        return window
    low, half = window.low + seconds_of(days), (window.low + window.high) // 2
    return Window(np.where(low < window.high, low, np.maximum(half, window.low)), window.high)


def last_of(window: Window, days: Any) -> Window:
    """The last days of the window."""
    return Window(np.maximum(window.low, window.high - seconds_of(days)), window.high)


def with_room(window: Window, latest: Index) -> Window:
    """The window, closed at the latest moments that leave room for what follows, but not before its middle."""
    middle = (window.low + window.high + 1) // 2
    return Window(window.low, np.minimum(window.high, np.maximum(latest, middle)))


def around(window: Window, planned: Cells, days: tuple[Any, Any], bits: U64) -> Window:
    """The window, closed around a moment: so many days before it, and up to as many after it, mostly fewer.

    Where a day was planned, it is closed at midnight.
    """
    early, late = (seconds_of(each) for each in days)
    at, unit = (planned.data * DAY, DAY) if planned.type.kind == "date" else (planned.data // _SECOND, 1)
    later = at + (sooner(np.full(len(at), late + unit - 1), bits) // unit + 1) * unit
    # What is to come happened before, on the last day there is.
    low = np.where(at - early < window.high, at - early, np.minimum(at, window.high) - DAY)
    low = np.maximum(low, window.low)
    return Window(low, np.minimum(window.high, np.maximum(later, low + 1)))


def sooner(lengths: Index, bits: U64) -> Index:
    """Parts of some lengths, most of which are short."""
    share = (bits >> np.uint64(64 - _FRACTION)).astype(np.int64)
    part: Index = (share * share >> _FRACTION) * lengths >> _FRACTION
    return part


def seconds_of(days: Any) -> int:
    """The seconds of so many days, which may be a fraction."""
    return int(exact(days) * DAY)


def part_of(window: Window, turn: Turn) -> Window:
    """Each child's own part of the time: parts alike long."""
    span = np.maximum(window.high - window.low, 0)
    return Window(window.low + span * turn.begin // turn.parts, window.low + span * turn.end // turn.parts)


def in_months(window: Window, place: Place, day: int | None) -> Window:
    """The day of each child, a month after that of the one before; parts alike long where months are too long."""
    begin = (window.low // DAY).astype("datetime64[D]")
    months = begin.astype("datetime64[M]")
    within = np.minimum((begin - months).astype(np.int64), _SHORTEST_MONTH - 1) if day is None else day - 1
    last = _day_of(months + place.degree, within)
    due = _day_of(months + place.ordinal + 1, within)
    fits, part = last + DAY <= window.high, part_of(window, Turn.of(place))
    return Window(np.where(fits, due, part.low), np.where(fits, due + DAY, part.high))


def _day_of(months: Any, days: Index | int) -> Index:
    """The second at which a day of each month begins."""
    seconds: Index = (months.astype("datetime64[D]").astype(np.int64) + days) * DAY
    return seconds


def stepped(values: Index, window: Window, step: int) -> Index:
    """The last multiple of a step at or before each moment, or the next, as far as the window has one of them."""
    before = values // step * step
    stepped = np.where(before < window.low, before + step, before)
    return np.where(stepped < np.maximum(window.high, window.low + 1), stepped, values)
