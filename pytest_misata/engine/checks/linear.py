"""Linear relations between columns of a row: an order to make them in, and what each may be, given the earlier ones.

Fourier and Motzkin's elimination, over integers: taking a variable out of a system of inequalities leaves what the
others have to meet so that a value for it is left. Where one of the two factors of the variable is 1 that is exact for
integers too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.numbers import NoSet

Index = NDArray[np.int64]
_MOST = 300
_WIDE = 2**62


@dataclass(frozen=True, slots=True)
class Bound:
    """The sum of factor * variable is no more than `limit`."""

    factors: tuple[tuple[str, int], ...]
    limit: int

    def factor(self, variable: str) -> int:
        """The factor of a variable, 0 where it does not occur."""
        return dict(self.factors).get(variable, 0)


def bound(factors: Mapping[str, int], limit: int) -> Bound:
    """A bound in lowest terms, as tight as integers allow."""
    kept = {name: factor for name, factor in factors.items() if factor}
    common = gcd(*kept.values()) if kept else 1
    return Bound(tuple(sorted((name, factor // common) for name, factor in kept.items())), limit // common)


@dataclass(slots=True)
class Plan:
    """The variables in the order of their making, each with its bounds by those before it."""

    order: tuple[str, ...]
    bounds: dict[str, tuple[Bound, ...]] = field(default_factory=dict)
    left: tuple[Bound, ...] = ()
    """What the given variables have to meet by themselves."""
    exact: bool = True
    feasible: bool = True


def plan(bounds: Iterable[Bound], order: Sequence[str]) -> Plan:
    """Take the variables out, last first; those that `order` does not name are given.

    Raises NoSet where the system grows too large.
    """
    result = Plan(tuple(order))
    system = _tightest(bounds)
    for variable in reversed(order):
        upper = [found for found in system if found.factor(variable) > 0]
        lower = [found for found in system if found.factor(variable) < 0]
        result.bounds[variable] = (*lower, *upper)
        result.exact &= all(min(-a.factor(variable), b.factor(variable)) == 1 for a in lower for b in upper)
        rest = [found for found in system if not found.factor(variable)]
        system = _tightest([*rest, *(_without(variable, a, b) for a in lower for b in upper)])
        if len(system) > _MOST:
            raise NoSet
    result.left = tuple(found for found in system if found.factors)
    result.feasible = all(found.factors or found.limit >= 0 for found in system)
    return result


def _without(variable: str, lower: Bound, upper: Bound) -> Bound:
    up, down = upper.factor(variable), -lower.factor(variable)
    factors: dict[str, int] = {}
    for found, times in ((lower, up), (upper, down)):
        for name, factor in found.factors:
            factors[name] = factors.get(name, 0) + factor * times
    return bound(factors, lower.limit * up + upper.limit * down)


def _tightest(bounds: Iterable[Bound]) -> list[Bound]:
    """One bound for each sum of variables."""
    limits: dict[tuple[tuple[str, int], ...], int] = {}
    for found in bounds:
        limits[found.factors] = min(found.limit, limits.get(found.factors, found.limit))
    return [Bound(factors, limit) for factors, limit in limits.items()]


def room(
    bounds: Sequence[Bound],
    variable: str,
    known: Mapping[str, tuple[Index, NDArray[np.bool_] | None]],
    rows: int,
    *,
    low: int,
    high: int,
) -> tuple[Index, Index]:
    """The least and the greatest value of a variable in each row, from `low` to `high` where nothing bounds it.

    A bound that a NULL takes part in says nothing about that row.
    """
    least, most = np.full(rows, low, dtype=np.int64), np.full(rows, high, dtype=np.int64)
    for found in bounds:
        factor = found.factor(variable)
        total = np.full(rows, found.limit, dtype=np.int64)
        silent = np.zeros(rows, dtype=np.bool_)
        for name, other in found.factors:
            if name != variable:
                values, null = known[name]
                total -= other * values
                silent |= False if null is None else null
        if factor > 0:
            most = np.where(silent, most, np.minimum(most, total // factor))
        else:
            least = np.where(silent, least, np.maximum(least, -(total // -factor)))
    return least, most


def fits(bounds: Iterable[Bound], ranges: Mapping[str, tuple[int, int]]) -> bool:
    """Whether the sums of all bounds stay within 64 bits."""
    return all(
        abs(found.limit) + sum(abs(factor) * max(map(abs, ranges[name])) for name, factor in found.factors) < _WIDE
        for found in bounds
    )


def met(bounds: Iterable[Bound], ranges: Mapping[str, tuple[int, int]]) -> bool:
    """Whether values in these ranges always meet the bounds."""
    return all(
        sum(max(factor * end for end in ranges[name]) for name, factor in found.factors) <= found.limit
        for found in bounds
    )
