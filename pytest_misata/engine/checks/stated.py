"""The conditions that the CHECKs of a table state, read once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.rules import parts_of
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.engine.checks.ways import Part
from pytest_misata.engine.keys.groups import has_own_order
from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.evaluation import condition
from pytest_misata.schema.sql.predicates import Compare, columns, walk

if TYPE_CHECKING:
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.world import World
    from pytest_misata.schema.config import SchemaConfig
    from pytest_misata.schema.sql.checks import Reading
    from pytest_misata.schema.sql.evaluation import Condition

Index = NDArray[np.int64]
Bool = NDArray[np.bool_]


def parts_for(world: World, table: TableConfig) -> list[Part]:
    """The conditions that the table's CHECKs are made of, read once."""
    return world.keep(conditions_name(table), lambda: _parts(world.schema, table))


def conditions_name(table: TableConfig) -> str:
    """What a world keeps the conditions of a table under."""
    return f"conditions of {table.key}"


def _parts(schema: SchemaConfig, table: TableConfig) -> list[Part]:
    return parts_of(read_checks(table, schema.dialect), setting_for(schema, table))


def condition_of(reading: Reading, setting: Setting) -> Condition | None:
    """The CHECK as what can be evaluated on plain values; None where it cannot."""
    ordering = [part for part in walk(reading.predicate) if isinstance(part, Compare) and part.op not in {"=", "<>"}]
    if any(has_own_order(setting.type(name), setting.dialect) for part in ordering for name in columns(part)):
        return None
    return condition(reading.check.sql, tuple(setting.table.columns), setting.dialect)


def about_keys(world: World, table: TableConfig) -> list[Part]:
    """The conditions that are about columns of foreign keys alone."""
    foreign = {name for key in table.foreign_keys for name in key.columns}
    parts = parts_for(world, table) if foreign else []
    return [part for part in parts if foreign.issuperset(columns(part.formula))]


def setting_for(schema: SchemaConfig, table: TableConfig) -> Setting:
    """What the atoms of a table's CHECKs are read with."""
    return Setting(table, schema.dialect, schema.reference_date, schema.history_days)
