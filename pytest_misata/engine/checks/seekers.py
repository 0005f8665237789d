"""Which columns of a table are sought values for, and for which of its CHECKs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_misata.engine.checks.roles import roles_of
from pytest_misata.engine.checks.seeking import Seeker
from pytest_misata.engine.constraints import condition_of, parts_for, rules_for, setting_for
from pytest_misata.schema.checks import read_checks
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.uniqueness import unique_keys

if TYPE_CHECKING:
    from pytest_misata.engine.world import World


def seeker_for(world: World, table: TableConfig, column: Column) -> Seeker | None:
    """The seeker that changes a column; None where nothing is sought for it."""
    found = world.keep(f"seekers of {table.key}", lambda: _seekers(world, table))
    return next((seeker for seeker in found if column.name in seeker.free), None)


def _seekers(world: World, table: TableConfig) -> list[Seeker]:
    setting, unmade = setting_for(world.schema, table), rules_for(world, table).unmade
    if not unmade:
        return []
    readings = read_checks(table, world.schema.dialect)
    # Which parents a row has may depend on the columns that are to be changed: their keys are not read.
    foreign = {name for key in table.foreign_keys for name in key.columns}
    found = [(reading, condition_of(reading, setting)) for reading in readings]
    conditions = {r: one for r, one in found if one is not None and not foreign & set(one.columns)}
    wanted = [conditions[r] for r in dict.fromkeys(part.reading for part in unmade) if r in conditions]
    every = list(conditions.values())
    roles = roles_of(table, parts_for(world, table), setting) if wanted else None
    keyed = {name for unique in unique_keys(table) for name in unique}
    free = (roles.free - roles.lonely - keyed) if roles else frozenset()
    return [
        Seeker(world, table, tuple(one for one in every if names & set(one.columns)), tuple(sorted(names)))
        for names in _joined([set(one.columns) & free for one in wanted])
    ]


def _joined(sets: Sequence[set[str]]) -> list[set[str]]:
    """Sets that share an element made one."""
    result: list[set[str]] = []
    for names in filter(None, sets):
        apart = [other for other in result if not other & names]
        result = [*apart, names.union(*(other for other in result if other & names))]
    return result
