"""Categories in stated shares, exact to the nearest row, in no visible order.

Rows stand in blocks of 64. Of the first n rows one half of the categories has its share, rounded; of those rows one
half of that half has, and so on. A block has what that leaves it, and which of its rows those are is drawn. So a share
is exact, each of several is at most one or two rows off, any slice is computed alone, and more rows leave blocks that
are full as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import Key, below, draw

Index = NDArray[np.int64]

BLOCK = 64
_LARGEST = 1 << 20
"""Weights of a larger sum are rounded where they part rows: they are multiplied with row numbers."""


_NODES = 1 << 50
"""Where the places of nodes begin among those that are drawn for: beyond all rows."""


class Shares:
    """The category of each row, by integer weights.

    `groups` are the numbers of categories that belong together, such as the days of each year, and then of each month:
    a group as a whole has its share as exactly as one category does.
    """

    def __init__(self, weights: Sequence[int], *, groups: Sequence[Sequence[int]] = ()) -> None:
        if sum(weights) <= 0 or min(weights) < 0:
            raise ValueError(f"weights are not negative, and one is more than 0: {list(weights)!r}")
        levels = [np.cumsum(sizes).tolist() for sizes in groups]
        running = [0]
        for weight in weights:
            running.append(running[-1] + weight)
        self._nodes: list[tuple[int, int, int, int, int]] = []
        self._part(running, 0, len(weights), levels)
        self._left, self._total, self._first, self._second, self._drawn = np.array(self._nodes, dtype=np.int64).T

    def _part(self, running: Sequence[int], low: int, high: int, levels: Sequence[Sequence[int]]) -> int:
        """Add the node of the categories from `low` to before `high`, parted where a group starts while one does."""
        node = len(self._nodes)
        self._nodes.append((0, 1, low, low, 0))
        if high - low == 1:
            return node
        starts = next(filter(None, ([start for start in level if low < start < high] for level in levels)), None)
        middle = min(starts or range(low + 1, high), key=lambda at: abs(2 * running[at] - running[low] - running[high]))
        left, total = _reduced(running[middle] - running[low], running[high] - running[low])
        first = self._part(running, low, middle, levels)
        second = self._part(running, middle, high, levels)
        self._nodes[node] = (left, total, first, second, int(starts is None and bool(levels)))
        return node

    def __call__(self, key: Key, rows: Index, size: int) -> Index:
        """The number of each row's category, in a table of `size` rows."""
        if not len(rows):
            return np.empty(0, dtype=np.int64)
        blocks, which = np.unique(rows // BLOCK, return_inverse=True)
        rank = self._ranks(key, blocks, size)[which, rows % BLOCK]
        before, after = (blocks * BLOCK)[which], np.minimum((blocks + 1) * BLOCK, size)[which]
        node, phases = np.zeros(len(rows), dtype=np.int64), self._phases(key)
        while (inner := self._first[node] != self._second[node]).any():
            left, total = self._left[node], self._total[node]
            low, high = ((2 * count * left + phases[node]) // (2 * total) for count in (before, after))
            goes_left = rank < high - low
            rank = np.where(inner & ~goes_left, rank - (high - low), rank)
            before = np.where(inner, np.where(goes_left, low, before - low), before)
            after = np.where(inner, np.where(goes_left, high, after - high), after)
            node = np.where(inner, np.where(goes_left, self._first[node], self._second[node]), node)
        found: Index = self._first[node]
        return found

    def _phases(self, key: Key) -> Index:
        """How parts are rounded: half up, or by a drawn phase inside a group, whose categories may be many."""
        nodes = np.arange(len(self._nodes), dtype=np.int64)
        drawn = below(draw(key, nodes + _NODES), (2 * self._total).view(np.uint64))
        phases: Index = np.where(self._drawn, drawn, self._total)
        return phases

    def _ranks(self, key: Key, blocks: Index, size: int) -> Index:
        """A drawn order of the rows of each block; rows that the table does not have come last."""
        places = blocks[:, None] * BLOCK + np.arange(BLOCK)
        bits = draw(key, places.ravel()).reshape(places.shape)
        bits = np.where(places < size, bits >> np.uint64(1), np.uint64(2**64 - 1))
        order = np.argsort(bits, axis=1, kind="stable")
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(BLOCK)[None, :], axis=1)
        return ranks


def _reduced(left: int, total: int) -> tuple[int, int]:
    """A part of a whole in numbers of which the whole is small enough to be multiplied with row numbers."""
    if not 0 < left < total:
        return int(left > 0), 1
    part = Fraction(left, total).limit_denominator(_LARGEST)
    within = min(max(part, Fraction(1, _LARGEST)), Fraction(_LARGEST - 1, _LARGEST))
    return within.numerator, within.denominator
