"""Distributions as frozen integer tables: 64 random bits in, an integer out.

A continuous distribution is its quantile function at 4,096 even steps, read with integer interpolation; a categorical
one is a table of 64-bit thresholds. Tables are built with exact arithmetic, so that no processor's floating point and
no library's version has a say in the values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from math import lcm

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import U64
from pytest_misata.errors import GenerationError

Index = NDArray[np.int64]

KNOTS = 4096
_PRECISION = 24
_TOP12, _NEXT32, _LOW32 = np.uint64(52), np.uint64(20), np.uint64(0xFFFFFFFF)
_TOP16 = np.uint64(48)


class Quantiles:
    """A continuous distribution over integers, from its quantiles at 0/4096 .. 4096/4096."""

    def __init__(self, values: Sequence[int]) -> None:
        knots = np.array(values, dtype=np.int64)
        steps = np.diff(knots)
        if len(steps) != KNOTS or (steps < 0).any():
            raise GenerationError(f"a quantile table needs {KNOTS + 1} values in ascending order")
        # Keeps step * 32-bit fraction within 63 bits.
        shift = max(0, int(steps.max()).bit_length() - 31)
        self._knots, self._steps = knots[:-1], steps >> shift
        self._shift = 32 - shift

    def __call__(self, bits: U64) -> Index:
        """One value for each 64 random bits."""
        index = (bits >> _TOP12).view(np.int64)
        values = ((bits >> _NEXT32) & _LOW32).view(np.int64)
        values *= self._steps[index]
        values >>= self._shift
        values += self._knots[index]
        return values

    def bits_between(self, low: int | None, high: int | None) -> tuple[int, int]:
        """The least bits whose value is not below `low`, and how many from there on are not above `high`."""
        first = 0 if low is None else _least(lambda bits: self._one(bits) >= low)
        end = 2**64 if high is None else _least(lambda bits: self._one(bits) > high)
        return first, end - first

    def _one(self, bits: int) -> int:
        return int(self(np.array([bits], dtype=np.uint64))[0])


def _least(holds: Callable[[int], bool]) -> int:
    """The least 64-bit number for which something holds that holds for all greater ones; 2**64 if for none."""
    low, high = 0, 2**64
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


class Categories:
    """A categorical distribution: the index of a category, drawn by integer weights."""

    def __init__(self, weights: Sequence[int]) -> None:
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise GenerationError(f"weights must be 0 or more, and one of them above 0: {list(weights)}")
        bounds, running = [], 0
        for weight in weights[:-1]:
            running += weight
            bounds.append(min((running << 64) // total, 2**64 - 1))
        self._bounds = np.array(bounds, dtype=np.uint64)
        self._few = len(bounds) <= 6
        if not self._few:
            self._guide = _guide(self._bounds)

    def __call__(self, bits: U64) -> Index:
        """One category index for each 64 random bits."""
        if self._few:
            return self._count(bits)
        codes = self._guide[(bits >> _TOP16).view(np.int64)]
        unclear = np.flatnonzero(codes < 0)
        codes[unclear] = np.searchsorted(self._bounds, bits[unclear], side="right")
        return codes

    def _count(self, bits: U64) -> Index:
        codes = np.zeros(len(bits), dtype=np.int64)
        for bound in self._bounds:
            codes += bits >= bound
        return codes


def _guide(bounds: U64) -> Index:
    """The category of each of the 65,536 leading 16-bit values, or -1 where a bound lies inside."""
    starts = np.arange(2**16, dtype=np.uint64) << _TOP16
    first = np.searchsorted(bounds, starts, side="right")
    last = np.searchsorted(bounds, starts | np.uint64(2**48 - 1), side="right")
    return np.where(first == last, first, -1).astype(np.int64)


def exact(value: object) -> Fraction:
    """A number as written: a float stands for its shortest decimal form, not for its binary value."""
    try:
        return Fraction(str(value))
    except ValueError:
        raise GenerationError(f"not a number: {value!r}") from None


def integer_weights(weights: Sequence[object]) -> list[int]:
    """The same proportions in integers."""
    fractions = [exact(weight) for weight in weights]
    scale = lcm(*(fraction.denominator for fraction in fractions))
    return [int(fraction * scale) for fraction in fractions]


@lru_cache(maxsize=1)
def normal_knots() -> list[int]:
    """Quantiles of the standard normal distribution at the knots, in units of 2**-32."""
    text = files("pytest_misata.engine").joinpath("data/normal_quantiles.json").read_text("utf-8")
    upper: list[int] = json.loads(text)["values"]
    return [-value for value in reversed(upper[1:])] + upper


@lru_cache(maxsize=256)
def lognormal(median: Fraction, sigma: Fraction) -> Quantiles:
    """The log-normal distribution with this median (in the units of the result) and log-scale deviation."""
    with localcontext(prec=_PRECISION):
        middle = Decimal(median.numerator) / Decimal(median.denominator)
        return Quantiles([int((middle * times).to_integral_value()) for times in _lognormal_knots(sigma)])


@lru_cache(maxsize=64)
def _lognormal_knots(sigma: Fraction) -> list[Decimal]:
    """Quantiles of the log-normal distribution with this deviation and a median of 1 at the knots."""
    with localcontext(prec=_PRECISION):
        unit = Decimal(sigma.numerator) / Decimal(sigma.denominator) / 2**32
        return [(unit * z).exp() for z in normal_knots()]


@lru_cache(maxsize=256)
def normal(mean: Fraction, deviation: Fraction) -> Quantiles:
    """The normal distribution with this mean and standard deviation."""
    scale = deviation / 2**32
    unit = lcm(mean.denominator, scale.denominator)
    middle, step = int(mean * unit), int(scale * unit)
    return Quantiles([_rounded(middle + step * z, unit) for z in normal_knots()])


def _rounded(number: int, unit: int) -> int:
    """So many parts of a unit to the nearest whole number; halves go to the even one, as `round` has them."""
    whole, rest = divmod(number, unit)
    return whole + (2 * rest > unit or (2 * rest == unit and whole % 2 == 1))


@lru_cache(maxsize=256)
def exponential(mean: Fraction) -> Quantiles:
    """The exponential distribution with this mean; its last knot stands at the quantile 1 - 1/65536."""
    with localcontext(prec=_PRECISION):
        middle = Decimal(mean.numerator) / Decimal(mean.denominator)
        tails = [Decimal(KNOTS - k) / KNOTS for k in range(KNOTS)] + [Decimal(1) / (KNOTS * 16)]
        return Quantiles([int((-middle * tail.ln()).to_integral_value()) for tail in tails])


@lru_cache(maxsize=256)
def piecewise(points: tuple[tuple[Fraction, int], ...]) -> Quantiles:
    """A distribution that is even within each bracket: (cumulative share, value), from share 0 to share 1."""
    # In whole numbers: to reckon with fractions takes twenty times as long.
    unit = lcm(*(share.denominator for share, _ in points))
    shares = [int(share * unit) * KNOTS for share, _ in points]
    values, segment = [], 0
    for share in range(0, (KNOTS + 1) * unit, unit):
        while segment < len(points) - 2 and share > shares[segment + 1]:
            segment += 1
        rise = points[segment + 1][1] - points[segment][1]
        part = abs(rise) * (share - shares[segment]) // (shares[segment + 1] - shares[segment])
        values.append(points[segment][1] + (part if rise > 0 else -part))
    return Quantiles(values)


@lru_cache(maxsize=256)
def zipf(ranks: int, unit: int) -> Quantiles:
    """Zipf's law: places from 0 to `ranks`, in parts of `unit` to one, each as often as one in its place has it.

    The share of the first x places is log(1 + x) / log(1 + ranks).
    """
    with localcontext(prec=_PRECISION):
        step = Decimal(1 + ranks).ln() / KNOTS
        return Quantiles([int(((step * knot).exp() - 1) * unit) for knot in range(KNOTS + 1)])


@lru_cache(maxsize=256)
def power(exponent: int, top: int) -> Quantiles:
    """The distribution of top * u**exponent: the larger the exponent, the more the small values are favoured."""
    return Quantiles([top * knot**exponent // KNOTS**exponent for knot in range(KNOTS + 1)])
