"""The order of tables in which every parent stands before its children."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.keys import is_optional
from pytest_misata.schema.lookups import singular
from pytest_misata.schema.uniqueness import index_columns


def sorted_tables(schema: SchemaConfig) -> list[TableConfig]:
    """Parents before children, otherwise as in the schema; keys that cut a cycle do not count.

    Raises SchemaError where a key points nowhere or keys form a cycle.
    """
    sorter = _sorter(schema, schema.tables)
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


def longest_chain(schema: SchemaConfig) -> int:
    """The most tables of which each refers to the next one. Raises SchemaError as `sorted_tables` does."""
    found: dict[str, int] = {}
    for table in sorted_tables(schema):
        found[table.key] = 1 + max((found[parent] for parent in _parents(schema, table)), default=0)
    return max(found.values(), default=0)


def cut_cycles(schema: SchemaConfig) -> None:
    """Cut every cycle at a key that may be NULL, or else at one that can be checked late. Changes the schema.

    Raises SchemaError, naming the cycle, where there is neither.
    """
    while cycle := _cycle(schema):
        # A team's captain is found after the players of the teams are there.
        edges = sorted(_edges(schema, cycle), key=lambda edge: is_named_after_parent(edge[1]))
        optional = [key for table, key in edges if _can_wait(table, key) and table.primary_key]
        late = [key for _, key in edges if key.deferrable]
        # A CHECK may ask that a key is not NULL, not even while rows are inserted.
        free = [key for key in optional if not _is_checked(schema, key)]
        never = sorted((key for table, key in edges if _can_wait(table, key)), key=lambda key: _is_checked(schema, key))
        if free:
            free[0].deferred = True
        elif late:
            late[0].checked_late = True
        elif never and not (optional and _is_checked(schema, never[0])):
            # Without a primary key its rows cannot be found again to be updated.
            never[0].deferred, never[0].null_rate = True, Fraction(1)
        elif optional:
            optional[0].deferred = True
        else:
            names = " -> ".join(reversed(cycle))
            raise SchemaError(
                f"foreign keys form a cycle in which no column may be NULL and no key is deferrable: {names}"
            )


def _cycle(schema: SchemaConfig) -> Sequence[str]:
    """The tables of a cycle, each the parent of the next; none where there is no cycle.

    Which cycle is found first, and where it begins, follows from the names, not from the order of the tables.
    """
    try:
        _sorter(schema, sorted(schema.tables)).prepare()
    except CycleError as error:
        cycle: Sequence[str] = error.args[1]
        return cycle
    return ()


def _edges(schema: SchemaConfig, cycle: Sequence[str]) -> Iterator[tuple[TableConfig, ForeignKey]]:
    """The keys that make a cycle, each with its table."""
    for parent, child in pairwise(cycle):
        table = schema.tables[child]
        for key in table.foreign_keys:
            if key.parent == parent and not is_cut(key) and not key.owner:
                yield table, key


def is_named_after_parent(key: ForeignKey) -> bool:
    """Whether a key tells nothing but the parent: `team_id`, where `captain_id` tells what a player is to the team."""
    parent = singular(key.parent.rpartition(".")[2].lower())
    return any(name.lower().startswith(parent) for name in key.columns)


def _is_checked(schema: SchemaConfig, key: ForeignKey) -> bool:
    holders = [table for table in schema.tables.values() if any(key is own for own in table.foreign_keys)]
    return any(name.lower() in check.sql.lower() for table in holders for check in table.checks for name in key.columns)


def _can_wait(table: TableConfig, key: ForeignKey) -> bool:
    """Whether rows can be there before their parents: a column that no other key decides may be NULL till then."""
    others = [other for other in table.foreign_keys if other is not key and other.parent != table.key]
    decided = {name for other in others if not is_cut(other) for name in other.columns}
    empty = {name for name in key.columns if name not in decided and table.columns[name].nullable}
    return is_optional(table, key) and bool(empty) and not _is_told_apart(table, empty)


def _is_told_apart(table: TableConfig, empty: set[str]) -> bool:
    """Whether rows in which these columns are all NULL break a unique key that takes NULLs for equal."""
    return any(set(index_columns(table, one)) <= empty for one in table.unique_indexes if not one.nulls_distinct)


def is_cut(key: ForeignKey) -> bool:
    """Whether the key does not ask that parents come first."""
    return key.deferred or key.checked_late


def _sorter(schema: SchemaConfig, names: Iterable[str]) -> TopologicalSorter[str]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in names:
        sorter.add(name, *_parents(schema, schema.tables[name]))
    return sorter


def _parents(schema: SchemaConfig, table: TableConfig) -> list[str]:
    for key in table.foreign_keys:
        _check(schema, table, key)
    return [key.parent for key in table.foreign_keys if key.parent != table.key and not is_cut(key)]


def _check(schema: SchemaConfig, table: TableConfig, key: ForeignKey) -> None:
    if key.parent not in schema.tables:
        columns = ", ".join(key.columns)
        raise SchemaError(f"{table.key}.{columns} points at {key.parent}, which is not in the schema")
    for column in key.parent_columns:
        schema.table(key.parent).column(column)
    for column in key.columns:
        table.column(column)
