"""How many of a thing there have to be, since so many rows have it at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.quantiles import Categories, integer_weights
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.kinds.rollups import children_in
from pytest_misata.engine.stays import Stays
from pytest_misata.engine.stays import at_once as counted
from pytest_misata.schema.config import TableConfig, Turns

Index = NDArray[np.int64]


@kind("at_once")
def at_once(site: Site, *, turns: str, spare: Sequence[Any] = (1,)) -> Maker:
    """As many as rows of another table take at a time, by its `turns` (`loans.one_reader_at_a_time`), at least one.

    `spare` are the weights of none, one, two ... more than that.
    """
    child, _, name = turns.partition(".")
    table = site.world.schema.table(child)
    stays = Stays(site.world.schema, table, _turns(site, table, name))
    more = Categories(integer_weights(spare))

    def make(frame: Frame) -> Cells:
        most = np.maximum(_busiest(frame, table, stays), 1)
        return Cells(site.column.type, (most + more(site.draw(frame, "spare"))) * site.units)

    return make


def _turns(site: Site, table: TableConfig, name: str) -> Turns:
    found = next((turns for turns in table.turns if turns.name == name), None)
    if found is None or (key := table.foreign_key(found.of)) is None or key.parent != site.table.key:
        raise site.error(f"at_once: {table.key} has no turns {name!r} of {site.table.key}")
    return found


def _busiest(frame: Frame, table: TableConfig, stays: Any) -> Index:
    """The most children that a row has at a time."""
    most = np.zeros(len(frame), dtype=np.int64)
    for start, stop, at, rows, offsets in children_in(frame, table, stays.key):
        begins, ends, there = stays.times(Frame(frame.world, table, rows))
        run = np.zeros(stop - start, dtype=np.int64)
        np.maximum.at(run, offsets[there], counted(offsets[there], begins[there], ends[there]))
        most[at] = run[frame.rows[at] - start]
    return most
