"""Who plays whom: every side meets every other at home and away, a round at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind

Index = NDArray[np.int64]


class Rounds:
    """The matches of so many sides, numbered from the first round on; after the last one it begins again.

    In a round every side plays once, or all but one where their number is odd (the circle method).
    """

    def __init__(self, sides: int) -> None:
        self._odd, self._matches = sides % 2, sides // 2
        self._last = sides - 1 + self._odd

    def pairs(self, rows: Index) -> tuple[Index, Index]:
        """The side at home and the other, from 0."""
        half, turn = np.divmod(rows // self._matches, self._last)
        # The last seat stays; of an odd number of sides it is empty, and who would meet it rests.
        at = rows % self._matches + self._odd
        first = np.where(at == 0, self._last, (turn + at) % self._last)
        second = (turn - at) % self._last
        swapped = (half + np.where(at == 0, turn, at)) % 2 == 1
        return np.where(swapped, second, first), np.where(swapped, first, second)


@kind("round_robin")
def round_robin(site: Site, *, away: bool = False) -> Maker:
    """A foreign key to the serial number of the side that plays at home, or of the other one: `away`."""
    key = site.table.foreign_key(site.column.name)
    if key is None:
        raise site.error("no foreign key: a round robin is of the rows that one points at")
    sides = site.world.counts[key.parent]
    if sides < 2 and site.rows:
        raise site.error(f"two rows of {key.parent} at least have to meet, and there are {sides}")

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, Rounds(sides).pairs(frame.rows)[away] + 1)

    return make
