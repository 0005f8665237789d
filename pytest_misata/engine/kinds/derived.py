"""Kinds that follow from other columns: of the row, of its parents, of its children. All arithmetic is exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.children import runs
from pytest_misata.engine.kinds.registry import Maker, Site, among, holds, kind, read
from pytest_misata.engine.quantiles import exact
from pytest_misata.engine.siblings import siblings
from pytest_misata.errors import GenerationError
from pytest_misata.schema.types import ColumnType

Index = NDArray[np.int64]

_DAY = 86_400_000_000
"""Microseconds."""


@kind("copy")
def copy(site: Site, *, of: str) -> Maker:
    """The value of another column, the row's own or a parent's."""

    def make(frame: Frame) -> Cells:
        cells = read(frame, of)
        if site.column.type.is_text or cells.type.is_text:
            return Cells(site.column.type, cells.data, cells.vocabulary, cells.null)
        return Cells(site.column.type, _rescaled(cells, site.column.type), None, cells.null)

    return make


@kind("map")
def map_(site: Site, *, of: str, values: Mapping[Any, Any], default: Any = None) -> Maker:
    """The value that `values` gives for another column's value; `default` for those it does not name."""
    stated = encode(site.column.type, [*values.values(), default])

    def make(frame: Frame) -> Cells:
        source = read(frame, of)
        codes = np.full(len(frame), len(values), dtype=np.int64)
        for code, value in enumerate(values):
            codes[_equal(source, value)] = code
        return stated.take(codes)

    return make


def _equal(cells: Cells, value: Any) -> NDArray[np.bool_]:
    # Keys of a TOML table are strings, whatever the column holds.
    if cells.type.kind == "boolean" and isinstance(value, str):
        value = value.lower() == "true"
    return among(cells, [value])


@kind("ending")
def ending(site: Site, *, of: str, values: Mapping[str, Any], default: str) -> Maker:
    """What `values` gives for the ending of another column's file name, `default` for those it does not name."""
    stated = encode(site.column.type, [*values.values(), default])
    codes = {end: code for code, end in enumerate(values)}

    def code_of(name: Any) -> int:
        return codes.get(str(name).rpartition(".")[2].lower(), len(values))

    def make(frame: Frame) -> Cells:
        cells = read(frame, of)
        names = cells.data if cells.vocabulary is None else cells.vocabulary
        found = np.array([code_of(name) for name in names], dtype=np.int64)
        return stated.take(found if cells.vocabulary is None else found[cells.data]).where_not(cells.null)

    return make


@kind("product")
def product(site: Site, *, of: Sequence[str]) -> Maker:
    """The product of columns, rounded half up to the column's scale."""

    def make(frame: Frame) -> Cells:
        sources = [read(frame, name) for name in of]
        total = reduce(np.multiply, [cells.data.astype(np.int64) for cells in sources])
        scale = 1
        for cells in sources:
            scale *= _units(cells.type)
        return Cells(site.column.type, _divided(total * site.units, scale), None, _null(sources))

    return make


@kind("sum")
def sum_(site: Site, *, of: Sequence[str]) -> Maker:
    """The sum of columns."""
    return _folded(site, of, np.add)


@kind("difference")
def difference(site: Site, *, of: Sequence[str]) -> Maker:
    """The first column less the others."""
    return _folded(site, of, np.subtract)


@kind("share")
def share(site: Site, *, of: str, rate: Any) -> Maker:
    """A fixed share of another column, rounded half up: a tax, a fee, a commission."""
    part = exact(rate)

    def make(frame: Frame) -> Cells:
        source = read(frame, of)
        values = _rescaled(source, site.column.type) * part.numerator
        return Cells(site.column.type, _divided(values, part.denominator), None, source.null)

    return make


@kind("total")
def total(site: Site, *, of: str, only: Mapping[str, Sequence[Any]] | None = None) -> Maker:
    """The sum of a column (`order_items.amount`) over the row's children there, those for which `only` holds."""
    child, _, column = of.partition(".")
    table = site.world.schema.table(child)
    owner = table.owner
    if owner is None or owner.parent != site.table.key:
        raise site.error(f"total of {of}: {child} is not owned by {site.table.key}")
    table.column(column)

    def make(frame: Frame) -> Cells:
        sums = np.zeros(len(frame), dtype=np.int64)
        layout = site.world.layout(table) or siblings(site.world, table)
        for start, stop, at in runs(frame.rows):
            rows, offsets = layout.children_of(start, stop) if layout else (np.empty(0, np.int64),) * 2
            values = _counted(Frame(site.world, table, rows), column, only, site.column.type)
            run = np.zeros(stop - start, dtype=np.int64)
            np.add.at(run, offsets, values)
            sums[at] = run[frame.rows[at] - start]
        return Cells(site.column.type, sums)

    return make


def _counted(children: Frame, column: str, only: Mapping[str, Sequence[Any]] | None, type_: ColumnType) -> Index:
    """The children's values, 0 where they are NULL or do not count."""
    cells = children[column]
    values = _rescaled(cells, type_)
    if cells.null is not None:
        values = np.where(cells.null, 0, values)
    return np.where(holds(children, only), values, 0) if only else values


@kind("shift")
def shift(site: Site, *, of: str, days: Any = 0, months: int = 0) -> Maker:
    """A date or moment so many months and days after another column; it may lie past the reference date.

    Months on is the same day of another month, or the last one where that month is shorter.
    """
    type_ = site.column.type
    per_day = {"date": 1, "datetime": _DAY}
    if type_.kind not in per_day:
        raise site.error(f"only a date or a datetime can be shifted, not {type_.kind}")
    distance = int(exact(days) * per_day[type_.kind])

    def make(frame: Frame) -> Cells:
        cells = read(frame, of)
        values = cells.data * (_DAY if cells.type.kind == "date" else 1)
        if months:
            values = _months_on(values // _DAY, months) * _DAY + values % _DAY
        return Cells(type_, values // (_DAY // per_day[type_.kind]) + distance, None, cells.null)

    return make


def _months_on(days: Index, months: int) -> Index:
    """Days since 1970, so many months later."""
    first = days.astype("datetime64[D]").astype("datetime64[M]")
    in_month = days - _first_days(first)
    last = _first_days(first + months + 1) - 1
    later: Index = np.minimum(_first_days(first + months) + in_month, last)
    return later


def _first_days(months: Any) -> Any:
    return months.astype("datetime64[D]").astype(np.int64)


def _folded(site: Site, of: Sequence[str], operator: Callable[[Index, Index], Index]) -> Maker:
    def make(frame: Frame) -> Cells:
        sources = [read(frame, name) for name in of]
        values = reduce(operator, [_rescaled(cells, site.column.type) for cells in sources])
        return Cells(site.column.type, values, None, _null(sources))

    return make


def _units(type_: ColumnType) -> int:
    return 10**type_.scale if type_.kind in {"numeric", "float"} else 1


def _rescaled(cells: Cells, type_: ColumnType) -> Index:
    """The values in units of another type."""
    if cells.type.is_text or type_.is_text:
        raise GenerationError(f"no arithmetic between {cells.type.kind} and {type_.kind}")
    if (cells.type.kind, type_.kind) == ("datetime", "date"):
        return cells.data // 86_400_000_000
    return _divided(cells.data.astype(np.int64) * _units(type_), _units(cells.type))


def _divided(values: Index, divisor: int) -> Index:
    """Rounded half up."""
    return values if divisor == 1 else (2 * values + divisor) // (2 * divisor)


def _null(sources: Sequence[Cells]) -> NDArray[np.bool_] | None:
    nulls = [cells.null for cells in sources if cells.null is not None]
    return reduce(np.logical_or, nulls) if nulls else None
