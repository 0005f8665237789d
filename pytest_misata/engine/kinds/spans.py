"""Ranges that keep clear of each other, as an EXCLUDE constraint with && wants them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below
from pytest_misata.engine.kinds.registry import Maker, Site, kind

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


SPANS: dict[str, Write] = {
    "int4range": _numbers,
    "int8range": _numbers,
    "numrange": _numbers,
    "daterange": _days,
    "tsrange": _moments(""),
    "tstzrange": _moments("+00"),
}
