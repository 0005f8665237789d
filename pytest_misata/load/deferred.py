"""Foreign keys that cut a cycle: NULL while rows are inserted, filled in by one UPDATE when all rows are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import Column, Connection, MetaData, Table, and_, update

from pytest_misata.engine.cells import Cells
from pytest_misata.errors import SchemaError
from pytest_misata.load.dialects import Target
from pytest_misata.schema.config import TableConfig


def deferred_columns(config: TableConfig) -> tuple[str, ...]:
    """The columns of a table that are written after all rows are there."""
    return tuple(column for key in config.foreign_keys if key.deferred for column in key.columns)


def hold_back(config: TableConfig, cells: Mapping[str, Cells]) -> dict[str, Cells]:
    """The same columns, the deferred ones all NULL."""
    later = deferred_columns(config)
    return {name: _nothing(column) if name in later else column for name, column in cells.items()}


def stand_in(config: TableConfig, target: Target) -> Target:
    """A temporary table for the keys of a table and its deferred columns, to be loaded like any other."""
    if not config.primary_key:
        raise SchemaError(f"{config.name} is part of a cycle of foreign keys and needs a primary key to be updated by")
    names = (*config.primary_key, *deferred_columns(config))
    kinds = dict(zip(target.columns, target.kinds, strict=True))
    columns: list[Column[Any]] = [Column(name, target.table.c[name].type) for name in names]
    # A metadata of its own: the temporary table is nobody else's business.
    table = Table(f"misata_deferred_{config.name}", MetaData(), *columns, prefixes=["TEMPORARY"])
    return Target(table, names, tuple(kinds[name] for name in names))


def fill_in(connection: Connection, config: TableConfig, table: Table, loaded: Table) -> None:
    """Copy the deferred columns over, in one statement, and drop the temporary table."""
    same_row = and_(*(table.c[name] == loaded.c[name] for name in config.primary_key))
    values = {table.c[name]: loaded.c[name] for name in deferred_columns(config)}
    connection.execute(update(table).values(values).where(same_row))
    loaded.drop(connection)


def _nothing(cells: Cells) -> Cells:
    return cells.where_not(np.ones(len(cells), dtype=np.bool_))
