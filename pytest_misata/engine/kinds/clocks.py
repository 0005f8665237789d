"""Kinds of time beyond moments: of the day, lengths, stamps in numbers or text, what lies ahead, values that differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import profile
from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.draws.quantiles import Categories, power
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.betweens import as_type
from pytest_misata.engine.kinds.registry import Maker, Site, holds, kind, read
from pytest_misata.engine.texts.moments import WRITTEN

Index = NDArray[np.int64]

_SECOND = 1_000_000
_DAY = 86_400
_HOUR = 3_600
_STEPS = (900, 300, 60)
_DAYTIME = (7, 20)
"""The hours in which most of what has a time of day takes place."""
_FRACTION = 30
_STEP_DAYS = 5
_THURSDAY = 3
"""The day of the week, from Monday on, of the day from which days are counted."""
_BLOCK, _UNITS = 10**6, 100
_MYSQL = frozenset({"mysql", "mariadb"})


@kind("nth_day")
def nth_day(site: Site) -> Maker:
    """A day of its own for every row, back from the day before the reference date."""
    schema = site.world.schema
    end = (schema.reference_date - dt.date(1970, 1, 1)).days

    def make(frame: Frame) -> Cells:
        return as_type(site, (end - 1 - frame.rows) * _DAY)

    return make


@kind("time_of_day")
def time_of_day(site: Site, *, hours: str = "business", step_minutes: int = 1) -> Maker:
    """Times of day by the hours people keep, to a whole number of minutes."""
    clock = Categories(profile("hours", hours, 24) or [1] * 24)

    def make(frame: Frame) -> Cells:
        hour = clock(site.draw(frame, "hour"))
        minute = below(site.draw(frame, "minute"), 60 // step_minutes) * step_minutes
        return Cells(site.column.type, (hour * 60 + minute) * 60 * _SECOND)

    return make


@kind("clock")
def clock(site: Site, *, low: int = 0, high: int = 23, step_minutes: int = 15) -> Maker:
    """Times of day from the hour `low` to the hour `high`, at every `step_minutes`."""
    if not 0 <= low <= high <= 23 or step_minutes < 1:
        raise site.error(f"no hours from {low} to {high}")
    count = (high - low) * 60 // step_minutes + 1

    def make(frame: Frame) -> Cells:
        minutes = low * 60 + below(site.draw(frame, "value"), count) * step_minutes
        return Cells(site.column.type, minutes * 60 * _SECOND)

    return make


@kind("time_after")
def time_after(site: Site, *, of: str, low: int, high: int, step: int = 900) -> Maker:
    """A time of day from `low` to `high` seconds after another column's, in steps, but not on the next day."""
    if not 0 < low <= high or step < 1:
        raise site.error(f"nothing lies between {low} and {high} seconds in steps of {step}")
    last = (_DAY - 60) * _SECOND

    def make(frame: Frame) -> Cells:
        begun = read(frame, of)
        steps = low + below(site.draw(frame, "value"), (high - low) // step + 1) * step
        return Cells(site.column.type, np.minimum(begun.data + steps * _SECOND, last))

    return make


@kind("duration")
def duration(site: Site, *, low: int = 60, high: int = 14_400, step: int = 60) -> Maker:
    """Lengths of time from `low` to `high` seconds, in steps; short ones are more frequent."""
    if not 0 <= low <= high or step < 1:
        raise site.error(f"nothing lies between {low} and {high} seconds in steps of {step}")
    count = (high - low) // step + 1
    table = power(2, count * 2**16)

    def make(frame: Frame) -> Cells:
        number = np.minimum(table(site.draw(frame, "value")) >> 16, count - 1)
        return Cells(site.column.type, (low + number * step) * _SECOND)

    return make


@kind("year")
def year(
    site: Site,
    *,
    low: int = 1990,
    high: int | None = None,
    back: int | None = None,
    ahead: int = 0,
    after: Sequence[str] = (),
    before: str = "",
    least: int = 0,
    most: int = 60,
) -> Maker:
    """Years up to that of the reference date, recent ones more often, from `low`, or so many years `back`.

    `ahead` are years past it. With `after` they come `least` to `most` years after the last of other columns, years or
    dates; with `before` from so many years before another column's to its own, mostly near it, and none before `low`.
    """
    if before:
        return _year_before(site, before, low, most)
    last = _today(site).year - 1 + ahead if high is None else high
    first = low if back is None else last - ahead - back
    if last < first:
        raise site.error(f"no year lies between {first} and {last}")
    table = power(2, (last - first + 1) * 2**16)

    def make(frame: Frame) -> Cells:
        bits, unit = site.draw(frame, "value"), site.units
        if not after:
            return Cells(site.column.type, (last - np.minimum(table(bits) >> 16, last - first)) * unit)
        since = np.maximum.reduce([_year_of(read(frame, name)) for name in after])
        until = np.maximum(np.minimum(since + most, last), since)
        since = np.minimum(since + least, until)
        return Cells(site.column.type, (since + below(bits, (until - since + 1).view(np.uint64))) * unit)

    return make


def _year_before(site: Site, before: str, low: int, most: int) -> Maker:
    """Years up to that of another column, `most` years before it at the most; NULL where that is."""
    table = power(2, (most + 1) * 2**16)

    def make(frame: Frame) -> Cells:
        cells = read(frame, before)
        last = _year_of(cells)
        back = np.minimum(table(site.draw(frame, "value")) >> 16, most)
        years = np.minimum(np.maximum(last - back, low), last)
        return Cells(site.column.type, years * site.units).where_not(cells.null)

    return make


def _year_of(cells: Cells) -> Index:
    """The years of dates and moments; years as they are."""
    unit = {"date": "D", "datetime": "us"}.get(cells.type.kind)
    if unit is None:
        years: Index = cells.data.astype(np.int64) // (10**cells.type.scale if cells.type.kind != "integer" else 1)
        return years
    return cells.data.astype(f"datetime64[{unit}]").astype("datetime64[Y]").astype(np.int64) + 1970


@kind("stamp")
def stamp(site: Site, *, stage: int = 0, unit: str = "seconds", written: str = "seconds") -> Maker:
    """Moments kept as a number of seconds or milliseconds since 1970, or as text of ISO 8601.

    Columns of one row with a higher `stage` lie later. `unit` is seconds or milliseconds, `written` one of `WRITTEN`.
    """
    if unit not in {"seconds", "milliseconds"} or written not in WRITTEN:
        raise site.error(f"unit is seconds or milliseconds and written one of {', '.join(WRITTEN)}")
    end = (_today(site) - dt.date(1970, 1, 1)).days * _DAY
    width = _STEP_DAYS * _DAY
    first = site.world.schema.history_days * _DAY
    room = max(first - (stage + 1) * width, width) if stage < first // width else width

    def make(frame: Frame) -> Cells:
        share = below(frame.draw("@stamp"), 2**_FRACTION)
        seconds = end - first + (share * min(room, first * 3 // 4) >> _FRACTION)
        seconds = np.minimum(seconds + stage * width + below(site.draw(frame, "value"), width), end - 1)
        if site.column.type.is_text:
            return text_cells(site.column.type, _iso(seconds, written))
        per_second = 1000 if unit == "milliseconds" else 1
        return Cells(site.column.type, seconds * per_second * site.units)

    return make


def _iso(seconds: Index, written: str) -> list[str]:
    return [WRITTEN[written](text) for text in np.datetime_as_string(seconds.astype("datetime64[s]")).tolist()]


@kind("later")
def later(
    site: Site,
    *,
    of: str | None = None,
    low: int = 7,
    high: int = 90,
    past: Mapping[str, Sequence[Any]] | None = None,
    ahead: Mapping[str, Sequence[Any]] | None = None,
    weekdays: Any = None,
) -> Maker:
    """A date or moment from `low` to `high` days after another column, or after the reference date; it may lie ahead.

    Negative numbers are days before it. Where the other column is NULL the reference date stands in for it. Rows for
    which `past` holds (as `when` does) have it before the reference date, those for which `ahead` does after that.
    With `weekdays`, a profile or weights, a day on which little is done gives way to the next one on which much is.
    """
    type_ = site.column.type
    if type_.kind not in {"date", "datetime"} or high < low:
        raise site.error(f"a date or datetime and {low} to {high} days are needed")
    today, wait = (_today(site) - dt.date(1970, 1, 1)).days, _waits(weekdays)

    def days_from(frame: Frame, start: Index) -> Index:
        days = low + below(site.draw(frame, "days"), high - low + 1)
        if past is not None:
            # On the day of the start itself where that is yesterday.
            days = np.where(holds(frame, past), np.minimum(days, np.maximum(today - 1 - start, 0)), days)
        if ahead is not None:
            days = np.where(holds(frame, ahead) & (start + days <= today), today - start + np.abs(days) + 1, days)
        on_open_day: Index = days + wait[(start + days + _THURSDAY) % 7]
        return on_open_day

    def make(frame: Frame) -> Cells:
        days = days_from(frame, _start(frame, of, today, _DAY * _SECOND))
        if type_.kind == "date":
            return Cells(type_, _start(frame, of, today, _DAY * _SECOND) + days)
        minutes = below(site.draw(frame, "minute"), 40) * 15 + 8 * 60
        start = _start(frame, of, today * _DAY * _SECOND, 1)
        # At least a day apart, so that the time of day may be any.
        whole = np.where(days < 0, days, np.maximum(days, 1))
        return Cells(type_, (start // (_DAY * _SECOND) + whole) * (_DAY * _SECOND) + minutes * 60 * _SECOND)

    return make


def _waits(weekdays: Any) -> Index:
    """How many days it is from each day of the week, from Monday on, to one on which at least half as much is done."""
    weights = profile("weekdays", weekdays, 7) or [1] * 7
    busy = [2 * weight >= max(weights) for weight in weights]
    return np.array([[*busy[day:], *busy[:day]].index(True) for day in range(7)], dtype=np.int64)


def _start(frame: Frame, of: str | None, instead: int, unit: int) -> Index:
    """The other column, in `unit` microseconds."""
    if of is None:
        return np.full(len(frame), instead, dtype=np.int64)
    cells = read(frame, of)
    values: Index = cells.data * (_DAY * _SECOND if cells.type.kind == "date" else 1) // unit
    return values if cells.null is None else np.where(cells.null, instead, values)


@kind("distinct_moment")
def distinct_moment(site: Site) -> Maker:
    """A second of its own within the history for every row, in no order."""
    end = (_today(site) - dt.date(1970, 1, 1)).days * _DAY
    size = site.world.schema.history_days * _DAY
    site.require(size, "lengthen the history")
    keyed = permutation(site.key("order"), size)

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, (end - 1 - keyed.forward(frame.rows)) * _SECOND)

    return make


@kind("distinct_time")
def distinct_time(site: Site) -> Maker:
    """A time of day of its own for every row: quarters of an hour by day first, then finer ones, then any second.

    Fractions of seconds follow where the database keeps those.
    """
    mysql = site.world.schema.dialect in _MYSQL
    site.require(_DAY if mysql else _DAY * _SECOND, "make the column by another kind")
    order = np.lexsort((permutation(site.key("order"), _DAY).forward(np.arange(_DAY)), _roughness()))

    def make(frame: Frame) -> Cells:
        lap, number = np.divmod(frame.rows, _DAY)
        return Cells(site.column.type, order[number] * _SECOND + lap)

    return make


def _roughness() -> Index:
    """Of each second of a day how late it comes: quarters of an hour by day first, seconds of the night last."""
    second = np.arange(_DAY, dtype=np.int64)
    coarse = np.select([second % step == 0 for step in _STEPS], range(len(_STEPS)), len(_STEPS))
    by_day = (second >= _DAYTIME[0] * _HOUR) & (second < _DAYTIME[1] * _HOUR)
    return np.where(by_day, coarse, len(_STEPS) + 1)


@kind("distinct_span")
def distinct_span(site: Site) -> Maker:
    """A length of time of its own for every row, in whole seconds, within a fortnight for the first million."""
    size = 14 * _DAY
    keyed = permutation(site.key("order"), size)

    def make(frame: Frame) -> Cells:
        lap, second = np.divmod(frame.rows, size)
        return Cells(site.column.type, (lap * size + keyed.forward(second) + 1) * _SECOND)

    return make


@kind("distinct_number")
def distinct_number(site: Site, *, low: int = 1, high: int) -> Maker:
    """A number of its own for every row, from `low` to `high` in the column's smallest units: the lowest first."""
    if high < low:
        raise site.error(f"nothing lies between {low} and {high}")
    size = min(high - low + 1, 2**62)
    site.require(size, "widen the column")
    block = min(size, max(_BLOCK, _UNITS * site.units))
    keyed, last = permutation(site.key("order"), block), size // block

    def make(frame: Frame) -> Cells:
        lap, within = np.divmod(frame.rows, block)
        # What is left over after the last whole block is given out in order.
        own = np.where(lap < last, keyed.forward(within), within)
        return Cells(site.column.type, low + lap * block + own)

    return make


def _today(site: Site) -> dt.date:
    return site.world.schema.reference_date
