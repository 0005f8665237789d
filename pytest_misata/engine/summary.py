"""A schema in words, for a person to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_misata.engine.pins import Pins
from pytest_misata.engine.tables import Tables
from pytest_misata.engine.verification import fates
from pytest_misata.engine.world import World
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import (
    Check,
    Column,
    Default,
    Exclude,
    ForeignKey,
    SchemaConfig,
    TableConfig,
    UniqueIndex,
)

Meaning = Callable[[TableConfig, Column], str]
"""Tells what a column is taken for, in a word or two; nothing where that goes without saying."""

_LONGEST = 40
"""Defaults are cut after this many characters."""


def _own_kind(_table: TableConfig, column: Column) -> str:
    return column.generator.kind if column.generator else ""


def summarize(schema: SchemaConfig, *, tables: Tables | None = None, meaning: Meaning = _own_kind) -> str:
    """Tables, columns, keys, constraints and row counts; then what was read from the story and what was not.

    `tables` is the data set planned from the schema, where there is one; otherwise it is planned, and the reason given
    where that cannot be. `meaning` tells what stands in brackets behind a column.
    """
    world, reason = (tables._world, "") if tables is not None else _planned(schema)
    return "\n".join(_lines(world, reason, meaning))


def _planned(schema: SchemaConfig) -> tuple[World, str]:
    """The schema with what it leaves open, and its row counts; else the reason why there are none."""
    try:
        return Tables(schema)._world, ""
    except MisataError as error:
        return World(schema, {}, seed=0, pins=Pins(schema, None)), str(error)


def _lines(world: World, reason: str, meaning: Meaning) -> Iterator[str]:
    schema, counts = world.schema, world.counts
    rows = f"cannot be filled: {reason}" if reason else f"{sum(counts.values()):,} rows"
    yield f"{schema.name}: {len(schema.tables)} tables, {rows}"
    if schema.story:
        yield f"story: {schema.story}"
    missed = list(schema.not_understood)
    for table in schema.tables.values():
        yield ""
        yield from _table(world, table, meaning, missed)
    yield from _facts(schema)
    if missed:
        yield from ("", "not followed:", *(f"  {line}" for line in dict.fromkeys(missed)))


def _table(world: World, table: TableConfig, meaning: Meaning, missed: list[str]) -> Iterator[str]:
    rows, kept = world.counts.get(table.key), ", kept" if table.kept else ""
    size = "" if rows is None else f" ({rows:,} rows{kept})"
    yield f"{table.key}{size}" + (f": {table.description}" if table.description else "")
    width = max((len(name) for name in table.columns), default=0)
    for column in table.columns.values():
        yield f"  {column.name:<{width}}  {' '.join(_traits(table, column, meaning))}"
    yield from _keys(table)
    for check, fate in _fates(world, table):
        name = f"{check.name}: " if check.name else ""
        yield f"  check {name}{' '.join(check.shown.split())} [{fate}]"
        if fate == "not understood":
            missed.append(_missed(table, check))
    for rule in table.rules:
        yield f"  rule {rule.name}: {rule.sql}" if rule.name else f"  rule {rule.sql}"
    for turns in table.turns:
        yield f"  rule {turns.name}: {turns.told}" if turns.name else f"  rule {turns.told}"
    yield from map(_exclude, table.excludes)


def _missed(table: TableConfig, check: Check) -> str:
    return f"{table.key}: CHECK {check.name} ({check.shown})" if check.name else f"{table.key}: CHECK ({check.shown})"


def _fates(world: World, table: TableConfig) -> list[tuple[Check, str]]:
    """Each CHECK with what becomes of it."""
    if not table.checks:
        return []

    return fates(world, table)


def _keys(table: TableConfig) -> Iterator[str]:
    if len(table.primary_key) > 1:
        yield f"  primary key ({', '.join(table.primary_key)})"
    for key in table.foreign_keys:
        if len(key.columns) > 1:
            yield f"  foreign key {_named(key.name)}({', '.join(key.columns)}) {_target(key)}"
    for unique in table.uniques:
        if len(unique) > 1:
            yield f"  unique ({', '.join(unique)})"
    yield from map(_unique_index, table.unique_indexes)


def _target(key: ForeignKey) -> str:
    """The parent's columns, and what is uncommon about the key."""
    columns = f".{key.parent_columns[0]}" if len(key.columns) == 1 else f" ({', '.join(key.parent_columns)})"
    notes = ["match full"] * key.full_match + ["filled in last"] * key.deferred + ["checked last"] * key.checked_late
    return f"-> {key.parent}{columns}" + "".join(f", {note}" for note in notes)


def _unique_index(index: UniqueIndex) -> str:
    where = f" where {index.where}" if index.where else ""
    nulls = "" if index.nulls_distinct else ", NULLs alike"
    return f"  unique {_named(index.name)}({', '.join(index.expressions)}){where}{nulls}"


def _exclude(exclude: Exclude) -> str:
    parts = ", ".join(f"{expression} with {operator}" for expression, operator in exclude.elements)
    where = f" where {exclude.where}" if exclude.where else ""
    return f"  exclude {_named(exclude.name)}({parts}){where} [{'met' if exclude.followed else 'not followed'}]"


def _named(name: str | None) -> str:
    return f"{name} " if name else ""


def _traits(table: TableConfig, column: Column, meaning: Meaning) -> Iterator[str]:
    yield type_name(column)
    if not column.nullable:
        yield "not null"
    if table.primary_key == (column.name,):
        yield "primary key"
    if (column.name,) in table.uniques:
        yield "unique"
    yield from (_target(key) for key in table.foreign_keys if key.columns == (column.name,))
    yield from _filled(column)
    meant = meaning(table, column)
    if meant:
        yield f"[{meant}]"


def _filled(column: Column) -> Iterator[str]:
    """Who fills the column, where that is not this package alone."""
    if column.generated:
        yield "computed by the database"
    if column.identity:
        yield f"identity {column.identity}"
    for default in (column.default, column.server_default):
        if default is not None and (told := _default(default)):
            yield f"default {told}"
            return


def _default(default: Default) -> str:
    text = default.sql or default.function or ("" if default.value is None else repr(default.value))
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def type_name(column: Column) -> str:
    """The column's type as SQL would write it, in short."""
    type_ = column.type
    if type_.kind == "numeric":
        return f"numeric({type_.precision}, {type_.scale})"
    if type_.kind == "string" and type_.length:
        return f"varchar({type_.length})"
    if type_.kind == "integer":
        return {16: "smallint", 64: "bigint"}.get(type_.bits, "integer")
    return type_.kind


def _facts(schema: SchemaConfig) -> Iterator[str]:
    understood = [fact for fact in schema.facts if fact.understood]
    missed = [fact for fact in schema.facts if not fact.understood]
    if understood:
        yield from ("", "understood:")
        yield from (f"  {fact.phrase!r}: {fact.meaning}" for fact in understood)
    if missed:
        yield from ("", "not understood:")
        yield from (f"  {fact.phrase!r}" + (f": {fact.meaning}" if fact.meaning else "") for fact in missed)
