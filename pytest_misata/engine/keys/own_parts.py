"""Keys to a part of the row itself: a customer's default address is one of the customer's addresses.

Such a key closes a circle: the parts belong to the row that points at one of them. It picks among the children of the
row, which are known from its number alone, and is NULL where there are none, or any other where it may not be NULL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.wording import words
from pytest_misata.engine.kinds.children import runs
from pytest_misata.engine.meanings.names import words_of
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.keys import is_optional
from pytest_misata.schema.order import is_cut
from pytest_misata.schema.uniqueness import is_one_to_one

if TYPE_CHECKING:
    from pytest_misata.engine.world import AnyLayout, World

Index = NDArray[np.int64]


def is_to_own_part(world: World, table: TableConfig, key: ForeignKey) -> bool:
    """Whether a key points at rows that belong to rows of its own table."""
    if not is_cut(key) or len(key.columns) > 1 or key.parent == table.key:
        return False
    parts = world.schema.table(key.parent)
    owner = parts.owner
    if owner is None or owner.parent != table.key or is_cut(owner) or not _may_lack(world, table, key, owner):
        return False
    pick = world.pick(table, key)
    return bool(pick.own) and not pick.given and _laid_out(world, parts)


def _may_lack(world: World, table: TableConfig, key: ForeignKey, owner: ForeignKey) -> bool:
    """Whether all is well where rows have no part: they have another of nobody's own, or none lacks one."""
    if is_optional(table, key) or not is_one_to_one(table, key):
        return True
    return owner.minimum > 0 and not world.pins.states(key.parent, owner.columns[0])


def _laid_out(world: World, parts: TableConfig) -> bool:
    return parts.key not in world.solved and world.layout(parts) is not None


def own_parts(frame: Frame, key: ForeignKey) -> Index:
    """A part of each row, -1 where it has none."""
    return frame.keep(("own part", key.columns), lambda: _own_parts(frame, key))


def _own_parts(frame: Frame, key: ForeignKey) -> Index:
    world, parts = frame.world, frame.world.schema.table(key.parent)
    layout, found = world.layout(parts), np.full(len(frame), -1, dtype=np.int64)
    if layout is None:
        return found
    for start, stop, at in runs(frame.rows):
        rows, offsets = layout.children_of(start, stop)
        order = np.lexsort((_scores(frame, key, layout, rows), offsets))
        run = np.full(stop - start, -1, dtype=np.int64)
        run[offsets[order]] = rows[order]
        found[at] = run[frame.rows[at] - start]
    return np.where(_belong(frame, parts, found), found, -1)


def _scores(frame: Frame, key: ForeignKey, layout: AnyLayout, rows: Index) -> Index:
    """What decides which part it is: the one with the greatest score."""
    said = {*words_of(key.columns[0])}
    number: Index = layout.place(rows).number
    if said & words("latest"):
        return number
    if said & words("earliest"):
        return -number
    bits = draw(frame.world.key(frame.table.key, *key.columns, "part"), rows)
    scores: Index = (bits >> np.uint64(1)).astype(np.int64)
    return scores


def _belong(frame: Frame, parts: TableConfig, rows: Index) -> NDArray[np.bool_]:
    """Whether parts are those of the rows: others may have been pinned to another one."""
    owner = parts.owner
    there = rows >= 0
    if owner is None or not there.any():
        return there
    children = Frame(frame.world, parts, np.maximum(rows, 0))
    null = children[owner.columns[0]].null
    mine: NDArray[np.bool_] = there & (children.parent_rows(owner) == frame.rows)
    return mine if null is None else mine & ~null
