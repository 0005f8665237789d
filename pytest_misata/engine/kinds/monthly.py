"""Amounts whose sums by month are stated, and are those of the table exactly.

Every row has a weight, what its amount would be otherwise, and the amounts of a month are its weights brought to the
month's sum by one factor, with what rounding leaves shared out in row order. What is held for that are the weights of
each month up to each block of rows: so any slice is computed alone, once the weights of the table have been added up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.growth import power_of
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column, kind, read
from pytest_misata.engine.kinds.stated import BLOCK, whole_blocks
from pytest_misata.schema.config import Generator

Index = NDArray[np.int64]

_CHUNK = BLOCK * 64
_NEVER = -(2**31)
"""The month of a row that has no moment."""


@kind("monthly")
def monthly(
    site: Site,
    *,
    of: str,
    options: Mapping[str, Any],
    by: str,
    sums: Mapping[str, Any] | None = None,
    growth: Mapping[str, Any] | None = None,
    quantity: str | None = None,
    where_rows: bool = False,
) -> Maker:
    """Amounts of the kind `of` with its `options`, whose sums over the months of the moment `by` are stated.

    `sums` are the amounts of months such as 2025-03, or of runs of them such as 2025-01..2025-12. With `growth`
    (`factor` and `every`: month, quarter or year) the sums of months grow so, and are all together what they would be.
    With `quantity` it is the amount times that column whose sums are stated; a row with a quantity of 1 in every block
    and month (see `closing`) makes them exact. Months that are not stated have the level of the nearest one that is.
    A month that is stated and has no row is an error, or with `where_rows` none.
    """
    if (sums is None) == (growth is None):
        raise site.error("state the sums of months or their growth")
    made = compile_column(site.world, site.table, replace(site.column, generator=Generator(of, dict(options))))
    source = Source(site, made, by, quantity, _runs(sums or {}))

    def months() -> Months:
        index = added_up(source)
        return _stated(source, index, sums, where_rows=where_rows) if sums is not None else _grown(index, growth or {})

    return shared_out(source, months)


def shared_out(source: Source, months: Callable[[], Months]) -> Maker:
    """The amounts of rows: their part of what their month has."""
    site = source.site

    def make(frame: Frame) -> Cells:
        known = site.world.keep(f"months of {site.where}", months)
        whole, at = whole_blocks(frame, site.rows)
        cells, weights, times, month = source.read(whole)
        values = cells.data.astype(np.int64)
        for part in _groups(whole.rows // BLOCK, month, weights > 0):
            place = int(whole.rows[part[0]]) // BLOCK, int(month[part[0]])
            values[part] = known.shared(*place, weights[part].tolist(), times[part].tolist())
        return Cells(cells.type, values, cells.vocabulary, cells.null).take(at)

    return make


@kind("closing")
def closing(site: Site, *, of: str, options: Mapping[str, Any], by: str | None = None, value: Any = 1) -> Maker:
    """Another kind's numbers, but for one row in every block, and month of the moment `by`, which has `value`."""
    made = compile_column(site.world, site.table, replace(site.column, generator=Generator(of, dict(options))))

    def make(frame: Frame) -> Cells:
        whole, at = whole_blocks(frame, site.rows)
        cells = made(whole)
        values = cells.data.copy()
        groups = (whole.rows // BLOCK << 32) + (_months(read(whole, by)) if by else 0)
        values[np.unique(groups, return_index=True)[1]] = site.amount(value)
        return Cells(cells.type, values, None, cells.null).take(at)

    return make


@dataclass(frozen=True, slots=True)
class Source:
    """What the sums of a column are made of."""

    site: Site
    made: Maker
    by: str | None
    """The moment that tells the month; without it all rows are of one."""
    quantity: str | None
    runs: Mapping[int, int]
    """The first of the months that a month's sum is stated together with."""

    def read(self, frame: Frame) -> tuple[Cells, Index, Index, Index]:
        """The amounts as they would be, their weights, how many times each counts, and their months."""
        cells = self.made(frame)
        times = np.ones(len(frame), np.int64) if self.quantity is None else frame[self.quantity].data.astype(np.int64)
        weights = np.maximum(cells.data.astype(np.int64), 0) * times
        if cells.null is not None:
            weights[cells.null] = 0
        months = _months(read(frame, self.by)) if self.by else np.zeros(len(frame), np.int64)
        for month, first in self.runs.items():
            months[months == month] = first
        return cells, weights, times, months


def _runs(sums: Mapping[str, Any]) -> dict[int, int]:
    """For each month after the first of a run, the first."""
    found = {}
    for name in sums:
        first, _, last = name.partition("..")
        found.update(dict.fromkeys(range(_month(first) + 1, _month(last or first) + 1), _month(first)))
    return found


def _month(name: str) -> int:
    return int(np.datetime64(name, "M").astype(int))


def _months(cells: Cells) -> Index:
    """Months since January 1970."""
    unit = "D" if cells.type.kind == "date" else "us"
    months: Index = cells.data.astype(f"datetime64[{unit}]").astype("datetime64[M]").astype(np.int64)
    return months if cells.null is None else np.where(cells.null, _NEVER, months)


def _groups(blocks: Index, months: Index, counted: NDArray[np.bool_]) -> list[Index]:
    """The places of the rows that count of each month in each block, in row order."""
    places = np.flatnonzero(counted & (months != _NEVER))
    keys = (blocks[places] << 32) + months[places]
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    return [places[part] for part in np.split(order, cuts) if len(part)]


@dataclass(frozen=True, slots=True)
class Sums:
    """The weights, and how often they count, of the months from `first` on: before each block, and after the last."""

    first: int
    weights: Index
    times: Index
    counted: int
    """The rows that are not NULL."""


def added_up(source: Source) -> Sums:
    """A pass over the whole table."""
    schema, rows = source.site.world.schema, source.site.rows
    last = int(np.datetime64(schema.reference_date, "M").astype(int)) + _AHEAD
    first = last - _AHEAD - schema.history_days // 28 - 2
    first, last = (first, last) if source.by else (0, 0)
    found = 0
    shape = (-(-rows // BLOCK) + 1, last - first + 1)
    weights, times = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for start in range(0, rows, _CHUNK):
        frame = source.site.world.frame(source.site.table.key, start, min(start + _CHUNK, rows))
        cells, own, often, months = source.read(frame)
        counted = np.flatnonzero((own > 0) & (months >= first) & (months <= last))
        place = frame.rows[counted] // BLOCK + 1, months[counted] - first
        np.add.at(weights, place, own[counted])
        np.add.at(times, place, often[counted])
        found += len(frame) - int(np.count_nonzero(cells.null)) if cells.null is not None else len(frame)
    return Sums(first, np.cumsum(weights, axis=0), np.cumsum(times, axis=0), found)


_AHEAD = 24
"""Months after the reference date that moments may lie in, such as stays that have been booked."""


@dataclass(frozen=True, slots=True)
class Months:
    """The sum of each month, with the weights it is shared out by. Other months go with the nearest one."""

    totals: Mapping[int, int]
    sums: Sums

    def shared(self, block: int, month: int, weights: Sequence[int], times: Sequence[int]) -> list[int]:
        """The amounts of the rows of a month in a block."""
        if month not in self.totals:
            near = min(self.totals, key=lambda known: (abs(known - month), known))
            whole, total = self._at(self.sums.weights, -1, near), self.totals[near]
            return [max(weight * total // (whole * often), 1) for weight, often in zip(weights, times, strict=True)]
        total = self._upto(block + 1, month) - self._upto(block, month)
        return _amounts(total, weights, times, self._least(month))

    def _upto(self, block: int, month: int) -> int:
        """What the rows before a block have of a month's sum."""
        weights, times, least = self.sums.weights, self.sums.times, self._least(month)
        spare = self.totals[month] - least * self._at(times, -1, month)
        part = self._at(weights, block, month) * spare // self._at(weights, -1, month)
        return part + least * self._at(times, block, month)

    def _least(self, month: int) -> int:
        """The least amount: a unit, if the sum has as many."""
        return int(self.totals[month] >= self._at(self.sums.times, -1, month))

    def _at(self, sums: Index, block: int, month: int) -> int:
        return int(sums[block, month - self.sums.first])


def _amounts(total: int, weights: Sequence[int], times: Sequence[int], least: int) -> list[int]:
    """Amounts in proportion to the weights that, each counted so many times, sum up to the total."""
    whole, spare = sum(weights) or 1, total - least * sum(times)
    amounts, running, given = [], 0, 0
    for weight, often in zip(weights, times, strict=True):
        running += weight
        upto = running * spare // whole
        amounts.append((upto - given) // often + least)
        given = upto
    left = total - sum(amount * often for amount, often in zip(amounts, times, strict=True))
    if left and 1 in times:
        amounts[times.index(1)] += left
    elif left > 0:
        _add(amounts, times, left)
    return amounts


def _add(amounts: list[int], times: Sequence[int], left: int) -> None:
    """Add what is left to amounts that count no more often than it has units, as far as that goes."""
    for at, often in enumerate(times):
        if often <= left:
            amounts[at] += 1
            left -= often


def _stated(source: Source, sums: Sums, stated: Mapping[str, Any], *, where_rows: bool) -> Months:
    totals = {}
    for name, amount in stated.items():
        month = _month(name.partition("..")[0])
        there = 0 <= month - sums.first < sums.weights.shape[1] and sums.weights[-1, month - sums.first]
        if not (there or where_rows) and source.site.amount(amount):
            raise source.site.error(
                f"its sum in {name} is to be {amount}, and none of {source.site.rows:,} rows lies there: ask for more"
            )
        if there:
            totals[month] = source.site.amount(amount)
    return Months(totals, sums)


def _grown(sums: Sums, growth: Mapping[str, Any]) -> Months:
    """Each month that has rows gets its part of what all have together."""
    there = np.flatnonzero(sums.weights[-1])
    levels = [power_of(growth, int(number - there[0])) for number in there]
    whole, total = sum(levels, Fraction(0)), int(sums.weights[-1].sum())
    totals, running, given = {}, Fraction(0), 0
    for number, level in zip(there.tolist(), levels, strict=True):
        running += level
        upto = round(total * running / whole)
        totals[sums.first + number] = upto - given
        given = upto
    return Months(totals, sums)
