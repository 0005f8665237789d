"""The rows that a row has to do with through its foreign keys, each with the columns by which it is read.

A key whose columns other keys decide is read through these: the customer of an order whose address says whose it is. A
row that is one with its parent, as a page is with its node, tells what that tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_misata.schema.config import ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.keys import is_implied
from pytest_misata.schema.order import is_cut

_STEPS = 4
"""How many keys it is at the most to what tells of a row."""


def parents_in(schema: SchemaConfig, table: TableConfig) -> Iterator[tuple[str, ForeignKey, TableConfig]]:
    """The readable parents in other tables, and what they are one with, each with its path and the key of the row."""
    for key in table.foreign_keys:
        path = None if key.parent == table.key or is_cut(key) else path_by(schema, table, key)
        if path is not None:
            yield from ((found, key, parent) for found, parent in _one_with(schema, path, schema.table(key.parent)))


def nearest(
    schema: SchemaConfig, table: TableConfig, tells: Callable[[TableConfig], object], *, steps: int = _STEPS
) -> dict[str, TableConfig]:
    """The nearest rows above a row that tell something, by their paths: those above its parents where these do not."""
    found: dict[str, TableConfig] = {}
    for path, _, parent in parents_in(schema, table):
        if tells(parent):
            found[path] = parent
        elif steps > 1:
            above = nearest(schema, parent, tells, steps=steps - 1)
            found |= {f"{path}.{further}": forebear for further, forebear in above.items()}
    return found


def column_of(table: TableConfig, key: ForeignKey) -> str:
    """The column by which a key is named: the first that it decides itself."""
    return next((name for name in key.columns if table.foreign_key(name) is key), key.columns[0])


def path_by(schema: SchemaConfig, table: TableConfig, key: ForeignKey) -> str | None:
    """The columns by which the parent of a key is read, with dots between them; None where there are none."""
    name = column_of(table, key)
    by = table.foreign_key(name)
    if by is key:
        return name
    if by is None or by.parent == table.key or is_cut(by) or not is_implied(schema, key, by):
        return None
    beyond, through = schema.table(by.parent), by.parent_columns[by.columns.index(name)]
    onward = [other for other in beyond.foreign_keys if other.parent == key.parent and through in other.columns]
    paths = [path_by(schema, beyond, other) for other in onward if beyond is not table]
    return next((f"{name}.{path}" for path in paths if path is not None), None)


def _one_with(schema: SchemaConfig, path: str, table: TableConfig) -> Iterator[tuple[str, TableConfig]]:
    """A row and those that it is one with: what its primary key refers to."""
    yield path, table
    for key in table.foreign_keys:
        if key.parent != table.key and not is_cut(key) and is_one_with_parent(table, key):
            yield from _one_with(schema, f"{path}.{column_of(table, key)}", schema.table(key.parent))


def is_one_with_parent(table: TableConfig, key: ForeignKey) -> bool:
    """Whether the primary key of a row is that of its parent."""
    return bool(table.primary_key) and {*key.columns} == {*table.primary_key}
