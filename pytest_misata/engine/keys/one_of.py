"""The parent of a key that is one of some others of the row, by a CHECK."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.keys.alternatives import Alternative
from pytest_misata.schema.config import ForeignKey
from pytest_misata.schema.keys import Pick, is_optional

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

Without = Callable[["Frame", ForeignKey], "Bool | None"]


def one_of(frame: Frame, pick: Pick, alternative: Alternative, usual: Index, without_parent: Without) -> Index:
    """The parent of one of the other keys of each row, any of those that may be; the usual one where none is.

    `without_parent` tells where a key would have no parent, were it not for CHECKs.
    """
    rows = np.stack([frame.parent_rows(key) for key in alternative.of])
    open_ = np.stack([_is_there(frame, key, pick.key, without_parent) for key in alternative.of])
    for key in alternative.others:
        open_ &= rows != frame.parent_rows(key)
    count = open_.sum(axis=0)
    number = below(frame.draw(*pick.key.columns, "one of"), np.maximum(count, 1).astype(np.uint64))
    chosen = np.argmax(np.cumsum(open_, axis=0) > number, axis=0)
    return np.where(count > 0, rows[chosen, np.arange(len(frame))], usual)


def _is_there(frame: Frame, key: ForeignKey, asking: ForeignKey, without_parent: Without) -> NDArray[np.bool_]:
    """Where a key has a parent; where CHECKs tie its NULLs to those of the key that asks, as it would have without."""
    there = np.ones(len(frame), dtype=np.bool_)
    if not is_optional(frame.table, key):
        return there
    group = rules_for(frame.world, frame.table).group(key.columns[0])
    tied = group is not None and asking.columns[0] in group.columns
    null = without_parent(frame, key) if tied else frame[key.columns[0]].null
    return there if null is None else ~null
