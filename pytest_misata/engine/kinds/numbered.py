"""Texts from a list that never run out: once all have been given out, they come again with a number.

Row r of a unique column takes text r modulo the size of the list, in an order of the column's own, and the number of
times the list has been gone through. So the first rows carry plain names, and each row's value is known from its number
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site

Index = NDArray[np.int64]
Number = Callable[[str, int], str]
"""A text with a number of 2 or more."""
Uniqueness = Literal[False, "table", "siblings"]


def spaced(text: str, number: int) -> str:
    """`Main Depot 2`; `web-eu-2` where the text is one word."""
    return f"{text} {number}" if " " in text or text[:1].isupper() else f"{text}-{number}"


def before_extension(text: str, number: int) -> str:
    """`report-2.pdf`."""
    stem, dot, extension = text.rpartition(".")
    return f"{stem}-{number}.{extension}" if dot else f"{text}-{number}"


def from_list(site: Site, texts: Sequence[str], *, unique: Uniqueness, number: Number = spaced) -> Maker:
    """Any of the texts, or in a unique column one that no other row has. They are expected to fit the column."""
    if not texts:
        raise site.error("no text is short enough for the column")
    if unique:
        return _numbered(site, texts, number, among_siblings=unique == "siblings")
    vocabulary = text_cells(site.column.type, list(texts)).data

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, below(site.draw(frame, "pick"), len(vocabulary)), vocabulary)

    return make


def _numbered(site: Site, texts: Sequence[str], number: Number, *, among_siblings: bool) -> Maker:
    laps = _laps(site, texts, number)
    if not among_siblings:
        site.require(len(texts) * laps, "lengthen the column, or make it by another kind, for example code")

    def make(frame: Frame) -> Cells:
        which, lap = numbers(site, frame, len(texts), among_siblings=among_siblings)
        made = [
            texts[at] if not times else number(texts[at], times + 1)
            for at, times in zip(which.tolist(), lap.tolist(), strict=True)
        ]
        return text_cells(site.column.type, made)

    return make


def numbers(site: Site, frame: Frame, size: int, *, among_siblings: bool) -> tuple[Index, Index]:
    """For each row a position in a list of `size`, and how often the list was gone through before; no pair twice.

    `among_siblings`: not twice among the children of one owner, each of whom begins at a place of its own.
    """
    place = frame.place if among_siblings else None
    count = frame.rows if place is None else place.number
    start = 0 if place is None else below(draw(site.key("start"), place.parent), size)
    lap, within = np.divmod(count, size)
    # Each time around the list begins elsewhere, so that its order is not the same again.
    shifted = (within + start + lap * (size // 3 + 1)) % size
    return permutation(site.key("order"), size).forward(shifted), lap


def _laps(site: Site, texts: Sequence[str], number: Number) -> int:
    """How often the list can be gone through before the number makes a text too long."""
    length = site.column.type.length
    if length is None:
        return 2**40
    spare = length - max(len(number(text, 2)) - 1 for text in texts)
    return 10 ** min(max(spare, 0), 12) - 1 if spare > 0 else 1
