"""What mapped classes know beyond their tables: names of attributes, and who shares or extends a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import Mapper

from pytest_misata.schema.config import SchemaConfig, TableConfig, Variant
from pytest_misata.schema.sources.steering import stored

AnyMapper = Mapper[Any]


def read_mappers(schema: SchemaConfig, mappers: Iterable[AnyMapper]) -> None:
    """Add what the classes of the schema's tables say. Changes the schema."""
    for mapper in sorted(mappers, key=lambda mapper: mapper.class_.__qualname__):
        table = mapper.local_table
        if isinstance(table, Table) and table.key in schema.tables:
            config = schema.tables[table.key]
            _name_attributes(config, mapper, table)
            if (mapper.inherits is None or mapper.concrete) and mapper.polymorphic_on is not None:
                _read_variants(schema, config, mapper, table)


def _name_attributes(config: TableConfig, mapper: AnyMapper, table: Table) -> None:
    for name, column in mapper.columns.items():
        if getattr(column, "table", None) is table and name != column.name and column.name in config.columns:
            config.columns[column.name].attribute = name


def _read_variants(schema: SchemaConfig, config: TableConfig, mapper: AnyMapper, table: Table) -> None:
    on = mapper.polymorphic_on
    variants = [variant for variant in _variants(mapper, table, on) if set(variant.tables) <= set(schema.tables)]
    if isinstance(on, Column) and on.table is table:
        config.discriminator, config.variants = on.name, variants
    elif variants:
        classes = ", ".join(variant.name for variant in variants)
        schema.not_understood.append(f"{table.key}: the classes {classes} are told apart by an expression")


def _variants(base: AnyMapper, table: Table, on: Any) -> Iterator[Variant]:
    for mapper in base.self_and_descendants:
        if mapper.polymorphic_identity is None or getattr(mapper, "polymorphic_abstract", False):
            continue
        if mapper.concrete and mapper is not base:
            continue
        tables = [other for other in mapper.tables if isinstance(other, Table)]
        yield Variant(
            mapper.class_.__name__,
            stored(on.type, mapper.polymorphic_identity),
            tuple(other.key for other in tables if other is not table),
            {other.key: _columns_in(mapper, other) for other in tables},
        )


def _columns_in(mapper: AnyMapper, table: Table) -> tuple[str, ...]:
    """The columns of a table that rows of a class have: its own, and those of the classes it extends."""
    found = {column for each in mapper.iterate_to_root() for column in each.columns}
    return tuple(column.name for column in table.columns if column in found)
