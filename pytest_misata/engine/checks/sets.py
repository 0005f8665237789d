"""The values a column may have: intervals of kept integers, lists and languages of texts, and NULL or not."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.contents import Shape
from pytest_misata.engine.checks.languages import EVERY_TEXT, Language, listed
from pytest_misata.engine.checks.numbers import Bool, Numbers


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a list, or else of a language."""

    language: Language = EVERY_TEXT
    words: tuple[Any, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.words) if self.words is not None else self.language.shortest is not None

    def __contains__(self, text: object) -> bool:
        if self.words is not None:
            return text in self.words
        return _as_text(text) in self.language

    def __and__(self, other: Texts) -> Texts:
        if self.words is not None:
            return Texts(words=tuple(word for word in self.words if word in other))
        if other.words is not None:
            return Texts(words=tuple(word for word in other.words if word in self))
        return Texts(self.language & other.language)

    def __or__(self, other: Texts) -> Texts:
        if self.words is not None and other.words is not None:
            return Texts(words=tuple(dict.fromkeys((*self.words, *other.words))))
        return Texts(self._as_language() | other._as_language())

    def _as_language(self) -> Language:
        return self.language if self.words is None else listed(map(_as_text, self.words))


def _as_text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


@dataclass(frozen=True, slots=True)
class Anything:
    """Values of a type that no CHECK is followed into: all of them, or none."""

    some: bool = True
    shapes: tuple[Shape, ...] = ()
    """What documents and arrays have to be like."""

    def __bool__(self) -> bool:
        return self.some

    def __and__(self, other: Anything) -> Anything:
        return Anything(self.some and other.some, tuple(dict.fromkeys((*self.shapes, *other.shapes))))

    def __or__(self, other: Anything) -> Anything:
        if not (self.some and other.some):
            return self if self.some else other
        return self if self.shapes and other.shapes else Anything()


Values = Numbers | Texts | Anything


@dataclass(frozen=True, slots=True)
class Domain:
    """What a column may hold: NULL or not, and which values where it does not."""

    null: bool
    values: Values

    def __bool__(self) -> bool:
        return self.null or bool(self.values)

    def __and__(self, other: Domain) -> Domain:
        return Domain(self.null and other.null, self.values & other.values)  # type: ignore[operator]

    def __or__(self, other: Domain) -> Domain:
        return Domain(self.null or other.null, self.values | other.values)  # type: ignore[operator]

    def holds(self, cells: Cells) -> Bool:
        """Where a cell is one of these."""
        null = np.zeros(len(cells), dtype=np.bool_) if cells.null is None else cells.null
        result: Bool = np.where(null, self.null, members(cells, self.values))
        return result


def listed_size(values: Values) -> float:
    """How many values there are, where they are numbers or listed; infinity elsewhere."""
    if isinstance(values, Numbers):
        return inf if values.size is None else values.size
    return inf if isinstance(values, Anything) or values.words is None else len(values.words)


def members(cells: Cells, values: Values) -> Bool:
    """Where a cell's value is one of these, NULL or not."""
    if isinstance(values, Numbers):
        return values.holds(cells.data.astype(np.int64, copy=False))
    if isinstance(values, Anything):
        if values.some and values.shapes:
            return each(cells, lambda text: all(shape.fits(text) for shape in values.shapes))
        return np.full(len(cells), values.some, dtype=np.bool_)
    return each(cells, lambda text: text in values)


def each(cells: Cells, test: Any) -> Bool:
    """Where a test holds of a text; each distinct one of a vocabulary is tested once. None never passes."""
    texts = cells.data if cells.vocabulary is None else cells.vocabulary
    found: Bool = np.array([text is not None and test(text) for text in texts.tolist()], dtype=np.bool_)
    return found if cells.vocabulary is None else found[cells.data]
