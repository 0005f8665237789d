"""Kinds that take their values from a list: numbers in sequence, stated values, weighted choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import chance
from pytest_misata.engine.kinds.registry import Maker, Site, kind
from pytest_misata.engine.quantiles import Categories, exact, integer_weights


@kind("serial")
def serial(site: Site, *, start: int = 1) -> Maker:
    """The numbers from `start`, one after another."""

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, frame.rows + start)

    return make


@kind("listed")
def listed(site: Site, *, values: Sequence[Any]) -> Maker:
    """The values of a list in its order, from the beginning again after the last."""
    stated = encode(site.column.type, values)

    def make(frame: Frame) -> Cells:
        return stated.take(frame.rows % len(stated))

    return make


@kind("constant")
def constant(site: Site, *, value: Any) -> Maker:
    """The same value in every row."""
    return listed(site, values=[value])


@kind("choice")
def choice(site: Site, *, values: Sequence[Any], weights: Sequence[Any] | None = None) -> Maker:
    """One of the values, by weight; all alike often without weights."""
    stated = encode(site.column.type, values)
    categories = _categories(site, values, weights or [1] * len(values))

    def make(frame: Frame) -> Cells:
        return stated.take(categories(site.draw(frame, "pick")))

    return make


def _categories(site: Site, values: Sequence[Any], weights: Sequence[Any]) -> Categories:
    if len(values) != len(weights):
        raise site.error(f"{len(values)} values and {len(weights)} weights")
    return Categories(integer_weights(weights))


@kind("flag")
def flag(site: Site, *, rate: Any) -> Maker:
    """True in a share `rate` (0 to 1) of the rows."""
    share = exact(rate)
    if not 0 <= share <= 1:
        raise site.error(f"a rate lies between 0 and 1, not {rate}")

    def make(frame: Frame) -> Cells:
        return Cells(site.column.type, chance(site.draw(frame, "pick"), share.numerator, share.denominator))

    return make
