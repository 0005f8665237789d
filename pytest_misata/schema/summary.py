"""A schema in words, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_misata.schema.config import Column, SchemaConfig, TableConfig
from pytest_misata.schema.plan import plan_rows


def summarize(schema: SchemaConfig) -> str:
    """Tables, columns, keys, constraints and row counts; then what was read from the story and what was not."""
    return "\n".join(_lines(schema))


def _lines(schema: SchemaConfig) -> Iterator[str]:

    counts = plan_rows(schema)
    yield f"{schema.name}: {len(schema.tables)} tables, {sum(counts.values()):,} rows"
    if schema.story:
        yield f"story: {schema.story}"
    for table in schema.tables.values():
        yield ""
        yield from _table(table, counts[table.key])
    yield from _facts(schema)
    if schema.not_understood:
        yield from ("", "not followed:", *(f"  {line}" for line in schema.not_understood))


def _table(table: TableConfig, rows: int) -> Iterator[str]:
    yield f"{table.key} ({rows:,} rows)" + (f": {table.description}" if table.description else "")
    width = max((len(name) for name in table.columns), default=0)
    for column in table.columns.values():
        yield f"  {column.name:<{width}}  {' '.join(_traits(table, column))}"
    for unique in table.uniques:
        if len(unique) > 1:
            yield f"  unique ({', '.join(unique)})"
    for check in table.checks:
        yield f"  check {check.sql}"


def _traits(table: TableConfig, column: Column) -> Iterator[str]:
    yield type_name(column)
    if not column.nullable:
        yield "not null"
    if column.name in table.primary_key:
        yield "primary key"
    if (column.name,) in table.uniques:
        yield "unique"
    key = table.foreign_key(column.name)
    if key:
        yield f"-> {key.parent}.{key.parent_columns[key.columns.index(column.name)]}"
    if column.generated:
        yield "computed by the database"
    if column.generator:
        yield f"[{column.generator.kind}]"


def type_name(column: Column) -> str:
    """The column's type as SQL would write it, in short."""
    type_ = column.type
    if type_.kind == "numeric":
        return f"numeric({type_.precision}, {type_.scale})"
    if type_.kind == "string" and type_.length:
        return f"varchar({type_.length})"
    if type_.kind == "integer":
        return {16: "smallint", 64: "bigint"}.get(type_.bits, "integer")
    return type_.kind


def _facts(schema: SchemaConfig) -> Iterator[str]:
    understood = [fact for fact in schema.facts if fact.understood]
    missed = [fact for fact in schema.facts if not fact.understood]
    if understood:
        yield from ("", "understood:")
        yield from (f"  {fact.phrase!r}: {fact.meaning}" for fact in understood)
    if missed:
        yield from ("", "not understood:")
        yield from (f"  {fact.phrase!r}" + (f": {fact.meaning}" if fact.meaning else "") for fact in missed)
