"""Values that are right in any case: what stands in where a column's usual value does not meet its CHECKs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.languages import found, sized
from pytest_misata.engine.checks.numbers import Chained, Numbered, Numbers, between
from pytest_misata.engine.checks.pacing import PACED, each_of_its_own, paced
from pytest_misata.engine.checks.sets import Texts, Values
from pytest_misata.engine.checks.setting import MOMENTS, Setting, units
from pytest_misata.engine.checks.windows import near, window
from pytest_misata.engine.checks.words import Words
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site
from pytest_misata.engine.meaning import generator_for
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Generator

Index = NDArray[np.int64]
Spare = Callable[[Frame, Index], Cells]
"""Values for the rows of a frame at some positions."""

_FEW = 500
DRAW = "check"
_DIGITS = str.maketrans("", "", "#0123456789")
_NUMERALS = frozenset({"card", "ean"})
"""Forms of numbers with a check digit that are written in digits alone."""


def spare(site: Site, values: Values, setting: Setting) -> Spare:
    """Any of the values, alike often, near to where the column's values usually lie."""
    if isinstance(values, Numbers):
        return _number(site, values, setting)
    if isinstance(values, Texts):
        words = listed_words(site, values)
        return _word(site, words) if words is not None else _text(site, values)
    return lambda _frame, at: _of(site, np.zeros(len(at), dtype=np.int64))


def _number(site: Site, values: Numbers, setting: Setting) -> Spare:
    close = near(values, window(setting, site.column.name))
    if close.least is not None and site.column.type.kind not in MOMENTS:
        reach = max(100 * units(site.column.type), abs(close.least))
        close = close & between(close.least, close.least + max(reach, 2 * values.step))
    numbered = (paced(close, site.rows) if site.column.type.kind in PACED else None) or Numbered(close)
    if not numbered.size:
        numbered = Numbered(values)
    if not numbered.size:
        raise contradiction(site)

    def make(frame: Frame, at: Index) -> Cells:
        return _of(site, numbered.at(below(site.draw(frame, DRAW)[at], numbered.size)))

    return make


def _word(site: Site, words: tuple[str, ...]) -> Spare:
    stated = encode(site.column.type, words)

    def make(frame: Frame, at: Index) -> Cells:
        return stated.take(below(site.draw(frame, DRAW)[at], len(stated)))

    return make


def _text(site: Site, values: Texts) -> Spare:
    shortest, longest = values.language.shortest, site.column.type.length
    if shortest is None or (longest is not None and shortest > longest):
        raise contradiction(site)
    # Most columns need none, and to count all texts of a language takes time.
    words = cache(lambda: words_of(site, values, figures=True))

    def make(frame: Frame, at: Index) -> Cells:
        return text_of(site, words().render(below(site.draw(frame, DRAW)[at], words().size)))

    return make


_RANDOM_UUIDS = found("^.{14}4")


def listed_words(site: Site, values: Texts) -> tuple[str, ...] | None:
    """The texts, where they are a list or so few that they can be listed."""
    if values.words is not None:
        fitting = tuple(word for word in values.words if _fits(site, word))
        if not fitting:
            raise contradiction(site)
        return fitting
    few = values.language.few(_FEW)
    return tuple(word for word in few if _fits(site, word)) if few else None


def _fits(site: Site, word: str) -> bool:
    length = site.column.type.length
    return length is None or len(word) <= length


def words_of(site: Site, values: Texts, *, figures: bool = False) -> Words:
    """The texts of a language that fit the column, by number; with `figures` digits are followed by digits."""
    longest = site.column.type.length
    language = values.language
    if (language.shortest or 0) == 0:
        # Nobody is helped by an empty text where another one is right too.
        fuller = language & sized(1, longest)
        language = language if fuller.shortest is None else fuller
    if site.column.type.kind == "uuid":
        drawn = language & _RANDOM_UUIDS
        language = language if drawn.shortest is None else drawn
    if site.column.type.fixed and longest:
        # What is shorter is filled up with blanks, which patterns see.
        full = language & sized(longest, longest)
        language = language if full.shortest is None else full
    if _is_of_digits(generator_for(site.table, site.column)):
        numerals = language & found("^[0-9]+$")
        language = language if numerals.shortest is None else numerals
    words = Words(language, longest, figures=figures)
    if not words.size:
        raise contradiction(site)
    return words


def _is_of_digits(usual: Generator) -> bool:
    pattern = str(usual.options.get("pattern", ""))
    coded = usual.kind == "code" and bool(pattern) and not pattern.translate(_DIGITS)
    return coded or (usual.kind == "checked_number" and usual.options.get("form") in _NUMERALS)


def contradiction(site: Site) -> SchemaError:
    """No value meets the checks on a column and fits its type."""
    names = [
        check.name or f"({check.shown})" for check in site.table.checks if site.column.name.lower() in check.sql.lower()
    ]
    return SchemaError(
        f"{site.where}: no value that fits the column meets CHECK {', '.join(names)}; change the constraint"
    )


def _of(site: Site, values: Index) -> Cells:
    type_ = site.column.type
    return Cells(type_, values.astype(np.bool_) if type_.kind == "boolean" else values)


def text_of(site: Site, texts: NDArray[np.object_]) -> Cells:
    """Cells of texts, or of their bytes in a binary column."""
    if site.column.type.kind == "binary":
        raw = np.empty(len(texts), dtype=object)
        raw[:] = [text.encode("latin-1") for text in texts]
        return Cells(site.column.type, raw)
    return Cells(site.column.type, texts)


def each_once(site: Site, words: tuple[str, ...]) -> Maker:
    """Each of some words in one row at the most."""
    site.require(len(words), "widen its CHECK")
    stated, order = encode(site.column.type, words), permutation(site.key(DRAW), len(words))
    return lambda frame: stated.take(order.forward(frame.rows))


def unique(site: Site, values: Values, setting: Setting, *, among_siblings: bool) -> Maker:
    """Values of the set that differ from row to row, or among the children of one owner."""
    moments = (
        each_of_its_own(site, values, setting, among_siblings=among_siblings) if isinstance(values, Numbers) else None
    )
    if moments is not None:
        return moments
    size, nth = in_turn(site, values, setting)
    number = _numbers(site, size, among_siblings=among_siblings)
    return lambda frame: nth(number(frame))


def in_turn(site: Site, values: Values, setting: Setting) -> tuple[int, Callable[[Index], Cells]]:
    """How many of the values there are, and those at some places of the order in which unique ones are given out."""
    if isinstance(values, Numbers):
        numbered = _counted(site, values, setting)
        return numbered.size, lambda places: _of(site, numbered.at(places))
    assert isinstance(values, Texts)
    listed = listed_words(site, values)
    if listed is not None:
        return len(listed), encode(site.column.type, listed).take
    words = words_of(site, values)
    keyed = permutation(site.key(DRAW), words.size)
    return words.size, lambda places: text_of(site, words.render(keyed.forward(places)))


def _counted(site: Site, values: Numbers, setting: Setting) -> Numbered | Chained:
    """The order in which unique values are given out: numbers from 1 on where that may be, days back from today."""
    if site.column.type.kind in MOMENTS:
        today = window(setting, site.column.name)[1]
        past, future = values & between(None, today), values & between(today + 1, None)
        return Chained(Numbered(past, down=True), Numbered(future))
    above, below_one = values & between(1, None), values & between(None, 0)
    if not above or not below_one:
        return Numbered(values)
    return Chained(Numbered(above), Numbered(below_one, down=True))


def _numbers(site: Site, size: int, *, among_siblings: bool) -> Callable[[Frame], Index]:
    """Numbers below `size` that differ from row to row, or among the children of one owner. Raises CapacityError."""
    if not among_siblings:
        site.require(size, "widen its CHECK")

    def count(frame: Frame) -> Index:
        place = frame.place if among_siblings else None
        number = frame.rows if place is None else place.number
        if len(number) and int(number.max()) >= size:
            raise site.error(f"one parent has {int(number.max()) + 1:,} rows, and the CHECK allows {size:,} values")
        return number

    return count
