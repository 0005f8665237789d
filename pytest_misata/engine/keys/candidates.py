"""Which parents a foreign key may pick at all: those that meet the CHECKs and go with what other keys need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.of_table import ways_by_parents
from pytest_misata.engine.keys.groups import Groups, plain
from pytest_misata.engine.keys.narrowing import Comparison, comparisons, meeting
from pytest_misata.engine.keys.pairs import Partners, Stretch
from pytest_misata.engine.listing import few_values
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.keys import Pick, is_implied, is_optional, picks, referring
from pytest_misata.schema.uniqueness import is_checked, unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


def fitting_parents(world: World, table: TableConfig, pick: Pick) -> Index | None:
    """The rows that a key may pick, where those are not all of its parents. Raises GenerationError where none is."""
    found = fit(world, table, pick)
    if found is None:
        return None
    if not found.any() and world.counts[table.key] and not is_optional(table, pick.key):
        raise GenerationError(f"{why_none(world, table, pick)}; ask for more rows of {pick.key.parent}")
    return np.flatnonzero(found).astype(np.int64)


def fit(world: World, table: TableConfig, pick: Pick) -> Bool | None:
    """Which parents meet the CHECKs and leave the keys that pick later a parent that agrees; None where all do."""
    name = f"parents that fit {table.key}.{pick.key.columns}"
    return world.keep(name, lambda: _fitting(world, table, pick))


def _fitting(world: World, table: TableConfig, pick: Pick) -> Bool | None:
    count = world.counts[pick.key.parent]
    found = np.ones(count, dtype=np.bool_)
    met = meeting(world, table, pick) if table.checks else None
    found = found if met is None else met
    for name, values in pick.key.only.items():
        found &= np.isin(plain(world.run(pick.key.parent, 0, count)[name]), np.array([*values]))
    for later in _bound_by(world, table, pick):
        found &= _leaves_parents(world, table, pick, later)
    for ways in _asked_of(world, table, pick):
        left = found & np.any([_leaves_all(world, table, pick, way) for way in ways], axis=0)
        found = left if left.any() else found
    for columns in _parts_of_unique_keys(world, table, pick):
        found &= Groups(world, pick.key.parent, pick.parent_columns(columns), found).position(np.arange(count)) == 0
    return None if found.all() else found


def _leaves_all(world: World, table: TableConfig, pick: Pick, way: Sequence[Pick]) -> Bool:
    found: Bool = np.all([_leaves_parents(world, table, pick, later) for later in way], axis=0)
    return found


def _leaves_parents(world: World, table: TableConfig, pick: Pick, later: Pick) -> Bool:
    """Which parents leave one that agrees to a key that picks later."""
    beside = beside_parents(world, table, pick, later)
    if beside is not None:
        return beside.count > 0
    count = world.counts[pick.key.parent]
    shared = tuple(name for name in later.given if name in pick.own)
    run = world.run(pick.key.parent, 0, count)
    return parents_by(world, table, later, shared).find([run[name] for name in pick.parent_columns(shared)], count) >= 0


def _parts_of_unique_keys(world: World, table: TableConfig, pick: Pick) -> list[tuple[str, ...]]:
    """Columns of the key that a unique key tells rows apart by, and by which its parents are not told apart."""
    parent, parts = world.schema.table(pick.key.parent), []
    for unique in unique_keys(table):
        known = _told_by(world, table, unique)
        part = tuple(name for name in pick.key.columns if name in known)
        apart = any(set(other) <= set(pick.parent_columns(part)) for other in unique_keys(parent))
        own = [table.columns[name] for name in unique if name not in referring(table)]
        if set(pick.own) & set(unique) and not apart and all(few_values(world, table, column) for column in own):
            parts.append(part)
    return parts


def _told_by(world: World, table: TableConfig, unique: Sequence[str]) -> set[str]:
    """The columns of a unique key, and those that follow from them: the survey of a response, whatever its question."""
    known, size = set(unique), 0
    while size < len(known):
        size = len(known)
        for key in table.foreign_keys:
            names = {theirs for name, theirs in zip(key.columns, key.parent_columns, strict=True) if name in known}
            told = any(set(other) <= names for other in unique_keys(world.schema.table(key.parent)))
            known |= set(key.columns) if told and not is_optional(table, key) else set()
    return known


def _bound_by(world: World, table: TableConfig, pick: Pick) -> list[Pick]:
    """The keys that have to find a parent by columns which this one decides."""
    return [later for later in _after(world, table, pick) if not is_optional(table, later.key)]


def _asked_of(world: World, table: TableConfig, pick: Pick) -> list[list[list[Pick]]]:
    """The keys that may be NULL of which CHECKs ask for some, in each way to meet them; not before rows point back."""
    after = [later for later in _after(world, table, pick) if is_optional(table, later.key)]
    after = [later for later in after if not (later.key.deferred or later.key.checked_late)]
    if not any(is_checked(table, table.columns[name]) for later in after for name in later.own):
        return []
    asked = [[[one for one in after if way & {*one.own}] for way in ways] for ways in ways_by_parents(world, table)]
    return [ways for ways in asked if all(ways)]


def _after(world: World, table: TableConfig, pick: Pick) -> list[Pick]:
    """The keys that pick by columns which this one decides, or by a comparison with it, among what it leaves them."""
    every = picks(table)
    after = every[[other.key is pick.key for other in every].index(True) + 1 :]
    return [
        later
        for later in after
        if later.key.parent != table.key
        and (set(later.given) & set(pick.own) or _is_compared(world, table, later, pick))
        if not is_implied(world.schema, later.key, pick.key)
    ]


def _is_compared(world: World, table: TableConfig, later: Pick, pick: Pick) -> bool:
    return any(one.earlier is pick.key for one in compared_with(world, table, later.key))


def why_none(world: World, table: TableConfig, pick: Pick) -> str:
    """Why a key has no parent left."""
    where, met = f"{table.key}.{', '.join(pick.key.columns)}", meeting(world, table, pick)
    compared = [one for every in picks(table) for one in compared_with(world, table, every.key)]
    if met is not None and not met.any():
        about = [check for check in table.checks if any(name.lower() in check.sql.lower() for name in pick.own)]
    else:
        about = [one.part.reading.check for one in compared if pick.key in (one.earlier, one.later)]
    names = ", ".join(dict.fromkeys(check.name or f"({check.shown})" for check in about))
    if names:
        return f"{where}: no row of {pick.key.parent} meets CHECK {names}"
    if pick.key.only:
        told = " and ".join(f"{name} of {', '.join(map(str, values))}" for name, values in pick.key.only.items())
        return f"{where}: no row of {pick.key.parent} has a {told}"
    return f"{where}: no row of {pick.key.parent} goes with a row of the other tables that share its columns"


def parents_by(world: World, table: TableConfig, pick: Pick, columns: Sequence[str]) -> Groups:
    """The parents that a key may pick, by the values that they give to some columns of the key."""
    names = pick.parent_columns(columns)
    allowed = fit(world, table, pick)
    name = f"{pick.key.parent} by {names}" + (f" for {table.key}.{pick.key.columns}" if allowed is not None else "")
    return world.keep(name, lambda: Groups(world, pick.key.parent, names, allowed))


def compared_with(world: World, table: TableConfig, key: ForeignKey) -> list[Comparison]:
    """The CHECKs that compare a key with keys that pick before it."""
    if not table.checks or len(table.foreign_keys) < 2:
        return []
    every = world.keep(f"compared keys of {table.key}", lambda: comparisons(world, table))
    return [comparison for comparison in every if comparison.later is key]


def partners_of(
    world: World, table: TableConfig, pick: Pick, given: Sequence[str], compared: Sequence[Comparison]
) -> Partners:
    """The parents of a key in the order of what CHECKs compare, those that agree in the given columns together."""
    agreed, allowed = pick.parent_columns(given), fit(world, table, pick)
    checks = [(one.part.formula, one.earlier.columns) for one in compared]
    name = f"partners for {table.key}.{pick.key.columns} by {agreed} and {checks}"
    return world.keep(name, lambda: Partners(world, pick, agreed, compared, allowed))


def beside_parents(world: World, table: TableConfig, pick: Pick, later: Pick) -> Stretch | None:
    """For each parent of a key those that are right beside it for a later one that CHECKs compare with it."""
    compared = [one for one in compared_with(world, table, later.key) if one.earlier is pick.key]
    if not compared:
        return None
    count = world.counts[pick.key.parent]
    run = world.run(pick.key.parent, 0, count)
    shared = tuple(name for name in later.given if name in pick.own)
    others = {one.other: run[one.other_parent_column] for one in compared}
    cells = [run[name] for name in pick.parent_columns(shared)]
    return partners_of(world, table, later, shared, compared).beside(cells, others, count)
