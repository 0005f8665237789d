"""Moments as people set them: on the hour, on its quarters, on the minute, as far as CHECKs leave room for that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.numbers import Numbered, Numbers, Piece, between
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.engine.checks.windows import window
from pytest_misata.engine.draws.hashing import below_wide, draw
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site

Index = NDArray[np.int64]

PACED = frozenset({"datetime", "time"})
"""Types that are kept in microseconds, of which people say hours and minutes."""
_SECOND = 1_000_000
STEPS = tuple(length * _SECOND for length in (3600, 900, 300, 60, 1))
"""An hour, a quarter of it, five minutes, a minute and a second."""
_SPARE = 4
"""Moments for each row from which rows draw theirs without piling up."""


def paced(values: Numbers, rows: int) -> Numbered | None:
    """The moments of a set at the longest of the steps that gives some for each row; None where not even seconds do."""
    if any(piece.step > 1 or piece.size is None for piece in values.pieces):
        return None
    for step in STEPS:
        pieces = tuple(Piece(piece.low, piece.high, step) for piece in values.pieces)
        found = Numbered(Numbers(tuple(piece for piece in pieces if piece.size)))
        if found.size >= _SPARE * rows:
            return found
    return None


def each_of_its_own(site: Site, values: Numbers, setting: Setting, *, among_siblings: bool) -> Maker | None:
    """Moments of the history that differ from row to row, in no order; those of each owner begin elsewhere.

    None where the set has too few.
    """
    usual = values & between(*window(setting, site.column.name)) if site.column.type.kind in PACED else None
    moments = None if usual is None else paced(usual, site.rows)
    if moments is None:
        return None
    number = _among_siblings(site, moments.size) if among_siblings else _in_table
    order = permutation(site.key("order"), moments.size)
    return lambda frame: Cells(site.column.type, moments.at(order.forward(number(frame))))


def _in_table(frame: Frame) -> Index:
    return frame.rows


def _among_siblings(site: Site, size: int) -> Callable[[Frame], Index]:
    """The place of each row among its siblings, from another one on for each owner."""

    def count(frame: Frame) -> Index:
        place = frame.place
        if place is None:
            return frame.rows
        first = below_wide(draw(site.key("start"), place.parent), size)
        return (first + place.number) % size

    return count
