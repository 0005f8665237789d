"""What a row is in the tree that its table makes of itself: how deep it lies, and the way to it from the root."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.texts.terms import slugged
from pytest_misata.schema.config import ForeignKey

Index = NDArray[np.int64]

_DEEPEST = 200
"""A way up ends after so many steps, if not at a root."""


@kind("tree_depth")
def tree_depth(site: Site, *, by: str, root: int = 0) -> Maker:
    """How many rows lie above the row, by the key `by` to the own table; `root` more than that."""
    key = _key(site, by)

    def make(frame: Frame) -> Cells:
        depth = np.full(len(frame), root, dtype=np.int64)
        for at, _ in _above(frame, key):
            depth[at] += 1
        return Cells(site.column.type, depth * site.units)

    return make


@kind("tree_path")
def tree_path(site: Site, *, by: str, of: str, separator: str = "/", lead: str = "", slugs: bool = False) -> Maker:
    """The way from the root to the row by the key `by`: what `of` says of each row, as slugs if so asked.

    `lead` stands at the beginning.
    """
    key = _key(site, by)

    def parts(frame: Frame) -> list[str]:
        texts = [str(value) for value in frame[of].objects().tolist()]
        return [slugged(text) for text in texts] if slugs else texts

    def make(frame: Frame) -> Cells:
        found = parts(frame)
        for at, above in _above(frame, key):
            for row, part in zip(at.tolist(), parts(above), strict=True):
                found[row] = f"{part}{separator}{found[row]}"
        return text_cells(site.column.type, [lead + path for path in found])

    return make


def _key(site: Site, by: str) -> ForeignKey:
    for key in site.table.foreign_keys:
        if key.columns[0] == by and key.parent == site.table.key:
            return key
    raise site.error(f"{by} is no key to the own table")


def _above(frame: Frame, key: ForeignKey) -> Iterator[tuple[Index, Frame]]:
    """The parents of the rows that have one, then the parents of those, and so on, with the places of the rows."""
    at = np.arange(len(frame), dtype=np.int64)
    for _ in range(_DEEPEST):
        parents, null = frame.parent_rows(key), frame[key.columns[0]].null
        up = parents != frame.rows if null is None else (parents != frame.rows) & ~null
        if not up.any():
            return
        at, frame = at[up], Frame(frame.world, frame.table, parents[up])
        yield at, frame
