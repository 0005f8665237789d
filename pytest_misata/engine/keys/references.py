"""Foreign keys: which parent a row picks, and the key values it takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.draws.hashing import below, chance, draw
from pytest_misata.engine.draws.permutation import permutation
from pytest_misata.engine.frame import Frame
from pytest_misata.engine.keys.alternatives import alternative_of
from pytest_misata.engine.keys.candidates import compared_with, fit, fitting_parents, parents_by, partners_of
from pytest_misata.engine.keys.groups import Groups
from pytest_misata.engine.keys.layout import Place
from pytest_misata.engine.keys.one_of import one_of
from pytest_misata.engine.keys.own_parts import is_to_own_part, own_parts
from pytest_misata.engine.keys.pairs import Stretch
from pytest_misata.engine.keys.popularity import by_popularity
from pytest_misata.engine.kinds.registry import Maker
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Column, ForeignKey, TableConfig
from pytest_misata.schema.keys import Pick, is_optional
from pytest_misata.schema.uniqueness import is_one_to_one, may_be_often_null

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]

_BRANCHES = 4
_CHAIN = 8
"""How many rows hang one after another in a table whose rows point at one other row of it each."""


def foreign_key_maker(table: TableConfig, column: Column, key: ForeignKey) -> Maker:
    """Makes one column of a foreign key: the parent's value, or NULL at the key's `null_rate` or without any parent."""
    parent_column = key.parent_columns[key.columns.index(column.name)]

    def make(frame: Frame) -> Cells:
        if column.nullable and not frame.world.counts[key.parent]:
            return encode(column.type, [None] * len(frame))
        cells = frame.parent(key)[parent_column]
        # SQLite lets a key of numbers refer to texts: what is kept is the parent's then.
        type_ = column.type if column.type.is_text == cells.type.is_text else cells.type
        cells = Cells(type_, cells.data, cells.vocabulary, cells.null)
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
    if not len(frame.rows):
        return np.empty(0, dtype=np.int64)
    if not world.counts[key.parent]:
        raise GenerationError(f"{table.key}.{key.columns[0]} points at {key.parent}, which has no rows")
    if is_to_own_part(world, table, key):
        own = own_parts(frame, key)
        return np.where(own < 0, 0 if is_optional(table, key) else _usual(frame, pick), own)
    alternative = alternative_of(world, table, key)
    if alternative is not None:
        return one_of(frame, pick, alternative, _usual(frame, pick), without_parent)
    if compared_with(world, table, key):
        return _compared(frame, pick)
    if pick.given:
        return _agreeing(frame, pick)
    if key.in_turn:
        turns = world.turns(table, key)
        return turns.place(frame.rows).parent if turns is not None else _usual(frame, pick)
    place = frame.place if key.owner else None
    return place.parent if place is not None else _usual(frame, pick)


def _usual(frame: Frame, pick: Pick) -> Index:
    """Any of the parents that fit."""
    fit = fitting_parents(frame.world, frame.table, pick)
    if fit is None:
        return _free(frame, pick.key, frame.world.counts[pick.key.parent])
    if not len(fit):
        # The key is NULL in all rows.
        return np.zeros(len(frame), dtype=np.int64)
    return fit[_free(frame, pick.key, len(fit))]


def _free(frame: Frame, key: ForeignKey, parents: int) -> Index:
    """Popular parents more often, and distinct ones where a unique key asks for it."""
    distinct = frame.world.distinct(frame.table)
    if _takes_one_each(frame, key):
        return _each_its_own(frame, key, parents)
    if frame.place is not None and key in distinct.siblings:
        return _distinct(frame, key, frame.place, parents)
    popular = by_popularity(key.spread, parents, frame.draw(*key.columns, "pick"))
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


def _agreeing(frame: Frame, pick: Pick) -> Index:
    """A parent among those that agree with what the row holds; any where none does, for the key is NULL there."""
    groups, at = parents_by(frame.world, frame.table, pick, pick.given), _group(frame, pick)
    lost = np.flatnonzero((at < 0) & ~_any_null([frame[name] for name in pick.given], len(frame)))
    loose = set(pick.given) <= set(pick.key.agreeing)
    if len(lost) and not loose and not is_optional(frame.table, pick.key):
        values = ", ".join(f"{name}={frame[name].take(lost[:1]).to_list()[0]!r}" for name in pick.given)
        raise GenerationError(f"{frame.table.key}: no {pick.key.parent} row has {values}")
    if not len(groups):
        return np.zeros(len(frame), dtype=np.int64)
    sizes = groups.sizes[np.maximum(at, 0)]
    if _takes_one_each(frame, pick.key):
        number = _rank(frame, pick) % sizes
    else:
        number = below(frame.draw(*pick.key.columns, "pick"), sizes.view(np.uint64))
    found = groups.nth(np.maximum(at, 0), number)
    if len(lost) and loose:
        # No constraint asks for agreement: a team without players has its goals scored by others.
        found[lost] = _usual(frame, pick)[lost]
    return found


def _compared(frame: Frame, pick: Pick) -> Index:
    """The usual parent where it stands right to those of other keys of the row, else another one that does.

    Raises GenerationError where there is none.
    """
    key, beside, distinct = pick.key, beside_others(frame, pick), frame.world.distinct(frame.table)
    count = beside.count
    if frame.place is not None and key in distinct.siblings:
        start = _start(frame, key, frame.place, frame.world.counts[key.parent])
        _require_others(frame, pick, frame.place.number + 1, count)
        return beside.nth((start + frame.place.number) % np.maximum(count, 1))
    _require_others(frame, pick, np.ones(len(frame), dtype=np.int64), count)
    usual = _of_its_own(frame, pick) if _takes_one_each(frame, key) else None
    if usual is None:
        usual = np.full(len(frame), -1) if pick.given else _usual(frame, pick)
        other = below(frame.draw(*key.columns, "other"), np.maximum(count, 1).view(np.uint64))
        return np.where((usual >= 0) & beside.holds(usual), usual, beside.nth(other))
    return usual


def _of_its_own(frame: Frame, pick: Pick) -> Index:
    """A parent that no other row has: that of the next row's other key, where each row has another one there."""
    earlier = compared_with(frame.world, frame.table, pick.key)[0].earlier
    if earlier.parent == pick.key.parent and _takes_one_each(frame, earlier):
        rows = (frame.rows + 1) % frame.world.counts[frame.table.key]
        return Frame(frame.world, frame.table, rows).parent_rows(earlier)
    return _usual(frame, pick)


def _takes_one_each(frame: Frame, key: ForeignKey) -> bool:
    return is_one_to_one(frame.table, key) or key in frame.world.distinct(frame.table).apart


def _require_others(frame: Frame, pick: Pick, needed: Index, count: Index) -> None:
    table, key = frame.table, pick.key
    lacking = np.flatnonzero(count < needed)
    if not len(lacking) or is_optional(table, key):
        return
    names = ", ".join(dict.fromkeys(one.part.reading.name for one in compared_with(frame.world, table, key)))
    row, wanted, there = (int(values[lacking[0]]) for values in (frame.rows, needed, count))
    raise GenerationError(
        f"{table.key}.{key.columns[0]}: row {row + 1:,} needs {wanted:,} rows of {key.parent} that meet CHECK {names}, "
        f"and there are {there:,}; ask for fewer {table.key} or more {key.parent}"
    )


def beside_others(frame: Frame, pick: Pick) -> Stretch:
    """The parents of each row that stand right to those of the keys picked before."""

    def find() -> Stretch:
        compared = compared_with(frame.world, frame.table, pick.key)
        others = {one.other: frame.parent(one.earlier)[one.other_parent_column] for one in compared}
        partners = partners_of(frame.world, frame.table, pick, pick.given, compared)
        return partners.beside([frame[name] for name in pick.given], others, len(frame))

    return frame.keep(("beside", pick.key.columns), find)


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
    pick, own = frame.world.pick(frame.table, key), _takes_one_each(frame, key)
    if is_to_own_part(frame.world, frame.table, key):
        return own_parts(frame, key) < 0
    if alternative_of(frame.world, frame.table, key) is not None:
        return None
    if compared_with(frame.world, frame.table, key):
        return ~beside_others(frame, pick).holds(frame.parent_rows(key))
    if pick.given and pick.own:
        groups, at = parents_by(frame.world, frame.table, pick, pick.given), _group(frame, pick)
        crowded = _rank(frame, pick) >= groups.sizes[np.maximum(at, 0)] if own and len(groups) else False
        return (at < 0) | crowded
    fitting = fitting_parents(frame.world, frame.table, pick)
    parents = frame.world.counts[key.parent] if fitting is None else len(fitting)
    return frame.rows >= parents if own or not parents else None


def _rootless(frame: Frame, key: ForeignKey) -> Bool | None:
    """The first row of each tree of a table that points at itself."""
    if key.parent != frame.table.key or not is_optional(frame.table, key):
        return None
    pick = frame.world.pick(frame.table, key)
    rows, narrowed = _earlier_rows(frame, pick), fit(frame.world, frame.table, pick) is not None
    return rows == frame.rows if key.null_rate or narrowed or _takes_one_each(frame, key) else None


def _earlier_rows(frame: Frame, pick: Pick) -> Index:
    """Parents in the same table: always an earlier row, so that there are no cycles; the first row's is itself.

    Picked from the first quarter of the earlier rows, which makes trees of some log4(rows) levels; where a row may
    be the parent of one other only, they hang one after another.
    """
    key, position = pick.key, frame.rows
    groups = at = None
    if pick.given or fit(frame.world, frame.table, pick) is not None:
        groups, at = parents_by(frame.world, frame.table, pick, pick.given), _group(frame, pick)
        position = groups.before(at, frame.rows)
    if _takes_one_each(frame, key):
        earlier = np.where(_begins_chain(frame.table, key, position), position, position - 1)
    else:
        reach = np.maximum((position + 3) // _BRANCHES, 1)
        earlier = np.minimum(below(frame.draw(*key.columns, "pick"), reach.view(np.uint64)), position)
    if groups is None or at is None:
        return earlier
    if not len(groups):
        return frame.rows
    # A row that begins a chain is its own parent, whether or not it is one that others may have.
    alone = (at < 0) | (position == 0) | (earlier >= groups.sizes[np.maximum(at, 0)])
    return np.where(alone, frame.rows, groups.nth(np.maximum(at, 0), np.where(alone, 0, earlier)))


def _begins_chain(table: TableConfig, key: ForeignKey, position: Index) -> Bool:
    """Where rows begin a chain: all of them, some, or the first alone where NULLs are taken for equal."""
    if not is_optional(table, key):
        # A row that begins a chain would take its own follower's place.
        return np.ones(len(position), dtype=np.bool_)
    begins: Bool = position % _CHAIN == 0 if may_be_often_null(table, key) else position == 0
    return begins


def _each_its_own(frame: Frame, key: ForeignKey, parents: int) -> Index:
    """A parent of its own for every row; rows beyond the parents have none."""
    own = permutation(frame.world.key(frame.table.key, *key.columns, "own"), parents)
    return own.forward(frame.rows % parents)


def _distinct(frame: Frame, key: ForeignKey, place: Place, parents: int) -> Index:
    """The n-th child of an owner picks the n-th of a row of parents that begins at a place by popularity."""
    if len(place.number) and int(place.number.max()) >= parents:
        raise GenerationError(
            f"{frame.table.key}.{key.columns[0]}: one {frame.table.owner.parent if frame.table.owner else ''} row has "
            f"{int(place.number.max()) + 1:,} children, each with a {key.parent} row of its own, and there are only "
            f"{parents:,}; ask for fewer {frame.table.key} or more {key.parent}"
        )
    start = _start(frame, key, place, parents)
    shuffled = permutation(frame.world.key(frame.table.key, *key.columns, "popularity"), parents)
    return shuffled.forward((start + place.number) % parents)


def _start(frame: Frame, key: ForeignKey, place: Place, parents: int) -> Index:
    """The place by popularity at which the parents of each row's siblings begin."""
    return by_popularity(
        key.spread, parents, draw(frame.world.key(frame.table.key, *key.columns, "start"), place.parent)
    )


def find_rows(world: World, key: ForeignKey, values: Cells) -> Index:
    """The parents' rows that hold these key values; NULL gives row 0."""
    parent = world.schema.table(key.parent)
    name = key.parent_columns[0]
    generator = parent.column(name).generator
    if generator is not None and generator.kind == "serial" and not world.pins.states(parent.key, name):
        step = int(generator.options.get("step", 1))
        rows, rest = np.divmod(values.data - int(generator.options.get("start", 1)), step)
        rows = rows if values.null is None else np.where(values.null, 0, rows)
        rest = rest if values.null is None else np.where(values.null, 0, rest)
        outside = np.flatnonzero((rows < 0) | (rows >= world.counts[parent.key]) | (rest != 0))
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
        lost = values.take(missing[:1]).to_list()[0]
        raise GenerationError(f"no {parent.key} row has {name}={lost!r}")
    found: Index = order[at]
    return found


def rows_named(frame: Frame, key: ForeignKey) -> Index:
    """The parent's row that the columns of a key name; row 0 where one is NULL, -1 where there is no such row."""
    world, cells = frame.world, [frame[name] for name in key.columns]
    name = f"{key.parent} by {key.parent_columns}"
    groups = world.keep(name, lambda: Groups(world, key.parent, key.parent_columns))
    at = groups.find(cells, len(frame))
    void = _any_null(cells, len(frame))
    rows = groups.nth(np.maximum(at, 0), np.zeros(len(frame), dtype=np.int64)) if len(groups) else np.zeros_like(at)
    return np.where(void, 0, np.where(at < 0, -1, rows))


def _held(world: World, table: str, column: str) -> tuple[NDArray[Any], Index]:
    """All key values of a table in order, and the row of each. Meant for small tables: it holds a value a row."""
    cells = world.frame(table, 0, world.counts[table])[column]
    values = cells.data if cells.vocabulary is None else cells.vocabulary[cells.data]
    order = np.argsort(values, kind="stable").astype(np.int64)
    return values[order], order
