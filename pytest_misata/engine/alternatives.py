"""Foreign keys that CHECKs want to be one of some others of the row: the winner is one of the two who played."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.constraints import about_keys, rules_for
from pytest_misata.engine.hashing import below
from pytest_misata.schema.config import ForeignKey, TableConfig
from pytest_misata.schema.keys import Pick, is_optional, picks
from pytest_misata.schema.uniqueness import unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.frame import Frame
    from pytest_misata.engine.world import World
    from pytest_misata.schema.predicates import Predicate

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
    from pytest_misata.schema.predicates import columns

    if other in found:
        return any(name in key.columns for key in (*found[other].of, *found[other].others))
    order = list(able)
    later = order.index(other) > order.index(name)
    return later and any({other, name} == set(columns(part.formula)) and _compares(part) for part in parts)


def _compares(part: Part) -> bool:
    from pytest_misata.engine.checks.ways import atoms_of

    return next(atoms_of(part.formula), None) is not None


def _choices(formula: Predicate) -> Iterator[tuple[str, list[str]]]:
    """The columns that a formula wants to be the same as one of some others, with those."""
    from pytest_misata.schema.predicates import Col, Compare, IsNull, Or

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
    from pytest_misata.schema.predicates import Col, Compare

    match formula:
        case Compare("<>", Col(left), Col(right)) if name in {left, right}:
            return right if left == name else left
    return None


def one_of(frame: Frame, pick: Pick, alternative: Alternative, usual: Index) -> Index:
    """The parent of one of the other keys of each row, any of those that may be; the usual one where none is."""
    from pytest_misata.engine.references import without_parent

    rows = np.stack([frame.parent_rows(key) for key in alternative.of])
    open_ = np.stack([_is_there(frame, key, pick.key, without_parent) for key in alternative.of])
    for key in alternative.others:
        open_ &= rows != frame.parent_rows(key)
    count = open_.sum(axis=0)
    number = below(frame.draw(*pick.key.columns, "one of"), np.maximum(count, 1).astype(np.uint64))
    chosen = np.argmax(np.cumsum(open_, axis=0) > number, axis=0)
    return np.where(count > 0, rows[chosen, np.arange(len(frame))], usual)


def _is_there(
    frame: Frame, key: ForeignKey, asking: ForeignKey, without_parent: Callable[[Frame, ForeignKey], Bool | None]
) -> NDArray[np.bool_]:
    """Where a key has a parent; where CHECKs tie its NULLs to those of the key that asks, as it would have without."""
    there = np.ones(len(frame), dtype=np.bool_)
    if not is_optional(frame.table, key):
        return there
    group = rules_for(frame.world, frame.table).group(key.columns[0])
    tied = group is not None and asking.columns[0] in group.columns
    null = without_parent(frame, key) if tied else frame[key.columns[0]].null
    return there if null is None else ~null
