"""Which parent each child belongs to, and which children each parent has, without storing either.

Parents stand in blocks of 64. A block has a fixed number of children, `ratio` times its parents, shared out by a
skewed weight of each parent; so the total is exact, and more parents leave earlier blocks as they were. The children of
a block are interleaved in the order of their place in their parent's life: row numbers rise with time, and a
parent's children are not neighbours.

One pass over all parents is a lap. A count that is not the ratio's own is made of whole laps and a last one of which
only some places, chosen by a permutation, are taken; so more children leave the earlier ones as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.draws.hashing import U64, below, draw, make_key
from pytest_misata.engine.draws.permutation import Permutation
from pytest_misata.engine.draws.quantiles import Quantiles, lognormal

Index = NDArray[np.int64]

BLOCK = 64
_WIDEST = 512
"""A lap gives a parent at most about this many children on average, which bounds the work on a block."""
_STEPS = 8
"""A count is rounded down to one of this many ratios per doubling."""
_SIGMA = {"even": None, "moderate": Fraction(4, 10), "skewed": Fraction(8, 10), "heavy": Fraction(14, 10)}
_LIFE_BITS, _SLOT_BITS = 24, 25
_SLOTS = 2**20
"""Places worked on at a time where the rows asked for lie far apart."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where children stand among their siblings; one entry a child.

    `number` is distinct among the children of a parent. `ordinal` and `degree` (the child's place, and out of how many)
    run over the whole laps together, and over the incomplete one by itself, where `last` is never true.
    """

    parent: Index
    number: Index
    ordinal: Index
    degree: Index
    last: NDArray[np.bool_]

    def take(self, index: Index | slice) -> Place:
        """The places of these children."""
        return Place(self.parent[index], self.number[index], self.ordinal[index], self.degree[index], self.last[index])


@dataclass(frozen=True, slots=True)
class Turn:
    """Each child's part of what its siblings share one after another: from `begin` to `end`, out of `parts`.

    No two children of a parent have a part in common, those of an incomplete lap included.
    """

    begin: Index
    end: Index
    parts: Index

    @classmethod
    def of(cls, place: Place) -> Turn:
        """The parts of children that all are of whole laps."""
        return cls(place.ordinal, place.ordinal + 1, place.degree)


_NONE: Index = np.empty(0, dtype=np.int64)
_NOWHERE = Place(_NONE, _NONE, _NONE, _NONE, np.empty(0, dtype=np.bool_))


class Layout:
    """The children of one table under their owning parents.

    `names` make the keys (table and foreign key columns); `ratio` is the number of children per parent that the schema
    states, `minimum` what each parent has at least. With a `maximum` every number from one to the other is alike often,
    and no parent has more. `tenure` tells of parents how long they have been there: their weights are multiplied by it.
    """

    def __init__(
        self,
        seed: int,
        names: tuple[str, ...],
        *,
        parents: int,
        children: int,
        ratio: Fraction | None = None,
        minimum: int = 0,
        maximum: int | None = None,
        spread: str = "skewed",
        tenure: Callable[[Index], Index] | None = None,
    ) -> None:
        self._tenure = tenure
        self.parents, self.children, self.minimum, self.maximum = parents, children, minimum, maximum
        if maximum is not None and parents and children:
            # One lap, since further ones would know nothing of the maximum.
            own = ratio is not None and ratio * parents // 1 == children
            self.ratio = ratio if own and ratio is not None else Fraction(children, parents)
        else:
            self.ratio = lap_ratio(parents, children, ratio, minimum)
        self.lap = self._before(parents)
        self._widest = int(BLOCK * self.ratio) + 1
        self.laps = children // self.lap if self.lap else 0
        self._weight_key = make_key(seed, *names, "weight")
        self._order_key = make_key(seed, *names, "order")
        self._rest_key = make_key(seed, *names, "rest")
        sigma = _SIGMA[spread]
        self._weights: Quantiles | None = lognormal(Fraction(2**12), sigma) if sigma else None

    @property
    def goes_with_time(self) -> bool:
        """Whether parents have children by how long they have been there."""
        return self._tenure is not None and self._weights is not None and not self.minimum

    def place(self, rows: Index) -> Place:
        """The place of each child."""
        if not len(rows):
            return _NOWHERE
        if self.laps == 1 and int(rows.max()) < self.lap:
            return self._place_in_lap(rows)
        lap: Index = rows // max(self.lap, 1)
        position = rows - lap * self.lap
        extra = rows >= self.laps * self.lap
        if extra.any():
            position[extra] = self._rest.forward(rows[extra] - self.laps * self.lap)
        found = self._place_in_lap(position)
        number: Index = found.ordinal + lap * found.degree
        ordinal = np.where(extra, found.ordinal, number)
        degree = np.where(extra, found.degree, found.degree * self.laps)
        return Place(found.parent, number, ordinal, degree, found.last & (lap == self.laps - 1))

    def turn(self, rows: Index, place: Place) -> Turn:
        """The part of each child: one of an incomplete lap takes the first half of that of its like in the last one."""
        rest = self.children - self.laps * self.lap
        if not self.laps or not rest or not len(rows):
            return Turn.of(place)
        last = (self.laps - 1) * self.lap
        extra = rows >= last + self.lap
        halved = (rows >= last) & ~extra
        halved[halved] = self._rest.inverse(rows[halved] - last) < rest
        begin = 2 * np.where(extra, place.ordinal + (self.laps - 1) * place.degree, place.ordinal)
        parts = 2 * np.where(extra, place.degree * self.laps, place.degree)
        return Turn(begin + halved, begin + 2 - extra, parts)

    def room(self, place: Place) -> Index:
        """How many numbers the parent of each child has for its children, those of an incomplete lap among them."""
        if not self.laps or self.children == self.laps * self.lap:
            return place.degree
        extra = place.number != place.ordinal
        return np.where(extra, place.degree, place.degree // self.laps) * (self.laps + 1)

    def children_of(self, start: int, stop: int) -> tuple[Index, Index]:
        """The rows of all children of the parents from `start` to `stop`, and each one's parent less `start`."""
        blocks = np.arange(start // BLOCK, -(-stop // BLOCK), dtype=np.int64)
        parent, positions = self._positions(blocks)
        mine = (parent >= start) & (parent < stop)
        parent, positions = parent[mine] - start, positions[mine]
        rows = [positions + lap * self.lap for lap in range(self.laps)]
        offsets = [parent] * self.laps
        rest = self.children - self.laps * self.lap
        if rest:
            extra = self._rest.inverse(positions)
            taken = extra < rest
            rows.append(extra[taken] + self.laps * self.lap)
            offsets.append(parent[taken])
        return np.concatenate([_NONE, *rows]), np.concatenate([_NONE, *offsets])

    def no_more_than(self, most: int) -> bool:
        """Whether no parent has more children; an incomplete lap counts as a whole one."""
        laps = self.laps + (self.children > self.laps * self.lap)
        if min(self.children, self._widest * laps) <= most:
            return True
        return all(int(degrees.max()) * laps <= most for degrees in self._all_degrees())

    def _all_degrees(self) -> Iterator[Index]:
        """Children per parent in a lap, a bounded number of blocks at a time."""
        blocks = np.arange(-(-self.parents // BLOCK), dtype=np.int64)
        for start in range(0, len(blocks), _SLOTS // BLOCK):
            some = blocks[start : start + _SLOTS // BLOCK]
            yield self._degrees(some, self._starts(some + 1) - self._starts(some))

    @cached_property
    def _rest(self) -> Permutation:
        return Permutation(self._rest_key, max(self.lap, 1))

    def _before(self, parent: int) -> int:
        return self.ratio.numerator * parent // self.ratio.denominator

    def _starts(self, blocks: Index) -> Index:
        """The first position in the lap of each block."""
        parents = np.minimum(blocks * BLOCK, self.parents)
        return parents * self.ratio.numerator // self.ratio.denominator

    def _place_in_lap(self, positions: Index) -> Place:
        start, stop = int(positions[0]), int(positions[-1]) + 1
        if stop - start == len(positions) and (np.diff(positions) == 1).all():
            return self._place_run(start, stop)
        blocks = ((positions + 1) * self.ratio.denominator - 1) // (BLOCK * self.ratio.numerator)
        first, last = int(blocks.min()), int(blocks.max())
        if (last - first - 1) * self._widest <= 4 * len(positions):
            wanted, which = np.arange(first, last + 1, dtype=np.int64), blocks - first
        elif len(positions) * self._widest > _SLOTS:
            return self._place_apart(positions)
        else:
            wanted, which = np.unique(blocks, return_inverse=True)
        slots, sizes = self._slots(wanted)
        starts = np.cumsum(sizes) - sizes
        return slots.take((starts - self._starts(wanted))[which] + positions)

    def _place_run(self, start: int, stop: int) -> Place:
        """The same for adjacent positions."""
        first, last = (
            ((position + 1) * self.ratio.denominator - 1) // (BLOCK * self.ratio.numerator)
            for position in (start, stop - 1)
        )
        slots, _ = self._slots(np.arange(first, last + 1, dtype=np.int64))
        before = self._before(min(first * BLOCK, self.parents))
        return slots.take(slice(start - before, stop - before))

    def _place_apart(self, positions: Index) -> Place:
        """The same for rows that lie far apart: neighbours together, a bounded number of places at a time."""
        order = np.argsort(positions)
        size = max(1, _SLOTS // self._widest)
        parts = [self._place_in_lap(positions[order[start : start + size]]) for start in range(0, len(order), size)]
        joined = [np.concatenate([getattr(part, name) for part in parts]) for name in Place.__slots__]
        return Place(*joined).take(np.argsort(order))

    def _positions(self, blocks: Index) -> tuple[Index, Index]:
        """All places of these adjacent blocks: the parent and the position in the lap of each."""
        slots, sizes = self._slots(blocks)
        first = int(self._starts(blocks[:1])[0])
        return slots.parent, first + np.arange(int(sizes.sum()), dtype=np.int64)

    def _slots(self, blocks: Index) -> tuple[Place, Index]:
        """The places of whole blocks, in row order, and the number of places in each block."""
        sizes = self._starts(blocks + 1) - self._starts(blocks)
        degrees = self._degrees(blocks, sizes).ravel()
        parents = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        parent = np.repeat(parents, degrees)
        degree = np.repeat(degrees, degrees)
        ends = np.cumsum(degrees)
        ordinal = np.arange(len(parent), dtype=np.int64) - np.repeat(ends - degrees, degrees)
        order = self._interleaved(np.repeat(np.arange(len(blocks)), sizes), parent, ordinal, degree)
        return Place(parent, ordinal, ordinal, degree, ordinal == degree - 1).take(order), sizes

    def _interleaved(self, block: Index, parent: Index, ordinal: Index, degree: Index) -> Index:
        """Slots by block, then by place in the parent's life: (ordinal + noise) / degree."""
        noise = (draw(self._order_key, parent * 2**20 + ordinal) >> np.uint64(64 - _LIFE_BITS)).view(np.int64)
        keys = ((ordinal << _LIFE_BITS) + noise) // degree
        keys += block << _LIFE_BITS
        # The slot's own number makes keys distinct, and saves the slower argsort.
        keys <<= _SLOT_BITS
        keys += np.arange(len(keys), dtype=np.int64)
        keys.sort()
        order: Index = keys & (2**_SLOT_BITS - 1)
        return order

    def _degrees(self, blocks: Index, sizes: Index) -> NDArray[np.int64]:
        """Children per parent: one row a block, one column a parent."""
        parents = blocks[:, None] * BLOCK + np.arange(BLOCK)
        present = parents < self.parents
        if self.maximum is not None:
            draws = draw(self._weight_key, parents.ravel()).reshape(parents.shape)
            spare = sizes - present.sum(axis=1) * self.minimum
            parts: Index = bounded_parts(draws, present, self.maximum - self.minimum, spare) + self.minimum * present
            return parts
        weights = self._weigh(parents) * present
        running = np.cumsum(weights, axis=1)
        least = np.cumsum(present, axis=1) * self.minimum
        spare = (sizes - least[:, -1])[:, None]
        ends = least + running * spare // np.maximum(running[:, -1:], 1)
        return np.diff(ends, axis=1, prepend=0)

    def _weigh(self, parents: Index) -> Index:
        if self._weights is None:
            return np.ones_like(parents)
        weights: Index = self._weights(draw(self._weight_key, parents.ravel())).reshape(parents.shape)
        return weights if self._tenure is None else weights * self._tenure(parents)


class OneToOne:
    """The children of a table of which a parent has one at the most: a keyed permutation of the parents."""

    def __init__(self, seed: int, names: tuple[str, ...], *, parents: int, children: int) -> None:
        self._order = Permutation(make_key(seed, *names, "own"), max(parents, 1))
        self._children = children

    def place(self, rows: Index) -> Place:
        """The place of each child: the only one of its parent."""
        zero = np.zeros(len(rows), dtype=np.int64)
        # Children beyond the parents have none: whoever asks leaves their keys NULL.
        parents = self._order.forward(rows % self._order.size)
        return Place(parents, zero, zero, zero + 1, np.ones(len(rows), dtype=np.bool_))

    def turn(self, rows: Index, place: Place) -> Turn:
        """The part of each child: all there is."""
        return Turn.of(place)

    def room(self, place: Place) -> Index:
        """How many numbers the parent of each child has for its children."""
        return place.degree

    def children_of(self, start: int, stop: int) -> tuple[Index, Index]:
        """The rows of all children of the parents from `start` to `stop`, and each one's parent less `start`."""
        parents = np.arange(start, min(stop, self._order.size), dtype=np.int64)
        rows = self._order.inverse(parents)
        there = rows < self._children
        return rows[there], parents[there] - start


class Among:
    """A layout over some of the parents: those that other keys of the table leave."""

    def __init__(self, layout: Layout | OneToOne, parents: Index) -> None:
        self._layout, self._parents = layout, parents

    def place(self, rows: Index) -> Place:
        """The place of each child."""
        place = self._layout.place(rows)
        return replace(place, parent=self._parents[place.parent])

    def turn(self, rows: Index, place: Place) -> Turn:
        """The part of each child among those of its parent."""
        return self._layout.turn(rows, place)

    def room(self, place: Place) -> Index:
        """How many numbers the parent of each child has for its children."""
        return self._layout.room(place)

    def children_of(self, start: int, stop: int) -> tuple[Index, Index]:
        """The rows of all children of the parents from `start` to `stop`, and each one's parent less `start`."""
        first, last = np.searchsorted(self._parents, [start, stop])
        rows, offsets = self._layout.children_of(int(first), int(last))
        return rows, self._parents[first + offsets] - start


def bounded_parts(draws: U64, present: NDArray[np.bool_], most: int, totals: Index) -> Index:
    """Whole numbers from 0 to `most`, alike often, that sum up to each row's total where they are present.

    The numbers of two neighbours in a drawn order make up `most`, so their sum is that of the middle; what the
    total is off from there is taken from, or added to, each in proportion to the room it has.
    """
    count = present.sum(axis=1)[:, None]
    order = np.argsort(np.where(present, draws >> np.uint64(1), np.uint64(2**64 - 1)), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    first = np.take_along_axis(draws, np.take_along_axis(order, rank // 2 * 2, axis=1), axis=1)
    low = below(first.ravel(), most + 1).reshape(rank.shape)
    parts = np.where(rank % 2 == 0, low, most - low) * present
    parts = np.where((rank == count - 1) & (count % 2 == 1), most // 2, parts)
    off = totals[:, None] - parts.sum(axis=1)[:, None]
    room = np.where(off > 0, most - parts, parts) * present
    running = np.cumsum(room, axis=1)
    moved: Index = np.diff(running * np.abs(off) // np.maximum(running[:, -1:], 1), axis=1, prepend=0)
    made: Index = parts + np.sign(off) * moved
    return made


def lap_ratio(parents: int, children: int, stated: Fraction | None, minimum: int) -> Fraction:
    """Children per parent in one lap: the stated ratio if the count is its own, else the next lower round one.

    Ratios too wide for one lap are halved until they fit.
    """
    if not parents or not children:
        return Fraction(1)
    own = stated is not None and stated * parents // 1 == children
    ratio = stated if own and stated is not None else _round_down(Fraction(children, parents))
    while ratio > _WIDEST:
        ratio /= 2
    return max(ratio, Fraction(minimum), Fraction(1, parents))


def _round_down(ratio: Fraction) -> Fraction:
    unit = Fraction(1)
    while unit > ratio:
        unit /= 2
    while unit * 2 <= ratio:
        unit *= 2
    return unit * (1 + Fraction(int((ratio / unit - 1) * _STEPS), _STEPS))
