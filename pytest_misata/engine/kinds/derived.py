"""Kinds that follow from other columns of the row, or of its parents. All arithmetic is exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, chosen, encode
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.quantiles import Categories, exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site, among, kind, read
from pytest_misata.engine.people.gazetteer import home_of
from pytest_misata.engine.vocabulary import toml_file
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
        return Cells(site.column.type, rescaled(cells, site.column.type), None, cells.null)

    return make


@kind("either")
def either(site: Site, *, of: Sequence[str]) -> Maker:
    """The value of one of the columns `of`, the row's own or a parent's (`match_id.home_team_id`), each as often."""
    if not of:
        raise site.error("`of` names no column")

    def make(frame: Frame) -> Cells:
        return chosen([read(frame, name) for name in of], below(site.draw(frame, "which"), len(of)))

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


@kind("last")
def last(site: Site, *, of: str, length: int) -> Maker:
    """The last characters of another column's text."""

    def make(frame: Frame) -> Cells:
        cells = read(frame, of)
        texts = cells.data if cells.vocabulary is None else cells.vocabulary
        ends = encode(site.column.type, [str(text)[-length:] for text in texts])
        return (ends if cells.vocabulary is None else ends.take(cells.data)).where_not(cells.null)

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
        return Cells(site.column.type, divided(total * site.units, scale), None, any_null(sources))

    return make


@kind("sum")
def sum_(site: Site, *, of: Sequence[str], less: Sequence[str] = ()) -> Maker:
    """The sum of columns; those of `less` are taken away."""
    if not less:
        return _folded(site, of, np.add)

    def make(frame: Frame) -> Cells:
        added, taken = ([read(frame, name) for name in names] for names in (of, less))
        more, fewer = (reduce(np.add, [rescaled(each, site.column.type) for each in part]) for part in (added, taken))
        return Cells(site.column.type, more - fewer, None, any_null([*added, *taken]))

    return make


@kind("difference")
def difference(site: Site, *, of: Sequence[str]) -> Maker:
    """The first column less the others."""
    return _folded(site, of, np.subtract)


@kind("share")
def share(
    site: Site,
    *,
    of: str,
    rate: Any = None,
    rates: Sequence[Any] = (),
    weights: Sequence[Any] = (),
    step: Any = None,
    levy: str | None = None,
) -> Maker:
    """A share of another column, rounded half up: a tax, a fee, a commission.

    It is fixed by `rate`, or one of `rates` by their weights: discounts of which most are none. With a `step` it is the
    next multiple of that, not less than one: a budget for what was spent. A `levy` (`sales`, `stays`) is a tax of
    which the country of the schema has the say, as `data/taxes.toml` tells; elsewhere it is the `rate`.
    """
    rate = rate if levy is None else levied(levy, home_of(site.world.schema.locale), rate)
    unit = None if step is None else site.amount(step)
    if not rates and rate is None:
        raise site.error("a share needs its rate, or rates with weights")
    parts = [exact(each) for each in (rates or [rate])]
    if weights and len(weights) != len(parts):
        raise site.error(f"{len(parts)} rates and {len(weights)} weights")
    pick = Categories(list(weights) or [1] * len(parts))
    over, under = (np.array(each) for each in zip(*(part.as_integer_ratio() for part in parts), strict=True))

    def make(frame: Frame) -> Cells:
        source = read(frame, of)
        chosen = pick(site.draw(frame, "rate")) if len(parts) > 1 else np.zeros(len(frame), dtype=np.int64)
        shares = _of_amount(source, site.column.type, over[chosen], under[chosen])
        if unit is not None:
            shares = np.maximum(-(-shares // unit), 1) * unit
        return Cells(site.column.type, shares, None, source.null)

    return make


def levied(levy: str, code: str, otherwise: Any) -> Fraction:
    """The rate of a tax in a country, as a share of the net price."""
    taxes = toml_file("taxes.toml")
    percent = taxes[levy].get(code, taxes["sales"].get(code))
    return exact(otherwise) if percent is None else exact(percent) / 100


def _of_amount(source: Cells, type_: ColumnType, over: Index, under: Index) -> Index:
    """Fractions of some values, rounded once: what has fewer decimals than they is not rounded before."""
    finer = _units(source.type) // _units(type_) if source.type.kind == "numeric" else 1
    if finer <= 1:
        return divided(rescaled(source, type_) * over, under)
    return divided(source.data.astype(np.int64) * over, under * finer)


@kind("comparison")
def comparison(site: Site, *, of: Sequence[str], values: Sequence[Any]) -> Maker:
    """One of three `values`: where the first column is less than the second, equal to it, or more."""
    if len(of) != 2 or len(values) != 3:
        raise site.error(f"a comparison is of two columns and has three values, not {len(of)} and {len(values)}")
    stated = encode(site.column.type, values)

    def make(frame: Frame) -> Cells:
        one, other = (read(frame, name) for name in of)
        signs = np.sign(one.data.astype(np.int64) * _units(other.type) - other.data.astype(np.int64) * _units(one.type))
        return stated.take(1 + signs).where_not(any_null([one, other]))

    return make


@kind("percentage")
def percentage(site: Site, *, of: Sequence[str]) -> Maker:
    """How many percent the first column is of the second, rounded half up; 0 where there is nothing to be a part of."""
    if len(of) != 2:
        raise site.error(f"a percentage is of two columns, not of {len(of)}")

    def make(frame: Frame) -> Cells:
        sources = part, whole = [read(frame, name) for name in of]
        over = part.data.astype(np.int64) * _units(whole.type) * 100 * site.units
        under = np.maximum(whole.data.astype(np.int64) * _units(part.type), 1)
        return Cells(site.column.type, divided(over, under), None, any_null(sources))

    return make


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
        values = reduce(operator, [rescaled(cells, site.column.type) for cells in sources])
        return Cells(site.column.type, values, None, any_null(sources))

    return make


def _units(type_: ColumnType) -> int:
    return 10**type_.scale if type_.kind in {"numeric", "float"} else 1


def rescaled(cells: Cells, type_: ColumnType) -> Index:
    """The values in units of another type."""
    if cells.type.is_text or type_.is_text:
        raise GenerationError(f"no arithmetic between {cells.type.kind} and {type_.kind}")
    if (cells.type.kind, type_.kind) == ("datetime", "date"):
        return cells.data // 86_400_000_000
    return divided(cells.data.astype(np.int64) * _units(type_), _units(cells.type))


def divided(values: Index, divisor: int | Index) -> Index:
    """Rounded half up."""
    return values if isinstance(divisor, int) and divisor == 1 else (2 * values + divisor) // (2 * divisor)


def any_null(sources: Sequence[Cells]) -> NDArray[np.bool_] | None:
    """Where one of some cells is NULL; None where none is."""
    nulls = [cells.null for cells in sources if cells.null is not None]
    return reduce(np.logical_or, nulls) if nulls else None
