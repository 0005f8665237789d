"""Kinds of date and time: after what came before, in the order of life, at hours people keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import U64, below
from pytest_misata.engine.kinds.registry import Maker, Site, among, kind, read
from pytest_misata.engine.quantiles import KNOTS, Categories, Quantiles, exact, piecewise
from pytest_misata.engine.vocabulary import data_file
from pytest_misata.schema.order import is_cut

Index = NDArray[np.int64]

DAY = 86_400
_SECOND = 1_000_000
_FRACTION = 30


@dataclass(frozen=True, slots=True)
class Window:
    """The time left to each row, in seconds since 1970: from `low`, to before `high`."""

    low: Index
    high: Index


@kind("moment")
def moment(
    site: Site,
    *,
    after: Sequence[str] = (),
    before: Sequence[str] = (),
    follows: Sequence[str] = (),
    since_born: bool = True,
    minimum_days: Any = 0,
    within_days: Any = None,
    last_days: Any = None,
    by: str | None = None,
    since: str | None = None,
    until: str | None = None,
    growth: str = "steady",
    hours: str = "any",
    sequence: bool = False,
    until_next: bool = False,
) -> Maker:
    """A date or moment after every column of `after` and before every one of `before` (own columns, or `key.column`).

    Columns of `follows` are like those of `after`, for rows of which it is not sure that one of them is there;
    `since_born=False` is for what may come before the column that tells since when the row is there.

    It lies before the reference date, after the rows of all parents came to be, at least `minimum_days` and at most
    `within_days` after the latest of `after`, and in the `last_days` before the end: a number, or one for some
    values of the column `by`. `since` and `until` are days, such as "2024-01-01": it lies on the one or later, and
    before the other. `growth="growing"` makes later ones more frequent, `hours` ("any", "business",
    "evening") sets the time of day. `sequence=True` puts the children of an owner in order, each in its own stretch of
    the time left; `until_next=True` keeps a value within that stretch.
    """
    fraction = _growth(site, growth)
    clock = None if hours == "any" or site.column.type.kind == "date" else _hours(site, hours)
    lower = [*after, *([] if after else _births(site, own=since_born)), *follows]

    def left(frame: Frame) -> Window:
        window = _dated(_window(site, frame, lower, before), since, until)
        window = _narrowed(site, frame, window, minimum_days, within_days, last_days, by)
        return _whole_days(window) if site.column.type.kind == "date" else window

    if sequence:
        _sequences(site)[site.column.name] = left

    def make(frame: Frame) -> Cells:
        window = left(frame)
        if sequence:
            window = _stretch(frame, window)
        if until_next:
            window = _before_next(site, frame, window)
        values = _within(window, site.draw(frame, "value"), None if sequence else fraction)
        if clock is not None:
            values = _at_hours(site, frame, window, values, clock)
        return _as_type(site, values)

    return make


@kind("nth_day")
def nth_day(site: Site) -> Maker:
    """A day of its own for every row, back from the day before the reference date."""
    schema = site.world.schema
    end = (schema.reference_date - dt.date(1970, 1, 1)).days

    def make(frame: Frame) -> Cells:
        return _as_type(site, (end - 1 - frame.rows) * DAY)

    return make


@kind("birth_date")
def birth_date(site: Site, *, minimum_age: int = 18, maximum_age: int = 90) -> Maker:
    """Dates of birth: ages on the reference date follow the brackets of the census."""
    table = _ages(minimum_age, maximum_age)
    today = (site.world.schema.reference_date - dt.date(1970, 1, 1)).days

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, today - 1 - table(site.draw(frame, "value")))

    return make


@kind("time_of_day")
def time_of_day(site: Site, *, hours: str = "business", step_minutes: int = 1) -> Maker:
    """Times of day by the hours people keep, to a whole number of minutes."""
    clock = _hours(site, hours)

    def make(frame: Frame) -> Cells:
        hour = clock(site.draw(frame, "hour"))
        minute = below(site.draw(frame, "minute"), 60 // step_minutes) * step_minutes
        return Cells(site.column.type, (hour * 60 + minute) * 60 * _SECOND)

    return make


def _births(site: Site, *, own: bool) -> list[str]:
    """The births of the parents, and the row's own, for a column that does not say what it comes after."""
    found = []
    for key in site.table.foreign_keys:
        birth = site.world.schema.table(key.parent).born
        # A column that several keys share is read through the one that decides it.
        column = next((name for name in key.columns if site.table.foreign_key(name) is key), None)
        if birth and column and key.parent != site.table.key and not is_cut(key):
            found.append(f"{column}.{birth}")
    birth = site.table.born
    return [*found, birth] if own and birth and birth != site.column.name else found


def _window(site: Site, frame: Frame, after: Sequence[str], before: Sequence[str]) -> Window:
    schema = site.world.schema
    end = (schema.reference_date - dt.date(1970, 1, 1)).days * DAY
    low = np.full(len(frame), end - schema.history_days * DAY, dtype=np.int64)
    high = np.full(len(frame), end, dtype=np.int64)
    for name in after:
        low = _bounded(low, read(frame, name), np.maximum)
    for name in before:
        high = _bounded(high, read(frame, name), np.minimum)
    return Window(low, high)


def _dated(window: Window, since: str | None, until: str | None) -> Window:
    """The window without what lies before one day, or on another or later."""
    low = window.low if since is None else np.maximum(window.low, _midnight(since))
    high = window.high if until is None else np.minimum(window.high, _midnight(until))
    return Window(low, high)


def _midnight(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days * DAY


def _whole_days(window: Window) -> Window:
    """Days that lie after a moment begin at the next midnight."""
    low = -(-window.low // DAY) * DAY
    return Window(low, np.maximum(window.high, low + 1))


def _bounded(bound: Index, cells: Cells, operator: Any) -> Index:
    seconds = cells.data * DAY if cells.type.kind == "date" else cells.data // _SECOND
    bounded: Index = operator(bound, seconds)
    return bounded if cells.null is None else np.where(cells.null, bound, bounded)


def _narrowed(
    site: Site, frame: Frame, window: Window, minimum: Any, within: Any, recent: Any, by: str | None
) -> Window:
    low, high = window.low, window.high
    if within is not None:
        high = np.minimum(high, low + _seconds(within) + 1)
    if minimum:
        low = np.minimum(low + _seconds(minimum), np.maximum(high - 1, low))
    if isinstance(recent, Mapping):
        for value, days in recent.items():
            chosen = among(frame[_by(site, by)], [value])
            low = np.where(chosen, np.maximum(low, high - _seconds(days)), low)
    elif recent is not None:
        low = np.maximum(low, high - _seconds(recent))
    return Window(low, high)


def _by(site: Site, by: str | None) -> str:
    if by is None:
        raise site.error("`last_days` by value needs `by`, the column that holds the values")
    return by


def _seconds(days: Any) -> int:
    return int(exact(days) * DAY)


def _sequences(site: Site) -> dict[str, Callable[[Frame], Window]]:
    """The time left to the siblings of a row together, by the column that puts them in sequence."""
    return site.world.keep(f"sequences of {site.table.key}", dict)


def _stretch(frame: Frame, window: Window) -> Window:
    """Each child's own part of the time left to the children of its owner."""
    place = frame.place
    if place is None:
        return window
    span = np.maximum(window.high - window.low, 0)
    return Window(
        window.low + span * place.ordinal // place.degree,
        window.low + span * (place.ordinal + 1) // place.degree,
    )


def _before_next(site: Site, frame: Frame, window: Window) -> Window:
    """The window, closed where the stretch of the row in its table's sequence ends."""
    sequences = _sequences(site)
    name = site.table.born if site.table.born in sequences else min(sequences, default=None)
    stretch = _stretch(frame, window if name is None else sequences[name](frame))
    return Window(window.low, np.minimum(window.high, np.maximum(stretch.high, window.low + 1)))


def _within(window: Window, bits: U64, fraction: Quantiles | None) -> Index:
    span: Index = np.maximum(window.high - window.low, 1)
    if fraction is None:
        return window.low + below(bits, span.view(np.uint64))
    return window.low + (span * fraction(bits) >> _FRACTION)


def _growth(site: Site, growth: str) -> Quantiles | None:
    tables = {"steady": None, "growing": _growing()}
    if growth not in tables:
        raise site.error(f"growth is one of {', '.join(tables)}, not {growth!r}")
    return tables[growth]


@lru_cache(maxsize=1)
def _growing() -> Quantiles:
    """A density that rises in proportion to time: the quantile at u is the square root of u."""
    top = (1 << _FRACTION) - 1
    return Quantiles([isqrt(top * top * knot // KNOTS) for knot in range(KNOTS + 1)])


def _hours(site: Site, name: str) -> Categories:
    profiles = data_file("hours.json")["profiles"]
    if name not in profiles:
        raise site.error(f"hours are one of any, {', '.join(profiles)}, not {name!r}")
    return _profile(name)


@lru_cache(maxsize=8)
def _profile(name: str) -> Categories:
    return Categories(data_file("hours.json")["profiles"][name])


def _at_hours(site: Site, frame: Frame, window: Window, values: Index, clock: Categories) -> Index:
    """The same days at the hours of the profile, wherever that stays inside the window."""
    hour = clock(site.draw(frame, "hour"))
    moved = values // DAY * DAY + hour * 3600 + values % 3600
    kept: Index = np.where((moved >= window.low) & (moved < window.high), moved, values)
    return kept


def _as_type(site: Site, seconds: Index) -> Cells:
    type_ = site.column.type
    if type_.kind == "date":
        return Cells(type_, seconds // DAY)
    if type_.kind == "datetime":
        return Cells(type_, seconds * _SECOND)
    raise site.error(f"a moment is a date or a datetime, not {type_.kind}")


@lru_cache(maxsize=16)
def _ages(minimum: int, maximum: int) -> Quantiles:
    """Ages in days between two ages in years."""
    brackets = data_file("ages.json")["brackets"]
    inside = [
        (
            max(low, minimum),
            min(high, maximum + 1),
            Fraction(weight) * (min(high, maximum + 1) - max(low, minimum)) / (high - low),
        )
        for low, high, weight in brackets
        if high > minimum and low <= maximum
    ]
    total = sum(weight for _, _, weight in inside)
    points, running = [(Fraction(0), _days(inside[0][0]))], Fraction(0)
    for _, high, weight in inside:
        running += weight / total
        points.append((running, _days(high)))
    return piecewise(tuple(points))


def _days(years: int) -> int:
    return years * 36_525 // 100
