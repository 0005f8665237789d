"""Foreign keys that cut a cycle: NULL while rows are inserted, filled in by one UPDATE when all rows are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Column, Connection, MetaData, Table, and_, update
from sqlalchemy.schema import DropTable

from pytest_misata.engine.cells import Cells
from pytest_misata.errors import SchemaError
from pytest_misata.load.dialects import Target
from pytest_misata.load.statements import column_of
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.keys import emptied, picks


def deferred_columns(config: TableConfig) -> tuple[str, ...]:
    """The columns of a table that are written after all rows are there."""
    later = [pick for pick in picks(config) if pick.key.deferred and pick.key.null_rate < 1]
    return tuple(column for pick in later for column in emptied(config, pick))


def refers_ahead(schema: SchemaConfig, order: Sequence[str]) -> bool:
    """Whether a table is filled before one that a key of it, which does not wait, points at."""
    place = {name: position for position, name in enumerate(order)}
    return any(
        place.get(key.parent, -1) > place[name]
        for name in order
        for key in schema.table(name).foreign_keys
        if not key.deferred
    )


def hold_back(config: TableConfig, cells: Mapping[str, Cells]) -> dict[str, Cells]:
    """The same columns, the deferred ones all NULL."""
    later = deferred_columns(config)
    return {name: _nothing(column) if name in later else column for name, column in cells.items()}


def stand_in(config: TableConfig, target: Target) -> Target:
    """A temporary table for the keys of a table and its deferred columns, to be loaded like any other."""
    if not config.primary_key:
        raise SchemaError(f"{config.name} is part of a cycle of foreign keys and needs a primary key to be updated by")
    names = (*config.primary_key, *deferred_columns(config))
    types = dict(zip(target.columns, target.types, strict=True))
    columns: list[Column[Any]] = [Column(name, column_of(target.table, name).type) for name in names]
    # A metadata of its own: the temporary table is nobody else's business.
    table = Table("misata_deferred", MetaData(), *columns, prefixes=["TEMPORARY"])
    return Target(table, names, tuple(types[name] for name in names), target.bound & set(names))


def fill_in(connection: Connection, config: TableConfig, table: Table, loaded: Table) -> None:
    """Copy the deferred columns over, in one statement, and drop the temporary table."""
    same_row = and_(*(column_of(table, name) == loaded.c[name] for name in config.primary_key))
    later = {column_of(table, name): loaded.c[name] for name in deferred_columns(config)}
    kept = {column: column for column in _touched(config, table) if column not in later}
    connection.execute(update(table).values(kept | later).where(same_row))
    connection.execute(DropTable(loaded))


def _touched(config: TableConfig, table: Table) -> Iterator[Column[Any]]:
    """The columns to which an UPDATE that does not name them may give another value: when the row was last changed."""
    for name, about in config.columns.items():
        column = column_of(table, name)
        if not about.generated and (about.type.kind == "datetime" or column.onupdate is not None):
            yield column


def _nothing(cells: Cells) -> Cells:
    return cells.where_not(np.ones(len(cells), dtype=np.bool_))
