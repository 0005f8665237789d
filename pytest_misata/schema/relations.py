"""Which parent decides a table's size, where the schema does not say."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig

CHILDREN_PER_PARENT = Fraction(3)


def complete_owners(schema: SchemaConfig) -> None:
    """Give each table with parents an owner, unless its row count comes from elsewhere. Changes the schema."""
    for table in schema.tables.values():
        if table.owner is None and not table.fixed and table.scale is None:
            owner = _owner(table)
            if owner is not None:
                owner.owner = True
        if table.owner is not None and table.owner.per_parent is None:
            table.owner.per_parent = CHILDREN_PER_PARENT


def _owner(table: TableConfig) -> ForeignKey | None:
    """The first foreign key to another table that no row may lack."""
    for key in table.foreign_keys:
        required = not any(table.columns[column].nullable for column in key.columns)
        made = any(table.columns[column].generator for column in key.columns)
        if key.parent != table.name and required and not made:
            return key
    return None
