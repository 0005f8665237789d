"""Which column of each unique key has to differ from row to row, so that the key does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig, UniqueIndex
from pytest_misata.schema.keys import decider, emptied, pick_of, referring, stays
from pytest_misata.schema.sql.sqltext import plain_name, tokens
from pytest_misata.schema.words import is_counting, is_measure, is_of_calendar

Scope = Literal["table", "siblings"]
"""Values differ in the whole table, or among the children of one owner."""


def carried_by(table: TableConfig, column: Column) -> Scope | None:
    """How far the values of a column have to differ: it carries a unique key that no other column does."""
    scopes = [_scope(table, unique) for unique in unique_keys(table) if carrier(table, unique) == column.name]
    if "table" in scopes:
        return "table"
    return "siblings" if scopes else None


def unique_keys(table: TableConfig) -> list[tuple[str, ...]]:
    """The primary key, the unique constraints and the columns of unique indexes, the shortest first.

    A key that holds all columns of another one asks for nothing more, and is left out.
    """
    whole = [index for index in table.unique_indexes if turned_off_by(table, index) is None]
    indexed = (columns for index in whole if (columns := index_columns(table, index)))
    stated = [made_of(table, unique) for unique in (table.primary_key, *table.uniques, *indexed) if unique]
    found = list(dict.fromkeys((*stated, *_mirrored(table, stated))))
    return sorted((unique for unique in found if not _is_wider(unique, found)), key=len)


def made_of(table: TableConfig, unique: Sequence[str]) -> tuple[str, ...]:
    """The columns of a key, and in place of one that the database computes those that it is computed from."""
    found: list[str] = []
    for name in unique:
        column = table.columns[name]
        found += _mentioned(table, column.expression) if column.generated and column.expression else [name]
    return tuple(dict.fromkeys(found)) or tuple(unique)


def _mirrored(table: TableConfig, stated: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """What rows refer to by a part of a key to their own table differs where the part has to."""
    for key in (key for key in table.foreign_keys if len(key.columns) > 1 and key.parent == table.key):
        for unique in stated:
            part = [name for name in key.columns if name in unique]
            name = carrier(table, unique) if 0 < len(part) < len(key.columns) else ""
            if name is None or (name and capacity(table.columns[name])):
                yield tuple(key.parent_columns[key.columns.index(name)] for name in part)


def _is_wider(unique: Sequence[str], keys: Sequence[Sequence[str]]) -> bool:
    return any(set(other) < set(unique) for other in keys)


def may_be_null(table: TableConfig, column: Column) -> bool:
    """Whether rows may leave the column empty: not where a unique key takes NULLs for equal."""
    counted = [index for index in table.unique_indexes if column.name in _counting_nulls(table, index)]
    told_apart = any(not _differs_anyway(table, index_columns(table, index), column) for index in counted)
    return column.nullable and not told_apart and column.name not in table.primary_key


def _differs_anyway(table: TableConfig, unique: Sequence[str], column: Column) -> bool:
    """Whether another column of a key differs in the whole table, so that the key does with any number of NULLs."""
    name = carrier(table, unique)
    other = name is not None and name != column.name and capacity(table.columns[name]) is None
    return other and _scope(table, unique) == "table"


def may_be_often_null(table: TableConfig, key: ForeignKey) -> bool:
    """Whether more than one row may do without the parent: not where a unique key takes NULLs for equal."""
    return any(may_be_null(table, table.columns[name]) for name in emptied(table, pick_of(table, key)))


def _counting_nulls(table: TableConfig, index: UniqueIndex) -> Iterator[str | None]:
    """The columns whose NULLs a unique index compares, as such or as what an expression puts in their place."""
    for expression, column in zip(index.expressions, index.columns, strict=True):
        if not index.nulls_distinct:
            yield column
        if column is None and not _PUT_IN_PLACE.isdisjoint(names_in(expression)):
            yield from _mentioned(table, expression)


def index_columns(table: TableConfig, index: UniqueIndex) -> tuple[str, ...]:
    """The columns of a unique index, those that its expressions are about among them."""
    found: list[str] = []
    for expression, column in zip(index.expressions, index.columns, strict=True):
        found += [column] if column else _mentioned(table, expression)
    return tuple(dict.fromkeys(found))


def turned_off_by(table: TableConfig, index: UniqueIndex) -> str | None:
    """The column by which rows are kept out of a unique index that only some rows come under, where that is better.

    `UNIQUE (user_id) WHERE is_default`: users have many rows and one default. Of an index over what can differ anyway,
    as `UNIQUE (email) WHERE deleted_at IS NULL`, rows are kept out by a flag only. A column that refers to another
    table, as in `UNIQUE (project_id) WHERE role = 'lead'`, does it where the row may pick another parent.
    """
    if index.where is None:
        return None
    foreign, columns = referring(table), index_columns(table, index)
    whole = [index_columns(table, other) for other in table.unique_indexes if other.where is None]
    keys = {name for unique in (table.primary_key, *table.uniques, *whole) for name in unique} | set(columns)
    free = [table.columns[name] for name in _mentioned(table, index.where) if name not in keys]
    free = [column for column in free if column.generator is None and not column.generated]
    again = [] if "null" in names_in(index.where) else [one for one in free if _can_pick_again(table, one.name, keys)]
    free = [column for column in free if column.name not in foreign and _can_be_turned(column)] or again
    flags = [column for column in free if column.type.kind == "boolean"]
    apart = any(name not in foreign and not capacity(table.columns[name]) for name in columns)
    names = [column.name for column in (flags if apart else free)] if columns else []
    # Two columns that keep rows out of each other's indexes would be made from each other.
    earlier = {turned_off_by(table, other) for other in table.unique_indexes[: table.unique_indexes.index(index)]}
    return next((name for name in names if name in earlier), names[0] if names else None)


def _can_be_turned(column: Column) -> bool:
    return column.nullable or column.type.kind in {"boolean", "string", "text"} or len(column.type.values) > 1


def _can_pick_again(table: TableConfig, name: str, told_apart: set[str]) -> bool:
    """Whether another parent changes nothing about a row but the columns of that one key."""
    key = decider(table, name)
    if key is None or key.owner or key.in_turn or key.deferred or key.parent == table.key:
        return False
    own = set(pick_of(table, key).own)
    others = [set(other.columns) for other in table.foreign_keys if other is not key]
    return own.isdisjoint(told_apart) and all(own.isdisjoint(names) for names in others)


def is_checked_with_others(table: TableConfig, column: Column) -> bool:
    """Whether a CHECK is about the column and another one, which would have to follow."""
    about = [set(_mentioned(table, check.sql)) for check in table.checks]
    return any(column.name in names and len(names) > 1 for names in about)


def is_checked_alone(table: TableConfig, column: Column) -> bool:
    """Whether a CHECK is about the column and no other one."""
    return any({*_mentioned(table, check.sql)} == {column.name} for check in table.checks)


def _mentioned(table: TableConfig, expression: str) -> Iterator[str]:
    by_name = {name.lower(): name for name in table.columns}
    for kind, text in tokens(expression):
        name = by_name.get(plain_name(text).lower())
        if name and kind in {"word", "name"}:
            yield name


def tell_parents(schema: SchemaConfig) -> None:
    """Note of keys of several columns which of these tell the parent by themselves. Changes the schema."""
    for table in schema.tables.values():
        for key in table.foreign_keys:
            parent = schema.tables.get(key.parent)
            if parent is not None and len(key.columns) > 1 and not key.told_by:
                key.told_by = _telling(parent, key)


def _telling(parent: TableConfig, key: ForeignKey) -> tuple[str, ...]:
    """The fewest columns of a key that have a unique key of the parent: the number of an entry, not its company's."""
    pairs = list(zip(key.columns, key.parent_columns, strict=True))
    uniques = [unique for unique in (parent.primary_key, *parent.uniques) if unique]
    uniques = [unique for unique in uniques if {*unique} <= {*key.parent_columns}]
    fewest = min(uniques, key=len, default=key.parent_columns)
    return tuple(name for name, parent_column in pairs if parent_column in fewest)


def is_one_to_one(table: TableConfig, key: ForeignKey) -> bool:
    """Whether a parent has one such child at the most."""
    return any(set(unique) <= set(key.columns) for unique in unique_keys(table))


def carrier(table: TableConfig, unique: Sequence[str]) -> str | None:
    """The column that makes a key unique; none where its foreign keys do."""
    foreign = referring(table)
    own = [table.columns[name] for name in unique if name not in foreign]
    if len(own) < 2:
        return own[0].name if own else None
    rank = {one.name: (not holds_together(table, one), _room(one), not is_checked(table, one)) for one in own}
    return max(rank, key=lambda name: rank[name])


def holds_together(table: TableConfig, column: Column) -> bool:
    """Whether rows share values of the column, though no foreign key says of what: the tenant of a node and its parent.

    So do rows of which one is the default: `UNIQUE (org) WHERE is_default`.
    """
    if any(stays(table, key, column.name) for key in table.foreign_keys if column.name in key.columns):
        return True
    if column.type.kind not in {"integer", "uuid"} or is_counting(column.name):
        return False
    flags = [turned_off_by(table, index) for index in table.unique_indexes if column.name in index.columns]
    return any(flag is not None and table.columns[flag].type.kind == "boolean" for flag in flags)


def is_checked(table: TableConfig, column: Column) -> bool:
    """Whether a CHECK is about the column, told by the names in it alone."""
    return any(column.name.lower() in names_in(check.sql) for check in table.checks)


@lru_cache(maxsize=4096)
def names_in(sql: str) -> frozenset[str]:
    """The words and quoted names of an expression, in small letters: no text that stands in quotes of its own."""
    return frozenset(plain_name(text).lower() for kind, text in tokens(sql) if kind in {"word", "name"})


def capacity(column: Column) -> int | None:
    """How many values the column's type has, where they are few."""
    if column.type.kind == "boolean":
        return 2
    return len(column.type.values) or None


def holds_at_most(column: Column) -> int | None:
    """How many different values fit the column, from below; None for more than any table has rows."""
    type_ = column.type
    few = capacity(column)
    if few is not None:
        return few
    if type_.kind == "integer":
        return (1 << type_.bits - 1) - 1
    if type_.kind in {"string", "text"} and type_.length and type_.length < _SHORT:
        return int(_LETTERS**type_.length)
    if type_.kind == "numeric":
        return int(10**type_.precision - 1)
    return None


def _scope(table: TableConfig, unique: Sequence[str]) -> Scope:
    owner = table.owner
    return "siblings" if owner is not None and set(owner.telling) <= set(unique) else "table"


def _room(column: Column) -> int:
    """How well a column can carry a key: identifiers, then texts, then moments and dates, then letters, then lists."""
    if capacity(column):
        return 0
    if column.type.is_text and (column.type.length or _SHORT) <= _LETTER:
        return 1
    if column.type.kind == "integer":
        # A court counts its cases, not its years.
        return 1 if tells_period(column) or is_measure(column.name) else 6 if is_counting(column.name) else 5
    order = {"uuid": 7, "string": 4, "text": 4, "datetime": 3, "date": 2}
    return order.get(column.type.kind, 0)


def tells_period(column: Column) -> bool:
    """Whether a number is a part of the calendar, by its name."""
    return column.type.kind == "integer" and is_of_calendar(column.name)


_SHORT, _LETTERS = 7, 26
_LETTER = 3
"""Characters of a text that is rather a mark beside what tells rows apart, as that of a shift beside its day."""
_PUT_IN_PLACE = frozenset({"coalesce", "ifnull", "nvl", "concat", "concat_ws", "case", "is"})
"""Words of expressions that have a value for a NULL, too."""
