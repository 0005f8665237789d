"""Categories in stated shares, exact to the nearest row, in no visible order.

Rows stand in blocks of 64. Of the first n rows a share p has round(n * p); a block has what that leaves it, and
which of its rows those are is drawn. So the whole table is exact, any slice is computed alone, and more rows leave
blocks that are full as they were.
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
        ends = np.cumsum(weights, dtype=object)
        if total // gcd(*weights) > _LARGEST:
            ends, total = (2 * ends * _LARGEST + total) // (2 * total), _LARGEST
        shared = gcd(*(int(end) for end in ends), total)
        self._ends: Index = (ends // shared).astype(np.int64)
        self._total = total // shared

    def __call__(self, key: Key, rows: Index, size: int) -> Index:
        """The number of each row's category, in a table of `size` rows."""
        if not len(rows):
            return np.empty(0, dtype=np.int64)
        blocks, which = np.unique(rows // BLOCK, return_inverse=True)
        ranks = self._ranks(key, blocks, size)[which, rows % BLOCK]
        before, after = blocks * BLOCK, np.minimum((blocks + 1) * BLOCK, size)
        # What each category, together with those before it, has in the block.
        ends = self._rounded(after) - self._rounded(before)
        found: Index = (ranks[:, None] >= ends[which]).sum(axis=1)
        return found

    def _rounded(self, count: Index) -> Index:
        """How many of the first rows the first categories have, one column a category."""
        return (2 * count[:, None] * self._ends + self._total) // (2 * self._total)

    def _ranks(self, key: Key, blocks: Index, size: int) -> Index:
        """A drawn order of the rows of each block; rows that the table does not have come last."""
        places = blocks[:, None] * BLOCK + np.arange(BLOCK)
        bits = draw(key, places.ravel()).reshape(places.shape)
        bits = np.where(places < size, bits >> np.uint64(1), np.uint64(2**64 - 1))
        order = np.argsort(bits, axis=1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(BLOCK)[None, :], axis=1)
        return ranks
