"""The step that gives a row a parent by a foreign key, or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, concatenate
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.keys.groups import plain
from pytest_misata.engine.search.choices import ABSENT, OTHER, USUAL, absent
from pytest_misata.engine.search.conditions import nulls
from pytest_misata.engine.search.partial import Partial
from pytest_misata.engine.search.steps import costs
from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.keys import Pick

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_AT_ONCE = 2**17
"""Candidates that are looked at together, at the most."""
_LATER = 8
"""What a parent that is there only after all rows costs: a cycle is closed where a CHECK asks for it."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A foreign key that is tried with parents, and with NULL in the columns that may be NULL."""

    world: World
    table: TableConfig
    pick: Pick
    held: Mapping[str, Cells]
    """What the parents hold in the columns of the key, by its own column names."""
    usual: Index
    """The parent that is picked for each row; -1 for none, no entries where that is not known."""
    made: list[dict[str, Cells]] = field(default_factory=list)
    """The rows found so far: the parents by a key to the table itself."""

    @property
    def columns(self) -> tuple[str, ...]:
        return self.pick.own

    @property
    def _itself(self) -> bool:
        return self.pick.key.parent == self.table.key

    def extended(self, partial: Partial, row: int, width: int) -> Partial:
        parts = [part for part in self._extensions(partial, row, width) if len(part)]
        return _joined(parts) if parts else partial.take(np.empty(0, dtype=np.int64))

    def _extensions(self, partial: Partial, row: int, width: int) -> Iterator[Partial]:
        held = self._held(partial)
        parents = self._tried(held, row, width)
        if not self.pick.own:
            yield self._known_to(partial, held)
            return
        if self.pick.key.deferred:
            # The row is there without its parent first, and CHECKs are about that row too.
            parents = parents[:0]
        partial = partial.cut(max(1, _AT_ONCE // max(len(parents), 1)))
        usual = int(self.usual[row]) if len(self.usual) else row
        late = _LATER if self.pick.key.checked_late else 0
        cost = np.where(parents == usual, USUAL, OTHER) + late
        cost = costs(self.world, self.table, "+".join(self.pick.key.columns), row, cost)
        yield self._with(partial, held, parents, cost, ())
        if self._itself:
            yield self._own(partial)
        for empty in self._emptied():
            some = parents[:1] if set(empty) == set(self.pick.own) else parents[:4]
            base = ABSENT + (len(empty) < len(self.pick.own)) - (usual < 0) * ABSENT
            cost = np.full(max(len(some), 1), base, dtype=np.int64)
            cost = costs(self.world, self.table, "-".join(empty), row, cost)
            if len(some):
                yield self._with(partial, held, some, cost, empty)
            elif set(empty) == set(self.pick.own):
                yield self._with(partial, held, np.zeros(1, dtype=np.int64), cost, empty)

    def _held(self, partial: Partial) -> Mapping[str, Cells]:
        if not self._itself:
            return self.held
        pairs = zip(self.pick.key.columns, self.pick.key.parent_columns, strict=True)
        if not self.made:
            return {mine: absent(self.table.columns[mine], 0) for mine, _ in pairs}
        return {mine: concatenate([made[theirs] for made in self.made]) for mine, theirs in pairs}

    def _tried(self, held: Mapping[str, Cells], row: int, width: int) -> Index:
        """Parents with all columns of the key, in an order of the row's own; the usual one first."""
        there = np.flatnonzero(~np.any([nulls(cells) for cells in held.values()], axis=0)).astype(np.int64)
        if not len(there):
            return there
        order = permutation(self.world.key(self.table.key, *self.pick.key.columns, "search"), len(there))
        most = len(there) if self.pick.given else min(len(there), width)
        found = there[order.forward((row + np.arange(most, dtype=np.int64)) % len(there))]
        usual = self.usual[row : row + 1]
        return found if not np.isin(usual, there).all() else np.unique(np.concatenate([usual, found]))

    def _emptied(self) -> Iterator[tuple[str, ...]]:
        """The columns that are NULL in a row without a parent: all that may be, or some of them."""
        able = [name for name in self.pick.own if _may_be_null(self.table, name)]
        if self.pick.key.full_match:
            able = able if len(able) == len(self.pick.own) else []
            yield from [tuple(able)] if able else []
            return
        for size in range(len(able), 0, -1):
            yield from combinations(able, size)

    def _with(
        self, partial: Partial, held: Mapping[str, Cells], parents: Index, cost: Index, empty: Sequence[str]
    ) -> Partial:
        """Each candidate with each of the parents, where these agree with what is known."""
        count, more = len(partial), len(parents)
        wider = partial.take(np.repeat(np.arange(count), more))
        columns = {}
        for name in self.pick.own:
            column = self.table.columns[name]
            cells = absent(column, more) if name in empty else held[name].take(parents)
            cells = Cells(column.type, plain(cells), None, cells.null)
            columns[name] = cells.take(np.tile(np.arange(more), count))
        found = wider.and_(columns, np.tile(cost, count))
        if not empty and self.pick.given:
            found = found.take(np.flatnonzero(self._agreeing(found, held, np.tile(parents, count))))
        return found

    def _agreeing(self, found: Partial, held: Mapping[str, Cells], parents: Index) -> Bool:
        agree, void = np.ones(len(found), dtype=np.bool_), np.zeros(len(found), dtype=np.bool_)
        for name in self.pick.given:
            if name in found.known:
                agree &= np.asarray(plain(found.known[name]) == plain(held[name])[parents], dtype=np.bool_)
                void |= nulls(found.known[name])
        return agree | void

    def _known_to(self, partial: Partial, held: Mapping[str, Cells]) -> Partial:
        """The candidates whose key, made by other keys, is one of a parent, or is not there."""
        names = self.pick.key.columns
        parents = set(zip(*(plain(held[name]).tolist() for name in names), strict=True))
        wanted = zip(*(plain(partial.known[name]).tolist() for name in names), strict=True)
        right = np.array([key in parents for key in wanted], dtype=np.bool_)
        void = np.any([nulls(partial.known[name]) for name in names], axis=0)
        return partial.take(np.flatnonzero(right | void))

    def _own(self, partial: Partial) -> Partial:
        """Each candidate as its own parent."""
        pairs = dict(zip(self.pick.key.columns, self.pick.key.parent_columns, strict=True))
        if any(theirs not in partial.known for theirs in pairs.values()):
            return partial.take(np.empty(0, dtype=np.int64))
        own = {name: partial.known[pairs[name]] for name in self.pick.own}
        found = partial.and_(own, np.full(len(partial), 3 * ABSENT << 20, dtype=np.int64))
        agree = np.ones(len(partial), dtype=np.bool_)
        for name in self.pick.given:
            agree &= np.asarray(plain(found.known[name]) == plain(found.known[pairs[name]]), dtype=np.bool_)
        return found.take(np.flatnonzero(agree))


def _may_be_null(table: TableConfig, name: str) -> bool:
    return table.columns[name].nullable and name not in table.primary_key


def _joined(parts: Sequence[Partial]) -> Partial:
    known = {name: concatenate([part.known[name] for part in parts]) for name in parts[0].known}
    return Partial(known, np.concatenate([part.cost for part in parts]))
