"""Foreign keys: which parent a row picks, and the key values it takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.groups import Groups
from pytest_misata.engine.hashing import below, chance, draw
from pytest_misata.engine.kinds import Maker
from pytest_misata.engine.layout import Place
from pytest_misata.engine.listing import few_values
from pytest_misata.engine.permutation import permutation
from pytest_misata.engine.quantiles import power
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Column, ForeignKey, TableConfig
from pytest_misata.schema.keys import Pick, is_implied, is_optional, picks, referring
from pytest_misata.schema.uniqueness import is_one_to_one, unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_BRANCHES = 4
_CHAIN = 8
"""How many rows hang one after another in a table whose rows point at one other row of it each."""
_EXPONENT = {"even": 1, "skewed": 2, "heavy": 3}
"""The share of picks that go to the most popular part x of the parents is x**(1/exponent)."""


def foreign_key_maker(table: TableConfig, column: Column, key: ForeignKey) -> Maker:
    """Makes one column of a foreign key: the parent's value, or NULL at the key's `null_rate` or without any parent."""
    parent_column = key.parent_columns[key.columns.index(column.name)]

    def make(frame: Frame) -> Cells:
        if column.nullable and not frame.world.counts[key.parent]:
            return encode(column.type, [None] * len(frame))
        cells = frame.parent(key)[parent_column]
        cells = Cells(column.type, cells.data, cells.vocabulary, cells.null)
        return cells.where_not(without_parent(frame, key)) if column.nullable else cells

    return make


def pick_parents(frame: Frame, key: ForeignKey) -> Index:
    """A parent for each row: one that agrees with the columns that are there already, else as the table is laid out.

    Raises GenerationError where there is none.
    """
    world, table = frame.world, frame.table
    pick, distinct = world.pick(table, key), world.distinct(table)
    combination = distinct.combination
    if not pick.own:
        return _found(frame, pick)
    if distinct.pairs is not None and key in distinct.pairs:
        return distinct.pairs.parents(frame, key)
    if combination is not None and key in combination:
        return combination.parents(frame, key)
    if key.parent == table.key:
        return _earlier_rows(frame, pick)
    if not world.counts[key.parent]:
        raise GenerationError(f"{table.key}.{key.columns[0]} points at {key.parent}, which has no rows")
    if pick.given:
        return _agreeing(frame, pick)
    place = frame.place if key.owner else None
    if place is not None:
        return place.parent
    fit = fitting_parents(world, table, pick)
    return _free(frame, key, world.counts[key.parent]) if fit is None else fit[_free(frame, key, len(fit))]


def _free(frame: Frame, key: ForeignKey, parents: int) -> Index:
    """Popular parents more often, and distinct ones where a unique key asks for it."""
    distinct = frame.world.distinct(frame.table)
    if is_one_to_one(frame.table, key) or key in distinct.apart:
        return _each_its_own(frame, key, parents)
    if frame.place is not None and key in distinct.siblings:
        return _distinct(frame, key, frame.place, parents)
    popular = power(_EXPONENT[key.spread], parents * 2**16)(frame.draw(*key.columns, "pick")) >> 16
    popular = np.minimum(popular, parents - 1)
    return permutation(frame.world.key(frame.table.key, *key.columns, "popularity"), parents).forward(popular)


def _found(frame: Frame, pick: Pick) -> Index:
    """The parents that columns which are made in another way name."""
    key, cells = pick.key, [frame[column] for column in pick.key.columns]
    if len(cells) == 1:
        return find_rows(frame.world, key, cells[0])
    groups = parents_by(frame.world, frame.table, pick, key.columns)
    at = groups.find(cells, len(frame))
    lost = np.flatnonzero((at < 0) & ~_any_null(cells, len(frame)))
    if len(lost):
        values = ", ".join(
            f"{name}={one.take(lost[:1]).to_list()[0]!r}" for name, one in zip(key.columns, cells, strict=True)
        )
        raise GenerationError(f"{frame.table.key}: no {key.parent} row has {values}")
    return (
        groups.nth(np.maximum(at, 0), np.zeros(len(frame), dtype=np.int64))
        if len(groups)
        else np.zeros(len(frame), np.int64)
    )


def _any_null(cells: Sequence[Cells], rows: int) -> Bool:
    nulls = [column.null for column in cells if column.null is not None]
    return np.any(nulls, axis=0) if nulls else np.zeros(rows, dtype=np.bool_)


def parents_by(world: World, table: TableConfig, pick: Pick, columns: Sequence[str]) -> Groups:
    """The parents that a key may pick, by the values that they give to some columns of the key."""
    names = pick.parent_columns(columns)
    allowed = _fit(world, table, pick)
    name = f"{pick.key.parent} by {names}" + (f" for {table.key}.{pick.key.columns}" if allowed is not None else "")
    return world.keep(name, lambda: Groups(world, pick.key.parent, names, allowed))


def _agreeing(frame: Frame, pick: Pick) -> Index:
    """A parent among those that agree with what the row holds; any where none does, for the key is NULL there."""
    groups, at = parents_by(frame.world, frame.table, pick, pick.given), _group(frame, pick)
    lost = np.flatnonzero((at < 0) & ~_any_null([frame[name] for name in pick.given], len(frame)))
    if len(lost) and not is_optional(frame.table, pick.key):
        values = ", ".join(f"{name}={frame[name].take(lost[:1]).to_list()[0]!r}" for name in pick.given)
        raise GenerationError(f"{frame.table.key}: no {pick.key.parent} row has {values}")
    if not len(groups):
        return np.zeros(len(frame), dtype=np.int64)
    sizes = groups.sizes[np.maximum(at, 0)]
    if is_one_to_one(frame.table, pick.key) or pick.key in frame.world.distinct(frame.table).apart:
        number = _rank(frame, pick) % sizes
    else:
        number = below(frame.draw(*pick.key.columns, "pick"), sizes.view(np.uint64))
    return groups.nth(np.maximum(at, 0), number)


def _group(frame: Frame, pick: Pick) -> Index:
    """The group of parents that agree with each row, -1 where there is none."""

    def find() -> Index:
        groups = parents_by(frame.world, frame.table, pick, pick.given)
        return groups.find([frame[name] for name in pick.given], len(frame))

    return frame.keep(("group", pick.key.columns), find)


def _rank(frame: Frame, pick: Pick) -> Index:
    """The place of each row among those of its table that choose from the same parents."""
    name = f"{frame.table.key} by its own {pick.given}"
    own = frame.world.keep(name, lambda: Groups(frame.world, frame.table.key, pick.given))
    return np.maximum(own.position(frame.rows), 0)


def _fit(world: World, table: TableConfig, pick: Pick) -> Bool | None:
    """Which parents leave the keys that pick later a parent that agrees; None where all do."""
    name = f"parents that fit {table.key}.{pick.key.columns}"
    return world.keep(name, lambda: _fitting(world, table, pick))


def _fitting(world: World, table: TableConfig, pick: Pick) -> Bool | None:
    count = world.counts[pick.key.parent]
    fit = np.ones(count, dtype=np.bool_)
    for later in _bound_by(world, table, pick):
        shared = tuple(name for name in later.given if name in pick.own)
        run = world.run(pick.key.parent, 0, count)
        cells = [run[name] for name in pick.parent_columns(shared)]
        fit &= parents_by(world, table, later, shared).find(cells, count) >= 0
    for columns in _parts_of_unique_keys(world, table, pick):
        fit &= Groups(world, pick.key.parent, pick.parent_columns(columns), fit).position(np.arange(count)) == 0
    if fit.all():
        return None
    if not fit.any():
        raise GenerationError(
            f"{table.key}: no row of {pick.key.parent} goes with a row of the other tables that share its columns; "
            "ask for more rows"
        )
    return fit


def _parts_of_unique_keys(world: World, table: TableConfig, pick: Pick) -> list[tuple[str, ...]]:
    """Columns of the key that a unique key tells rows apart by, and by which its parents are not told apart."""
    parent, parts = world.schema.table(pick.key.parent), []
    for unique in unique_keys(table):
        part = tuple(name for name in pick.key.columns if name in unique)
        apart = any(set(other) <= set(pick.parent_columns(part)) for other in unique_keys(parent))
        own = [table.columns[name] for name in unique if name not in referring(table)]
        if set(pick.own) & set(unique) and not apart and all(few_values(world, table, column) for column in own):
            parts.append(part)
    return parts


def fitting_parents(world: World, table: TableConfig, pick: Pick) -> Index | None:
    """The rows of the parents that a key may pick, where those are not all."""
    fit = _fit(world, table, pick)
    return None if fit is None else np.flatnonzero(fit).astype(np.int64)


def _bound_by(world: World, table: TableConfig, pick: Pick) -> list[Pick]:
    """The keys that have to find a parent by columns which this one decides."""
    every = picks(table)
    after = every[[other.key is pick.key for other in every].index(True) + 1 :]
    return [
        later
        for later in after
        if set(later.given) & set(pick.own) and later.key.parent != table.key
        if not is_optional(table, later.key) and not is_implied(world.schema, later.key, pick.key)
    ]


def without_parent(frame: Frame, key: ForeignKey) -> Bool | None:
    """Rows that point at nothing: a share of them, those that no parent is left for, and first rows of trees."""
    return frame.keep(("without", key.columns, key.parent), lambda: _without_parent(frame, key))


def _without_parent(frame: Frame, key: ForeignKey) -> Bool | None:
    parts = [part for part in (_alone(frame, key), left_without(frame, key)) if part is not None]
    return np.any(parts, axis=0) if parts else None


def left_without(frame: Frame, key: ForeignKey) -> Bool | None:
    """Rows that no parent is left for."""
    parts = [part for part in (_left_over(frame, key), _rootless(frame, key)) if part is not None]
    return np.any(parts, axis=0) if parts else None


def _alone(frame: Frame, key: ForeignKey) -> Bool | None:
    if not key.null_rate:
        return None
    return chance(frame.draw(*key.columns, "null"), key.null_rate.numerator, key.null_rate.denominator)


def _left_over(frame: Frame, key: ForeignKey) -> Bool | None:
    """Rows beyond the parents, where each takes one of its own, and rows that agree with none."""
    if key.parent == frame.table.key or not is_optional(frame.table, key):
        return None
    pick = frame.world.pick(frame.table, key)
    own = is_one_to_one(frame.table, key) or key in frame.world.distinct(frame.table).apart
    if pick.given and pick.own:
        groups, at = parents_by(frame.world, frame.table, pick, pick.given), _group(frame, pick)
        crowded = _rank(frame, pick) >= groups.sizes[np.maximum(at, 0)] if own and len(groups) else False
        return (at < 0) | crowded
    fit = fitting_parents(frame.world, frame.table, pick)
    parents = frame.world.counts[key.parent] if fit is None else len(fit)
    return frame.rows >= parents if own else None


def _rootless(frame: Frame, key: ForeignKey) -> Bool | None:
    """The first row of each tree of a table that points at itself."""
    if key.parent != frame.table.key or not is_optional(frame.table, key):
        return None
    rows = _earlier_rows(frame, frame.world.pick(frame.table, key))
    return rows == frame.rows if key.null_rate or _is_chain(frame, key) else None


def _is_chain(frame: Frame, key: ForeignKey) -> bool:
    return is_one_to_one(frame.table, key) or key in frame.world.distinct(frame.table).apart


def _earlier_rows(frame: Frame, pick: Pick) -> Index:
    """Parents in the same table: always an earlier row, so that there are no cycles; the first row's is itself.

    Picked from the first quarter of the earlier rows, which makes trees of some log4(rows) levels; where a row may
    be the parent of one other only, they hang one after another.
    """
    key, position = pick.key, frame.rows
    groups = at = None
    if pick.given:
        groups, at = parents_by(frame.world, frame.table, pick, pick.given), _group(frame, pick)
        position = groups.position(frame.rows)
    if _is_chain(frame, key):
        # Where none can be without, a row that begins a chain would take its own follower's place.
        begins = position % _CHAIN == 0 if is_optional(frame.table, key) else True
        earlier = np.where(begins, position, position - 1)
    else:
        reach = np.maximum((position + 3) // _BRANCHES, 1)
        earlier = np.minimum(below(frame.draw(*key.columns, "pick"), reach.view(np.uint64)), position)
    if groups is None or at is None:
        return earlier
    return np.where(at < 0, frame.rows, groups.nth(np.maximum(at, 0), np.maximum(earlier, 0)))


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
    if frame.place is None or key not in frame.world.distinct(table).siblings:
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
