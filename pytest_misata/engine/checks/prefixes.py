"""Numbers and days by how they begin when they are written: `n::text LIKE '1%'`, `day::text LIKE '2024-%'`."""

from __future__ import annotations

import datetime as dt
import re
from functools import reduce

from pytest_misata.engine.checks.numbers import Numbers, between
from pytest_misata.engine.checks.setting import DAY, limits, units
from pytest_misata.schema.types import ColumnType

_BEGINS = re.compile(r"\^((?:\\?[-\w: ])+)(?:\.\*\$)?")
_YEAR, _DATE = len("2024"), len("2024-01-01")


def beginning(pattern: str, type_: ColumnType) -> Numbers | None:
    """The kept numbers of the values that begin as a pattern says; None where it says more, or that is not known."""
    found = _BEGINS.fullmatch(pattern)
    text = None if found is None else found[1].replace("\\", "")
    if text is None:
        return None
    if type_.kind == "integer" and re.fullmatch("[1-9][0-9]*", text):
        return _numbers(int(text), limits(type_)[1])
    if type_.kind in {"date", "datetime"} and _YEAR <= len(text) <= _DATE:
        return _days(text, DAY if type_.kind == "datetime" else units(type_))
    return None


def _numbers(head: int, most: int) -> Numbers:
    powers = [10**digits for digits in range(len(str(most)))]
    return reduce(lambda a, b: a | b, (between(head * power, (head + 1) * power - 1) for power in powers))


def _days(text: str, unit: int) -> Numbers | None:
    try:
        first = dt.date(int(text[:_YEAR]), 1, 1)
    except ValueError:
        return None
    year = (first + dt.timedelta(days=at) for at in range(366))
    right = [day.toordinal() - dt.date(1970, 1, 1).toordinal() for day in year if day.isoformat().startswith(text)]
    return between(right[0] * unit, (right[-1] + 1) * unit - 1) if right else None
