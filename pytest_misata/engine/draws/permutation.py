"""Keyed permutations: distinct values for distinct rows, without remembering any.

A generalised Feistel network over a mixed radix (Black and Rogaway, 2002; Hoang and Rogaway, 2010) with cycle walking:
the domain a * b is at most 2 * sqrt(n) larger than n, so nearly every value is found at the first try. Small domains
are shuffled outright, since a network of few rounds is far from uniform there.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import Key, below, draw

Index = NDArray[np.int64]

_ROUNDS = 6
_SHUFFLED = 64


class Permutation:
    """A keyed bijection of 0 .. size - 1. `forward` maps rows to values, `inverse` maps them back.

    `size` is at most 2**62.
    """

    def __init__(self, key: Key, size: int) -> None:
        self._key, self.size = key, size
        self._table = _shuffled(key, size) if size <= _SHUFFLED else None
        self._left = isqrt(size - 1) + 1 if size > 1 else 1
        self._right = -(-size // self._left)

    def forward(self, rows: Index) -> Index:
        """The value of each row, all distinct."""
        if self._table is not None:
            return self._table[rows]
        return self._walk(rows, self._encrypt)

    def inverse(self, values: Index) -> Index:
        """The row of each value."""
        if self._table is not None:
            return np.argsort(self._table)[values]
        return self._walk(values, self._decrypt)

    def _walk(self, values: Index, step: object) -> Index:
        values = step(values)  # type: ignore[operator]
        outside = np.flatnonzero(values >= self.size)
        while len(outside):
            values[outside] = step(values[outside])  # type: ignore[operator]
            outside = outside[values[outside] >= self.size]
        return values

    def _noise(self, round_: int, half: Index, bound: int) -> Index:
        # Each round is its own stretch of the row axis: halves are below 2**31, so stretches never meet.
        return below(draw(self._key, half + (round_ + 1 << 40)), bound)

    def _halves(self, values: Index) -> tuple[Index, Index]:
        left: Index = values // self._right
        return left, values - left * self._right

    def _encrypt(self, values: Index) -> Index:
        left, right = self._halves(values)
        for round_ in range(0, _ROUNDS, 2):
            left = _add(left, self._noise(round_, right, self._left), self._left)
            right = _add(right, self._noise(round_ + 1, left, self._right), self._right)
        return left * self._right + right

    def _decrypt(self, values: Index) -> Index:
        left, right = self._halves(values)
        for round_ in range(_ROUNDS - 2, -1, -2):
            right = _subtract(right, self._noise(round_ + 1, left, self._right), self._right)
            left = _subtract(left, self._noise(round_, right, self._left), self._left)
        return left * self._right + right


def _add(values: Index, noise: Index, bound: int) -> Index:
    total = values + noise
    total -= bound * (total >= bound)
    return total


def _subtract(values: Index, noise: Index, bound: int) -> Index:
    total = values - noise
    total += bound * (total < 0)
    return total


@lru_cache(maxsize=256)
def _shuffled(key: Key, size: int) -> Index:
    order = np.arange(size, dtype=np.int64)
    bits = draw(key, order)
    return np.argsort(bits, kind="stable").astype(np.int64)


@lru_cache(maxsize=1024)
def permutation(key: Key, size: int) -> Permutation:
    """The permutation of 0 .. size - 1 under `key`."""
    return Permutation(key, size)
