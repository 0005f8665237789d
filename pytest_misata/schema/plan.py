"""How many rows each table gets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from math import ceil

from pytest_misata.errors import GenerationError, SchemaError
from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.keys import is_optional, referring
from pytest_misata.schema.uniqueness import is_one_to_one

DEFAULT_ROWS = 1000
"""Rows of the main table when nobody says."""
DEFAULT_TABLE_ROWS = 100
"""Rows of a table without parents, in a schema that has no main table, when nobody says."""
LOOKUP_ROWS = 10
"""Rows of a lookup table, when nobody says."""


def plan_rows(
    schema: SchemaConfig,
    *,
    rows: int | None = None,
    counts: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
    least: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """The row count of every table, in the schema's order.

    `counts` states single tables; `rows` sizes the main table, or every table without parents where there is no main
    one. Where nobody states their number, `limits` says how many rows tables can hold at the most, and `least` how many
    others need of them. A size that follows from a stated child goes up to its parents, and from there down to the
    rest.
    Raises GenerationError where the numbers cannot hold together.
    """
    planner = _Planner(schema, stated_rows(schema, rows, counts or {}), rows, limits or {}, least or {})
    planned = {name: planner.count(name) for name in schema.tables}
    for table in schema.tables.values():
        planner.check_extensions(table.key, planned)
        _check(table, planned)
    return planned


class _Planner:
    def __init__(
        self,
        schema: SchemaConfig,
        stated: dict[str, int],
        rows: int | None,
        limits: Mapping[str, int],
        least: Mapping[str, int],
    ) -> None:
        self._schema, self._rows, self._limits = schema, rows, limits
        self._counts, self._stated = stated, frozenset(stated)
        self._needed = _needed(schema, stated, least)
        self._counts |= dict.fromkeys(_left_out(schema, self._stated, limits), 0)
        self._owned: dict[str, list[tuple[TableConfig, ForeignKey]]] = {}
        for table in schema.tables.values():
            if (owner := table.owner) is not None:
                self._owned.setdefault(owner.parent, []).append((table, owner))
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
        limit = self._limits.get(table.key)
        wanted = max(self._wanted(table), self._needed.get(table.key, 0))
        return min([wanted, *self._one_to_one(table), *([] if limit is None else [limit])])

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
            return max(upward, self._least_of_all(table), self._from_above(table))
        if owner is not None and owner.rest and self._is_last(table, owner.parent):
            others = [other for other in self._extensions(owner.parent) if other is not table]
            return max(0, self.count(owner.parent) - sum(self.count(other.key) for other in others))
        if owner is not None and owner.per_parent is not None and not self._is_waited_for(table, owner.parent):
            return max(self._share(owner), self._least(table, owner), *self._joining(table, owner))
        if table.scale is not None:
            other, ratio = table.scale
            return max(table.least, ceil(self.count(other) * ratio)) if self.count(other) else 0
        return self._default(table)

    def _from_above(self, table: TableConfig) -> int:
        """What goes with stated rows that a table belongs to, unless each of its own usually has stated children."""
        owner = table.owner
        if owner is None or owner.inherits or not follows_owner(self._schema, table, self._stated):
            return 0
        each = any(child.key in self._stated and has_one_each(key) for child, key in self._owned.get(table.key, ()))
        return 0 if each else self._share(owner)

    def _least_of_all(self, table: TableConfig) -> int:
        """What `rows` says of a table that nothing else sizes but what stated children ask for."""
        sized = self._schema.main or table.owner or table.scale or table.lookup
        return 0 if sized or self._rows is None else self._rows

    def _joining(self, table: TableConfig, owner: ForeignKey) -> Iterator[int]:
        """What the other parents ask of a table that joins tables: each of their rows is joined as often."""
        joins = table.guessed and set(table.primary_key) <= referring(table) and not is_one_to_one(table, owner)
        if not joins or owner.per_parent is None:
            return
        for key in table.foreign_keys:
            open_ = key.parent not in self._asking and not self._schema.table(key.parent).lookup
            if open_ and key is not owner and set(key.columns) <= set(table.primary_key):
                yield int(self.count(key.parent) * owner.per_parent)

    def _share(self, owner: ForeignKey) -> int:
        return int(self.count(owner.parent) * (owner.per_parent or 0))

    def _least(self, table: TableConfig, owner: ForeignKey) -> int:
        """One row for a table whose size is guessed, and for each class of a table that has so many rows."""
        count = self.count(owner.parent)
        if not owner.inherits:
            return min(count, int(table.guessed))
        asked = 0
        for other in self._extensions(owner.parent):
            stated = self._counts[other.key] if other.key in self._stated else None
            asked += max(1, self._share(other.owner or owner)) if stated is None else stated
        return int(asked <= count)

    def _is_waited_for(self, table: TableConfig, parent: str) -> bool:
        """Whether the owner's size is a part of the table's own: a bank has the branches that its customers need."""
        scale = self._schema.table(parent).scale
        return parent not in self._counts and scale is not None and scale[0] == table.key

    def _is_last(self, table: TableConfig, parent: str) -> bool:
        """Whether the table is the last of those that extend another one whose size nobody states."""
        open_ = [other for other in self._extensions(parent) if other.key not in self._stated]
        return bool(open_) and open_[-1] is table

    def check_extensions(self, name: str, planned: Mapping[str, int]) -> None:
        """Raise GenerationError where the tables that extend one have more rows than it, or leave rows of no class."""
        extensions = self._extensions(name)
        total, rows = sum(planned[extension.key] for extension in extensions), planned[name]
        whole = any(owner.rest for _, owner in self._owned.get(name, ()))
        if total > rows or (whole and total != rows):
            names = " and ".join(extension.key for extension in extensions)
            raise GenerationError(
                f"{name}: {rows:,} rows were asked for, and {total:,} of {names}, which are its classes"
            )

    def _extensions(self, name: str) -> list[TableConfig]:
        """The tables that extend a table."""
        return [table for table, owner in self._owned.get(name, ()) if owner.inherits]

    def _default(self, table: TableConfig) -> int:
        usual = DEFAULT_ROWS
        if self._schema.main is None:
            usual = DEFAULT_TABLE_ROWS if self._rows is None else self._rows
        return min(usual, LOOKUP_ROWS) if table.lookup else usual

    def _from_children(self, name: str) -> int | None:
        """What the stated row counts of children, or of theirs, ask for; one that is to be empty asks nothing."""
        extensions = self._extensions(name)
        stated = [self._counts[table.key] for table in extensions if table.key in self._stated]
        if extensions and len(stated) == len(extensions) and extensions[0].owner and extensions[0].owner.rest:
            return sum(stated)
        asked = [sum(stated)] if any(stated) else []
        for child, owner in self._owned.get(name, ()):
            if not owner.per_parent or child.key == name:
                continue
            count = self._counts.get(child.key)
            if count is None:
                count = self._from_children(child.key)
            if count:
                asked.append(ceil(count / owner.per_parent))
        return max(asked) if asked else None


def has_one_each(key: ForeignKey) -> bool:
    """Whether parents usually have a child each, or more."""
    return key.owner and (key.per_parent or 0) >= 1


def follows_owner(schema: SchemaConfig, table: TableConfig, stated: Collection[str]) -> bool:
    """Whether the rows of what a table belongs to, or of what that belongs to, are stated."""
    seen: set[str] = set()
    while (owner := table.owner) is not None and owner.per_parent and table.key not in seen:
        seen.add(table.key)
        if owner.parent in stated:
            return True
        table = schema.table(owner.parent)
    return False


def sized_otherwise(schema: SchemaConfig, planned: Mapping[str, int], rows: int | None, stated: Iterable[str]) -> str:
    """Which tables have not as many rows as `rows` says, since others below them are stated to have some."""
    if rows is None or schema.main is not None:
        return ""
    open_ = [one for one in schema.tables.values() if not (one.lookup or one.owner or one.scale or one.key in stated)]
    names = [f"{table.key} ({planned[table.key]:,})" for table in open_ if planned[table.key] != rows]
    return (
        f"rows={rows:,} does not size {', '.join(names)}: stated tables below ask for another number" if names else ""
    )


def _left_out(schema: SchemaConfig, stated: frozenset[str], limits: Mapping[str, int]) -> frozenset[str]:
    """The tables without a stated size of which every row would need one of a table that has no room for any."""
    empty = {name for name, limit in limits.items() if not limit}
    found = set(empty)
    while found:
        found = {
            table.key
            for table in schema.tables.values()
            if table.key not in empty | stated
            and any(key.parent in empty and not is_optional(table, key) for key in table.foreign_keys)
        }
        empty |= found
    return frozenset(empty - stated)


def _needed(schema: SchemaConfig, stated: Mapping[str, int], least: Mapping[str, int]) -> dict[str, int]:
    """How many rows tables need for others that have one of their own each, as far as their number is known."""
    needed = dict(least)
    open_ = {**stated, **least}
    while open_:
        asked: dict[str, int] = {}
        for name, rows in open_.items():
            table = schema.tables[name]
            for key in table.foreign_keys:
                own = key.parent != name and is_one_to_one(table, key) and not is_optional(table, key)
                if own and key.parent not in stated and rows > needed.get(key.parent, 0):
                    needed[key.parent] = asked[key.parent] = rows
        open_ = asked
    return needed


def stated_rows(schema: SchemaConfig, rows: int | None, counts: Mapping[str, int]) -> dict[str, int]:
    """The row counts that are stated, by the schema or the caller."""
    stated = {table.key: table.rows for table in schema.tables.values() if table.rows is not None}
    if rows is not None:
        rows = _whole("rows", rows)
    if rows is not None and schema.main is not None:
        stated.setdefault(schema.main, rows)
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
