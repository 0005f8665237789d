"""The days that stand out: of the calendar, such as Black Friday, or stated by date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.errors import GenerationError

_ONE = dt.timedelta(days=1)


def days_of(name: str, years: Iterable[int]) -> Iterator[dt.date]:
    """The days in some years of an event: a name, "11-29" or "11" in each year, "2024-03-05", "2024-03" or "2024".

    Two days of the same form, parted by "..", are all days from one to the other. Raises GenerationError for any other
    name.
    """
    for year in years:
        first, end = _span(name, year)
        while first < end:
            if first.year == year:
                yield first
            first += _ONE


def _span(name: str, year: int) -> tuple[dt.date, dt.date]:
    known: Mapping[str, Any] = toml_file("calendars.toml")["events"]
    if name in known:
        return _of_rule(known[name], year)
    low, _, high = name.partition("..")
    try:
        return _dated(low, year)[0], _dated(high or low, year)[1]
    except ValueError:
        close = get_close_matches(name, list(known), n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}, and days such as 11-29"
        raise GenerationError(f"no event {name!r}: {hint}") from None


def _of_rule(rule: Mapping[str, Any], year: int) -> tuple[dt.date, dt.date]:
    if "from" in rule:
        return _dated(rule["from"], year)[0], _dated(rule["to"], year)[1]
    first = (
        _easter(year) + _ONE * rule["from_easter"]
        if "from_easter" in rule
        else _nth(year, rule["month"], rule["weekday"], rule["nth"]) + _ONE * rule["shift"]
    )
    return first, first + _ONE * rule["days"]


def _dated(text: str, year: int) -> tuple[dt.date, dt.date]:
    """A day or month of that year, or the part of it that lies in a year stated."""
    match = re.fullmatch(r"(?:(\d{4})(?:-|$))?(\d\d)?(?:-(\d\d))?", text)
    if match is None or not text:
        raise ValueError(text)
    said, month, day = (int(part) if part else None for part in match.groups())
    if month is None:
        return dt.date(said or year, 1, 1), dt.date((said or year) + 1, 1, 1)
    if day is None:
        first = dt.date(said or year, month, 1)
        return first, (first + 31 * _ONE).replace(day=1)
    try:
        first = dt.date(said or year, month, day)
    except ValueError:
        if (month, day) != (2, 29):
            raise
        first = dt.date(said or year, 2, 28)
    return first, first + _ONE


def _nth(year: int, month: int, weekday: int, nth: int) -> dt.date:
    """The nth such weekday of a month; the last one for -1."""
    if nth < 0:
        last = (dt.date(year, month, 1) + 31 * _ONE).replace(day=1) - _ONE
        return last - _ONE * ((last.weekday() - weekday) % 7)
    first = dt.date(year, month, 1)
    return first + _ONE * ((weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)
