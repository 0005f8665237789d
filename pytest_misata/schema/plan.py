"""How many rows each table gets."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from math import ceil

from pytest_misata.errors import GenerationError, SchemaError
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.order import is_optional
from pytest_misata.schema.uniqueness import is_one_to_one

DEFAULT_ROWS = 1000
"""Rows of the main table when nobody says."""
DEFAULT_TABLE_ROWS = 100
"""Rows of a table without parents, in a schema that has no main table, when nobody says."""


def plan_rows(
    schema: SchemaConfig, *, rows: int | None = None, counts: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The row count of every table, in the schema's order.

    `counts` states single tables; `rows` sizes the main table, or every table without parents where there is no main
    one. A size that follows from a stated child goes up to its parents, and from there down to the rest.
    Raises GenerationError where the numbers cannot hold together.
    """
    planner = _Planner(schema, _stated(schema, rows, counts or {}), rows)
    planned = {name: planner.count(name) for name in schema.tables}
    for table in schema.tables.values():
        _check(table, planned)
    return planned


class _Planner:
    def __init__(self, schema: SchemaConfig, stated: dict[str, int], rows: int | None) -> None:
        self._schema, self._rows = schema, rows
        self._counts = stated
        self._asking: list[str] = []

    def count(self, name: str) -> int:
        if name not in self._counts:
            if name in self._asking:
                raise SchemaError(f"row counts depend on each other: {' -> '.join([*self._asking, name])}")
            self._asking.append(name)
            self._counts[name] = self._derive(self._schema.table(name))
            self._asking.pop()
        return self._counts[name]

    def _derive(self, table: TableConfig) -> int:
        return min([self._wanted(table), *self._one_to_one(table)])

    def _one_to_one(self, table: TableConfig) -> list[int]:
        """The sizes of parents of which every row needs one of its own."""
        keys = [key for key in table.foreign_keys if is_one_to_one(table, key) and not is_optional(table, key)]
        return [
            self.count(key.parent) for key in keys if key.parent not in {table.key, *self._asking} and not key.owner
        ]

    def _wanted(self, table: TableConfig) -> int:
        owner = table.owner
        upward = self._from_children(table.key)
        if upward is not None:
            return upward
        if owner is not None and owner.per_parent is not None:
            return int(self.count(owner.parent) * owner.per_parent)
        if table.scale is not None:
            other, ratio = table.scale
            return max(1, ceil(self.count(other) * ratio)) if self.count(other) else 0
        return self._default(table.key)

    def _default(self, name: str) -> int:
        if self._schema.main is None:
            return DEFAULT_TABLE_ROWS if self._rows is None else self._rows
        return DEFAULT_ROWS

    def _from_children(self, name: str) -> int | None:
        """What the stated row counts of children, or of theirs, ask for; one that is to be empty asks nothing."""
        asked = []
        for child in self._schema.tables.values():
            owner = child.owner
            if owner is None or owner.parent != name or not owner.per_parent or child.key == name:
                continue
            count = self._counts.get(child.key)
            if count is None:
                count = self._from_children(child.key)
            if count:
                asked.append(ceil(count / owner.per_parent))
        return max(asked) if asked else None


def _stated(schema: SchemaConfig, rows: int | None, counts: Mapping[str, int]) -> dict[str, int]:
    stated = {table.key: table.rows for table in schema.tables.values() if table.rows is not None}
    if rows is not None and schema.main is not None:
        stated.setdefault(schema.main, _whole("rows", rows))
    for name, count in counts.items():
        table = _known(schema, name)
        if table.fixed and count != table.rows:
            raise GenerationError(f"counts[{name!r}]: the table lists its {table.rows} rows, which cannot be restated")
        stated[name] = _whole(f"counts[{name!r}]", count)
    return stated


def _known(schema: SchemaConfig, name: str) -> TableConfig:
    if name in schema.tables:
        return schema.tables[name]
    close = get_close_matches(name, list(schema.tables), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(schema.tables)}"
    raise GenerationError(f"counts[{name!r}]: no such table; {hint}")


def _whole(what: str, count: object) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count < 2**40:
        raise GenerationError(f"{what} must be a whole number from 0 to 2**40, not {count!r}")
    return count


def _check(table: TableConfig, planned: Mapping[str, int]) -> None:
    rows = planned[table.key]
    for key in table.foreign_keys:
        if not rows or key.parent == table.key or is_optional(table, key):
            continue
        parents = planned[key.parent]
        if not parents:
            raise GenerationError(f"{table.key}: {rows:,} rows need a row of {key.parent}, which is to have none")
        if rows > parents and is_one_to_one(table, key):
            raise GenerationError(
                f"{table.key}.{key.columns[0]} is unique: {rows:,} rows were asked for and there are {parents:,} "
                f"{key.parent}"
            )
