"""Foreign keys that CHECKs want to be one of some others of the row: the winner is one of the two who played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.stated import about_keys
from pytest_misata.engine.checks.ways import atoms_of
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.keys import picks
from pytest_misata.schema.sql.predicates import Col, Compare, IsNull, Or, columns
from pytest_misata.schema.uniqueness import unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.world import World
    from pytest_misata.schema.sql.predicates import Predicate

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A key that has the parent of one of some other keys, and of none of `others`."""

    key: ForeignKey
    of: tuple[ForeignKey, ...]
    others: tuple[ForeignKey, ...]
    parts: tuple[Part, ...]


def alternative_of(world: World, table: TableConfig, key: ForeignKey) -> Alternative | None:
    """What a key is one of; None where no CHECK says that."""
    if not table.checks or len(table.foreign_keys) < 2:
        return None
    found = world.keep(f"alternatives of {table.key}", lambda: alternatives(world, table))
    return next((one for one in found if one.key is key), None)


def alternatives(world: World, table: TableConfig) -> list[Alternative]:
    """The keys of a table that are one of some others, by its CHECKs."""
    able, parts = _alone(table), about_keys(world, table)
    found: dict[str, Alternative] = {}
    for part in parts:
        for name, names in _choices(part.formula):
            keys = [able[other] for other in names if other in able]
            if name in found or name not in able or not _are_alike([able[name], *keys], 1 + len(names)):
                continue
            if able[name].owner or any(_hangs_on(other, name, parts, able, found) for other in names):
                continue
            apart = {other for one in parts if (other := _apart(one.formula, name))}
            apart = {other for other in apart & able.keys() if not _hangs_on(other, name, parts, able, found)}
            others = [able[other] for other in able if other in apart and _are_alike([able[name], able[other]], 2)]
            about = [one for one in parts if one is part or _apart(one.formula, name) in apart]
            found[name] = Alternative(able[name], tuple(keys), tuple(others), tuple(about))
            break
    return list(found.values())


def _alone(table: TableConfig) -> dict[str, ForeignKey]:
    """The columns that are a foreign key to another table each, in the order in which these pick."""
    told = {name for unique in unique_keys(table) if len(unique) == 1 for name in unique}
    own = [pick for pick in picks(table) if pick.own == pick.key.columns and len(pick.own) == 1]
    own = [pick for pick in own if pick.key.parent != table.key and not pick.key.deferred]
    return {pick.own[0]: pick.key for pick in own if pick.own[0] not in told}


def _are_alike(keys: Sequence[ForeignKey], count: int) -> bool:
    """Whether there are so many keys, all to the same parents by the same column."""
    return len(keys) == count and len({(key.parent, key.parent_columns) for key in keys}) == 1


def _hangs_on(
    other: str, name: str, parts: Sequence[Part], able: Mapping[str, ForeignKey], found: Mapping[str, Alternative]
) -> bool:
    """Whether a key picks by what another one has picked: it is one of some with that, or is compared with it later."""
    if other in found:
        return any(name in key.columns for key in (*found[other].of, *found[other].others))
    order = list(able)
    later = order.index(other) > order.index(name)
    return later and any({other, name} == set(columns(part.formula)) and _compares(part) for part in parts)


def _compares(part: Part) -> bool:
    return next(atoms_of(part.formula), None) is not None


def _choices(formula: Predicate) -> Iterator[tuple[str, list[str]]]:
    """The columns that a formula wants to be the same as one of some others, with those."""
    parts = formula.parts if isinstance(formula, Or) else ()
    equal = [part for part in parts if not isinstance(part, IsNull)]
    sides: list[tuple[str, str]] = []
    for part in equal:
        match part:
            case Compare("=", Col(left), Col(right)):
                sides.append((left, right))
            case _:
                return
    nulls = {part.term.name for part in parts if isinstance(part, IsNull) and isinstance(part.term, Col)}
    for name in sides[0] if len(sides) > 1 else ():
        if all(name in pair for pair in sides) and nulls <= {name}:
            yield name, [right if left == name else left for left, right in sides]


def _apart(formula: Predicate, name: str) -> str | None:
    """The column that a formula wants another one to differ from."""
    match formula:
        case Compare("<>", Col(left), Col(right)) if name in {left, right}:
            return right if left == name else left
    return None
