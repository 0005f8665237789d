"""Tables that share their rows: classes that extend a table by another one, told apart by a discriminator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig, Variant
from pytest_misata.schema.lookups import singular

_TELLING = ("type", "kind", "discriminator", "discr", "dtype", "class", "subtype", "polymorphic")
"""What a column that tells classes apart is called, or ends with."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A table of a hierarchy, and those that extend it."""

    table: TableConfig
    own: tuple[int, ...]
    """The variants of the root whose rows end here, by number."""
    branches: tuple[Branch, ...]

    @property
    def variants(self) -> int:
        """How many variants have a row here."""
        return len(self.own) + sum(branch.variants for branch in self.branches)


def hierarchy(schema: SchemaConfig, root: TableConfig) -> Branch:
    """The tables that extend a table with variants, and those that extend these."""
    known = {name for variant in root.variants for name in variant.tables}
    return _branch(schema, root, root, known)


def _branch(schema: SchemaConfig, root: TableConfig, table: TableConfig, known: set[str]) -> Branch:
    extending = [schema.table(name) for name in sorted(known) if _extends(schema.table(name), table)]
    branches = tuple(_branch(schema, root, child, known) for child in extending)
    own = [number for number, variant in enumerate(root.variants) if _deepest(schema, root, variant) == table.key]
    return Branch(table, tuple(own), branches)


def _extends(table: TableConfig, other: TableConfig) -> bool:
    return table is not other and extending_key(table, other) is not None


def extending_key(table: TableConfig, other: TableConfig) -> ForeignKey | None:
    """The foreign key by which the rows of a table are rows of another one: its primary key, and that of the other."""
    for key in table.foreign_keys:
        same = set(key.columns) == set(table.primary_key) and set(key.parent_columns) == set(other.primary_key)
        if key.parent == other.key and same:
            return key
    return None


def _deepest(schema: SchemaConfig, root: TableConfig, variant: Variant) -> str:
    """The last table in which such a row has a part."""
    tables = [schema.table(name) for name in variant.tables]
    ends = [table.key for table in tables if not any(_extends(other, table) for other in tables)]
    return ends[0] if ends else root.key


def root_of(schema: SchemaConfig, table: TableConfig) -> str:
    """The table with the variants that a table extends, itself or through others."""
    owner = table.owner
    return root_of(schema, schema.table(owner.parent)) if owner is not None and owner.inherits else table.key


def size_hierarchies(schema: SchemaConfig) -> None:
    """Make the discriminator of each hierarchy, and size the tables that extend others. Changes the schema."""
    for table in list(schema.tables.values()):
        if not table.variants:
            _guess(schema, table)
        if not table.variants or table.discriminator is None:
            continue
        column = table.columns[table.discriminator]
        column.generator = column.generator or Generator("variant")
        _size(hierarchy(schema, table))


def _size(branch: Branch) -> None:
    for child in branch.branches:
        key = extending_key(child.table, branch.table)
        assert key is not None
        if all(not other.owner or other is key for other in child.table.foreign_keys):
            key.owner, key.inherits, key.spread = True, True, "even"
            key.per_parent = key.per_parent or Fraction(child.variants, max(branch.variants, 1))
            key.rest = not branch.own
        _size(child)


def _guess(schema: SchemaConfig, table: TableConfig) -> None:
    """A database does not say which class a row is of: read it from the names of the tables that extend this one."""
    column = _telling(table)
    if column is None:
        return
    children = [other for other in schema.tables.values() if _extends(other, table)]
    if not children:
        return
    below = {child.key: tuple(_line(schema, child)) for child in children}
    variants = [Variant(child.name, _value(column, child.name), (child.key,)) for child in children]
    deeper = [
        Variant(last.name, _value(column, last.name), (child.key, last.key))
        for child in children
        for last in below[child.key]
    ]
    named = [*variants, *deeper]
    own = _values_of_its_own(column, table, named)
    found = [*(Variant(str(value), value) for value in own), *named]
    if all(variant.value is not None for variant in found):
        table.discriminator, table.variants = column.name, found


def _line(schema: SchemaConfig, table: TableConfig) -> Iterator[TableConfig]:
    """The tables that extend a table; those that extend them in turn are left to its models."""
    return (other for other in schema.tables.values() if _extends(other, table))


def _telling(table: TableConfig) -> Column | None:
    for column in table.columns.values():
        words = column.name.lower().replace("_", " ").split()
        if (
            column.type.kind in {"string", "text", "enum"}
            and column.generator is None
            and words
            and words[-1] in _TELLING
        ):
            return column
    return None


def _value(column: Column, name: str) -> str | None:
    """What the discriminator says of rows that are in a table of this name too."""
    single = singular(name)
    if not column.type.values:
        fits = column.type.length is None or len(single) <= column.type.length
        return single if fits else None
    same = [value for value in column.type.values if str(value).lower() in {single.lower(), name.lower()}]
    return same[0] if same else None


def _values_of_its_own(column: Column, table: TableConfig, named: list[Variant]) -> list[str]:
    if column.type.values:
        return [value for value in column.type.values if value not in {variant.value for variant in named}]
    value = _value(column, table.name)
    return [value] if value is not None else []
