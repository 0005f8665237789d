"""Sums over children, for all rows of a table at once: one pass over the children, 8 bytes a parent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.coherence.conditions import Held, fold_key, fold_type, true
from pytest_misata.engine.frame import CHUNK, Frame
from pytest_misata.errors import SchemaError
from pytest_misata.schema.rules import Fold

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Folded = Mapping[str, Cells]
"""What the children of every row of a table come to, by `fold_key`."""

_FAR = np.iinfo(np.int64).max
_OPERATORS: Mapping[str, tuple[Callable[[Index, Index, Index], None], int]] = {
    "sum": (np.add.at, 0),
    "count": (lambda to, at, _: np.add.at(to, at, 1), 0),
    "min": (np.minimum.at, _FAR),
    "max": (np.maximum.at, -_FAR),
}


def folded(world: World, held: Sequence[Held]) -> Folded:
    """Every sum over children that the conditions of a table ask for."""
    folds = {fold_key(fold): fold for one in held for fold in one.condition.folds.values()}
    return {name: _folded(world, fold) for name, fold in folds.items()}


def frames(world: World, table: str) -> Iterator[Frame]:
    """All rows of a table, a bounded number at a time."""
    for start in range(0, world.counts[table], CHUNK):
        yield world.frame(table, start, min(start + CHUNK, world.counts[table]))


def _folded(world: World, fold: Fold) -> Cells:
    type_ = fold_type(world.schema, fold)
    if type_.is_text and fold.name != "count":
        raise SchemaError(f"{fold.table}.{fold.column} is {type_.kind}: there is no {fold.name} of it")
    operator, nothing = _OPERATORS[fold.name]
    results = np.full(world.counts[fold.key.parent], nothing, dtype=np.int64)
    for frame in frames(world, fold.table):
        cells = frame[fold.column]
        counts = _there(frame[fold.key.columns[0]]) & _there(cells)
        if fold.where is not None:
            counts &= true(fold.where, frame)
        at = frame.parent_rows(fold.key)[counts]
        operator(results, at, cells.data[counts] if cells.vocabulary is None else at)
    none = results == nothing if fold.name in {"min", "max"} else None
    return Cells(type_, results, None, none)


def _there(cells: Cells) -> NDArray[np.bool_]:
    return np.ones(len(cells), dtype=np.bool_) if cells.null is None else ~cells.null
