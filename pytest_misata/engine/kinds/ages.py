"""Kinds of age: dates of birth by the census of the country that the row is in, and the years since."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.countries import country
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.gazetteer import FALLBACK
from pytest_misata.engine.hashing import U64
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.nations import nations
from pytest_misata.engine.quantiles import Quantiles, piecewise

Index = NDArray[np.int64]

BRACKET = 5
"""The ages in years that figures of a census are for."""
OLDEST = 105
"""Nobody is older: those of the last bracket are from 100 years on."""


@kind("birth_date")
def birth_date(site: Site, *, minimum_age: int = 18, maximum_age: int = 90, role: str = "") -> Maker:
    """Dates of birth: ages on the reference date are as often as in the country of the row's person of that role."""
    if not 0 <= minimum_age <= maximum_age or minimum_age >= OLDEST:
        raise site.error(f"nobody is from {minimum_age} to {maximum_age} years old; ages go from 0 to {OLDEST - 1}")
    today = (site.world.schema.reference_date - dt.date(1970, 1, 1)).days

    def make(frame: Frame) -> Cells:
        codes, which = nations(frame, role)
        tables = [ages_of(code or FALLBACK, minimum_age, maximum_age) for code in codes]
        return Cells(site.column.type, today - 1 - _read(tables, which, site.draw(frame, "value")))

    return make


def _read(tables: list[Quantiles], which: Index | None, bits: U64) -> Index:
    """What the table of each row says."""
    if which is None:
        return tables[0](bits)
    days = np.empty(len(bits), dtype=np.int64)
    for number in np.unique(which).tolist():
        here = which == number
        days[here] = tables[number](bits[here])
    return days


@lru_cache(maxsize=256)
def ages_of(code: str, minimum: int, maximum: int) -> Quantiles:
    """The ages of a country's people in days, of those between two ages in years, both included."""
    points, running = [(Fraction(0), _days(minimum))], Fraction(0)
    for number, thousands in enumerate(country(code).ages):
        low, high = max(number * BRACKET, minimum), min((number + 1) * BRACKET, maximum + 1)
        if low < high:
            running += Fraction(thousands * (high - low), BRACKET)
            points.append((running, _days(high)))
    return piecewise(tuple((share / running, days) for share, days in points))


def _days(years: int) -> int:
    return years * 36_525 // 100


@kind("age")
def age(site: Site, *, of: str) -> Maker:
    """The whole years from a date of birth to the reference date."""
    today = np.datetime64(site.world.schema.reference_date, "D")
    scale = site.units

    def make(frame: Frame) -> Cells:
        born = read(frame, of)
        days = born.data if born.type.kind == "date" else born.data // (DAY * 1_000_000)
        years = _months(today) // 12 - _months(days.astype("datetime64[D]")) // 12
        years -= _in_year(today) < _in_year(days.astype("datetime64[D]"))
        return Cells(site.column.type, np.maximum(years, 0) * scale, None, born.null)

    return make


def _months(day: Any) -> Any:
    return day.astype("datetime64[M]").astype(np.int64)


def _in_year(day: Any) -> Any:
    """The month and the day of the month as one number."""
    months = day.astype("datetime64[M]")
    return _months(day) % 12 * 31 + (day - months.astype("datetime64[D]")).astype(np.int64)
