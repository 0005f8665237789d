"""Foreign keys of one column of which nothing else says what they pick, so that what their names mean may."""

from __future__ import annotations

from dataclasses import replace

from pytest_misata.schema.config import Column, ForeignKey, TableConfig
from pytest_misata.schema.order import is_cut
from pytest_misata.schema.uniqueness import is_checked


def is_free(table: TableConfig, key: ForeignKey) -> bool:
    """Whether neither the schema nor anybody says how a key picks: it is one column, without a generator or a CHECK."""
    if len(key.columns) != 1 or is_cut(key) or key.inherits or key.full_match:
        return False
    column = table.columns[key.columns[0]]
    return column.generator is None and not _is_checked_itself(table, column)


def _is_checked_itself(table: TableConfig, column: Column) -> bool:
    """Whether a CHECK of the table's own is about a column, not one that only keeps two references apart."""
    return is_checked(replace(table, checks=[check for check in table.checks if not check.implied]), column)
