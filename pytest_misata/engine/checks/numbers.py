"""Sets of kept integers: intervals, and in each of them every number or those that leave some remainders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.schema.sql.predicates import TURNED

Bool = NDArray[np.bool_]
Index = NDArray[np.int64]
Span = tuple[int | None, int | None]
"""The least and the greatest value, None where there is none."""

LONGEST_STEP = 5040
"""Remainders are not told apart beyond this."""
_FIRST, _LAST = -(2**63), 2**63 - 1


class NoSet(Exception):
    """Values that none of the kinds of set can tell."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The numbers from `low` to `high` that leave one of `offsets` when divided by `step`; None is without end."""

    low: int | None = None
    high: int | None = None
    step: int = 1
    offsets: tuple[int, ...] = (0,)

    @property
    def size(self) -> int | None:
        """How many numbers these are; None without end."""
        if self.low is None or self.high is None:
            return None
        low, high = self.low, self.high
        return sum(max(0, (high - _first(low, self.step, offset)) // self.step + 1) for offset in self.offsets)

    def is_alike(self, other: Piece) -> bool:
        """Whether both take the same remainders."""
        return (self.step, self.offsets) == (other.step, other.offsets)


def _first(low: int, step: int, offset: int) -> int:
    """The first number from `low` on that leaves `offset`."""
    return low + (offset - low) % step


@dataclass(frozen=True, slots=True)
class Numbers:
    """Integers in some intervals, apart and in order."""

    pieces: tuple[Piece, ...] = field(default=(Piece(),))

    def __bool__(self) -> bool:
        return bool(self.pieces)

    def __and__(self, other: Numbers) -> Numbers:
        return _combined(self, other, both=True)

    def __or__(self, other: Numbers) -> Numbers:
        return _combined(self, other, both=False)

    def holds(self, values: Index) -> Bool:
        """Where a value is one of these."""
        if not self.pieces:
            return np.zeros(len(values), dtype=np.bool_)
        lows = np.array([_FIRST if piece.low is None else piece.low for piece in self.pieces], dtype=np.int64)
        highs = np.array([_LAST if piece.high is None else piece.high for piece in self.pieces], dtype=np.int64)
        at = np.maximum(np.searchsorted(lows, values, side="right") - 1, 0)
        found: Bool = (values >= lows[at]) & (values <= highs[at])
        for number, piece in enumerate(self.pieces):
            if piece.step > 1:
                found &= (at != number) | np.isin(values % piece.step, piece.offsets)
        return found

    @property
    def spans(self) -> tuple[Span, ...]:
        """The intervals, whatever the remainders."""
        return tuple((piece.low, piece.high) for piece in self.pieces)

    @property
    def least(self) -> int | None:
        """The lower end of the first interval."""
        return self.pieces[0].low

    @property
    def greatest(self) -> int | None:
        """The upper end of the last interval."""
        return self.pieces[-1].high

    @property
    def step(self) -> int:
        """The longest of the steps."""
        return max((piece.step for piece in self.pieces), default=1)

    @property
    def size(self) -> int | None:
        """How many numbers these are; None without end."""
        sizes = [piece.size for piece in self.pieces]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    def listed(self) -> Iterator[int]:
        """Each of the numbers, upwards. The set has both ends."""
        for piece in self.pieces:
            assert piece.low is not None
            assert piece.high is not None
            for start in range(piece.low - piece.low % piece.step, piece.high + 1, piece.step):
                yield from (start + o for o in piece.offsets if piece.low <= start + o <= piece.high)


def between(low: int | None, high: int | None, step: int = 1, offset: int = 0) -> Numbers:
    """The integers from `low` to `high`, of those the ones that leave `offset` when divided by `step`."""
    return Numbers(tuple(_some([Piece(low, high, step, (offset % step,))])))


def points(values: Iterable[int]) -> Numbers:
    """These integers."""
    return Numbers(tuple(_merged(Piece(value, value) for value in sorted(set(values)))))


NO_NUMBER = Numbers(())


def solved(factor: int, constant: int, op: str) -> Numbers:
    """The x for which factor * x + constant stands in the relation to 0."""
    if factor < 0:
        factor, constant, op = -factor, -constant, TURNED[op]
    floor, rest = divmod(-constant, factor)
    if op in {"=", "<>"}:
        equal = between(floor, floor) if not rest else NO_NUMBER
        return equal if op == "=" else between(None, floor if rest else floor - 1) | between(floor + 1, None)
    if op in {"<", "<="}:
        return between(None, floor - 1 if op == "<" and not rest else floor)
    return between(floor + 1 if op == ">" or rest else floor, None)


def _combined(one: Numbers, other: Numbers, *, both: bool) -> Numbers:
    """The numbers of both sets, or of either: between the ends of their intervals these are alike all along."""
    found = []
    left, right = _Walk(one), _Walk(other)
    for low, high in _between_ends(one, other):
        a, b = left.at(low), right.at(low)
        if a is not None and b is not None:
            found.append(Piece(low, high, *_remainders(a, b, both=both)))
        elif not both and (a or b):
            alone = a or b
            assert alone is not None
            found.append(Piece(low, high, alone.step, alone.offsets))
    return Numbers(tuple(_merged(_some(found))))


class _Walk:
    """The piece of a set that holds a place; places are asked for upwards."""

    def __init__(self, numbers: Numbers) -> None:
        self._pieces, self._next = numbers.pieces, 0

    def at(self, place: int | None) -> Piece | None:
        while self._next < len(self._pieces):
            piece = self._pieces[self._next]
            if place is not None and piece.high is not None and piece.high < place:
                self._next += 1
                continue
            starts = piece.low is None or (place is not None and piece.low <= place)
            return piece if starts else None
        return None


def _between_ends(*sets: Numbers) -> Iterator[Span]:
    """Intervals that together are all integers, and begin wherever a piece of one of the sets begins or has ended."""
    starts = {piece.low for numbers in sets for piece in numbers.pieces if piece.low is not None}
    starts |= {piece.high + 1 for numbers in sets for piece in numbers.pieces if piece.high is not None}
    ordered: list[int | None] = [None, *sorted(starts), None]
    for low, following in pairwise(ordered):
        yield low, None if following is None else following - 1


def _remainders(a: Piece, b: Piece, *, both: bool) -> tuple[int, tuple[int, ...]]:
    if a.is_alike(b):
        return a.step, a.offsets
    step = lcm(a.step, b.step)
    if step > LONGEST_STEP and not (a.step == 1 or b.step == 1):
        raise NoSet
    if 1 in {a.step, b.step}:
        stepped, plain = (b, a) if a.step == 1 else (a, b)
        return (stepped.step, stepped.offsets) if both else (plain.step, plain.offsets)
    sides = [{number for number in range(step) if number % piece.step in piece.offsets} for piece in (a, b)]
    return step, tuple(sorted(sides[0] & sides[1] if both else sides[0] | sides[1]))


def _some(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Without those that hold nothing."""
    for piece in pieces:
        if piece.offsets and piece.size != 0:
            yield piece


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours that are alike as one."""
    result: list[Piece] = []
    for piece in pieces:
        last = result[-1] if result else None
        if last is not None and last.high is not None and last.high + 1 == piece.low and last.is_alike(piece):
            result[-1] = Piece(last.low, piece.high, last.step, last.offsets)
        else:
            result.append(piece)
    return result


class Numbered:
    """The values of a set of numbers by their place in it, upwards or downwards. The set has both ends."""

    def __init__(self, values: Numbers, *, down: bool = False) -> None:
        self._down = down
        sized = [(piece, piece.size or 0) for piece in values.pieces]
        self._pieces = [piece for piece, size in sized if size]
        self._plain = all(len(piece.offsets) == 1 for piece in self._pieces)
        self._steps = np.array([piece.step for piece in self._pieces], dtype=np.int64)
        self._firsts = np.array(
            [_first(piece.low or 0, piece.step, piece.offsets[0]) for piece in self._pieces], dtype=np.int64
        )
        self._ends = np.cumsum([size for _, size in sized if size], dtype=np.int64)
        self.size = int(self._ends[-1]) if len(self._ends) else 0

    def at(self, places: Index) -> Index:
        """The number at each place."""
        places = self.size - 1 - places if self._down else places
        which = np.searchsorted(self._ends, places, side="right")
        inside = places - np.concatenate([[0], self._ends[:-1]])[which]
        if self._plain:
            plain: Index = self._firsts[which] + inside * self._steps[which]
            return plain
        found: Any = np.empty(len(places), dtype=np.int64)
        for number in np.unique(which).tolist():
            mine = which == number
            found[mine] = _stepped(self._pieces[number], inside[mine])
        result: Index = found
        return result


class Chained:
    """The values of one numbered set, and after them those of another."""

    def __init__(self, first: Numbered, second: Numbered) -> None:
        self._first, self._second = first, second
        self.size = first.size + second.size

    def at(self, places: Index) -> Index:
        """The number at each place."""
        found: Index = np.empty(len(places), dtype=np.int64)
        early = places < self._first.size
        found[early] = self._first.at(places[early])
        found[~early] = self._second.at(places[~early] - self._first.size)
        return found


def _stepped(piece: Piece, places: Index) -> Index:
    """The numbers at these places of a piece: one of each remainder in turn."""
    assert piece.low is not None
    firsts = np.array(sorted(_first(piece.low, piece.step, offset) for offset in piece.offsets), dtype=np.int64)
    rounds, which = np.divmod(places, len(firsts))
    result: Index = firsts[which] + rounds * piece.step
    return result
