"""How columns that CHECKs tie together are made: each way to meet these, and in each row the one chosen for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace as replaced
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, chosen, encode
from pytest_misata.engine.checks.atoms import Pair
from pytest_misata.engine.checks.binary import meets_exactly
from pytest_misata.engine.checks.chains import Chain
from pytest_misata.engine.checks.formulas import NotEvaluable
from pytest_misata.engine.checks.linear import Plan, room
from pytest_misata.engine.checks.numbers import Bool
from pytest_misata.engine.checks.pairs import shortest_first
from pytest_misata.engine.checks.rules import Group
from pytest_misata.engine.checks.sets import Domain, Texts, members
from pytest_misata.engine.checks.setting import MOMENTS, Setting, everything, units
from pytest_misata.engine.checks.single import within
from pytest_misata.engine.checks.spare import DRAW, listed_words, text_of, words_of
from pytest_misata.engine.checks.ways import Way
from pytest_misata.engine.checks.windows import Relations
from pytest_misata.engine.draws.hashing import below
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.kinds.registry import Maker, Site
from pytest_misata.engine.pins import replace
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.predicates import columns

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_DAYS = 90 * 86_400 * 1_000_000
_FAR = 2**31
_AT_ONCE = 30

Peers = Callable[[Frame, str], Cells]
"""Another column of the row, as it is in the way that is being followed."""


class Joint:
    """The columns of a group: each is made in every way, and in each row the one of the way chosen for it is taken.

    In a way its columns read each other as they are in that way, so that every way can have an order of its own.
    """

    def __init__(
        self, world: World, table: TableConfig, group: Group, setting: Setting, usual: Peers | None = None
    ) -> None:
        self._world, self._table, self._group, self._setting = world, table, group, setting
        self._usual = usual
        """The columns as they would be without CHECKs, where that may be asked."""
        finer = [replaced(way, relations=way.finer or way.relations) for way in group.ways]
        self._ways = (*group.ways, *finer) if any(way.finer for way in group.ways) else group.ways
        """Those of the group, and again in all digits that decimals have."""
        self._makers: dict[tuple[str, int], Maker] = {}

    def maker(self, column: Column, which: Callable[[Frame], Index]) -> Maker:
        """The function that makes a column of the group; `which` tells the number of each row's way."""
        return self._picked(column, lambda frame: self._finest(frame, which(frame)))

    def _finest(self, frame: Frame, ways: Index) -> Index:
        """The ways in all digits in the rows in which binary fractions meet the conditions too."""
        size = len(self._group.ways)
        if len(self._ways) == size:
            return ways
        rows = frame.keep(("finer", self._group.name), lambda: self._exact(frame, ways + size))
        return np.where(rows, ways + size, ways)

    def _exact(self, frame: Frame, ways: Index) -> Bool:
        read = {name for part in self._group.parts for name in columns(part.formula)}
        made = {name: self._table.columns[name] for name in read if self._is_made(name)}
        cells = {name: self._picked(column, lambda _: ways)(frame) for name, column in made.items()}
        cells |= {name: frame[name] for name in read - made.keys()}
        try:
            return meets_exactly([part.formula for part in self._group.parts], cells, self._setting, len(frame))
        except NotEvaluable:
            return np.zeros(len(frame), dtype=np.bool_)

    def _is_made(self, name: str) -> bool:
        return name in self._group.columns and self._table.foreign_key(name) is None

    def _picked(self, column: Column, which: Callable[[Frame], Index]) -> Maker:
        first: dict[object, int] = {}
        for number, way in enumerate(self._ways):
            first.setdefault(_kind(column.name, way), number)
        kinds = list(first)
        places = np.array([kinds.index(_kind(column.name, way)) for way in self._ways], dtype=np.int64)
        numbers = list(first.values())
        for number in numbers:
            self._compile(column, number)

        def make(frame: Frame) -> Cells:
            made = [self._cells(frame, column.name, number) for number in numbers]
            return made[0] if len(made) == 1 else _picked(made, places[which(frame)])

        return make

    def _cells(self, frame: Frame, name: str, number: int) -> Cells:
        column = self._table.columns[name]
        make = self._compile(column, number)
        key = ("in way", self._group.name, name, number)
        return frame.keep(key, lambda: self._world.pins.over(frame, name, make))

    def _compile(self, column: Column, number: int) -> Maker:
        place = (column.name, number)
        if place not in self._makers:
            site = Site(self._world, self._table, column)
            peers, usual = self._peers(number), self._usual
            base = None if usual is None else lambda frame: usual(frame, column.name)
            self._makers[place] = _in_way(site, self._ways[number], self._setting, peers, base)
        return self._makers[place]

    def _peers(self, number: int) -> Peers:
        way = self._ways[number]

        def read(frame: Frame, name: str) -> Cells:
            if not self._is_made(name):
                return frame[name]
            kind = _kind(name, way)
            first = next(n for n, other in enumerate(self._ways) if _kind(name, other) == kind)
            return self._cells(frame, name, first)

        return read


def _picked(made: Sequence[Cells], which: Index) -> Cells:
    """For each row the cell of the candidate that `which` names; NumPy chooses among a few dozen at most."""
    if len(made) <= _AT_ONCE:
        return chosen(made, which)
    parts = [made[start : start + _AT_ONCE] for start in range(0, len(made), _AT_ONCE)]
    inner = which % _AT_ONCE
    return _picked([chosen(part, np.minimum(inner, len(part) - 1)) for part in parts], which // _AT_ONCE)


def _kind(name: str, way: Way) -> object:
    """What a way means for a column: ways that mean the same make it alike."""
    pairs = tuple(pair for pair in way.pairs if name in pair.columns)
    chains = tuple(chain for chain in way.chains if name == chain.made_column)
    related = way.relations is not None and name in way.relations.wide.bounds
    joint = (pairs, chains, id(way)) if related or pairs or chains else ()
    return (way.domains.get(name), joint)


def _in_way(site: Site, way: Way, setting: Setting, peers: Peers, usual: Maker | None) -> Maker:
    name = site.column.name
    domain = way.domains.get(name, everything(site.column))
    related = way.relations is not None and name in way.relations.wide.bounds
    make = within(site, domain, setting, usual)
    if way.relations is not None and related and domain.values:
        make = _related(site, make, way.relations, peers)
    order = shortest_first(site.table)
    earlier = [pair for pair in way.pairs if name in pair.columns and _later(pair, order) == name]
    same = sorted((_other(pair, name) for pair in earlier if pair.same), key=order.index)
    # The first of the same columns that is not NULL has the last word.
    for other in reversed(same):
        make = _same(site, make, other, peers)
    for chain in way.chains:
        make = _chained(site, make, chain, peers) if chain.made_column == name else make
    different = [_other(pair, name) for pair in earlier if not pair.same]
    if not different or not domain.values or not isinstance(domain.values, Texts):
        return make
    return _different(site, make, domain, different, peers)


def _later(pair: Pair, order: Sequence[str]) -> str:
    return max(pair.columns, key=order.index)


def _other(pair: Pair, name: str) -> str:
    return pair.right if pair.left == name else pair.left


def _related(site: Site, base: Maker, relations: Relations, peers: Peers) -> Maker:
    """Values within the bounds that the columns made earlier leave: the usual one where it lies there."""
    name, grain = site.column.name, relations.grains[site.column.name]
    moments = site.column.type.kind in MOMENTS
    reach = max(1, (_DAYS if moments else 100 * units(site.column.type)) // grain.step)
    before = moments and _is_before_others(name, relations)

    def make(frame: Frame) -> Cells:
        cells = base(frame)
        low, high = _room(frame, name, relations, peers)
        values = grain.counted(cells.data.astype(np.int64))
        right = (values >= low) & (values <= high)
        start, width = _beside(values, low, high, reach, before) if moments else _above(values, low, high, reach)
        drawn = start + below(site.draw(frame, DRAW), width.view(np.uint64))
        made = grain.kept(np.where(right, values, drawn))
        return Cells(cells.type, made.astype(cells.data.dtype), None, cells.null)

    return make


def _is_before_others(name: str, relations: Relations) -> bool:
    """Whether other columns of the row end where its values may lie, and none begins that."""
    tied = [found.factor(name) > 0 for found in relations.wide.bounds[name] if len(found.factors) > 1]
    return bool(tied) and all(tied)


def _beside(values: Index, low: Index, high: Index, reach: int, before: bool) -> tuple[Index, Index]:  # noqa: FBT001
    """The stretch next to the bound that a moment lies beyond: no wider than it lies beyond it, and than `reach`.

    What comes `before` others lies next to these.
    """
    early = (values < low) & (not before)
    near = np.minimum(np.where(values < low, low - values, values - high), reach)
    near = np.clip(near, 0, np.maximum(high - low, 0))
    return np.where(early, low, np.maximum(high - near, low)), near + 1


def _above(values: Index, low: Index, high: Index, reach: int) -> tuple[Index, Index]:
    """The stretch above the lower bound of a number, or above zero, as wide as its beginning is far from there."""
    start = np.minimum(np.maximum(low, 0), np.maximum(high, low))
    # What is too small is as far above the bound as it is usually above zero.
    near = np.where((values < low) & (values > 0), values, np.maximum(np.abs(start), reach))
    # Between two bounds that lie close together any value is as good.
    near = np.where(high - start <= start, high - start, np.minimum(near, _FAR))
    # Below zero the values lie next to the upper end: a number near to zero is as right as one far from it.
    start = np.where((start == high) & (start < 0), np.maximum(low, high - near), start)
    return start, np.maximum(np.minimum(high, start + near) - start, 0) + 1


def _room(frame: Frame, name: str, relations: Relations, peers: Peers) -> tuple[Index, Index]:
    """Where the value of each row may lie: usual places, or any that the column can hold where those do not do."""
    usual, wide = relations.usual or relations.wide, relations.wide
    low, high = _in_plan(frame, name, usual, relations, relations.usual_ranges[name], peers)
    crossed = low > high
    if crossed.any():
        far_low, far_high = _in_plan(frame, name, wide, relations, relations.wide_ranges[name], peers)
        low, high = np.where(crossed, far_low, low), np.where(crossed, far_high, high)
    return low, high


def _in_plan(
    frame: Frame, name: str, plan: Plan, relations: Relations, span: tuple[int, int], peers: Peers
) -> tuple[Index, Index]:
    bounds = [found for found in plan.bounds[name] if len(found.factors) > 1]
    needed = {variable for found in bounds for variable, _ in found.factors if variable != name}
    known = {variable: _variable(frame, variable, relations, peers) for variable in needed}
    fixed = [found for found in plan.bounds[name] if len(found.factors) == 1]
    return room([*fixed, *bounds], name, known, len(frame), low=span[0], high=span[1])


def _variable(frame: Frame, variable: str, relations: Relations, peers: Peers) -> tuple[Index, Bool | None]:
    """The values of a column, or of a product of several, in its grains."""
    total: Any = np.ones(len(frame), dtype=np.int64)
    null: Bool | None = None
    for name in relations.products.get(variable, (variable,)):
        cells = peers(frame, name)
        total = total * relations.grains[name].counted(cells.data.astype(np.int64))
        if cells.null is not None:
            null = cells.null if null is None else null | cells.null
    return total, null


def _chained(site: Site, base: Maker, chain: Chain, peers: Peers) -> Maker:
    """The text that other columns of the row make up, where none of them is NULL."""
    own = site.column.name

    def make(frame: Frame) -> Cells:
        cells, read = base(frame), {name: peers(frame, name) for name in chain.columns if name != own}
        there = np.ones(len(frame), dtype=np.bool_)
        for part in read.values():
            there &= True if part.null is None else ~part.null
        at = np.flatnonzero(there)
        read = {name: part.take(at) for name, part in read.items()}
        made = chain.made({**read, own: cells.take(at)}, site.column.type.length)
        return replace(cells, at, Cells(cells.type, made))

    return make


def _same(site: Site, base: Maker, other: str, peers: Peers) -> Maker:
    """The value of the other column, where that has one."""

    def make(frame: Frame) -> Cells:
        cells, copied = base(frame), peers(frame, other)
        there = np.arange(len(frame)) if copied.null is None else np.flatnonzero(~copied.null)
        return replace(cells, there, Cells(cells.type, copied.data, copied.vocabulary).take(there))

    return make


def _different(site: Site, base: Maker, domain: Domain, others: Sequence[str], peers: Peers) -> Maker:
    """The usual value, or where it is another column's too, the next one that is no other column's."""
    assert isinstance(domain.values, Texts)
    words = listed_words(site, domain.values)
    texts = None if words else words_of(site, domain.values)
    size = len(words) if words else texts.size if texts else 0

    def nth(frame: Frame, at: Index, step: int, pool: Cells | None) -> Cells:
        if pool is not None and len(pool) > len(others):
            return pool.take(((below(site.draw(frame, DRAW)[at], len(pool)) + step) % len(pool)).astype(np.int64))
        numbers = (below(site.draw(frame, DRAW)[at], size) + step) % size
        if words:
            return encode(site.column.type, words).take(numbers)
        assert texts is not None
        return text_of(site, texts.render(numbers))

    def make(frame: Frame) -> Cells:
        cells = base(frame)
        pool = _pool(cells, domain)
        taken = [_plain(peers(frame, other)) for other in others]
        # One more than there are others: of these one is free.
        for step in range(min(len(others) + 1, size)):
            mine = _plain(cells)
            clash = np.flatnonzero(np.any([np.asarray(mine == other, dtype=np.bool_) for other in taken], axis=0))
            clash = clash if cells.null is None else clash[~cells.null[clash]]
            if not len(clash):
                break
            cells = replace(cells, clash, nth(frame, clash, step, pool))
        return cells

    return make


def _pool(cells: Cells, domain: Domain) -> Cells | None:
    """The right ones among the texts that a column is drawn from, where those are few."""
    if cells.vocabulary is None:
        return None
    every = Cells(cells.type, np.arange(len(cells.vocabulary), dtype=np.int64), cells.vocabulary)
    return every.take(np.flatnonzero(members(every, domain.values)))


def _plain(cells: Cells) -> NDArray[Any]:
    return cells.data if cells.vocabulary is None else cells.vocabulary[cells.data]
