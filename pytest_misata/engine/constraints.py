"""CHECK constraints in the engine: columns that are made to meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.choosing import absent_by_way, way_of
from pytest_misata.engine.checks.following import behind, following_of
from pytest_misata.engine.checks.loosening import loosened
from pytest_misata.engine.checks.making import Joint
from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.checks.seekers import seeker_for
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.engine.checks.single import within
from pytest_misata.engine.checks.stated import setting_for
from pytest_misata.engine.checks.usual import usual_for
from pytest_misata.engine.kinds.registry import Maker, Site
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.uniqueness import is_checked

if TYPE_CHECKING:
    from pytest_misata.engine.checks.rules import Group
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.world import World

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


def constrained(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """A column without a generator of its own, made so that its table's CHECKs are met. Raises SchemaError.

    `make` is what the column would be without them, and is returned where none of them is about it.
    """
    if not _matters(table, column):
        return make

    make, seeker = _solved(world, table, column, make), seeker_for(world, table, column)
    return make if seeker is None else seeker.maker(column, make)


def _solved(world: World, table: TableConfig, column: Column, make: Maker) -> Maker:
    """The column made so that those CHECKs are met that are understood."""
    rules, setting = rules_for(world, table), setting_for(world.schema, table)
    site = Site(world, table, column)
    group = rules.group(column.name)
    if table.foreign_key(column.name) is not None:
        make = absent_by_way(site, make, group, setting) if group is not None else make
        return loosened(world, table, column, make)
    following = following_of(world, table, column.name)
    if following is not None:
        return behind(site, following, make)
    if group is not None:
        return _jointly(world, table, column, group, setting)
    domain = rules.domains.get(column.name)
    return make if domain is None else within(site, domain, setting)


def _jointly(world: World, table: TableConfig, column: Column, group: Group, setting: Setting) -> Maker:
    """A column of a group: usual values where the row's are right together, else those that meet the conditions."""

    def make_all() -> Joint:
        usual = usual_for(world, table, group, setting)
        return Joint(world, table, group, setting, usual.cells if usual else None)

    joint = world.keep(f"group of {table.key}.{group.name}", make_all)
    make = joint.maker(column, lambda frame: way_of(frame, group, setting))
    usual = usual_for(world, table, group, setting)
    return usual.maker(column, make) if usual else make


def _matters(table: TableConfig, column: Column) -> bool:
    """Whether any CHECK may be about the column, told without parsing one."""
    return column.generator is None and is_checked(table, column)
