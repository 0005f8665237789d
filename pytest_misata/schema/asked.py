"""What other tables ask of the columns that they refer to.

By CHECKs, where keys are composite: `(account_id, kind) -> accounts(id, kind)` with `kind = 'company'` means that some
accounts have to be companies, though nothing at `accounts` says so. By the types of their own columns, where these
hold less: a VARCHAR(16) that refers to a VARCHAR(255).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pytest_misata.schema.config import Check, Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.sql.predicates import Among, Col, Compare, Const, conjuncts, passes
from pytest_misata.schema.types import ColumnType
from pytest_misata.schema.uniqueness import is_checked, unique_keys

_ANY = 2**31
"""The length of a text of any length."""
_ANOTHER = "other"
"""What rows that nobody asks for are, where the others are all of one kind."""


def ask_parents(schema: SchemaConfig) -> None:
    """Give columns that may hold anything what their children ask for, as an implied CHECK. Changes the schema."""
    words: dict[tuple[str, str], dict[Any, None]] = {}
    for table in schema.tables.values():
        for place, value in _asked(schema, table):
            words.setdefault(place, {})[value] = None
    for (name, column), found in words.items():
        if _is_open(schema.tables[name], column):
            schema.tables[name].checks.append(_listing(schema, column, list(found)))


def fit_children(schema: SchemaConfig) -> None:
    """Make what is referred to fit the narrowest column that refers to it, through any number of tables.

    Changes the schema.
    """
    keys = [(table, key) for table in schema.tables.values() for key in table.foreign_keys]
    while any(_narrow(schema, table, key) for table, key in keys):
        continue


def _narrow(schema: SchemaConfig, table: TableConfig, key: ForeignKey) -> bool:
    """Whether a key made a column of its parent narrower."""
    parent, changed = schema.tables[key.parent], False
    for name, theirs in zip(key.columns, key.parent_columns, strict=True):
        column = parent.columns[theirs]
        narrower = _narrower(column, table.columns[name].type)
        changed |= narrower != column.type
        column.type = narrower
    return changed


def _narrower(column: Column, child: ColumnType) -> ColumnType:
    """The type of a column as far as another one holds its values. Numbers that the database counts stay small."""
    type_, texts = column.type, {"string", "text"}
    if type_.kind in texts and child.kind in texts and child.length and child.length < (type_.length or _ANY):
        return replace(type_, length=child.length)
    counted = column.autoincrement or column.identity
    if type_.kind == child.kind == "integer" and child.bits < type_.bits and not counted:
        return replace(type_, bits=child.bits)
    return type_


def _asked(schema: SchemaConfig, table: TableConfig) -> Iterator[tuple[tuple[str, str], Any]]:
    """The columns of parents, each with one of the texts that a CHECK about the key's own column lists."""
    for key in table.foreign_keys:
        for name, theirs in zip(key.columns, key.parent_columns, strict=True):
            if len(key.columns) > 1 and key.parent != table.key and is_checked(table, table.columns[name]):
                for value in _listed(schema, table, name):
                    yield (key.parent, theirs), value


def _listed(schema: SchemaConfig, table: TableConfig, name: str) -> Iterator[Any]:
    from pytest_misata.schema.sql.checks import read_checks

    for reading in read_checks(table, schema.dialect):
        for part in conjuncts(passes(reading.predicate)):
            match part:
                case Compare("=", Col(about), Const(str(value))) if about == name:
                    yield value
                case Among(Col(about), values) if about == name:
                    yield from (value for value in values if isinstance(value, str))


def _is_open(table: TableConfig, name: str) -> bool:
    column = table.columns[name]
    told = column.generator or column.type.values or column.generated or table.foreign_key(name)
    plain = not told and column.type.kind in {"string", "text"} and (name,) not in unique_keys(table)
    return plain and name != table.discriminator and not is_checked(table, column)


def _listing(schema: SchemaConfig, name: str, words: list[Any]) -> Check:
    quote = "`" if schema.dialect in {"mysql", "mariadb"} else '"'
    values = words if len(words) > 1 else [*words, _ANOTHER]
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return Check(f"{quote}{name}{quote} IN ({listed})", implied=True)
