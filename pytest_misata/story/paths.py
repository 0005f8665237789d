"""How the tables of a schema are joined: by which keys rows of one belong to rows of another."""

from __future__ import annotations

from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.keys import is_optional
from pytest_misata.schema.order import is_cut

Step = tuple[TableConfig, ForeignKey]
"""A table and one of its keys."""


def keys_to(table: TableConfig, parent: str) -> list[ForeignKey]:
    """The keys by which rows of a table belong to a parent's: the owner's first, then those that are never NULL."""
    found = [key for key in table.foreign_keys if key.parent == parent and parent != table.key and not is_cut(key)]
    return sorted(found, key=lambda key: (not key.owner, is_optional(table, key)))


def path_up(schema: SchemaConfig, child: str, parent: str) -> list[Step]:
    """The fewest keys that lead from a table up to another, from the child on; none where none do."""
    waiting: list[tuple[str, list[Step]]] = [(child, [])]
    seen = {child}
    while waiting:
        name, steps = waiting.pop(0)
        table = schema.tables[name]
        for above in dict.fromkeys(key.parent for key in table.foreign_keys):
            keys = keys_to(table, above)
            if not keys or above in seen:
                continue
            path = [*steps, (table, keys[0])]
            if above == parent:
                return path
            seen.add(above)
            waiting.append((above, path))
    return []


def is_joined(schema: SchemaConfig, child: str, parent: str) -> bool:
    """Whether keys lead from one table up to another, or a third one joins rows of both."""
    return bool(path_up(schema, child, parent)) or bool(bridges(schema, child, parent))


def bridges(schema: SchemaConfig, one: str, other: str) -> list[TableConfig]:
    """The tables that join rows of two others, those with the fewest columns first."""
    joining = [table for table in schema.tables.values() if keys_to(table, one) and keys_to(table, other)]
    return sorted(joining, key=lambda table: len(table.columns))
