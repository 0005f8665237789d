"""The rules that follow from any schema: CHECKs, and moments in the order of life."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_misata.engine.coherence.conditions import Held
from pytest_misata.engine.keys.forebears import nearest, path_by
from pytest_misata.engine.keys.meetings import comes_after
from pytest_misata.engine.meanings.for_children import begins_ahead, tells_birth
from pytest_misata.engine.meanings.stages import MOMENTS, stage_of
from pytest_misata.schema.config import Column, Rule, SchemaConfig, TableConfig
from pytest_misata.schema.rules import Condition, read_rule
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.predicates import columns

_BEGUN = 20
"""The stage of starts, and of what comes before them."""
_AFTERWARDS = (60, 90)
"""From the stage of updates to that of deletions: what can only happen to a row that is there."""


def conditions_of(schema: SchemaConfig, table: TableConfig) -> list[Held]:
    """Everything that rows of a table are held against, the declared rules first. Raises SchemaError."""
    declared = [_held(schema, table, rule) for rule in table.rules]
    return [*declared, *_checks(schema, table), *(_held(schema, table, rule) for rule in _orders(schema, table))]


def _held(schema: SchemaConfig, table: TableConfig, rule: Rule) -> Held:
    return Held(table, rule.name or rule.sql, rule.sql, read_rule(schema, table, rule))


def _checks(schema: SchemaConfig, table: TableConfig) -> Iterator[Held]:
    """The CHECKs that are understood and are about values as they are made here."""
    for reading in read_checks(table, schema.dialect):
        about = [table.columns[name] for name in columns(reading.predicate)]
        if reading.understood and not any(column.opaque or column.generated for column in about):
            yield Held(table, f"CHECK {reading.name}", reading.check.shown, Condition(reading.predicate), reading)


def _orders(schema: SchemaConfig, table: TableConfig) -> Iterator[Rule]:
    """Nothing happens to a row before it is there, and no row is there before those it points at."""
    if not _is_birth(table):
        return
    born = table.columns[str(table.born)]
    for column in table.columns.values():
        if column.type.kind in MOMENTS and _AFTERWARDS[0] <= stage_of(column.name).rank <= _AFTERWARDS[1]:
            yield from _later(table, column, _quoted(column.name), born, _quoted(born.name))
    for path, parent in _forebears(schema, table):
        if _is_birth(parent) and begins_ahead(table, parent) != parent.born:
            earlier = parent.columns[str(parent.born)]
            yield from _later(table, born, _quoted(born.name), earlier, f"{path}.{_quoted(earlier.name)}")


def _forebears(schema: SchemaConfig, table: TableConfig) -> Iterator[tuple[str, TableConfig]]:
    """The nearest rows that tell since when they are there, which a row points at, each with its path in SQL."""
    for key in table.foreign_keys:
        if key.parent == table.key and comes_after(table, key) and (path := path_by(schema, table, key)):
            yield _quoted(path), table
    for path, parent in nearest(schema, table, _is_dated).items():
        yield ".".join(map(_quoted, path.split("."))), parent


def _is_dated(table: TableConfig) -> bool:
    """Whether a row tells since when it is there, or has moments of which somebody says how they are made."""
    stated = [column for column in table.columns.values() if column.generator is not None and not column.nullable]
    return tells_birth(table) or any(column.type.kind in MOMENTS for column in stated)


def _is_birth(table: TableConfig) -> bool:
    """Whether the name of the column that `born` names says that a row is there since then."""
    if table.born is None:
        return False
    rank = stage_of(table.born).rank
    return rank <= _BEGUN and rank != stage_of("").rank


def _later(table: TableConfig, late: Column, late_sql: str, early: Column, early_sql: str) -> Iterator[Rule]:
    """That one moment does not come before another; where one is a date, not on an earlier day."""
    if late is early or late.type.timezone != early.type.timezone:
        return
    sides = [late_sql, early_sql]
    if late.type.kind != early.type.kind:
        sides = [f"CAST({side} AS DATE)" for side in sides]
    yield Rule(f"{sides[0]} >= {sides[1]}", f"{late_sql} after {early_sql}".replace('"', ""))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
