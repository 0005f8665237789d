"""Ways there and back, in turn: what flew out of its home flies back next, from where it came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.draws.hashing import draw
from pytest_misata.engine.draws.quantiles import Categories, integer_weights
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.siblings import children_by
from pytest_misata.engine.kinds.children import runs
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.schema.config import ForeignKey

Index = NDArray[np.int64]

_MOST = 2**20
"""More rows than one owner has."""


@kind("there_and_back")
def there_and_back(site: Site, *, there: Sequence[Any], back: Sequence[Any], weights: Sequence[Any]) -> Maker:
    """One of the values of `there` by weight, and in the next row of the owner the value of `back` that belongs to it.

    Rows of an owner follow each other as their turns (`turn_days`) do.
    """
    owner, pick = site.table.owner, Categories(integer_weights(weights))
    if owner is None or not len(there) == len(back) == len(weights):
        raise site.error("there_and_back needs an owner, and as many values of `there` as of `back`, and weights")
    ways = encode(site.column.type, [*there, *back])

    def make(frame: Frame) -> Cells:
        number = _numbers(frame, owner)
        trip = draw(site.key("way"), frame.parent_rows(owner) * _MOST + number // 2)
        return ways.take(pick(trip) + number % 2 * len(there))

    return make


def _numbers(frame: Frame, owner: ForeignKey) -> Index:
    """The number of each row among those of its owner, in the order of their turns."""
    found = np.zeros(len(frame), dtype=np.int64)
    children = children_by(frame.world, frame.table, owner)
    for start, stop, at in runs(frame.parent_rows(owner)):
        rows, offsets = children.children_of(start, stop)
        turn = Frame(frame.world, frame.table, rows).turn(owner)
        order = np.lexsort((rows if turn is None else turn.begin, offsets))
        numbers = np.empty(len(rows), dtype=np.int64)
        numbers[order] = np.arange(len(rows)) - np.searchsorted(offsets[order], offsets[order])
        by_row = np.argsort(rows)
        found[at] = numbers[by_row[np.searchsorted(rows, frame.rows[at], sorter=by_row)]]
    return found
