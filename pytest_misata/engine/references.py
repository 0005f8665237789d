"""Foreign keys: which parent a row picks, and the key values it takes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.hashing import below, chance, draw
from pytest_misata.engine.kinds import Maker
from pytest_misata.engine.layout import Place
from pytest_misata.engine.permutation import permutation
from pytest_misata.engine.quantiles import power
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Column, ForeignKey, TableConfig
from pytest_misata.schema.order import is_optional
from pytest_misata.schema.uniqueness import carrier, is_one_to_one, unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]

_BRANCHES = 4
_EXPONENT = {"even": 1, "skewed": 2, "heavy": 3}
"""The share of picks that go to the most popular part x of the parents is x**(1/exponent)."""


def foreign_key_maker(table: TableConfig, column: Column, key: ForeignKey) -> Maker:
    """Makes one column of a foreign key: the parent's value, or NULL at the key's `null_rate`."""
    parent_column = key.parent_columns[key.columns.index(column.name)]

    def make(frame: Frame) -> Cells:
        cells = frame.parent(key)[parent_column]
        cells = Cells(column.type, cells.data, cells.vocabulary, cells.null)
        return cells.where_not(_without_parent(frame, key))

    return make


def pick_parents(frame: Frame, key: ForeignKey) -> Index:
    """A parent for each row: popular ones more often, and distinct ones where a unique key asks for it."""
    parents = frame.world.counts[key.parent]
    if key.parent == frame.table.key:
        return _earlier_rows(frame, key)
    if not parents:
        raise GenerationError(f"{frame.table.key}.{key.columns[0]} points at {key.parent}, which has no rows")
    if is_one_to_one(frame.table, key):
        return _each_its_own(frame, key, parents)
    if frame.place is not None and _distinct_per_owner(frame.table, key):
        return _distinct(frame, key, frame.place, parents)
    popular = power(_EXPONENT[key.spread], parents * 2**16)(frame.draw(*key.columns, "pick")) >> 16
    popular = np.minimum(popular, parents - 1)
    return permutation(frame.world.key(frame.table.key, *key.columns, "popularity"), parents).forward(popular)


def _without_parent(frame: Frame, key: ForeignKey) -> NDArray[np.bool_] | None:
    """Rows that point at nothing: a share of them, and in a table that points at itself the first."""
    beyond = None
    if not key.owner and is_one_to_one(frame.table, key) and is_optional(frame.table, key):
        beyond = frame.rows >= frame.world.counts[key.parent]
    if not key.null_rate:
        return beyond
    null = chance(frame.draw(*key.columns, "null"), key.null_rate.numerator, key.null_rate.denominator)
    null = null if beyond is None else null | beyond
    return null | (frame.rows == 0) if key.parent == frame.table.key else null


def _earlier_rows(frame: Frame, key: ForeignKey) -> Index:
    """Parents in the same table: always an earlier row, so that there are no cycles; the first row's is itself.

    Picked from the first quarter of the earlier rows, which makes trees of some log4(rows) levels.
    """
    reach = np.maximum((frame.rows + 3) // _BRANCHES, 1)
    return np.minimum(below(frame.draw(*key.columns, "pick"), reach.view(np.uint64)), frame.rows)


def _distinct_per_owner(table: TableConfig, key: ForeignKey) -> bool:
    """Whether this is the key that tells the children of one owner apart, in a unique key of foreign keys."""
    owner = table.owner
    if owner is None:
        return False
    for unique in unique_keys(table):
        if set(owner.columns) < set(unique) and carrier(table, unique) is None:
            others = (k for k in table.foreign_keys if k is not owner and set(k.columns) <= set(unique))
            if next(others, None) is key:
                return True
    return False


def _each_its_own(frame: Frame, key: ForeignKey, parents: int) -> Index:
    """A parent of its own for every row; rows beyond the parents have none."""
    own = permutation(frame.world.key(frame.table.key, *key.columns, "own"), parents)
    return own.forward(frame.rows % parents)


def _distinct(frame: Frame, key: ForeignKey, place: Place, parents: int) -> Index:
    """The n-th child of an owner picks the n-th of a row of parents that is the owner's own."""
    if len(place.number) and int(place.number.max()) >= parents:
        raise GenerationError(
            f"{frame.table.key}.{key.columns[0]}: one {frame.table.owner.parent if frame.table.owner else ''} row has "
            f"{int(place.number.max()) + 1:,} children, each with a {key.parent} row of its own, and there are only "
            f"{parents:,}; ask for fewer {frame.table.key} or more {key.parent}"
        )
    start = below(draw(frame.world.key(frame.table.key, *key.columns, "start"), place.parent), parents)
    shuffled = permutation(frame.world.key(frame.table.key, *key.columns, "popularity"), parents)
    return shuffled.forward((start + place.number) % parents)


def other_parents(frame: Frame, key: ForeignKey, rows: Index, avoided: Index) -> Index:
    """The picks of a key without those of another one: as many values, as often distinct.

    Raises GenerationError where there is no other parent, or too few.
    """
    parents, table = frame.world.counts[key.parent], frame.table
    if parents < 2:
        raise GenerationError(f"{table.key}.{key.columns[0]}: two rows of {key.parent} are needed, not {parents}")
    if frame.place is None or not _distinct_per_owner(table, key):
        step = 1 + below(frame.draw(*key.columns, "other"), parents - 1)
        return np.where(rows == avoided, (rows + step) % parents, rows)
    most = int(frame.place.number.max()) + 1 if len(frame) else 0
    if most >= parents:
        raise GenerationError(
            f"{table.key}.{key.columns[0]}: one {key.parent} row has {most:,} children, each with another {key.parent} "
            f"row, and there are {parents - 1:,} others; ask for fewer {table.key} or more {key.parent}"
        )
    start = below(draw(frame.world.key(table.key, *key.columns, "start"), frame.place.parent), parents)
    shuffled = permutation(frame.world.key(table.key, *key.columns, "popularity"), parents)
    step = 1 + (start + frame.place.number) % (parents - 1)
    return shuffled.forward((shuffled.inverse(avoided) + step) % parents)


def find_rows(world: World, key: ForeignKey, values: Cells) -> Index:
    """The parents' rows that hold these key values; NULL gives row 0."""
    parent = world.schema.table(key.parent)
    name = key.parent_columns[0]
    generator = parent.column(name).generator
    if generator is not None and generator.kind == "serial" and not world.pins.states(parent.key, name):
        rows = values.data - int(generator.options.get("start", 1))
        rows = rows if values.null is None else np.where(values.null, 0, rows)
        outside = np.flatnonzero((rows < 0) | (rows >= world.counts[parent.key]))
        if len(outside):
            raise GenerationError(f"no {parent.key} row has {name}={values.data[outside[0]]}")
        return rows
    held, order = world.keep(f"keys of {parent.key}.{name}", lambda: _held(world, parent.key, name))
    wanted = values.data if values.vocabulary is None else values.vocabulary[values.data]
    if values.null is not None:
        wanted = np.where(values.null, held[0], wanted)
    at = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
    missing = np.flatnonzero(held[at] != wanted) if len(held) else np.arange(len(wanted))
    if len(missing):
        raise GenerationError(f"no {parent.key} row has {name}={wanted[missing[0]]!r}")
    found: Index = order[at]
    return found


def _held(world: World, table: str, column: str) -> tuple[NDArray[Any], Index]:
    """All key values of a table in order, and the row of each. Meant for small tables: it holds a value a row."""
    cells = world.frame(table, 0, world.counts[table])[column]
    values = cells.data if cells.vocabulary is None else cells.vocabulary[cells.data]
    order = np.argsort(values, kind="stable").astype(np.int64)
    return values[order], order
