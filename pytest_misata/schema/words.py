"""What the last word of a column's name tells of how its numbers run."""

from __future__ import annotations

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COUNTING = frozenset("serial number no num nr seq sequence line position pos index idx ordinal id".split())
_CALENDAR = frozenset("vintage year yr fy season half semester term quarter qtr month week weekday dow doy day".split())

_MEASURES = frozenset(
    "ml cl l litre litres liter liters g kg mg t oz lb mm cm m km inch inches size volume weight length width height "
    "depth count qty quantity amount price percent pct minutes hours seconds days watts volts amps ".split()
)


def words_in(name: str) -> list[str]:
    """The words of a name, however it is written, in small letters."""
    return _HUMP.sub("_", name).lower().replace(" ", "_").split("_")


def is_counting(name: str) -> bool:
    """Whether numbers of such a name count something: `line_no`, `serial`."""
    return words_in(name)[-1] in _COUNTING


def is_measure(name: str) -> bool:
    """Whether numbers of such a name say how much of something there is: `bottle_ml`, `pack_size`."""
    return words_in(name)[-1] in _MEASURES


def is_of_calendar(name: str) -> bool:
    """Whether numbers of such a name are parts of a calendar: `fiscal_year`, `month`."""
    return words_in(name)[-1] in _CALENDAR
