"""One column of the values that its CHECKs leave it: its usual values where they are right, others elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.contents import LENGTHS
from pytest_misata.engine.checks.grafting import at_host, grafting, is_named, long_enough
from pytest_misata.engine.checks.numbers import Bool, Numbered, Numbers, between
from pytest_misata.engine.checks.sets import Anything, Domain, Texts, Values, members
from pytest_misata.engine.checks.setting import AMOUNTS, Setting, limits
from pytest_misata.engine.checks.spare import each_once, listed_words, spare, text_of, unique
from pytest_misata.engine.checks.windows import window
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.groups import plain
from pytest_misata.engine.kinds.registry import Maker, Site, compile_column
from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.meanings.lookup import choice_of
from pytest_misata.engine.meanings.settled import settled_values
from pytest_misata.engine.pins import replace
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Generator
from pytest_misata.schema.uniqueness import carried_by

Index = NDArray[np.int64]

_IN_HISTORY = frozenset({"moment", "distinct_moment"})
"""Kinds of moment that lie in the time up to the reference date, whatever the row."""
_FEW = 24
"""Numbers that are listed are drawn alike often where there are no more."""
_FAR = 3
"""Bounds so many times above the median, or below it, leave an amount too little of what is usual."""
_SAMPLE = 4
"""Rows that tell whether unique texts of the column's own kind meet its CHECKs."""


def within(site: Site, domain: Domain, setting: Setting, usual: Maker | None = None) -> Maker:
    """The column, with values of its domain only: the usual ones as far as they are of it.

    `usual` is what it would be without CHECKs, where that is known.
    """
    if not domain.values:
        return lambda frame: encode(site.column.type, [None] * len(frame))
    scope = carried_by(site.table, site.column)
    if scope is not None:
        base = _unique(site, domain.values, setting, among_siblings=scope == "siblings")
    else:
        base = usual or _usual(site, domain.values)
    other = spare(site, domain.values, setting) if scope is None or isinstance(domain.values, Texts) else None
    named = scope is None and is_named(generator_for(site.table, site.column))
    whole = grafting(domain.values, site.column.type.length) if named else None
    drawn = _usual(site, domain.values) if usual is not None and scope is None else None
    negative = scope is None and site.column.type.kind in AMOUNTS and _is_negative(domain.values)

    def make(frame: Frame) -> Cells:
        cells = base(frame)
        cells = Cells(cells.type, cells.data, cells.vocabulary, cells.null if domain.null else None)
        cells = _below_zero(cells) if negative else cells
        wrong = _wrong(cells, members(cells, domain.values))
        if len(wrong) and drawn is not None:
            cells = replace(cells, wrong, _without_null(drawn(frame)).take(wrong))
        wrong = _wrong(cells, members(cells, domain.values))
        if len(wrong) and whole is not None:
            cells = replace(cells, wrong, text_of(site, whole(plain(cells.take(wrong)))))
            wrong = wrong[_wrong(taken := cells.take(wrong), members(taken, domain.values))]
        if len(wrong) and isinstance(domain.values, Anything):
            return replace(cells, wrong, _mended(cells.take(wrong), domain.values))
        return cells if not len(wrong) or other is None else replace(cells, wrong, other(frame, wrong))

    return make


def _is_negative(values: Values) -> bool:
    return isinstance(values, Numbers) and values.greatest is not None and values.greatest <= 0


def _below_zero(cells: Cells) -> Cells:
    """Numbers as far below zero as they usually are above it."""
    return Cells(cells.type, -np.abs(cells.data), None, cells.null)


def _without_null(cells: Cells) -> Cells:
    return Cells(cells.type, cells.data, cells.vocabulary)


def _mended(cells: Cells, values: Anything) -> Cells:
    """Documents and arrays brought into shape."""
    texts = plain(cells).copy()
    for shape in sorted(values.shapes, key=lambda shape: shape.place):
        texts[:] = [text if shape.fits(text) else shape.mended(text) for text in texts.tolist()]
    return Cells(cells.type, texts)


def _wrong(cells: Cells, right: Bool) -> Index:
    return np.flatnonzero(~right if cells.null is None else ~right & ~cells.null)


def _usual(site: Site, values: Values) -> Maker:
    """What the column's meaning gives, drawn from the right part of it where its kind can be told to."""
    generator = generator_for(site.table, site.column)
    try:
        return compile_column(site.world, site.table, site.column, generator=_narrowed(site, generator, values))
    except GenerationError:
        return compile_column(site.world, site.table, site.column, generator=generator)


def _unique(site: Site, values: Values, setting: Setting, *, among_siblings: bool) -> Maker:
    if isinstance(values, Anything):
        return _usual(site, values)
    if isinstance(values, Texts):
        words = listed_words(site, values)
        if words is not None and among_siblings:
            generator = Generator("choice", {"values": words, "distinct": "siblings"})
            return compile_column(site.world, site.table, site.column, generator=generator)
        if words is not None:
            return each_once(site, words)
        addressed = at_host(generator_for(site.table, site.column), values)
        base = compile_column(site.world, site.table, site.column, generator=addressed)
        return _with_spares(site, values, setting, base, among_siblings=among_siblings)
    usual = _told_apart(site, values, setting)
    if usual is not None:
        return compile_column(site.world, site.table, site.column, generator=usual)
    return unique(site, values, setting, among_siblings=among_siblings)


def _told_apart(site: Site, values: Numbers, setting: Setting) -> Generator | None:
    """How moments and numbers usually differ from row to row, where all that gives is among the values."""
    generator = generator_for(site.table, site.column)
    if generator.kind in _IN_HISTORY:
        usual = between(*window(setting, site.column.name))
        return generator if values & usual == usual else None
    if generator.kind != "distinct_number" or len(values.pieces) != 1 or values.step > 1:
        return None
    options = dict(generator.options)
    low, high = options.get("low", 1), options["high"]
    low = low if values.least is None else max(low, values.least)
    high = high if values.greatest is None else min(high, values.greatest)
    return Generator(generator.kind, {**options, "low": low, "high": high}) if high - low >= site.rows else None


def _with_spares(site: Site, values: Texts, setting: Setting, base: Maker, *, among_siblings: bool) -> Maker:
    """Unique texts, and in the few places where one is not right, one of another look that is unique too.

    Where already the first rows are not right, all are of that look.
    """
    others = unique(site, values, setting, among_siblings=among_siblings)

    def fits() -> bool:
        first = Frame(site.world, site.table, np.arange(min(_SAMPLE, site.rows), dtype=np.int64))
        return not len(_wrong(cells := base(first), members(cells, values)))

    def make(frame: Frame) -> Cells:
        if not site.world.keep(f"usual texts fit {site.where}", fits):
            return others(frame)
        cells = base(frame)
        wrong = _wrong(cells, members(cells, values))
        return replace(cells, wrong, others(frame).take(wrong)) if len(wrong) else cells

    return make


def _narrowed(site: Site, generator: Generator, values: Values) -> Generator:
    options = dict(generator.options)
    if isinstance(values, Texts):
        words = listed_words(site, values)
        if words is not None and generator.kind == "ending" and {*generator.options["values"].values()} <= {*words}:
            return generator
        if words is not None and generator.kind == "settled" and {*settled_values(generator)} <= {*words}:
            return generator
        kept = {name: option for name, option in options.items() if name in {"when", "sure", "null_rate"}}
        if words is None:
            return long_enough(at_host(generator, values), values)
        chosen = choice_of(site.table, site.column, words)
        kept = {**options, **kept} if chosen.kind == generator.kind in {"gender", "title"} else kept
        return Generator(chosen.kind, {**kept, **chosen.options})
    if isinstance(values, Anything):
        return _so_long(generator, values)
    listed = _listed(site, values) if generator.kind in {"choice", *_LIMITS} else []
    if listed and not _has_all(site, generator, listed):
        kept = {name: option for name, option in options.items() if name in {"when", "sure", "null_rate"}}
        return Generator("choice", {**kept, "values": listed})
    if generator.kind == "choice":
        return _fewer(site, generator, values)
    low, high = _LIMITS.get(generator.kind, (None, None))
    if low is None or high is None:
        return generator
    least, most = limits(site.column.type)
    for name, bound, natural, pick in ((low, values.least, least, max), (high, values.greatest, most, min)):
        if bound is not None and bound != natural:
            stated = options.get(name)
            value = Fraction(bound, site.units)
            options[name] = value if stated is None else pick(value, Fraction(str(stated)))
    if generator.kind == "lognormal":
        options["median"] = _median_within(options)
    return Generator(generator.kind, options)


def _median_within(options: Mapping[str, Any]) -> Any:
    """The median, or where bounds lie far from it, one amid these: `budget BETWEEN 10000 AND 5000000`."""
    low, high = (None if options.get(name) is None else exact(options[name]) for name in _LIMITS["lognormal"])
    median = exact(options["median"])
    if low is not None and low > _FAR * median:
        return _FAR * low if high is None else Fraction(isqrt(int(low * high)))
    if high is not None and 0 < high * _FAR < median:
        return high / _FAR if low is None or low <= 0 else Fraction(isqrt(int(low * high)))
    return options["median"]


def _listed(site: Site, values: Numbers) -> list[Decimal]:
    """The numbers, where they are few and no range: `IN (60, 300, 3600)`."""
    if len(values.pieces) < 2 or values.least is None or values.greatest is None:
        return []
    numbered = Numbered(values)
    if numbered.size > _FEW:
        return []
    return [Decimal(value) / site.units for value in numbered.at(np.arange(numbered.size)).tolist()]


def _has_all(site: Site, generator: Generator, listed: list[Decimal]) -> bool:
    """Whether a choice is one among all these numbers, and others."""
    if generator.kind != "choice":
        return False
    known, asked = (encode(site.column.type, each).data.tolist() for each in (generator.options["values"], listed))
    return {*asked} <= {*known}


def _so_long(generator: Generator, values: Anything) -> Generator:
    """Arrays of as many elements as are allowed."""
    sizes = [shape.asked for shape in values.shapes if shape.kind == "elements"]
    if generator.kind != "array" or not sizes:
        return generator
    allowed = reduce(lambda a, b: a & b, sizes)
    usual = generator.options.get("lengths", LENGTHS)
    weights = [weight if allowed.holds(np.array([size]))[0] else 0 for size, weight in enumerate(usual)]
    if not any(weights) and allowed:
        weights = [0] * (allowed.least or 0) + [1]
    return Generator("array", {**generator.options, "lengths": weights})


_LIMITS = {
    "lognormal": ("minimum", "maximum"),
    "exponential": ("minimum", "maximum"),
    "normal": ("low", "high"),
    "uniform": ("low", "high"),
}


def _fewer(site: Site, generator: Generator, values: Numbers) -> Generator:
    """A choice among those of its values that are right."""
    options = dict(generator.options)
    right = values.holds(encode(site.column.type, options["values"]).data.astype(np.int64)).tolist()
    if not any(right):
        return generator
    for name in ("values", "weights"):
        if options.get(name):
            options[name] = [value for value, kept in zip(options[name], right, strict=True) if kept]
    return Generator(generator.kind, options)
