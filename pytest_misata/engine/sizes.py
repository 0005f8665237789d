"""How many rows each table gets in the end: as planned, or as many as its keys leave room for."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_misata.engine.distinct import Limit
from pytest_misata.engine.pins import Pins
from pytest_misata.engine.world import World
from pytest_misata.errors import CapacityError, GenerationError
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.order import sorted_tables
from pytest_misata.schema.plan import plan_rows, stated_rows


def planned_world(
    schema: SchemaConfig, *, rows: int | None, counts: Mapping[str, int] | None, seed: int, pins: Pins
) -> tuple[World, tuple[str, ...]]:
    """The world of a schema, and a note for each table that holds fewer rows than its parents ask for.

    Raises CapacityError where more rows are stated than a key has combinations of parents or listed values.
    """
    stated = stated_rows(schema, rows, counts or {})
    limits: dict[str, int] = {}
    notes: dict[str, str] = {}
    while True:
        world = World(schema, plan_rows(schema, rows=rows, counts=counts, limits=limits), seed=seed, pins=pins)
        found = _exceeded(world, stated)
        if not found:
            return world, tuple(notes.values())
        for table, limit in found.items():
            room = limit.comfortable if schema.tables[table].guessed else limit.rows
            limits[table] = min(room, limits.get(table, room))
            names = ", ".join(limit.columns)
            why = limit.reason or f"({names}) leaves room for {limit.rows:,}"
            notes[table] = f"{table}: {limits[table]:,} rows, since {why}"


def _exceeded(world: World, stated: Mapping[str, int]) -> dict[str, Limit]:
    """The tables without a stated size that have more rows than is comfortable, and the tightest limit of each.

    What refers to such a table waits for its size: rows that it does not have cannot be asked for.
    """
    found: dict[str, Limit] = {}
    settled: dict[str, bool] = {}
    for table in sorted_tables(world.schema):
        _settle(world, stated, table, found, settled)
    return found


def _settle(
    world: World, stated: Mapping[str, int], table: TableConfig, found: dict[str, Limit], settled: dict[str, bool]
) -> bool:
    """Whether the size of a table, and of those it refers to, is one that it can have."""
    if table.key in settled:
        return settled[table.key]
    settled[table.key] = True
    parents = [world.schema.table(key.parent) for key in table.foreign_keys if key.parent != table.key]
    waits = [parent for parent in parents if not _settle(world, stated, parent, found, settled)]
    if waits:
        settled[table.key] = False
        return False
    rows = world.counts[table.key]
    limit = _tightest(world, table) if rows else None
    if limit is None or rows <= (limit.comfortable if table.key not in stated and table.guessed else limit.rows):
        return True
    if table.key in stated:
        _refuse(world, table, limit)
        return True
    found[table.key], settled[table.key] = limit, False
    return False


def _tightest(world: World, table: TableConfig) -> Limit | None:
    return min(world.distinct(table).limits, key=lambda limit: limit.comfortable, default=None)


def _refuse(world: World, table: TableConfig, limit: Limit) -> None:
    """Raise CapacityError where the limit is exact; what a text or number can hold its kind knows better."""
    if limit.reason:
        raise GenerationError(f"{limit.reason}; ask for more rows there, or change the constraint")
    if limit.exact:
        advice = "ask for fewer rows, or for more of what the columns refer to"
        names = ", ".join(limit.columns)
        raise CapacityError(table.key, names, capacity=limit.rows, rows=world.counts[table.key], advice=advice)
