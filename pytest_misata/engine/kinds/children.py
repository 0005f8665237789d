"""What a row's children say of it: their rows, and the first moment among them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.frame import Frame

Index = NDArray[np.int64]

_PER_SECOND, _PER_DAY = 1_000_000, 86_400


def runs(rows: Index) -> list[tuple[int, int, Any]]:
    """Stretches of the parents' axis that cover the rows, each with the places of its rows."""
    if not len(rows):
        return []
    first, last = int(rows.min()), int(rows.max())
    if last - first < 4 * len(rows):
        return [(first, last + 1, slice(None))]
    blocks, which = np.unique(rows >> 6, return_inverse=True)
    return [(int(block) << 6, int(block) + 1 << 6, np.flatnonzero(which == i)) for i, block in enumerate(blocks)]


def first_among(frame: Frame, path: str, usual: Index) -> Index:
    """The earliest moment, in seconds, of each row's children, `usual` where there are none.

    `path` is a column of theirs, `orders.placed_at`, or of their children, `orders.payments.paid_at`.
    """
    return _furthest(frame, path, usual, np.minimum)


def last_among(frame: Frame, path: str, usual: Index) -> Index:
    """The latest one."""
    return _furthest(frame, path, usual, np.maximum)


def _furthest(frame: Frame, path: str, usual: Index, further: np.ufunc) -> Index:
    child, _, rest = path.partition(".")
    table = frame.world.schema.table(child)
    layout = frame.world.layout(table)
    found = usual.copy()
    for start, stop, at in runs(frame.rows) if layout else []:
        rows, offsets = layout.children_of(start, stop)  # type: ignore[union-attr]
        run = np.full(stop - start, _NONE[further], dtype=np.int64)
        further.at(run, offsets, _moments(Frame(frame.world, table, rows), rest, further))
        own = run[frame.rows[at] - start]
        found[at] = np.where(own == _NONE[further], found[at], further(found[at], own))
    return found


_NONE: dict[Any, int] = {np.minimum: np.iinfo(np.int64).max, np.maximum: np.iinfo(np.int64).min}


def _moments(children: Frame, path: str, further: np.ufunc) -> Index:
    none: Index = np.full(len(children), _NONE[further], dtype=np.int64)
    if "." in path:
        return _furthest(children, path, none, further)
    cells = children[path]
    seconds = cells.data * _PER_DAY if cells.type.kind == "date" else cells.data // _PER_SECOND
    return seconds if cells.null is None else np.where(cells.null, none, seconds)
