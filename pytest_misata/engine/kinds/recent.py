"""How long ago what is in a state of the last days began: as long as it takes so many to come to be."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from pytest_misata.engine.calendars import DAY, Calendar
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.kinds.registry import Site

_MOST = 8
"""So many times as long as it is said to be a state lasts at the most, however many rows are in it."""
_MONTH = 28
_SHARE = Fraction(1, 2)
"""The share of what happens on one of the last days that is in such a state at the most: what is over is there too."""
_LATE = 2
"""How much more happens in the end, by and large, of what comes after something that began at any time."""


def spread_out(site: Site, days: Mapping[Any, Any], by: str | None, scale: Calendar | None, *, later: bool) -> Any:
    """The days of some states, lengthened where more rows are in them than come to be in these days.

    Otherwise so many of them would lie on the last days that nothing like it happened on any other.
    """
    shares = _shares(site, by)
    crowd = sum((shares.get(value, Fraction(0)) / exact(length) for value, length in days.items()), Fraction(0))
    times: Fraction = min(crowd / (_per_day(site, scale) * _SHARE * (_LATE if later else 1)), Fraction(_MOST))
    return {value: exact(length) * times for value, length in days.items()} if times > 1 else days


def _shares(site: Site, by: str | None) -> Mapping[Any, Fraction]:
    """The share of rows that have each value of a column that is chosen by weight."""
    made = site.table.columns[by].generator if by in site.table.columns else None
    if made is None or made.kind != "choice" or "weights" not in made.options:
        return {}
    weights = [exact(weight) for weight in made.options["weights"]]
    total = sum(weights)
    return {value: weight / total for value, weight in zip(made.options["values"], weights, strict=True) if total}


def _per_day(site: Site, scale: Calendar | None) -> Fraction:
    """The share of what happens that does so on one of the last days."""
    schema = site.world.schema
    if scale is None:
        return Fraction(1, max(schema.history_days, 1))
    end = (schema.reference_date.toordinal() - 719_163) * DAY
    first, month, last = scale.units(np.array([0, end - _MONTH * DAY, end], dtype=np.int64)).tolist()
    return Fraction(max(last - month, 1), max(last - first, 1) * _MONTH)
