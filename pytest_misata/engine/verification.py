"""What becomes of CHECK constraints: rows verified against those that the making of columns does not see to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.formulas import NotEvaluable, meets
from pytest_misata.engine.checks.of_table import rules_for
from pytest_misata.engine.checks.plain import plain_rows
from pytest_misata.engine.checks.stated import condition_of, parts_for, setting_for
from pytest_misata.engine.checks.ways import is_vague
from pytest_misata.engine.keys.narrowing import narrowed
from pytest_misata.engine.violations import SHOWN, Violation
from pytest_misata.errors import MisataError, SchemaError
from pytest_misata.schema.config import Column, TableConfig
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.nodes import NotUnderstood
from pytest_misata.schema.sql.predicates import columns

if TYPE_CHECKING:
    from pytest_misata.engine.cells import Cells
    from pytest_misata.engine.checks.setting import Setting
    from pytest_misata.engine.checks.ways import Part
    from pytest_misata.engine.tables import Table, Tables
    from pytest_misata.engine.world import World
    from pytest_misata.schema.config import Check
    from pytest_misata.schema.sql.checks import Reading
    from pytest_misata.schema.sql.evaluation import Condition
    from pytest_misata.schema.sql.predicates import Predicate

Index = NDArray[np.int64]
Read = Callable[[Sequence[str]], Mapping[str, "Cells"]]
"""The cells of some columns."""


def verify(table: Table) -> list[Violation]:
    """The CHECKs of a table, or of a slice of it, that one of its rows does not meet.

    Those that are met by the way their columns are made are left out, and so are those that cannot be evaluated here:
    see `unverified`.
    """
    if not table.config.checks or not len(table):
        return []
    world = table._world
    setting = setting_for(world.schema, table.config)
    found = []
    for part in verified_parts(world, table.config):
        bad = failing(part, table._cells, setting, len(table))
        if bad is not None and len(bad):
            reading, rows = part.reading, tuple((table._start + bad[:SHOWN]).tolist())
            rule, values = f"CHECK {reading.name}", _values(table, part, int(bad[0]))
            found.append(Violation(table.config.key, rule, reading.check.shown, rows, len(bad), values))
    return found


def _values(table: Table, part: Part, row: int) -> dict[str, Any]:
    """What a condition is about, in one row."""
    cells = table._cells(columns_of(part))
    return {name: cell.take(np.array([row])).to_list()[0] for name, cell in cells.items()}


def verified_parts(world: World, table: TableConfig) -> list[Part]:
    """The conditions that rows have to be verified against; with pinned rows that is all of them."""
    if not world.pins.rows.get(table.key) and table.key not in world.solved:
        return rules_for(world, table).unmade
    return parts_for(world, table)


def columns_of(part: Part) -> list[str]:
    """The columns that a condition is about, as far as it is understood."""
    return list(columns(part.formula))


def failing(part: Part, read: Read, setting: Setting, rows: int) -> Index | None:
    """The rows for which a condition is false; None where it cannot be evaluated here."""
    if any(is_kept_elsewhere(setting.table.columns[name]) for name in columns_of(part)):
        return None
    try:
        return np.flatnonzero(~meets(part.formula, read(columns_of(part)), setting, rows))
    except NotEvaluable:
        return evaluated(part.reading, read, setting)


def evaluated(reading: Reading, read: Read, setting: Setting) -> Index | None:
    """The rows for which a CHECK that is not understood is false, where it can be evaluated."""
    found = condition_of(reading, setting)
    if found is None or any(is_kept_elsewhere(setting.table.columns[name]) for name in found.columns):
        return None
    rows = plain_rows(read(list(found.columns)))
    try:
        return np.array([at for at, row in enumerate(rows) if not found.passes(row)], dtype=np.int64)
    except NotUnderstood:
        return None


def conditions_about(world: World, table: TableConfig, names: set[str]) -> list[Part]:
    """The conditions of CHECKs that read no other columns than these."""
    setting = setting_for(world.schema, table)
    parts = parts_for(world, table) if table.checks else []
    return [part for part in parts if (read := _read(part, setting)) and read <= names]


def _read(part: Part, setting: Setting) -> set[str]:
    found = condition_of(part.reading, setting)
    return {*columns_of(part), *(found.columns if found is not None else ())}


def is_kept_elsewhere(column: Column) -> bool:
    """Whether the database holds other values than are made here: its own, or what a type of the models turns into."""
    return column.opaque or column.generated


def unverified(tables: Tables) -> list[str]:
    """The CHECKs that neither the making of the columns nor a verification sees to, each with its table."""
    return [
        f"{table.config.key}: CHECK {name}"
        for table in tables.values()
        if table.config.checks
        for name in _unverified(table._world, table.config)
    ]


def _unverified(world: World, table: TableConfig) -> list[str]:
    setting = setting_for(world.schema, table)
    unmade = verified_parts(world, table) if table.key in world.solved else rules_for(world, table).unmade
    vague = [part.reading for part in unmade if is_vague(part.formula, setting)]
    return list(dict.fromkeys(reading.name for reading in vague if not _can_be_told(world, table, reading)))


def _can_be_told(world: World, table: TableConfig, reading: Reading) -> bool:
    """Whether a CHECK can be evaluated, for values such as the first rows have."""
    found = condition_of(reading, setting_for(world.schema, table))
    if found is None or any(is_kept_elsewhere(table.columns[name]) for name in found.columns):
        return found is not None
    try:
        frame = world.frame(table.key, 0, min(world.counts.get(table.key, 0), _LOOKED_AT))
        rows = plain_rows({name: frame[name] for name in found.columns})
    except MisataError:
        return True
    return not rows or any(_is_told(found, row) for row in rows)


def _is_told(condition: Condition, row: Mapping[str, Any]) -> bool:
    try:
        condition.passes(row)
    except NotUnderstood:
        return False
    return True


_LOOKED_AT = 3
"""Rows that tell whether a CHECK can be evaluated for values of the types that its columns have."""


def fates(world: World, table: TableConfig) -> list[tuple[Check, str]]:
    """Each CHECK of a table with what becomes of it: met, verified, left to the database, not understood, impossible.

    Met are those that the making of the columns, or the choice of parents, sees to.
    """
    setting = setting_for(world.schema, table)
    readings = [reading for reading in read_checks(table, world.schema.dialect) if not reading.check.implied]
    try:
        unmade = rules_for(world, table).unmade
    except SchemaError:
        return [(reading.check, "impossible") for reading in readings]
    by_keys = narrowed(world, table)
    unmade = [part for part in unmade if part not in by_keys]
    parts = [[part.formula for part in unmade if part.reading == reading] for reading in readings]
    told = zip(readings, parts, strict=True)
    return [(one.check, _fate(world, one, formulas, setting)) for one, formulas in told]


def _fate(world: World, reading: Reading, formulas: Sequence[Predicate], setting: Setting) -> str:
    read = [name for formula in formulas for name in columns(formula)]
    if not reading.understood or any(is_vague(formula, setting) for formula in formulas):
        found = condition_of(reading, setting)
        if found is None or not _can_be_told(world, setting.table, reading):
            return "not understood"
        read += found.columns
    if any(is_kept_elsewhere(setting.table.columns[name]) for name in read):
        return "left to the database"
    return "verified" if formulas else "met"
