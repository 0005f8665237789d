"""Whether the columns that a domain file mentions in the options of others are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.story.columns import nearest

_NAMES = ("after", "before", "of", "by")
_OF_A_LIST = frozenset({"term", "prose", "record"})
"""Kinds whose `of` is no column, but a list of data."""
_SIBLINGS = ("@first", "@last")


def check_mentions(schema: SchemaConfig, file: str) -> None:
    """Raises SchemaError where an option mentions a column, a parent's column or a child's that does not exist."""
    for table in schema.tables.values():
        for name, column in table.columns.items():
            where = f"{file}: {table.name}.{name}"
            if column.generator is None:
                continue
            if column.generator.kind == "total":
                _check_total(schema, table, column.generator.options, where)
                continue
            if column.generator.kind == "count":
                _check_count(schema, column.generator.options, where)
                continue
            for mentioned in _mentioned(column.generator.kind, column.generator.options):
                _check(schema, table, mentioned, where)


def _mentioned(kind: str, options: Mapping[str, Any]) -> Iterator[str]:
    """Every column that options name: own ones, and `foreign_key.column` of a parent."""
    for option in _NAMES:
        named = () if option == "of" and kind in _OF_A_LIST else options.get(option, ())
        yield from [named] if isinstance(named, str) else named
    yield from options.get("when", {})
    for case in options.get("cases", ()):
        yield from _mentioned(case.get("kind", kind), case)


def _check(schema: SchemaConfig, table: TableConfig, mentioned: str, where: str) -> None:
    if mentioned in _SIBLINGS:
        return
    column, _, rest = mentioned.partition(".")
    if column not in table.columns:
        known = nearest(column, [*table.columns, *_SIBLINGS])
        raise SchemaError(f"{where}: no column {table.name}.{column}; {known}")
    key = table.foreign_key(column)
    if rest and key is None:
        raise SchemaError(f"{where}: {mentioned!r}: {column} points at no other table")
    if rest and key:
        _check(schema, schema.tables[key.parent], rest, where)


def _check_total(schema: SchemaConfig, table: TableConfig, options: Mapping[str, Any], where: str) -> None:
    """The column summed is a child's, and so are those that tell which children count."""
    child, _, column = str(options.get("of", "")).partition(".")
    owned = [name for name, other in schema.tables.items() if other.owner and other.owner.parent == table.name]
    if child not in owned:
        raise SchemaError(f"{where}: {table.name} owns no table {child!r}; {nearest(child, owned)}")
    for mentioned in (column, *options.get("only", {})):
        _check(schema, schema.tables[child], mentioned, where)


def _check_count(schema: SchemaConfig, options: Mapping[str, Any], where: str) -> None:
    """The key that ties the rows counted, and the columns that tell which of them count, are theirs."""
    child = str(options.get("of", ""))
    if child not in schema.tables:
        raise SchemaError(f"{where}: no table {child!r}; {nearest(child, schema.tables)}")
    for mentioned in (*([options["by"]] if "by" in options else []), *options.get("only", {})):
        _check(schema, schema.tables[child], mentioned, where)
