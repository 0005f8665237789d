"""Which columns of a table are sought values for, and for which of its CHECKs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_misata.engine.checks.determining import Determination
from pytest_misata.engine.checks.of_table import determination_for, rules_for
from pytest_misata.engine.checks.roles import roles_of
from pytest_misata.engine.checks.seeking import Seeker
from pytest_misata.engine.checks.stated import condition_of, parts_for, setting_for
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.checks import Reading, read_checks
from pytest_misata.schema.sql.evaluation import Condition
from pytest_misata.schema.uniqueness import unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.world import World


def seeker_for(world: World, table: TableConfig, column: Column) -> Seeker | None:
    """The seeker that changes a column; None where nothing is sought for it."""
    found = world.keep(f"seekers of {table.key}", lambda: _seekers(world, table))
    return next((seeker for seeker in found if column.name in seeker.free), None)


def _seekers(world: World, table: TableConfig) -> list[Seeker]:
    unmade = dict.fromkeys(part.reading for part in rules_for(world, table).unmade)
    conditions = _evaluable(world, table) if unmade else {}
    wanted = [condition for reading, condition in conditions.items() if reading in unmade]
    if not wanted:
        return []
    free, found = _changeable(world, table), determination_for(world, table)
    # What is made from determined columns is made after them, and not sought with them.
    after = [one for reading, one in conditions.items() if _is_after(reading, set(one.columns), found, world, table)]
    sets = [(set(one.columns) - (found.region if one in after else set())) & free for one in wanted]
    result = []
    for names in _joined([*sets, set(found.region & free)]):
        beside = not names & found.region
        about = [one for one in conditions.values() if names & set(one.columns) and (beside or one not in after)]
        own = tuple(one for one in found.columns if one.name in names)
        given = tuple(sorted(found.region)) if beside else ()
        result.append(Seeker(world, table, tuple(about), tuple(sorted(names)), own, given))
    return result


def _evaluable(world: World, table: TableConfig) -> dict[Reading, Condition]:
    """The CHECKs that can be evaluated.

    Which parents a row has may depend on the columns that are to be changed: CHECKs about their keys are left out.
    """
    setting = setting_for(world.schema, table)
    foreign = {name for key in table.foreign_keys for name in key.columns}
    found = [(reading, condition_of(reading, setting)) for reading in read_checks(table, world.schema.dialect)]
    return {reading: one for reading, one in found if one is not None and not foreign & set(one.columns)}


def _changeable(world: World, table: TableConfig) -> frozenset[str]:
    roles = roles_of(table, parts_for(world, table), setting_for(world.schema, table))
    return roles.free - roles.lonely - {name for unique in unique_keys(table) for name in unique}


def _is_after(reading: Reading, names: set[str], found: Determination, world: World, table: TableConfig) -> bool:
    """Whether a condition about some columns ties others to determined ones, and is met by making those."""
    if not names & found.names or names <= found.region:
        return False
    made = {id(part) for group in rules_for(world, table).groups for part in group.parts}
    about = [part for part in parts_for(world, table) if part.reading == reading]
    return all(id(part) in made or not found.is_about(part) for part in about)


def _joined(sets: Sequence[set[str]]) -> list[set[str]]:
    """Sets that share an element made one."""
    result: list[set[str]] = []
    for names in filter(None, sets):
        apart = [other for other in result if not other & names]
        result = [*apart, names.union(*(other for other in result if other & names))]
    return result
