"""Kinds of age: dates of birth by the census of the country that the row is in, and the years since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import U64
from pytest_misata.engine.draws.quantiles import Quantiles, exact, integer_weights, piecewise
from pytest_misata.engine.draws.shares import Shares
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.kinds.stated import BLOCK as STATED
from pytest_misata.engine.kinds.stated import to_mean, to_median, whole_blocks
from pytest_misata.engine.people.countries import country
from pytest_misata.engine.people.gazetteer import FALLBACK
from pytest_misata.engine.people.nations import nations

Index = NDArray[np.int64]

BRACKET = 5
"""The ages in years that figures of a census are for."""
OLDEST = 105
"""Nobody is older: those of the last bracket are from 100 years on."""


@kind("birth_date")
def birth_date(
    site: Site,
    *,
    minimum_age: int = 18,
    maximum_age: int = 90,
    role: str = "",
    parts: Sequence[Mapping[str, Any]] = (),
    mean: Any = None,
    median: Any = None,
) -> Maker:
    """Dates of birth: ages on the reference date are as often as in the country of the row's person of that role.

    `parts` of the people, each a `share` of the rows to the nearest one, are from a `minimum_age` to a `maximum_age`
    each; within a part ages are as often as in the country. With a `mean` or a `median`, in years, ages are brought to
    that within the two bounds, as amounts are.
    """
    spans = [(int(one["minimum_age"]), int(one["maximum_age"])) for one in parts] or [(minimum_age, maximum_age)]
    for low, high in spans:
        if not 0 <= low <= high or low >= OLDEST:
            raise site.error(f"nobody is from {low} to {high} years old; ages go from 0 to {OLDEST - 1}")
    today = (site.world.schema.reference_date - dt.date(1970, 1, 1)).days
    shares = Shares(integer_weights([one["share"] for one in parts])) if len(parts) > 1 else None

    def ages(frame: Frame) -> Index:
        codes, which = nations(frame, role)
        bits, days = site.draw(frame, "value"), np.empty(len(frame), dtype=np.int64)
        part = np.zeros(len(frame), dtype=np.int64)
        part = part if shares is None else shares(site.key("part"), frame.rows, site.rows)
        for number, span in enumerate(spans):
            here = np.flatnonzero(part == number)
            tables = [ages_of(code or FALLBACK, *span) for code in codes]
            days[here] = _read(tables, None if which is None else which[here], bits[here])
        return days

    def make(frame: Frame) -> Cells:
        if mean is None and median is None:
            return Cells(site.column.type, today - 1 - ages(frame))
        bounds = _days(minimum_age), _days(maximum_age + 1) - 1
        return Cells(site.column.type, today - 1 - _brought(site, ages, frame, mean, median, bounds))

    return make


def _brought(
    site: Site, ages: Callable[[Frame], Index], frame: Frame, mean: Any, median: Any, bounds: tuple[int, int]
) -> Index:
    """Ages in days of which the mean, or the median, is that stated in years: halfway through the year, on average."""
    middle = exact(mean if median is None else median)
    days = (middle + Fraction(1, 2)) * Fraction(36_525, 100)
    whole, at = whole_blocks(frame, site.rows)
    found = ages(whole)
    for start in range(0, len(found), STATED):
        part = slice(start, min(start + STATED, len(found)))
        found[part] = (to_median if mean is None else to_mean)(found[part].tolist(), days, 1, bounds)
    return found[at]


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


def people_aged(code: str, minimum: int, maximum: int) -> Fraction:
    """How many of a country's people, in thousands, are of the ages between two, both included."""
    found = Fraction(0)
    for number, thousands in enumerate(country(code).ages):
        low, high = max(number * BRACKET, minimum), min((number + 1) * BRACKET, maximum + 1)
        found += Fraction(thousands * max(high - low, 0), BRACKET)
    return found


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
