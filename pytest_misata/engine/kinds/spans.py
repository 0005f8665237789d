"""Ranges that keep clear of each other, as an EXCLUDE constraint with && wants them, in a column or in two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.engine.checks.stated import setting_for
from pytest_misata.engine.draws.hashing import below, draw
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.kinds.values import number_among_siblings
from pytest_misata.engine.verification import conditions_about, failing

if TYPE_CHECKING:
    from pytest_misata.engine.checks.ways import Part

Index = NDArray[np.int64]

_PARTS = 16
"""Every row has a slot of its own, and its range takes 1 to 16 sixteenths of it, from the slot's beginning."""
_QUARTER = dt.timedelta(minutes=15)

Write = Callable[[dt.date, int, int], str]


@kind("span")
def span(site: Site, *, type: str | None = None, within: Sequence[str] = ()) -> Maker:
    """Ranges of which no two overlap: numbers go up from row to row, days and moments back from the reference date.

    `type` is the name of the range's type in PostgreSQL, the column's own if not given; `within` as in `slot`.
    """
    name = (type or site.column.type.native or "").lower()
    if name not in SPANS:
        raise site.error(f"no range of the type {name!r}; there are {', '.join(SPANS)}")
    write, today, numbers = SPANS[name], site.world.schema.reference_date, _numbering(site, within)

    def make(frame: Frame) -> Cells:
        sizes = (1 + below(site.draw(frame, "size"), _PARTS)).tolist()
        rows = zip(numbers(frame).tolist(), sizes, strict=True)
        return text_cells(site.column.type, [write(today, row, size) for row, size in rows])

    return make


def _numbering(site: Site, within: Sequence[str]) -> Callable[[Frame], Index]:
    """The number of each row among those that it keeps clear of."""
    owner = site.table.owner
    if owner is not None and set(owner.telling) <= set(within):
        return number_among_siblings
    return lambda frame: frame.rows


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
_GRIDS = (1, 2, 4)
"""Quarters of an hour at which periods begin and end."""
_SAMPLE = 96
"""Periods that are held against CHECKs: a month of them."""
_MORNING, _A_DAY = 8, 3
"""Slots of moments are four hours, of which a day has three, from this hour on."""


@kind("slot")
def slot(site: Site, *, name: str, end: bool = False, within: Sequence[str] = ()) -> Maker:
    """The beginning, or the end, of a period that overlaps no other row's, counted back from the reference date.

    Columns of a `name` tell one period. `within` are those by which rows may overlap: where the row's owner is
    among them, its children alone keep clear of each other. Lengths and grid are such that the table's CHECKs about the
    two columns are met, if there are any.
    """
    table, numbers = site.table.key, _numbering(site, within)
    grid, sizes = site.world.keep(f"slots {name} of {table}", lambda: _fitting(site, name))

    def make(frame: Frame) -> Cells:
        size = sizes[below(draw(site.world.key(table, name, "size"), frame.rows), len(sizes))]
        room = ((_START - size) // grid).astype(np.uint64)
        offset = grid * below(draw(site.world.key(table, name, "offset"), frame.rows), room)
        return Cells(site.column.type, _place(site, numbers(frame), offset + size if end else offset))

    return make


def _fitting(site: Site, name: str) -> tuple[int, Index]:
    """The grid on which periods of most lengths meet the CHECKs, and these in steps; all lengths where none does."""
    made = {c.name: c.generator for c in site.table.columns.values() if c.generator and c.generator.kind == "slot"}
    ends = {column: bool(by.options.get("end")) for column, by in made.items() if by.options.get("name") == name}
    parts = conditions_about(site.world, site.table, set(ends))
    grids = _GRIDS if parts and site.column.type.kind == "datetime" else (1,)
    found = {
        grid: [size for size in range(grid, _LAST + 1, grid) if _meets(site, ends, parts, grid, size)] for grid in grids
    }
    grid = max(found, key=lambda one: len(found[one]))
    return grid, np.array(found[grid] or range(1, _LAST + 1), dtype=np.int64)


def _meets(site: Site, ends: Mapping[str, bool], parts: Sequence[Part], grid: int, size: int) -> bool:
    numbers, setting = np.arange(_SAMPLE, dtype=np.int64), setting_for(site.world.schema, site.table)
    offset = grid * (numbers % max((_START - size) // grid, 1))
    cells = {
        name: Cells(site.table.columns[name].type, _place(site, numbers, offset + size if end else offset))
        for name, end in ends.items()
    }
    found = (failing(part, lambda names: {n: cells[n] for n in names}, setting, _SAMPLE) for part in parts)
    return not any(bad is not None and len(bad) for bad in found)


def _place(site: Site, number: Index, within: Index) -> Index:
    """So many steps into the slot of a number, as the column keeps it."""
    days = site.world.schema.reference_date.toordinal() - dt.date(1970, 1, 1).toordinal()
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
