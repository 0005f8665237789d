"""The atoms of a CHECK: conditions on the kept values of a row, each with a test and the values that meet it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.checks.chains import Chain, plain_texts
from pytest_misata.engine.checks.contents import Shape
from pytest_misata.engine.checks.numbers import Bool, NoSet, Numbers, Piece, solved
from pytest_misata.engine.checks.sets import Anything, Texts, Values, each
from pytest_misata.schema.sql.predicates import OPERATORS

_WIDE = 2**62
_NEAR = 10_000

Monomial = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A sum of products of kept values, with integer factors, that stands in a relation to 0."""

    terms: tuple[tuple[Monomial, int], ...]
    op: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is about."""
        return tuple(dict.fromkeys(name for names, _ in self.terms for name in names))

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds, NULL or not."""
        wide = self._is_wide(cells)
        total: Any = 0
        for names, factor in self.terms:
            part: Any = factor
            for name in names:
                part = part * cells[name].data.astype(object if wide else np.int64)
            total = total + part
        found: Bool = np.asarray(OPERATORS[self.op](total, 0)).astype(np.bool_)
        return found

    def _is_wide(self, cells: Mapping[str, Cells]) -> bool:
        """Whether 64 bits are too few for some row."""
        most = {name: _most(cells[name].data) for name in self.columns}
        return sum(abs(factor) * _product(most[name] for name in names) for names, factor in self.terms) >= _WIDE

    @property
    def values(self) -> Numbers:
        """The numbers for which it holds, where it is about one column. Raises NoSet where it is not a plain one."""
        factors = dict(self.terms)
        name = self.columns[0]
        constant, factor = factors.pop((), 0), factors.pop((name,), 0)
        if factors:
            return self._scanned(name)
        if not factor:
            raise NoSet
        return solved(factor, constant, self.op)

    def _scanned(self, name: str) -> Numbers:
        """The numbers near zero for which a product of a column with itself is right."""
        if set(self.columns) != {name}:
            raise NoSet
        near = np.arange(-_NEAR, _NEAR + 1, dtype=object)
        total = sum(factor * near ** len(names) for names, factor in self.terms)
        right = np.asarray(OPERATORS[self.op](total, 0)).astype(np.int64)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], right, [0]]))) - _NEAR
        pieces = tuple(Piece(int(low), int(high) - 1) for low, high in zip(edges[::2], edges[1::2], strict=True))
        if not pieces:
            raise NoSet
        return Numbers(pieces)


def _most(data: NDArray[Any]) -> int:
    return max(abs(int(data.max())), abs(int(data.min())), 1) if len(data) else 1


def _product(values: Any) -> int:
    return reduce(lambda a, b: a * b, values, 1)


@dataclass(frozen=True, slots=True)
class OneText:
    """A column whose texts lie in a set; `allowed` may leave out some that pass, `passes` tells exactly."""

    column: str
    allowed: Texts
    passes: Callable[[Any], bool]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it is about."""
        return (self.column,)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        return each(cells[self.column], self.passes)

    @property
    def values(self) -> Values:
        """The texts to choose from."""
        return self.allowed


@dataclass(frozen=True, slots=True)
class Always:
    """What the type of a column sees to by itself."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it is about."""
        return (self.column,)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Everywhere."""
        return np.ones(len(cells[self.column]), dtype=np.bool_)

    @property
    def values(self) -> Values:
        """Every value."""
        return Anything()


@dataclass(frozen=True, slots=True)
class OneHolder:
    """A column of documents or arrays of some shape."""

    column: str
    shape: Shape

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it is about."""
        return (self.column,)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        return each(cells[self.column], self.shape.fits)

    @property
    def values(self) -> Values:
        """Those of the shape."""
        return Anything(shapes=(self.shape,))


@dataclass(frozen=True, slots=True)
class OneNumber:
    """A column whose kept integers lie in a set."""

    column: str
    values: Numbers

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it is about."""
        return (self.column,)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        return self.values.holds(cells[self.column].data.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of text that are the same, or are not."""

    left: str
    right: str
    same: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is about."""
        return (self.left, self.right)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        sides = [plain_texts(cells[name]) for name in self.columns]
        found: Bool = np.asarray(sides[0] == sides[1], dtype=np.bool_)
        return found if self.same else ~found


Atom = Polynomial | OneText | OneNumber | OneHolder | Pair | Chain | Always
