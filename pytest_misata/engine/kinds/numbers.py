"""Kinds of number drawn from a continuous distribution."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws import quantiles
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.quantiles import Quantiles, exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind

Index = NDArray[np.int64]


@kind("lognormal")
def lognormal(
    site: Site,
    *,
    median: Any,
    sigma: Any,
    minimum: Any = None,
    maximum: Any = None,
    step: Any = None,
    ending: Any = None,
    sign: int = 1,
    share: Sequence[Any] = (0, 1),
) -> Maker:
    """Log-normal amounts: `median` in the column's units, `sigma` the deviation of the logarithm.

    The tails outside `minimum` and `maximum` are cut off; `step` rounds to multiples, `ending` gives every amount
    the same fraction of a unit, as shop prices have. `sign=-1` makes them negative. `share` takes a slice of the
    distribution: (0, "0.5") its lower half. Groups of rows whose slices make up the whole are log-normal together.
    """
    table = quantiles.lognormal(exact(median) * site.units, exact(sigma))
    return _rounded(site, table, minimum=minimum, maximum=maximum, step=step, ending=ending, sign=sign, share=share)


@kind("normal")
def normal(site: Site, *, mean: Any, sd: Any, low: Any = None, high: Any = None, step: Any = None) -> Maker:
    """Normal numbers with this mean and standard deviation, without the tails outside `low` to `high`."""
    table = quantiles.normal(exact(mean) * site.units, exact(sd) * site.units)
    return _rounded(site, table, minimum=low, maximum=high, step=step)


@kind("exponential")
def exponential(site: Site, *, mean: Any, minimum: Any = None, maximum: Any = None, step: Any = None) -> Maker:
    """Exponential numbers: many small ones, few large ones."""
    table = quantiles.exponential(exact(mean) * site.units)
    return _rounded(site, table, minimum=minimum, maximum=maximum, step=step)


@kind("uniform")
def uniform(site: Site, *, low: Any, high: Any, step: Any = None) -> Maker:
    """Every multiple of `step` (the smallest unit if not given) from `low` to `high`, both included, alike often."""
    first, last = site.amount(low), site.amount(high)
    width = site.amount(step) if step is not None else 1
    if last < first or width < 1:
        raise site.error(f"nothing lies between {low} and {high} in steps of {step or 'one unit'}")
    count = (last - first) // width + 1

    def make(frame: Frame) -> Cells:
        values = below(site.draw(frame, "value"), count)
        return Cells(site.column.type, values * width + first)

    return make


def _rounded(
    site: Site,
    table: Quantiles,
    *,
    minimum: Any = None,
    maximum: Any = None,
    step: Any = None,
    ending: Any = None,
    sign: int = 1,
    share: Sequence[Any] = (0, 1),
) -> Maker:
    low = None if minimum is None else site.amount(minimum)
    high = _highest(site) if maximum is None else site.amount(maximum)
    start, count = _slice(share, *_between(table, low, high))
    if count < 1:
        raise site.error(f"the distribution has nothing between {minimum} and {maximum}")
    width = 1 if step is None else max(1, site.amount(step))
    tail = None if ending is None else site.amount(ending)

    def make(frame: Frame) -> Cells:
        bits = site.draw(frame, "value")
        if count < 2**64:
            bits = below(bits, count).view(np.uint64) + np.uint64(start)
        values = table(bits)
        if width > 1:
            values = (values + width // 2) // width * width
        if tail is not None:
            values = values // site.units * site.units + tail
        if low is not None or high is not None:
            values = np.clip(values, low, high)
        return Cells(site.column.type, values * sign)

    return make


@lru_cache(maxsize=1024)
def _between(table: Quantiles, low: int | None, high: int | None) -> tuple[int, int]:
    """`bits_between`, found once: many columns have the same distribution and bounds."""
    return table.bits_between(low, high)


def _slice(share: Sequence[Any], start: int, count: int) -> tuple[int, int]:
    first, last = (int(exact(part) * count) for part in share)
    return start + first, last - first


def _highest(site: Site) -> int | None:
    """The largest value the column's type holds."""
    type_ = site.column.type
    if type_.kind == "integer":
        return int(2 ** (type_.bits - 1) - 1)
    return int(10**type_.precision - 1) if type_.kind == "numeric" and type_.precision < 19 else None
