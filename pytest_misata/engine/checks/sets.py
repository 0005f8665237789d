"""The values a column may have: intervals of kept integers, lists and languages of texts, and NULL or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.languages import EVERY_TEXT, Language, listed
from pytest_misata.schema.predicates import TURNED

Bool = NDArray[np.bool_]
Index = NDArray[np.int64]
Span = tuple[int | None, int | None]
"""The least and the greatest value, None where there is none."""


class NoSet(Exception):
    """Values that none of the kinds of set can tell."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Integers in some intervals, apart and in order; those that leave `offset` when divided by `step`."""

    spans: tuple[Span, ...] = ((None, None),)
    step: int = 1
    offset: int = 0

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __and__(self, other: Numbers) -> Numbers:
        spans = [_meet(a, b) for a in self.spans for b in other.spans]
        stepped = self if self.step > 1 else other
        if self.step > 1 and other.step > 1 and (self.step, self.offset) != (other.step, other.offset):
            raise NoSet
        return replace(stepped, spans=tuple(span for span in spans if span is not None))

    def __or__(self, other: Numbers) -> Numbers:
        if not self or not other:
            return self or other
        if (self.step, self.offset) != (other.step, other.offset):
            raise NoSet
        return replace(self, spans=_united([*self.spans, *other.spans]))

    def holds(self, values: Index) -> Bool:
        """Where a value is one of these."""
        found = np.zeros(len(values), dtype=np.bool_)
        for low, high in self.spans:
            inside = np.ones(len(values), dtype=np.bool_)
            if low is not None:
                inside &= values >= low
            if high is not None:
                inside &= values <= high
            found |= inside
        return found if self.step == 1 else found & (values % self.step == self.offset)

    @property
    def least(self) -> int | None:
        """The lower end of the first interval."""
        return self.spans[0][0]

    @property
    def greatest(self) -> int | None:
        """The upper end of the last interval."""
        return self.spans[-1][1]


def between(low: int | None, high: int | None) -> Numbers:
    """The integers from `low` to `high`."""
    return Numbers(((low, high),) if low is None or high is None or low <= high else ())


def points(values: list[int]) -> Numbers:
    """These integers."""
    return Numbers(_united([(value, value) for value in values]))


def solved(factor: int, constant: int, op: str) -> Numbers:
    """The x for which factor * x + constant stands in the relation to 0."""
    if factor < 0:
        factor, constant, op = -factor, -constant, TURNED[op]
    floor, rest = divmod(-constant, factor)
    if op in {"=", "<>"}:
        equal = between(floor, floor) if not rest else Numbers(())
        return equal if op == "=" else between(None, floor if rest else floor - 1) | between(floor + 1, None)
    if op in {"<", "<="}:
        return between(None, floor - 1 if op == "<" and not rest else floor)
    return between(floor + 1 if op == ">" or rest else floor, None)


def _meet(a: Span, b: Span) -> Span | None:
    low = b[0] if a[0] is None else a[0] if b[0] is None else max(a[0], b[0])
    high = b[1] if a[1] is None else a[1] if b[1] is None else min(a[1], b[1])
    return (low, high) if low is None or high is None or low <= high else None


def _united(spans: list[Span]) -> tuple[Span, ...]:
    ordered = sorted(spans, key=lambda span: (span[0] is not None, span[0] or 0))
    result: list[Span] = []
    for low, high in ordered:
        if result and (result[-1][1] is None or low is None or low <= result[-1][1] + 1):
            first, last = result[-1]
            result[-1] = (first, None if last is None or high is None else max(last, high))
        else:
            result.append((low, high))
    return tuple(result)


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

    def __bool__(self) -> bool:
        return self.some

    def __and__(self, other: Anything) -> Anything:
        return Anything(self.some and other.some)

    def __or__(self, other: Anything) -> Anything:
        return Anything(self.some or other.some)


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


def members(cells: Cells, values: Values) -> Bool:
    """Where a cell's value is one of these, NULL or not."""
    if isinstance(values, Numbers):
        return values.holds(cells.data.astype(np.int64, copy=False))
    if isinstance(values, Anything):
        return np.full(len(cells), values.some, dtype=np.bool_)
    return each(cells, lambda text: text in values)


def each(cells: Cells, test: Any) -> Bool:
    """Where a test holds of a text; each distinct one of a vocabulary is tested once. None never passes."""
    texts = cells.data if cells.vocabulary is None else cells.vocabulary
    found: Bool = np.array([text is not None and test(text) for text in texts.tolist()], dtype=np.bool_)
    return found if cells.vocabulary is None else found[cells.data]
