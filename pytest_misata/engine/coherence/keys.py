"""Keys held against generated rows: unique ones, and foreign ones. A key's values are compared by 64-bit hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells
from pytest_misata.engine.coherence.conditions import true
from pytest_misata.engine.coherence.folds import frames
from pytest_misata.engine.draws.hashing import draw, make_key
from pytest_misata.engine.frame import Frame
from pytest_misata.schema.config import ForeignKey, TableConfig, UniqueIndex
from pytest_misata.schema.rules import Condition
from pytest_misata.schema.sql.checks import parse_condition, read_tree
from pytest_misata.schema.sql.predicates import Unknown, walk

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
U64 = NDArray[np.uint64]
Bool = NDArray[np.bool_]

_KEY = make_key(0, "coherence")


def unique_keys_of(table: TableConfig, dialect: str | None) -> Iterator[tuple[str, tuple[str, ...], Condition | None]]:
    """Each unique key over columns: what it is called, its columns, and which rows come under it."""
    if table.primary_key:
        yield "PRIMARY KEY", table.primary_key, None
    for unique in table.uniques:
        yield "UNIQUE", unique, None
    for index in table.unique_indexes:
        condition = _condition(table, index, dialect)
        if all(index.columns) and (index.where is None) == (condition is None):
            yield "UNIQUE", index.expressions, condition


def _condition(table: TableConfig, index: UniqueIndex, dialect: str | None) -> Condition | None:
    """The condition of a partial index; None where there is none, or it is not understood."""
    tree = parse_condition(index.where, dialect) if index.where else None
    if tree is None:
        return None
    predicate = read_tree(tree, tuple(table.columns), dialect)
    return None if any(isinstance(part, Unknown) for part in walk(predicate)) else Condition(predicate)


def doubles(world: World, table: TableConfig, names: Sequence[str], condition: Condition | None) -> Index:
    """The rows whose values another row, an earlier one or a later, has too; NULLs are unlike each other."""
    rows, found = [], []
    for frame in frames(world, table.key):
        counts = _complete(frame, names)
        if condition is not None:
            counts &= true(condition, frame)
        rows.append(frame.rows[counts])
        found.append(hashed([frame[name] for name in names])[counts])
    values, every = np.concatenate([np.empty(0, np.uint64), *found]), np.concatenate([np.empty(0, np.int64), *rows])
    order = np.argsort(values, kind="stable")
    alike = values[order][1:] == values[order][:-1]
    either = np.zeros(len(values), dtype=np.bool_)
    either[order[1:]] |= alike
    either[order[:-1]] |= alike
    return every[either]


def written(table: TableConfig, key: ForeignKey) -> ForeignKey:
    """A key with the columns that the database has it by, without those in which its parent agrees besides."""
    pairs = zip(key.columns, key.parent_columns, strict=True)
    kept = [pair for pair in pairs if pair[0] not in key.agreeing and not table.columns[pair[0]].implied]
    columns, parent_columns = zip(*kept, strict=True)
    return replace(key, columns=columns, parent_columns=parent_columns)


def orphans(world: World, table: TableConfig, key: ForeignKey) -> Index:
    """The rows that point at no row of the parent."""
    parents = _sorted_hashes(world, key.parent, key.parent_columns)
    lost = [np.empty(0, np.int64)]
    for frame in frames(world, table.key):
        wanted = hashed([frame[name] for name in key.columns])
        at = np.searchsorted(parents, wanted)
        there = at < len(parents)
        there[there] = parents[at[there]] == wanted[there]
        lost.append(frame.rows[~there & _complete(frame, key.columns)])
    return np.concatenate(lost)


def _sorted_hashes(world: World, table: str, names: Sequence[str]) -> U64:
    parts = [hashed([frame[name] for name in names]) for frame in frames(world, table)]
    return np.sort(np.concatenate([np.empty(0, np.uint64), *parts]))


def _complete(frame: Frame, names: Sequence[str]) -> Bool:
    """The rows in which no column of a key is NULL."""
    found = np.ones(len(frame), dtype=np.bool_)
    for name in names:
        null = frame[name].null
        found &= True if null is None else ~null
    return found


def hashed(columns: Sequence[Cells]) -> U64:
    """64 bits for the values of several columns of each row, equal where these are equal, within this process."""
    result: U64 = np.zeros(len(columns[0]), dtype=np.uint64)
    for cells in columns:
        result = draw(_KEY, result + draw(_KEY, _bits(cells)))
    return result


def _bits(cells: Cells) -> U64:
    if cells.vocabulary is not None:
        bits: Index = _hashes(cells.vocabulary)[cells.data]
    else:
        bits = _hashes(cells.data) if cells.data.dtype == object else cells.data.astype(np.int64)
    return bits.view(np.uint64)


def _hashes(values: NDArray[np.object_]) -> Index:
    return np.array([hash(value) if value.__hash__ else hash(repr(value)) for value in values], dtype=np.int64)
