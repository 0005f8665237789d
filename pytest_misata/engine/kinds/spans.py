"""Ranges that keep clear of each other, as an EXCLUDE constraint with && wants them, in a column or in two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below, draw
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.kinds.values import number_among_siblings

Index = NDArray[np.int64]

_PARTS = 16
"""Every row has a slot of its own, and its range takes 1 to 16 sixteenths of it, from the slot's beginning."""
_QUARTER = dt.timedelta(minutes=15)

Write = Callable[[dt.date, int, int], str]


@kind("span")
def span(site: Site, *, type: str | None = None) -> Maker:
    """Ranges of which no two overlap: numbers go up from row to row, days and moments back from the reference date.

    `type` is the name of the range's type in PostgreSQL, the column's own if not given.
    """
    name = (type or site.column.type.native or "").lower()
    if name not in SPANS:
        raise site.error(f"no range of the type {name!r}; there are {', '.join(SPANS)}")
    write, today = SPANS[name], site.world.schema.reference_date

    def make(frame: Frame) -> Cells:
        sizes = (1 + below(site.draw(frame, "size"), _PARTS)).tolist()
        rows = zip(frame.rows.tolist(), sizes, strict=True)
        return text_cells(site.column.type, [write(today, row, size) for row, size in rows])

    return make


def _numbers(_today: dt.date, row: int, size: int) -> str:
    return f"[{row * _PARTS},{row * _PARTS + size})"


def _days(today: dt.date, row: int, size: int) -> str:
    first = today - dt.timedelta(days=_PARTS * (row + 1))
    return f"[{first},{first + dt.timedelta(days=size)})"


def _moments(zone: str) -> Write:
    def write(today: dt.date, row: int, size: int) -> str:
        first = dt.datetime.combine(today, dt.time()) - _QUARTER * _PARTS * (row + 1)
        return f'["{first}{zone}","{first + _QUARTER * size}{zone}")'

    return write


_START, _LAST = 16, 14
"""Days, quarters of an hour or numbers from one slot to the next, and the longest that is taken of it."""
_MORNING, _A_DAY = 8, 3
"""Slots of moments are four hours, of which a day has three, from this hour on."""


@kind("slot")
def slot(site: Site, *, name: str, end: bool = False, within: Sequence[str] = ()) -> Maker:
    """The beginning, or the end, of a period that overlaps no other row's, counted back from the reference date.

    Columns of a `name` tell one period. `within` are those by which rows may overlap: where the row's owner is
    among them, its children alone keep clear of each other.
    """
    owner, table = site.table.owner, site.table.key
    siblings = owner is not None and set(owner.columns) <= set(within)
    today = site.world.schema.reference_date

    def make(frame: Frame) -> Cells:
        number = number_among_siblings(frame) if siblings else frame.rows
        size = 1 + below(draw(site.world.key(table, name, "size"), frame.rows), _LAST)
        offset = below(draw(site.world.key(table, name, "offset"), frame.rows), (_START - size).astype(np.uint64))
        return Cells(site.column.type, _place(site, number, offset + size if end else offset, today))

    return make


def _place(site: Site, number: Index, within: Index, today: dt.date) -> Index:
    """So many steps into the slot of a number, as the column keeps it."""
    days = today.toordinal() - dt.date(1970, 1, 1).toordinal()
    match site.column.type.kind:
        case "date":
            return days - _START * (number + 1) + within
        case "datetime":
            quarters = (days - 1 - number // _A_DAY) * 96 + _MORNING * 4 + number % _A_DAY * _START + within
            return quarters * (_QUARTER // dt.timedelta(microseconds=1))
        case "integer" | "numeric":
            return (number * _START + within) * site.units
    raise site.error(f"no periods of the type {site.column.type.kind}")


SPANS: dict[str, Write] = {
    "int4range": _numbers,
    "int8range": _numbers,
    "numrange": _numbers,
    "daterange": _days,
    "tsrange": _moments(""),
    "tstzrange": _moments("+00"),
}
