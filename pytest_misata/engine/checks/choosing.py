"""Which of the ways to meet CHECKs each row takes: one that is left open to it, and that changes it the least."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.openness import NULL, THERE, is_left_open, state_in
from pytest_misata.engine.checks.usual import usual_for
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.references import left_without
from pytest_misata.engine.kinds.registry import Maker, Site
from pytest_misata.schema.sql.predicates import columns

if TYPE_CHECKING:
    from pytest_misata.engine.checks.rules import Group
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Way

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_COMMON = 3
"""Ways with the fewest NULLs are taken this much more often than the others."""


def absent_by_way(site: Site, make: Maker, group: Group, setting: Setting) -> Maker:
    """A foreign key that is NULL, or is not, where the way chosen for the row says so."""
    key = site.table.foreign_key(site.column.name)
    assert key is not None
    states = np.array([state_in(way, site.column.name) for way in group.ways], dtype=np.int64)
    parent_column = key.parent_columns[key.columns.index(site.column.name)]

    def make_by_way(frame: Frame) -> Cells:
        cells, state = make(frame), states[way_of(frame, group, setting)]
        null, there = np.zeros(len(frame), np.bool_), np.zeros(len(frame), np.bool_)
        null = null if cells.null is None else cells.null
        # A row without a parent breaks the CHECK, which is told before rows are written; an orphan is not.
        for absent in (frame.parent(key)[parent_column].null, left_without(frame, key)):
            there = there if absent is None else there | absent
        null = np.where(state == THERE, there, null) | (state == NULL)
        return Cells(cells.type, cells.data, cells.vocabulary, null if null.any() else None)

    return make_by_way


def way_of(frame: Frame, group: Group, setting: Setting) -> Index:
    """The way chosen for each row, among those that the columns made elsewhere leave open."""
    return frame.keep(("way", group.name), lambda: _choose(frame, group, setting))


def _choose(frame: Frame, group: Group, setting: Setting) -> Index:
    if len(group.ways) == 1:
        return np.zeros(len(frame), dtype=np.int64)
    given = _given_cells(frame, group)
    weights = np.array(_weights(group), dtype=np.int64)
    open_ = np.stack([_is_open(frame, way, given, setting) for way in group.ways])
    fitting = open_ & np.stack([_has_parents(frame, way) for way in group.ways])
    open_ = np.where(fitting.any(axis=0), fitting, open_)
    open_ = _nearest(frame, group, setting, open_)
    shares = np.cumsum(open_ * weights[:, None], axis=0)
    # Where none is open the first one is taken, and the row is reported when it is verified.
    total = np.maximum(shares[-1], 1)
    pick = below(frame.draw("check", group.name), total.astype(np.uint64))
    way: Index = np.minimum((shares <= pick).sum(axis=0), len(group.ways) - 1)
    return np.where(shares[-1] > 0, way, 0)


def _nearest(frame: Frame, group: Group, setting: Setting, open_: Bool) -> Bool:
    """Of the open ways those that change least of what the row would have without CHECKs, where that can be told."""
    usual = usual_for(frame.world, frame.table, group, setting)
    if usual is None:
        return open_
    far = np.iinfo(np.int64).max
    distances = np.where(open_, np.stack([usual.distance(frame, way) for way in group.ways]), far)
    nearest: Bool = open_ & (distances == distances.min(axis=0))
    return nearest


def _weights(group: Group) -> list[int]:
    """Ways that leave few columns NULL are taken more often."""
    nulls = [sum(not domain.values for domain in way.domains.values()) for way in group.ways]
    return [_COMMON if count == min(nulls) else 1 for count in nulls]


def _is_open(frame: Frame, way: Way, given: Mapping[str, Cells], setting: Setting) -> Bool:
    """Where what is made elsewhere, or pinned, leaves a way open."""
    found = is_left_open(way, given, setting, len(frame))
    for name, domain in way.domains.items():
        pinned = _pinned(frame, name)
        if pinned is not None:
            at, cells = pinned
            found[at] &= domain.holds(cells)
    return found


def _has_parents(frame: Frame, way: Way) -> Bool:
    """Where the foreign keys that are to be there have parents left."""
    found = np.ones(len(frame), dtype=np.bool_)
    for name in way.domains:
        key = frame.table.foreign_key(name)
        without = left_without(frame, key) if key is not None and state_in(way, name) == THERE else None
        if without is not None:
            found &= ~without
    return found


def _given_cells(frame: Frame, group: Group) -> dict[str, Cells]:
    """The columns of the conditions that are made elsewhere; of a foreign key its value, NULL or not."""
    names = {name for way in group.ways for formula in way.given for name in columns(formula)}
    for way in group.ways:
        names |= set(way.relations.grains) - set(group.columns) if way.relations else set()
    result = {}
    for name in names:
        key = frame.table.foreign_key(name)
        if key is not None and name in group.columns:
            result[name] = frame.parent(key)[key.parent_columns[key.columns.index(name)]]
        elif name not in group.columns:
            result[name] = frame[name]
    return result


def _pinned(frame: Frame, name: str) -> tuple[Index, Cells] | None:
    """The rows for which a column is pinned, and its values there."""
    world, table = frame.world, frame.table.key
    if not world.pins.states(table, name) or not len(frame) or int(frame.rows.min()) >= world.pins.rows.get(table, 0):
        return None
    at = np.array([at for at, row in enumerate(frame.rows.tolist()) if world.pins.states(table, name, row)], np.int64)
    nothing = encode(frame.table.columns[name].type, [None] * len(frame))
    return (at, world.pins.over(frame, name, lambda _: nothing).take(at)) if len(at) else None
