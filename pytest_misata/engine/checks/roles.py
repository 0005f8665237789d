"""Which columns of a table can be made to meet its CHECKs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_misata.engine.checks.rules import few_alone
from pytest_misata.engine.checks.setting import Setting
from pytest_misata.engine.checks.ways import Part, Roles
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.keys import referring
from pytest_misata.schema.uniqueness import carried_by, carrier, holds_at_most, unique_keys

_ROOM = 500
"""A column with so many values does not run out of them."""


def roles_of(table: TableConfig, parts: Sequence[Part], setting: Setting) -> Roles:
    """Which columns can be made to meet a condition: not those that are told how to be made, or that others decide."""
    plain = [column for column in table.columns.values() if _is_free(table, column)]
    few = few_alone(parts, setting, [column.name for column in plain])
    counting = frozenset(name for unique in unique_keys(table) for name in counting_columns(table, unique, few))
    lonely = [
        c.name for c in plain if carried_by(table, c) is not None or _is_combined(table, c, few) or c.name in counting
    ]
    optional = [
        name
        for key in table.foreign_keys
        for name in key.columns
        if table.columns[name].nullable and name not in table.primary_key
        if table.columns[name].generator is None
    ]
    made = frozenset(column.name for column in plain) | frozenset(optional)
    entangled = [c.name for c in table.columns.values() if c.generator and _reads(c.generator, made)]
    return Roles(
        frozenset(column.name for column in plain), frozenset(optional), frozenset(lonely), frozenset(entangled)
    )


def counting_columns(table: TableConfig, unique: Sequence[str], few: frozenset[str]) -> tuple[str, ...]:
    """Two of a unique key's own columns that may have to count its rows: the one of `few` values carries it."""
    foreign, low = referring(table), carrier(table, unique)
    wide = [name for name in unique if name not in foreign and name not in few and _is_wide(table.columns[name])]
    return (low, wide[0]) if low in few and wide else ()


def _is_wide(column: Column) -> bool:
    return column.generator is None and (holds_at_most(column) or _ROOM) >= _ROOM and not column.type.values


def _is_combined(table: TableConfig, column: Column, few: frozenset[str]) -> bool:
    """Whether it is of a unique key of which all own columns have few values: these are combined."""
    foreign = referring(table)
    keys = [[name for name in unique if name not in foreign] for unique in unique_keys(table)]
    return any(column.name in own and few.issuperset(own) for own in keys)


def _is_free(table: TableConfig, column: Column) -> bool:
    decided = column.generated or column.opaque
    return column.generator is None and not decided and table.foreign_key(column.name) is None


def _reads(generator: Generator, names: frozenset[str]) -> bool:
    """Whether a generator's options name one of these columns."""
    return any(text.partition(".")[0] in names for text in _strings(list(generator.options.values())))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
