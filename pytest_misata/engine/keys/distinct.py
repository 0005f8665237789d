"""How each unique key of a table is met, and how many rows it leaves room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.checks.stated import parts_for
from pytest_misata.engine.keys.candidates import (
    beside_parents,
    compared_with,
    fit,
    fitting_parents,
    parents_by,
    why_none,
)
from pytest_misata.engine.keys.combinations import Combination, Listed, is_product, most_listed, tied_among
from pytest_misata.engine.keys.digits import Digits, digits_of, is_enough
from pytest_misata.engine.keys.pairs import Pairs
from pytest_misata.engine.listing import few_values, first_values, most_values, short_codes
from pytest_misata.schema.config import Column, ForeignKey, TableConfig
from pytest_misata.schema.keys import Pick, is_optional, pick_of, picks, referring
from pytest_misata.schema.sql.predicates import columns
from pytest_misata.schema.uniqueness import carrier, holds_at_most, is_one_to_one, may_be_often_null, unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.world import World

_ROOMY = 16
"""Siblings are told apart by the parents they pick where there are this many for each of them."""
_ENOUGH = 16
"""Combinations for each row that leave no need for more columns of the key to take part."""
_GRID = 1_000_000
"""Combinations of numbers among which those are looked for that meet CHECKs."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows a unique key leaves room for."""

    columns: tuple[str, ...]
    rows: int
    comfortable: int
    """How many rows look natural: not each user is in each group."""
    exact: bool
    """Whether no more rows are possible."""
    reason: str = ""
    """Why no row is possible, where it is not for the key's size."""
    crude: bool = False
    """Whether a search may find more: one key is combined already, and for this one no parent is used twice."""


@dataclass(slots=True)
class Distinct:
    """What a table's unique keys ask of its foreign keys and lists of values."""

    combination: Combination | None = None
    pairs: Pairs | None = None
    siblings: list[ForeignKey] = field(default_factory=list)
    """Keys that pick another parent for each child of one owner."""
    apart: list[ForeignKey] = field(default_factory=list)
    """Keys that pick another parent for each row."""
    digits: list[Digits] = field(default_factory=list)
    """Pairs of columns that count the rows of a unique key."""
    plain: set[str] = field(default_factory=set)
    """Listed columns that other columns of their unique keys leave free."""
    limits: list[Limit] = field(default_factory=list)

    def limit(
        self,
        columns: Sequence[str],
        rows: int,
        *,
        comfortable: int | None = None,
        exact: bool = True,
        crude: bool = False,
    ) -> None:
        """Note how many rows a unique key leaves room for."""
        natural = rows if comfortable is None else comfortable
        self.limits.append(Limit(tuple(columns), rows, natural, exact, crude=crude))


def resolve(world: World, table: TableConfig) -> Distinct:
    """Find a way for each unique key of a table."""
    found, joint = Distinct(), []
    _without_parents(world, table, found)
    if found.limits:
        return found
    for unique in unique_keys(table):
        if _paired(world, table, unique, found):
            continue
        listed = _resolve(world, table, unique, found)
        if listed is not None:
            joint.append((unique, listed))
    # Lists of values leave the least choice, so they come first.
    for unique, listed in sorted(joint, key=lambda pair: not pair[1]):
        _jointly(world, table, unique, listed, found)
    return found


def _without_parents(world: World, table: TableConfig, found: Distinct) -> None:
    """Note that a table has no rows where CHECKs, or keys that share columns, leave a key of every row no parent."""
    names = [name for key in table.foreign_keys for name in key.columns]
    told = table.checks or any(key.only for key in table.foreign_keys)
    for pick in picks(table) if told or len(names) > len(set(names)) else ():
        narrowed = pick.own and pick.key.parent != table.key and not is_optional(table, pick.key)
        fitting = fit(world, table, pick) if narrowed and world.counts[pick.key.parent] else None
        if fitting is not None and not fitting.any():
            found.limits.append(Limit(pick.key.columns, 0, 0, exact=True, reason=why_none(world, table, pick)))


def _paired(world: World, table: TableConfig, unique: Sequence[str], found: Distinct) -> bool:
    """Meet a unique key by the pairs of two keys that a CHECK compares."""
    for pick in picks(table) if table.checks else ():
        compared = compared_with(world, table, pick.key)
        if len({id(one.earlier) for one in compared}) != 1 or found.pairs is not None:
            continue
        earlier = pick_of(table, compared[0].earlier)
        if compared_with(world, table, earlier.key) or not all(_is_told(world, one, unique) for one in (earlier, pick)):
            continue
        whole = set(unique) <= {*earlier.key.columns, *pick.key.columns}
        if whole and [one.op for one in compared] == ["<>"] and _is_roomy(world, table, earlier.key, pick, 1):
            continue
        beside, fitting = beside_parents(world, table, earlier, pick), fitting_parents(world, table, earlier)
        if beside is None or earlier.given or not set(pick.given) <= set(earlier.own):
            continue
        first = np.arange(world.counts[earlier.key.parent]) if fitting is None else fitting
        found.pairs = Pairs(world, table, compared[0], beside, first)
        found.plain |= {name for name in unique if few_values(world, table, table.columns[name])} - referring(table)
        found.limit(unique, found.pairs.capacity, comfortable=max(found.pairs.capacity // 2, 1))
        return True
    return False


def _is_told(world: World, pick: Pick, unique: Sequence[str]) -> bool:
    """Whether the columns of a unique key tell which parent a foreign key has."""
    names = set(pick.parent_columns(name for name in pick.key.columns if name in unique))
    parent = world.schema.table(pick.key.parent)
    return any(set(key) <= names for key in (*unique_keys(parent), pick.key.parent_columns))


def _is_roomy(world: World, table: TableConfig, owner: ForeignKey, pick: Pick, left_out: int = 0) -> bool:
    """Whether each of the owner's children finds a parent of its own: among many, or as none has more children.

    `left_out` are the parents that a CHECK leaves out for each of them.
    """
    if not owner.owner or pick.given:
        return False
    parents = _fitting(world, table, pick) - left_out
    mean = max(1, world.counts[table.key] // max(1, world.counts[owner.parent]))
    exact = owner.spread == "even" and owner.minimum == owner.per_parent
    most = owner.minimum if exact else owner.maximum
    if parents < _ROOMY * mean and (most is None or not mean <= most <= parents):
        return False
    owners = _fitting(world, table, pick_of(table, owner))
    return owner.inherits or world.spread(table, owner, owners).no_more_than(parents)


def _fitting(world: World, table: TableConfig, pick: Pick) -> int:
    """How many parents a key may pick from."""
    fitting = fit(world, table, pick)
    return world.counts[pick.key.parent] if fitting is None else int(fitting.sum())


def _resolve(world: World, table: TableConfig, unique: Sequence[str], found: Distinct) -> list[Listed] | None:
    """Meet a unique key by one column or one foreign key; where that cannot be, what lists of values it has."""
    own = [table.columns[name] for name in unique if name not in referring(table)]
    listed = _listed(world, table, own)
    listed = [] if _are_counted(world, table, unique, listed) else listed
    keys = _keys(table, unique)
    whole = [key for key in keys if set(unique) <= set(key.columns)]
    if any(column.generator is not None for column in own):
        return None
    grid = _grid(world, table, unique, own) if len(listed) < len(own) else []
    if grid:
        return grid
    if len(listed) < len(own):
        _carried(world, table, unique, found)
    elif whole:
        _one_to_one(world, table, unique, whole[0], found)
    elif not keys and len(listed) == 1:
        found.limit(unique, len(listed[0].values))
    else:
        return listed
    return None


def _listed(world: World, table: TableConfig, own: Sequence[Column]) -> list[Listed]:
    """The columns of few values, and short texts that tell rows apart together with all others of the key only."""
    tied = bool(tied_among(world, table, [column.name for column in own]))
    few = {column.name: few_values(world, table, column) for column in own}
    every = {name: values or short_codes(world, table, table.columns[name], tied=tied) for name, values in few.items()}
    taken = every if all(every.values()) else few
    most = most_listed(len(own)) if tied else None
    return [Listed(column, taken[column.name][:most]) for column in own if taken[column.name]]


def _are_counted(world: World, table: TableConfig, unique: Sequence[str], listed: Sequence[Listed]) -> bool:
    """Whether an owner's children can be counted by a column, which leaves another key with that owner free.

    `line_no BETWEEN 1 AND 50` beside `UNIQUE (order_id, sku)`, where no order has more lines.
    """
    owner = table.owner
    if owner is None or len(listed) != 1 or listed[0].column.type.kind != "integer":
        return False
    own = set(owner.telling)
    beside = [other for other in unique_keys(table) if own < set(other) and other != tuple(unique)]
    counts = own | {listed[0].column.name} == set(unique)
    return bool(counts and beside) and is_enough(world, table, len(listed[0].values), among_siblings=True)


def _keys(table: TableConfig, unique: Sequence[str]) -> list[ForeignKey]:
    """The foreign keys that decide columns of a unique key; the owner first."""
    return [pick.key for pick in picks(table) if set(pick.own) & set(unique)]


def _one_to_one(world: World, table: TableConfig, unique: Sequence[str], key: ForeignKey, found: Distinct) -> None:
    checked = any(name.lower() in check.sql.lower() for name in key.columns for check in table.checks)
    optional = is_optional(table, key) and may_be_often_null(table, key)
    if key.parent != table.key and (checked or not optional):
        fitting = fitting_parents(world, table, pick_of(table, key))
        if fitting is None or len(fitting) or not optional:
            found.limit(unique, world.counts[key.parent] if fitting is None else len(fitting))


def _grid(world: World, table: TableConfig, unique: Sequence[str], own: Sequence[Column]) -> list[Listed]:
    """Lists of values for whole numbers that CHECKs tie to each other in a way that none of them can follow alone."""
    ties = tied_among(world, table, [column.name for column in own])
    unmade = rules_for(world, table).unmade if ties else []
    whole = all(column.type.kind == "integer" and column.generator is None for column in own)
    if not whole or not any(part in unmade and is_product(world, table, part) for part in ties):
        return []
    names = {column.name for column in own}
    about = [set(columns(part.formula)) for part in parts_for(world, table)]
    if any(names & read and read - names for read in about):
        return []
    most = int(_GRID ** (1 / len(own)))
    if most ** len(own) < _ENOUGH * world.counts[table.key]:
        return []
    return [
        Listed(column, few_values(world, table, column) or first_values(world, table, column, most)) for column in own
    ]


def _carried(world: World, table: TableConfig, unique: Sequence[str], found: Distinct) -> None:
    own = [table.columns[name] for name in unique if name not in referring(table)]
    digits = digits_of(world, table, unique) if len(own) > 1 else None
    if digits is not None and not any(
        name in other for name in (digits.low.name, digits.high.name) for other in found.digits
    ):
        found.digits.append(digits)
        return
    name = carrier(table, unique)
    room = None if name is None else _room(world, table, table.columns[name])
    if room is None:
        return
    owner = table.owner
    scoped = owner is not None and set(owner.telling) <= set(unique)
    found.limit(unique, room * world.counts[owner.parent] if owner is not None and scoped else room, exact=False)


def _room(world: World, table: TableConfig, column: Column) -> int | None:
    values = few_values(world, table, column)
    if values:
        return len(values)
    rooms = [room for room in (most_values(world, table, column), holds_at_most(column)) if room is not None]
    return min(rooms, default=None)


def _jointly(world: World, table: TableConfig, unique: Sequence[str], listed: list[Listed], found: Distinct) -> None:
    """Meet a unique key by several foreign keys and lists of values together."""
    members = [pick for pick in picks(table) if any(pick.key is key for key in _keys(table, unique))]
    looped = [pick.key for pick in members if pick.key.parent == table.key]
    distinct = _distinct_among_siblings(world, table, members, listed, found)
    if looped or any(pick.key in found.apart or is_one_to_one(table, pick.key) for pick in members):
        # A chain: each row has the one before it for its parent.
        found.apart += [key for key in looped[:1] if key not in found.apart]
        found.plain |= {column.column.name for column in listed}
    elif distinct is not None:
        found.siblings.append(distinct)
    elif found.combination is None and not found.siblings and (listed or not members[0].given):
        _combine(world, table, unique, members, listed, found)
    else:
        found.plain |= {column.column.name for column in listed}
        _keep_apart(world, table, unique, members, found)


def _distinct_among_siblings(
    world: World, table: TableConfig, members: Sequence[Pick], listed: Sequence[Listed], found: Distinct
) -> ForeignKey | None:
    """The key that tells the children of an owner apart, where its parents are many."""
    owner = table.owner
    taken = found.combination is not None and owner is not None and owner in found.combination
    if owner is None or listed or taken or owner not in [pick.key for pick in members]:
        return None
    free = [pick for pick in members if pick.key is not owner]
    used = [*found.siblings, *(found.combination.keys if found.combination is not None else ())]
    free = [pick for pick in free if pick.key not in used and not is_one_to_one(table, pick.key)]
    return next((pick.key for pick in free if _is_roomy(world, table, owner, pick)), None)


def _combine(
    world: World, table: TableConfig, unique: Sequence[str], members: list[Pick], listed: list[Listed], found: Distinct
) -> None:
    chosen = _chosen(world, table, members, listed)
    shared = _shared(chosen)
    parents = [(pick, parents_by(world, table, pick, shared)) for pick in chosen]
    found.combination = Combination(world, table, unique, parents, listed, shared)
    capacity_ = found.combination.capacity
    found.limit(unique, capacity_, comfortable=capacity_ if listed else max(capacity_ // 2, min(capacity_, 1)))


def _chosen(world: World, table: TableConfig, members: list[Pick], listed: list[Listed]) -> list[Pick]:
    """As many of the keys as give combinations enough; those that go by columns decided elsewhere stay out."""
    chosen: list[Pick] = []
    size, decided = prod(len(column.values) for column in listed), set[str]()
    for pick in members:
        enough = size >= world.counts[table.key] * _ENOUGH and len(chosen) + len(listed) > 1
        if not enough and set(pick.given) <= decided and _joins(chosen, pick):
            chosen.append(pick)
            decided.update(pick.own)
            size *= max(1, world.counts[pick.key.parent])
    return chosen


def _joins(chosen: Sequence[Pick], pick: Pick) -> bool:
    """Whether a key shares with those chosen only what they all share with each other."""
    if not chosen:
        return True
    common = set(chosen[0].key.columns) & set(pick.key.columns)
    return all(set(other.key.columns) & set(pick.key.columns) == common for other in chosen) and (
        len(chosen) == 1 or common == set(_shared(chosen))
    )


def _shared(chosen: Sequence[Pick]) -> tuple[str, ...]:
    if len(chosen) < 2:
        return ()
    other = set(chosen[1].key.columns)
    return tuple(name for name in chosen[0].key.columns if name in other)


def _keep_apart(
    world: World, table: TableConfig, unique: Sequence[str], members: Sequence[Pick], found: Distinct
) -> None:
    """Another key is met by a combination already: this one by a foreign key that picks no parent twice."""
    combination = found.combination
    whole = [pick.key for pick in members if not pick.given] or [pick.key for pick in members]
    free = [key for key in whole if combination is None or key not in combination]
    free = [key for key in free if not key.owner] or free
    if not free and combination is not None:
        free = [key for key in whole if set(key.columns) <= set(combination.columns)]
        found.plain |= set(combination.listed) if free else set()
        found.combination = None if free else combination
    if not free:
        found.limit(unique, 1)
        return
    most = max(free, key=lambda key: world.counts[key.parent])
    found.apart.append(most)
    if not is_optional(table, most):
        fit = fitting_parents(world, table, pick_of(table, most))
        crude = len(members) > 1
        found.limit(unique, world.counts[most.parent] if fit is None else len(fit), crude=crude)
