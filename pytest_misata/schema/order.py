"""The order of tables in which every parent stands before its children."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import SchemaConfig, TableConfig


def sorted_tables(schema: SchemaConfig) -> list[TableConfig]:
    """Parents before children, otherwise as in the schema.

    Raises SchemaError where a key points nowhere or keys form a cycle.
    """
    position = {name: index for index, name in enumerate(schema.tables)}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for table in schema.tables.values():
        sorter.add(table.name, *_parents(schema, table))
    try:
        sorter.prepare()
    except CycleError as error:
        raise SchemaError(f"foreign keys form a cycle: {' -> '.join(error.args[1])}") from None
    ordered: list[TableConfig] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        ordered += [schema.tables[name] for name in ready]
        sorter.done(*ready)
    return ordered


def _parents(schema: SchemaConfig, table: TableConfig) -> list[str]:
    for key in table.foreign_keys:
        if key.parent not in schema.tables:
            raise SchemaError(
                f"{table.name}.{', '.join(key.columns)} points at {key.parent}, which is not in the schema"
            )
        for column in key.parent_columns:
            schema.table(key.parent).column(column)
        for column in key.columns:
            table.column(column)
    return [key.parent for key in table.foreign_keys if key.parent != table.name]
