"""What is one row's at a time, held against the rows: no room is taken twice, no copy lent while it is out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.coherence.folds import frames
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import read
from pytest_misata.engine.stays import Stays, at_once
from pytest_misata.schema.config import TableConfig, Turns

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]


def taken_twice(world: World, table: TableConfig, turns: Turns) -> Index:
    """The rows that take what they point at while as many others as there may be have it. Raises SchemaError."""
    stays = Stays(world.schema, table, turns)
    parts = [_taken(frame, turns, stays) for frame in frames(world, table.key)]
    if not parts:
        return np.empty(0, dtype=np.int64)
    rows, parents, begins, ends, most = (np.concatenate(each) for each in zip(*parts, strict=True))
    found: Index = rows[at_once(parents, begins, ends) > most]
    return found


def _taken(frame: Frame, turns: Turns, stays: Stays) -> tuple[Index, ...]:
    """Row, parent, begin, end and how many at a time of the rows that take a turn."""
    begins, ends, there = stays.times(frame)
    most = np.ones(len(frame), dtype=np.int64)
    if turns.at_once:
        most = read(frame, f"{turns.of}.{turns.at_once}").data
    return tuple(each[there] for each in (frame.rows, frame.parent_rows(stays.key), begins, ends, most))
