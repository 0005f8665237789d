"""From a table of a schema to what a dialect has to know in order to fill it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, MetaData

from pytest_misata.load.bound import stored_type
from pytest_misata.load.ddl import sequences_of, table_of
from pytest_misata.load.dialects import Target
from pytest_misata.load.statements import column_of
from pytest_misata.schema.config import TableConfig


def target_of(connection: Connection, metadata: MetaData, config: TableConfig, columns: Sequence[str]) -> Target:
    """The table with the columns that are given."""
    table = table_of(metadata, config)
    bound = frozenset(name for name in columns if config.columns[name].bound)
    types = tuple(
        stored_type(connection, column_of(table, name).type) if name in bound else config.columns[name].type
        for name in columns
    )
    return Target(table, tuple(columns), types, bound, tuple(sequences_of(connection, config, table)))
