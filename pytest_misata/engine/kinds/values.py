"""Kinds that take their values from a list: numbers in sequence, stated values, weighted choices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from string import ascii_uppercase
from typing import Any

import numpy as np

from pytest_misata.engine.cells import Cells, encode, text_cells
from pytest_misata.engine.draws.hashing import below, chance, draw
from pytest_misata.engine.draws.quantiles import Categories, integer_weights
from pytest_misata.engine.draws.quantiles import exact as as_written
from pytest_misata.engine.draws.shares import Shares
from pytest_misata.engine.frame import Frame, Index
from pytest_misata.engine.keys.siblings import siblings
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.errors import CapacityError


@kind("serial")
def serial(site: Site, *, start: int = 1, step: int = 1) -> Maker:
    """The numbers from `start`, one after another, or each `step` more than the one before it."""

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, frame.rows * step + start)

    return make


@kind("room_number")
def room_number(site: Site, *, per_floor: int = 20, among: str = "table") -> Maker:
    """The rooms of a building, floor by floor: 101 to 120, then 201 and so on.

    With `among` "siblings" each owner has a building of its own.
    """
    if not 0 < per_floor < 100:
        raise site.error(f"per_floor: a number from 1 to 99, not {per_floor}")

    def make(frame: Frame) -> Cells:
        number = number_among_siblings(frame) if among == "siblings" else frame.rows
        floor, door = np.divmod(number, per_floor)
        rooms = (floor + 1) * 100 + door + 1
        return (
            text_cells(site.column.type, [*map(str, rooms.tolist())])
            if site.column.type.is_text
            else Cells(site.column.type, rooms)
        )

    return make


@kind("seat")
def seat(site: Site, *, part: str = "seat", width: int = 6, by_letter: bool = True) -> Maker:
    """The places of a room among the children of an owner, row by row of `width`: a `row`, its `number` there, or both
    as one `seat`.

    With `by_letter` rows are lettered and places numbered, but a seat is one of a numbered row (`12A`).
    """
    if part not in {"row", "number", "seat"} or not 0 < width <= len(ascii_uppercase):
        raise site.error(f"part is row, number or seat, and width a number from 1 to {len(ascii_uppercase)}")

    def make(frame: Frame) -> Cells:
        row, place = np.divmod(number_among_siblings(frame), width)
        if not site.column.type.is_text:
            return Cells(site.column.type, ((place if part == "number" else row) + 1) * site.units)
        if part == "seat":
            texts = [
                f"{at + 1}{ascii_uppercase[number]}" for at, number in zip(row.tolist(), place.tolist(), strict=True)
            ]
        elif part == "row" and by_letter:
            texts = [_lettered(at) for at in row.tolist()]
        else:
            texts = [str(number + 1) for number in (place if part == "number" else row).tolist()]
        return text_cells(site.column.type, texts)

    return make


def _lettered(number: int) -> str:
    """A to Z, then AA, AB and so on."""
    lap, at = divmod(number, len(ascii_uppercase))
    return (_lettered(lap - 1) if lap else "") + ascii_uppercase[at]


@kind("listed")
def listed(site: Site, *, values: Sequence[Any]) -> Maker:
    """The values of a list in its order, from the beginning again after the last."""
    stated = encode(site.column.type, values)

    def make(frame: Frame) -> Cells:
        return stated.take(frame.rows % len(stated))

    return make


@kind("turn")
def turn(site: Site, *, size: int, times: int = 1) -> Maker:
    """The numbers from 1 to `size` one after another among the children of an owner, each `times` in a row."""

    def make(frame: Frame) -> Cells:
        place = frame.place
        number = frame.rows if place is None else place.number
        return Cells(site.column.type, (number // times % size + 1) * site.units)

    return make


@kind("position")
def position(site: Site, *, start: int = 1) -> Maker:
    """The row's number among the children of its owner, from `start`; its number in the table where it has none."""

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, number_among_siblings(frame) + start)

    return make


def number_among_siblings(frame: Frame) -> Index:
    """The number of each row among the children of its owner, from 0; in the table where it has none."""
    if frame.place is not None:
        return frame.place.number
    others = siblings(frame.world, frame.table)
    return frame.rows if others is None else others.number(frame.rows)


@kind("constant")
def constant(site: Site, *, value: Any) -> Maker:
    """The same value in every row."""
    return listed(site, values=[value])


@kind("choice")
def choice(
    site: Site,
    *,
    values: Sequence[Any],
    weights: Sequence[Any] | None = None,
    distinct: bool | str = False,
    exact: bool = False,
    stated: Sequence[Any] = (),
) -> Maker:
    """One of the values, by weight; all alike often without weights.

    With `distinct` the children of one owner get different values, without regard to weights, and all rows do where
    there is no owner, or with `distinct="table"`; with `distinct="again"` children beyond the last value begin anew.
    With `exact` the weights are shares of the table's rows that are met to the nearest row: those of the `stated`
    values before those of the others.
    """
    every = encode(site.column.type, values)
    if distinct:
        return _distinct(site, every, whole_table=distinct == "table", again=distinct == "again")
    if exact:
        first = [at for at, value in enumerate(values) if value in stated]
        return _in_shares(site, every, weights or [1] * len(values), first=first)
    categories = _categories(site, values, weights or [1] * len(values))

    def make(frame: Frame) -> Cells:
        return every.take(categories(site.draw(frame, "pick")))

    return make


def _in_shares(site: Site, every: Cells, weights: Sequence[Any], *, first: Sequence[int] = ()) -> Maker:
    """The values in their shares; those at the places `first` are parted from the others to begin with."""
    if len(every) != len(weights):
        raise site.error(f"{len(every)} values and {len(weights)} weights")
    others = [at for at in range(len(weights)) if at not in first]
    order, groups = np.array([*first, *others]), [[1] * len(first) + [len(others)]] if first and others else []
    shares, key = Shares(integer_weights([weights[at] for at in order]), groups=groups), site.key("pick")

    def make(frame: Frame) -> Cells:
        return every.take(order[shares(key, frame.rows, site.rows)])

    return make


def _distinct(site: Site, stated: Cells, *, whole_table: bool, again: bool) -> Maker:
    """Every owner begins at a place of its own in the list of values, and goes on from there."""

    def make(frame: Frame) -> Cells:
        place = None if whole_table else frame.place
        number = frame.rows if place is None else place.number
        if not again and len(number) and int(number.max()) >= len(stated):
            raise CapacityError(
                site.table.key,
                site.column.name,
                capacity=len(stated),
                rows=int(number.max()) + 1,
                advice="ask for fewer rows" if place is None else "ask for fewer rows for each parent",
            )
        start = 0 if place is None else below(draw(site.key("start"), place.parent), len(stated))
        return stated.take((number + start) % len(stated))

    return make


def _categories(site: Site, values: Sequence[Any], weights: Sequence[Any]) -> Categories:
    if len(values) != len(weights):
        raise site.error(f"{len(values)} values and {len(weights)} weights")
    return _drawn_by(tuple(integer_weights(weights)))


@lru_cache(maxsize=512)
def _drawn_by(weights: tuple[int, ...]) -> Categories:
    return Categories(weights)


@kind("flag")
def flag(site: Site, *, rate: Any, exact: bool = False) -> Maker:
    """True in a share `rate` (0 to 1) of the rows; with `exact` to the nearest row."""
    share = as_written(rate)
    if not 0 <= share <= 1:
        raise site.error(f"a rate lies between 0 and 1, not {rate}")
    if exact:
        return _in_shares(site, encode(site.column.type, [True, False]), [share, 1 - share])

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, chance(site.draw(frame, "pick"), share.numerator, share.denominator))

    return make
