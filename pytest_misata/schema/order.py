"""The order of tables in which every parent stands before its children."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig


def sorted_tables(schema: SchemaConfig) -> list[TableConfig]:
    """Parents before children, otherwise as in the schema; deferred keys do not count.

    Raises SchemaError where a key points nowhere or keys form a cycle.
    """
    sorter = _sorter(schema)
    try:
        sorter.prepare()
    except CycleError as error:
        raise SchemaError(f"foreign keys form a cycle: {' -> '.join(reversed(error.args[1]))}") from None
    position = {name: index for index, name in enumerate(schema.tables)}
    ordered: list[TableConfig] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        ordered += [schema.tables[name] for name in ready]
        sorter.done(*ready)
    return ordered


def cut_cycles(schema: SchemaConfig) -> None:
    """Defer a nullable foreign key of every cycle. Changes the schema.

    Raises SchemaError, naming the cycle, where none of its keys may be NULL.
    """
    while cycle := _cycle(schema):
        key = _nullable_edge(schema, cycle)
        if key is None:
            names = " -> ".join(reversed(cycle))
            raise SchemaError(f"foreign keys form a cycle in which no column may be NULL: {names}")
        key.deferred = True


def _cycle(schema: SchemaConfig) -> Sequence[str]:
    """The tables of a cycle, each the parent of the next; none where there is no cycle."""
    try:
        _sorter(schema).prepare()
    except CycleError as error:
        cycle: Sequence[str] = error.args[1]
        return cycle
    return ()


def _nullable_edge(schema: SchemaConfig, cycle: Sequence[str]) -> ForeignKey | None:
    for parent, child in pairwise(cycle):
        table = schema.tables[child]
        for key in table.foreign_keys:
            if key.parent == parent and not key.deferred and not key.owner and is_optional(table, key):
                return key
    return None


def is_optional(table: TableConfig, key: ForeignKey) -> bool:
    """Whether a row may do without the parent: all columns of the key may be NULL."""
    return all(table.columns[column].nullable for column in key.columns)


def _sorter(schema: SchemaConfig) -> TopologicalSorter[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for table in schema.tables.values():
        sorter.add(table.key, *_parents(schema, table))
    return sorter


def _parents(schema: SchemaConfig, table: TableConfig) -> list[str]:
    for key in table.foreign_keys:
        _check(schema, table, key)
    return [key.parent for key in table.foreign_keys if key.parent != table.key and not key.deferred]


def _check(schema: SchemaConfig, table: TableConfig, key: ForeignKey) -> None:
    if key.parent not in schema.tables:
        columns = ", ".join(key.columns)
        raise SchemaError(f"{table.key}.{columns} points at {key.parent}, which is not in the schema")
    for column in key.parent_columns:
        schema.table(key.parent).column(column)
    for column in key.columns:
        table.column(column)
