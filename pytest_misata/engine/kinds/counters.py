"""What meters and odometers show: a number that never falls as time goes on, for whatever the row belongs to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import DAY
from pytest_misata.engine.cells import Cells
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.draws.quantiles import exact, lognormal
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind, read
from pytest_misata.engine.kinds.windows import bounded

Index = NDArray[np.int64]

_SPELL = 14 * DAY
"""Seconds for which as much is used a day; the next spell has more or less."""
_SPELLS = 2**16
_EVEN, _UNEVEN = 2**16, 2**15
"""What is used in a spell, and by how much it may differ."""
_BEFORE = 3 * 365
"""Days that something has been counted for where nothing tells since when."""


@kind("counter")
def counter(site: Site, *, of: str, by: str, per_day: Any, sigma: Any = "0.4", since: str | None = None) -> Maker:
    """What a counter shows at the moment `of`, which rises by about `per_day`: of what the key `by` names.

    It begins at 0 at the moment `since`, or some years before the table's first rows. `sigma` says how much the
    counters differ, as that of a log-normal distribution.
    """
    key = site.table.foreign_key(by)
    if key is None:
        raise site.error(f"{by} is no foreign key")
    schema = site.world.schema
    begun = (schema.reference_date - dt.date(1970, 1, 1)).days - schema.history_days - _BEFORE
    rates = lognormal(exact(per_day) * 14 * site.units, exact(sigma))
    most = _most(site)

    def make(frame: Frame) -> Cells:
        parents = frame.parent_rows(key)
        start = np.full(len(frame), begun * DAY, dtype=np.int64)
        start = start if since is None else bounded(start, read(frame, since), np.maximum)
        cells = frame[of]
        at = bounded(start, Cells(cells.type, cells.data), np.maximum) - start
        rate = np.maximum(rates(draw(site.key("rate"), parents)), 1)
        return Cells(site.column.type, np.minimum(_used(site, parents, at) * rate // _EVEN, most))

    return make


def _used(site: Site, parents: Index, seconds: Index) -> Index:
    """How many spells' worth was used up to then, in parts: it lies between what it was at the spell's ends."""
    spell, within = np.divmod(seconds, _SPELL)
    first, next_ = (_at(site, parents, spell + more) for more in (0, 1))
    return first + (next_ - first) * within // _SPELL


def _at(site: Site, parents: Index, spell: Index) -> Index:
    more = below(draw(site.key("spell"), parents * _SPELLS + spell), _UNEVEN)
    return np.where(spell > 0, spell * _EVEN + more, 0)


def _most(site: Site) -> int:
    type_ = site.column.type
    if type_.kind == "integer":
        return int(2 ** (type_.bits - 1) - 1)
    return int(10**type_.precision - 1) if type_.kind == "numeric" else 2**53
