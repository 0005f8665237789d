"""Categories in stated shares, exact to the nearest row, in no visible order.

Rows stand in blocks of 64. Of the first n rows one half of the categories has its share, rounded; of those rows one
half of that half has, and so on. A block has what that leaves it, and which of its rows those are is drawn. So a share
is exact, each of several is at most one or two rows off, any slice is computed alone, and more rows leave blocks that
are full as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.hashing import Key, draw

Index = NDArray[np.int64]

BLOCK = 64
_LARGEST = 1 << 20
"""Weights of a larger sum are rounded: they are multiplied with row numbers."""


class Shares:
    """The category of each row, by integer weights."""

    def __init__(self, weights: Sequence[int]) -> None:
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError(f"weights are not negative, and one is more than 0: {list(weights)!r}")
        shared = gcd(*weights)
        small = [weight // shared for weight in weights]
        if total // shared > _LARGEST:
            small = [weight and max(1, weight * _LARGEST // total) for weight in weights]
        self._weights = small

    def __call__(self, key: Key, rows: Index, size: int) -> Index:
        """The number of each row's category, in a table of `size` rows."""
        if not len(rows):
            return np.empty(0, dtype=np.int64)
        blocks, which = np.unique(rows // BLOCK, return_inverse=True)
        ranks = self._ranks(key, blocks, size)[which, rows % BLOCK]
        before, after = blocks * BLOCK, np.minimum((blocks + 1) * BLOCK, size)
        ends = np.cumsum(np.stack(_split(self._weights, before, after), axis=1), axis=1)
        found: Index = (ranks[:, None] >= ends[which]).sum(axis=1)
        return found

    def _ranks(self, key: Key, blocks: Index, size: int) -> Index:
        """A drawn order of the rows of each block; rows that the table does not have come last."""
        places = blocks[:, None] * BLOCK + np.arange(BLOCK)
        bits = draw(key, places.ravel()).reshape(places.shape)
        bits = np.where(places < size, bits >> np.uint64(1), np.uint64(2**64 - 1))
        order = np.argsort(bits, axis=1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(BLOCK)[None, :], axis=1)
        return ranks


def _split(weights: Sequence[int], before: Index, after: Index) -> list[Index]:
    """How many rows each category has in each block, of which its categories together have those between two counts."""
    if len(weights) == 1:
        return [after - before]
    half, total = _halved(weights), sum(weights)
    if not total:
        return [np.zeros_like(before) for _ in weights]
    left = sum(weights[:half])
    first, last = ((2 * count * left + total) // (2 * total) for count in (before, after))
    return [*_split(weights[:half], first, last), *_split(weights[half:], before - first, after - last)]


def _halved(weights: Sequence[int]) -> int:
    """Where to part the categories so that both sides weigh about the same."""
    running = np.cumsum(weights)
    return int(np.argmin(np.abs(2 * running[:-1] - running[-1]))) + 1
