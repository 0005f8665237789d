"""Years, months, weekdays and hours of moments in CHECKs: the moments for which they come out as asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.numbers import NoSet, Numbers, Piece, between
from pytest_misata.engine.checks.setting import DAY, Basis
from pytest_misata.schema.types import ColumnType

Bool = NDArray[np.bool_]
Index = NDArray[np.int64]

_HOUR = DAY // 24
_WEEK = 7
_YEARS = 60 * 366
"""Days on either side of today that are looked at; for parts of a day a history's."""
_WEEKDAYS: dict[str, Callable[[Index], Index]] = {
    # The first day of 1970 was a Thursday.
    "dow": lambda day: (day + 4) % _WEEK,
    "isodow": lambda day: (day + 3) % _WEEK + 1,
    "dayofweek": lambda day: (day + 4) % _WEEK + 1,
    "weekday": lambda day: (day + 3) % _WEEK,
}
_STEPS = {"day": DAY, "hour": _HOUR, "minute": 60_000_000, "second": 1_000_000}


def with_part(part: str, type_: ColumnType, right: Callable[[Index], Bool], setting: Basis) -> Numbers:
    """The kept moments of which a part, such as the year, is right. Raises NoSet."""
    if part == "hour":
        return _hours(type_, right, setting)
    if part in _WEEKDAYS and type_.kind == "date":
        offsets = tuple(np.flatnonzero(right(_WEEKDAYS[part](np.arange(_WEEK)))).tolist())
        return Numbers((Piece(None, None, _WEEK, offsets),)) if offsets else Numbers(())
    days = _days(setting, _YEARS if type_.kind == "date" or part == "year" else setting.history_days)
    return _kept(type_, days, right(_part(part, days)))


def at_start(unit: str, type_: ColumnType, setting: Basis) -> Numbers:
    """The kept moments at which a unit of time, such as a month, starts. Raises NoSet."""
    if unit in _STEPS and type_.kind == "datetime":
        return between(None, None, _STEPS[unit])
    days = _days(setting, _YEARS if type_.kind == "date" else setting.history_days)
    starts: dict[str, Callable[[], Bool]] = {
        "day": lambda: np.ones(len(days), dtype=np.bool_),
        "week": lambda: _WEEKDAYS["weekday"](days) == 0,
        "month": lambda: _part("day", days) == 1,
        "quarter": lambda: (_part("day", days) == 1) & (_part("month", days) % 3 == 1),
        "year": lambda: (_part("day", days) == 1) & (_part("month", days) == 1),
    }
    first = starts.get(unit)
    if first is None:
        raise NoSet
    if type_.kind == "date":
        return _kept(type_, days, first())
    return Numbers(tuple(Piece(day * DAY, day * DAY) for day in days[first()].tolist()))


def _days(setting: Basis, reach: int) -> Index:
    today = (setting.today - dt.date(1970, 1, 1)).days
    return np.arange(today - reach, today + reach, dtype=np.int64)


def _part(part: str, days: Index) -> Index:
    if part in _WEEKDAYS:
        return _WEEKDAYS[part](days)
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    found: dict[str, Any] = {
        "year": lambda: months // 12 + 1970,
        "month": lambda: months % 12 + 1,
        "quarter": lambda: months % 12 // 3 + 1,
        "day": lambda: (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1,
    }
    if part not in found:
        raise NoSet
    result: Index = found[part]()
    return result


def _kept(type_: ColumnType, days: Index, right: Bool) -> Numbers:
    """Runs of right days, in the column's own units."""
    unit = {"date": 1, "datetime": DAY}.get(type_.kind)
    if unit is None:
        raise NoSet
    edges = np.flatnonzero(np.diff(np.concatenate([[0], right.astype(np.int64), [0]])))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    first = int(days[0])
    return Numbers(tuple(Piece((first + low) * unit, (first + high) * unit - 1) for low, high in runs))


def _hours(type_: ColumnType, right: Callable[[Index], Bool], setting: Basis) -> Numbers:
    if type_.kind not in {"time", "datetime"}:
        raise NoSet
    hours = right(np.arange(24, dtype=np.int64))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], hours.astype(np.int64), [0]]))).tolist()
    runs = [(first * _HOUR, last * _HOUR - 1) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    return _daily(runs, type_, setting)


def within_days(op: str, text: str, grain: int, type_: ColumnType, setting: Basis) -> Numbers:
    """The kept moments whose time of day, of which less than `grain` seconds is left out, stands so to one."""
    if type_.kind not in {"time", "datetime"}:
        raise NoSet
    clock = dt.time.fromisoformat(text)
    edge = ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond
    edge += grain * 1_000_000 if op == ">" and grain else op == ">"
    run = (edge, DAY - 1) if op in {">", ">="} else (0, edge - (op == "<"))
    return _daily([run] if run[0] <= run[1] else [], type_, setting)


def _daily(runs: Sequence[tuple[int, int]], type_: ColumnType, setting: Basis) -> Numbers:
    """The moments between such times of day, on any day that is looked at."""
    days = _days(setting, setting.history_days).tolist() if type_.kind == "datetime" else [0]
    return Numbers(tuple(Piece(day * DAY + low, day * DAY + high) for day in days for low, high in runs))
