"""Two foreign keys to one parent, of which a CHECK asks that one stands below the other: friends, links, matches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.constraints import setting_for
from pytest_misata.engine.groups import plain
from pytest_misata.engine.hashing import below
from pytest_misata.engine.permutation import permutation
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.uniqueness import unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_COMPARED = frozenset({"integer", "numeric", "float", "date", "datetime"})


class OrderedPairs:
    """All pairs of two parents, the lower one first, in a keyed order.

    Where a unique key holds both, row i gets the i-th pair; otherwise each row draws one.
    """

    def __init__(self, world: World, table: TableConfig, low: ForeignKey, high: ForeignKey) -> None:
        self._world, self._table, self.low, self.high = world, table, low, high
        count = world.counts[low.parent]
        self.capacity = count * (count - 1) // 2
        names = {*low.columns, *high.columns}
        self.unique = next((unique for unique in unique_keys(table) if names <= set(unique)), None)
        self._order = permutation(world.key(table.key, *low.columns, *high.columns, "pair"), max(self.capacity, 1))

    def __contains__(self, key: object) -> bool:
        return key is self.low or key is self.high

    def parents(self, frame: Frame, key: ForeignKey) -> Index:
        """The parent's row of each row."""
        low, high = frame.keep(("pair", self.low.columns), lambda: self._split(frame))
        return self._sorted()[low if key is self.low else high]

    def _split(self, frame: Frame) -> tuple[Index, Index]:
        """The places of both in the order of their values: the number of the pair among all, row by row."""
        if not self.capacity:
            raise GenerationError(
                f"{self._table.key}.{self.low.columns[0]}: two rows of {self.low.parent} are needed, not "
                f"{self._world.counts[self.low.parent]}"
            )
        drawn = frame.rows if self.unique else below(frame.draw(*self.low.columns, "pair"), self.capacity)
        number = self._order.forward(drawn)
        high = (np.sqrt(8 * number + 1).astype(np.int64) + 1) // 2
        # The square root may be one off; integers decide.
        high -= high * (high - 1) // 2 > number
        high += high * (high + 1) // 2 <= number
        return number - high * (high - 1) // 2, high

    def _sorted(self) -> Index:
        parent, column = self.low.parent, self.low.parent_columns[0]

        def sort() -> Index:
            values = plain(self._world.run(parent, 0, self._world.counts[parent])[column])
            return np.argsort(values, kind="stable").astype(np.int64)

        return self._world.keep(f"{parent} in the order of {column}", sort)


def ordered_pairs(world: World, table: TableConfig) -> OrderedPairs | None:
    """The pair of foreign keys that a CHECK puts in order, if there is one."""
    if not table.checks or len(table.foreign_keys) < 2:
        return None
    for low, high in _compared(world, table):
        return OrderedPairs(world, table, low, high)
    return None


def _compared(world: World, table: TableConfig) -> Iterator[tuple[ForeignKey, ForeignKey]]:
    from pytest_misata.engine.checks.rules import parts_of
    from pytest_misata.schema.checks import read_checks
    from pytest_misata.schema.predicates import Col, Compare

    dialect = world.schema.dialect
    for part in parts_of(read_checks(table, dialect), setting_for(world.schema, table)):
        match part.formula:
            case Compare("<" | "<=", Col(low), Col(high)) | Compare(">" | ">=", Col(high), Col(low)):
                keys = _keys(world, table, low), _keys(world, table, high)
                if keys[0] and keys[1] and _are_alike(keys[0], keys[1]):
                    yield keys[0], keys[1]


def _keys(world: World, table: TableConfig, name: str) -> ForeignKey | None:
    """The key of one column that a comparison is about, where its values have an order of ours."""
    column: Any = table.columns[name]
    found = [key for key in table.foreign_keys if key.columns == (name,) and key.parent != table.key]
    plain_ = column.generator is None and not column.nullable and column.type.kind in _COMPARED
    return found[0] if found and plain_ and world.pick(table, found[0]).own else None


def _are_alike(low: ForeignKey, high: ForeignKey) -> bool:
    return low is not high and (low.parent, low.parent_columns) == (high.parent, high.parent_columns)
