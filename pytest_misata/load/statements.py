"""Tables as SQLAlchemy has them: the parts of their DDL that may come before or after the rows.

Apart from `ddl`, which makes tables and knows the types of every database: one that an earlier run kept needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable, ExecutableDDLElement

Statements = list[ExecutableDDLElement]


def column_of(table: Table, name: str) -> Column[Any]:
    """The column that the database calls `name`, whatever its key in the models is."""
    return next(column for column in table.columns if column.name == name)


def without_keys(tables: Sequence[Table]) -> tuple[Statements, Statements]:
    """DDL that makes tables without keys and indexes, and the DDL that adds those.

    Like `without_indexes`, only for tables `metadata_of` made: a user's may carry events and types that `create_all`
    sees to.
    """
    keys = [AddConstraint(key) for table in tables for key in _unique_keys(table)]
    links = [AddConstraint(key) for table in tables for key in _foreign_keys(table)]
    bare = [CreateTable(table, include_foreign_key_constraints=[]) for table in tables]
    return [*bare], [*keys, *_indexes(tables), *links]


def without_indexes(tables: Sequence[Table]) -> tuple[Statements, Statements]:
    """DDL that makes tables with their keys, and the DDL that adds the indexes."""
    return [CreateTable(table) for table in tables], _indexes(tables)


def run(connection: Connection, statements: Statements) -> None:
    """Execute DDL, in order."""
    for statement in statements:
        connection.execute(statement)


def _unique_keys(table: Table) -> list[Any]:
    uniques = [key for key in table.constraints if isinstance(key, UniqueConstraint)]
    primary = [table.primary_key] if len(table.primary_key.columns) else []
    return [*primary, *sorted(uniques, key=_columns)]


def _foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    return sorted(table.foreign_key_constraints, key=_columns)


def _indexes(tables: Sequence[Table]) -> Statements:
    return [CreateIndex(index) for table in tables for index in sorted(table.indexes, key=_columns)]


def _columns(element: Any) -> list[str]:
    return [column.name for column in element.columns]
