"""States in stated shares where those of some rows follow from other rows: cards of closed accounts are closed.

The rows that nothing ties are counted in one pass, and ranked; the stated values go to the first of them in a drawn
order. Only where there are not enough of these do rows that are tied have such a value, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.draws.quantiles import Categories, exact, integer_weights
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, holds, kind
from pytest_misata.engine.kinds.stated import BLOCK, whole_blocks

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_CHUNK = BLOCK * 64


@kind("apportioned")
def apportioned(
    site: Site,
    *,
    values: Sequence[Any],
    weights: Sequence[Any],
    tied: Sequence[Mapping[str, Any]],
    shares: Mapping[str, Any],
) -> Maker:
    """One of the values, of which those in `shares` are met to the nearest row and the others by weight.

    Rows for which the `when` of one of `tied` holds have a value by the `weights` there; where these are of all that is
    stated, and of others, the rows can have the stated values as well as any.
    """
    every = encode(site.column.type, values)
    told = [str(value) for value in values]
    stated = [told.index(value) for value in shares]
    upto = np.cumsum([round(exact(share) * site.rows) for share in shares.values()])
    usual = _others(weights, stated)
    cases = [(one["when"], _others(one["weights"], stated)) for one in tied]
    free_to_be = np.array([_may_be_any(one["weights"], stated) for one in tied])

    def bound(frame: Frame) -> list[Bool]:
        return [holds(frame, when) for when, _ in cases]

    def is_free(held: list[Bool]) -> Bool:
        free: Bool = np.logical_and.reduce([~mask | may for mask, may in zip(held, free_to_be, strict=True)])
        return free

    def counted() -> Index:
        return _counted(site, lambda frame: is_free(bound(frame)))

    def make(frame: Frame) -> Cells:
        before = site.world.keep(f"free rows of {site.where}", counted)
        whole, at = whole_blocks(frame, site.rows)
        held = bound(whole)
        free = is_free(held)
        places = _places(site, whole, free, before)
        bits = site.draw(whole, "pick")
        found = usual(bits)
        for mask, (_, drawn) in reversed(list(zip(held, cases, strict=True))):
            found = np.where(mask, drawn(bits), found)
        number = np.searchsorted(upto, places, side="right")
        chosen = np.array([*stated, 0])[np.minimum(number, len(stated))]
        return every.take(np.where(number < len(stated), chosen, found)[at])

    return make


def _others(weights: Sequence[Any], stated: Sequence[int]) -> Categories:
    """The values that are not stated, by weight; the stated ones where there are no others."""
    whole = integer_weights(weights)
    left = [0 if at in stated else weight for at, weight in enumerate(whole)]
    return Categories(left if any(left) else whole)


def _may_be_any(weights: Sequence[Any], stated: Sequence[int]) -> bool:
    """Whether rows of a case can have all values that are stated, and others."""
    whole = integer_weights(weights)
    return all(whole[at] for at in stated) and sum(whole) > sum(whole[at] for at in stated)


def _counted(site: Site, is_free: Callable[[Frame], Bool]) -> Index:
    """How many rows that nothing ties there are before each block, and in all."""
    found = np.zeros(-(-site.rows // BLOCK) + 1, dtype=np.int64)
    for start in range(0, site.rows, _CHUNK):
        frame = site.world.frame(site.table.key, start, min(start + _CHUNK, site.rows))
        free = is_free(frame)
        np.add.at(found, frame.rows[free] // BLOCK + 1, 1)
    return np.cumsum(found)


def _places(site: Site, whole: Frame, free: Bool, before: Index) -> Index:
    """The place of each row in a drawn order, in which those that nothing ties come first."""
    blocks, total = whole.rows // BLOCK, int(before[-1])
    first = np.searchsorted(blocks, blocks)
    running = np.concatenate([[0], np.cumsum(free)])
    rank = before[blocks] + running[:-1] - running[first]
    others = whole.rows - rank
    places = np.empty(len(free), dtype=np.int64)
    places[free] = permutation(site.key("free"), max(total, 1)).forward(rank[free])
    tied = permutation(site.key("tied"), max(site.rows - total, 1)).forward(others[~free])
    places[~free] = total + tied
    return places
