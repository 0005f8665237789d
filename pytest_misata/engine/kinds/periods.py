"""Periods of a calendar, one after another, and what a date is: its year, quarter, month, week and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode, text_cells
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.kinds.values import number_among_siblings

Index = NDArray[np.int64]

_DAY = 86_400_000_000
"""Microseconds."""
_THURSDAY, _WEEK = 3, 7
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNITS = {
    "day": (0, 1),
    "week": (0, 7),
    "fortnight": (0, 14),
    "month": (1, 0),
    "quarter": (3, 0),
    "half": (6, 0),
    "year": (12, 0),
}
"""The months, or days, that a period has."""
_RECENT = 1096
"""Periods that are not told apart begin so many days before the reference date at the most."""


@kind("date_part")
def date_part(site: Site, *, of: str, part: str) -> Maker:
    """What another column's date is: one of `PARTS`, as a number, a name or a flag. NULL where the date is."""
    tell = _teller(site, part)

    def make(frame: Frame) -> Cells:
        cells = read(frame, of)
        return tell(cells.data if cells.type.kind == "date" else cells.data // _DAY).where_not(cells.null)

    return make


@kind("period")
def period(
    site: Site, *, part: str, unit: str = "month", among: str = "", lag: int = 0, ascending: bool = False
) -> Maker:
    """A period of the calendar before the reference date: its `start`, its `end`, its `name`, `code` or one of `PARTS`.

    All columns of a table with the same unit tell the same period. With `among` "table" every row has the one before
    that of the last row, with "siblings" every child of an owner; otherwise it is any of the last three years.
    The last period is `lag` before the one that has just ended; with `ascending` it is that of the last child.
    """
    if unit not in UNITS or among not in {"", "table", "siblings"}:
        raise site.error(f"unit is one of {', '.join(UNITS)}, and among table or siblings")
    tell = _ends(site, part, unit) or _teller(site, part, unit)
    months, days = UNITS[unit]
    span = days or months * 30

    def make(frame: Frame) -> Cells:
        if among:
            number = number_among_siblings(frame) if among == "siblings" else frame.rows
            number = _from_the_last(site, frame, number) if ascending else number
        else:
            number = below(frame.draw("@period"), max(_RECENT // span, 1))
        return tell(_begin(site.world.schema.reference_date, number + 1 + lag, unit))

    return make


def _from_the_last(site: Site, frame: Frame, number: Index) -> Index:
    """The same numbers counted from the last child of each owner."""
    layout = site.world.layout(site.table)
    return number if layout is None or frame.place is None else layout.room(frame.place) - 1 - number


def _begin(today: dt.date, back: Index, unit: str) -> Index:
    """The days on which periods begin, so many before the one that today is in."""
    months, days = UNITS[unit]
    if days:
        # Weeks begin on Mondays.
        first = (today - dt.timedelta(days=today.weekday() if days > 1 else 0) - dt.date(1970, 1, 1)).days
        return first - back * days
    first = (today.year - 1970) * 12 + (today.month - 1) // months * months
    begins: Index = (first - back * months).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return begins


def _next(begin: Index, unit: str) -> Index:
    months, days = UNITS[unit]
    if days:
        return begin + days
    following: Any = (_months(begin) + months).astype("datetime64[M]").astype("datetime64[D]")
    found: Index = following.astype(np.int64)
    return found


def _ends(site: Site, part: str, unit: str) -> Callable[[Index], Cells] | None:
    """The first, the last or the pay day of a period; None for other parts."""
    ends: dict[str, Callable[[Index], Index]] = {
        "start": lambda begin: begin,
        "end": lambda begin: _next(begin, unit) - 1,
        "pay": lambda begin: _next(begin, unit) - 2,
    }
    if part not in ends:
        return None
    day = 1 if site.column.type.kind == "date" else _DAY
    return lambda begin: Cells(site.column.type, ends[part](begin) * day)


def _teller(site: Site, part: str, unit: str = "month") -> Callable[[Index], Cells]:
    """How a part of days is written in the column."""
    if part not in PARTS and part not in _TEXTS:
        raise site.error(f"part is one of {', '.join([*PARTS, *_TEXTS])}, not {part!r}")
    type_ = site.column.type
    if part in _TEXTS:
        write = _TEXTS[part]
        return lambda days: text_cells(type_, [write(dt.date.fromordinal(_EPOCH + day), unit) for day in days.tolist()])
    if type_.is_text:
        names = _NAMES.get(part)
        if names is not None:
            stated = encode(type_, names)
            return lambda days: stated.take(PARTS[part](days) - 1)
        return lambda days: text_cells(type_, [str(number) for number in PARTS[part](days).tolist()])
    if type_.kind == "boolean":
        return lambda days: Cells(type_, PARTS[part](days) != 0)
    return lambda days: Cells(type_, PARTS[part](days) * site.units)


def _months(days: Index) -> Index:
    """Months since January 1970."""
    found: Index = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return found


def _day_of_year(days: Index) -> Index:
    first = days.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    found: Index = days - first + 1
    return found


def _week(days: Index) -> Index:
    """The week by ISO 8601: that of its Thursday."""
    return (_day_of_year(_thursday(days)) - 1) // _WEEK + 1


def _thursday(days: Index) -> Index:
    return days - _weekday(days) + 1 + _THURSDAY


def _weekday(days: Index) -> Index:
    """From 1 for Monday, as ISO 8601 has it."""
    found: Index = (days + _THURSDAY) % _WEEK + 1
    return found


def _day(days: Index) -> Index:
    first = days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    found: Index = days - first + 1
    return found


PARTS: dict[str, Callable[[Index], Index]] = {
    "year": lambda days: _months(days) // 12 + 1970,
    "iso_year": lambda days: _months(_thursday(days)) // 12 + 1970,
    "half": lambda days: _months(days) % 12 // 6 + 1,
    "quarter": lambda days: _months(days) % 12 // 3 + 1,
    "month": lambda days: _months(days) % 12 + 1,
    "week": _week,
    "day": _day,
    "day_of_year": _day_of_year,
    "weekday": _weekday,
    "is_weekend": lambda days: (_weekday(days) > 5).astype(np.int64),
    "is_weekday": lambda days: (_weekday(days) < 6).astype(np.int64),
    "is_month_end": lambda days: (_day(days + 1) == 1).astype(np.int64),
}
"""What a day is, as a number."""
_NAMES = {"month": MONTHS, "weekday": WEEKDAYS, "quarter": ("Q1", "Q2", "Q3", "Q4"), "half": ("H1", "H2")}
_EPOCH = dt.date(1970, 1, 1).toordinal()


def _name(day: dt.date, unit: str) -> str:
    match unit:
        case "month":
            return f"{MONTHS[day.month - 1]} {day.year}"
        case "quarter":
            return f"Q{(day.month + 2) // 3} {day.year}"
        case "half":
            return f"H{(day.month + 5) // 6} {day.year}"
        case "year":
            return f"FY {day.year}"
        case "day":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"Week {day.isocalendar().week}, {day.isocalendar().year}"


def _code(day: dt.date, unit: str) -> str:
    match unit:
        case "month":
            return f"{day.year}-{day.month:02}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case "half":
            return f"{day.year}-H{(day.month + 5) // 6}"
        case "year":
            return f"FY{day.year}"
        case "day":
            return day.isoformat()
    return f"{day.isocalendar().year}-W{day.isocalendar().week:02}"


def _sprint(day: dt.date, _unit: str) -> str:
    """Two weeks of a year, by their number."""
    return f"Sprint {day.isocalendar().year % 100}.{(day.isocalendar().week + 1) // 2:02}"


def _season(day: dt.date, _unit: str) -> str:
    """The year of a season, or the two it lies in where it begins after the middle of the first."""
    return f"{day.year}/{(day.year + 1) % 100:02}" if day.month > 5 else str(day.year)


def _term(day: dt.date, _unit: str) -> str:
    """The term of a school year, by the day on which it begins."""
    return f"{'Spring' if day.month < 5 else 'Summer' if day.month < 8 else 'Autumn'} Term {day.year}"


def _semester(day: dt.date, _unit: str) -> str:
    return f"{'Spring' if day.month < 6 else 'Fall'} {day.year}"


_TEXTS: dict[str, Callable[[dt.date, str], str]] = {
    "name": _name,
    "code": _code,
    "sprint": _sprint,
    "season": _season,
    "term": _term,
    "semester": _semester,
}
