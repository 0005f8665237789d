"""Elements of arrays as columns of their own, with the conditions that come with their domain."""

from __future__ import annotations

from dataclasses import replace

from pytest_misata.schema.config import Check, Column, TableConfig
from pytest_misata.schema.sql.sqltext import bare, replace_word
from pytest_misata.schema.types import ColumnType


def element_table(key: str, name: str, item: ColumnType) -> TableConfig:
    """A table whose one column is an element of this type; `key` is that of the array's table."""
    quoted = '"' + name.replace('"', '""') + '"'
    checks = [Check(bare(replace_word(condition, "VALUE", quoted))) for condition in item.checks]
    return TableConfig(key, {name: Column(name, replace(item, checks=()))}, checks=checks)


def element_tables(table: TableConfig) -> list[TableConfig]:
    """Those of the table's arrays whose elements have conditions."""
    items = ((name, column.type.item) for name, column in table.columns.items())
    return [element_table(table.key, name, item) for name, item in items if item is not None and item.checks]
