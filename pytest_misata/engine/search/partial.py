"""Candidates for one row of which some columns are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Partial:
    """Some candidates: what is known of their columns, and the cost of each."""

    known: Mapping[str, Cells]
    cost: Index

    def __len__(self) -> int:
        return len(self.cost)

    def take(self, index: Index) -> Partial:
        """These candidates."""
        return Partial({name: cells.take(index) for name, cells in self.known.items()}, self.cost[index])

    def and_(self, columns: Mapping[str, Cells], cost: Index) -> Partial:
        """The same candidates with more columns, at a further cost."""
        return Partial({**self.known, **columns}, self.cost + cost)

    def cut(self, width: int) -> Partial:
        """No more than so many: the cheaper half of them, and of the others some of each kind."""
        if len(self) <= width:
            return self
        order = np.argsort(self.cost, kind="stable")
        half = width // 2
        spread = half + np.arange(width - half) * (len(order) - half) // (width - half)
        return self.take(np.concatenate([order[:half], order[spread]]))

    @property
    def best(self) -> dict[str, Cells]:
        """The cheapest candidate."""
        at = np.array([int(np.argmin(self.cost))], dtype=np.int64)
        return dict(self.take(at).known)


NOTHING_KNOWN = Partial({}, np.zeros(1, dtype=np.int64))
