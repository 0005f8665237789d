"""Tables that share their rows: classes that extend a table by another one, told apart by a discriminator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig, Variant
from pytest_misata.schema.listed import listed_values
from pytest_misata.schema.lookups import singular
from pytest_misata.schema.uniqueness import carried_by

_TELLING = ("type", "kind", "discriminator", "discr", "dtype", "class", "subtype", "polymorphic")
"""What a column that tells classes apart is called, or ends with."""


_BESIDE = frozenset(
    "address avatar bio biography configuration credential detail extra info information metadata option password "
    "preference profile quota setting stat state statistic".split()
)
"""What a table that holds more of the same rows is called, or ends with: no class, unless a listed value says so."""


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
    lines = list(_lines(schema, table))
    values = listed_values(schema, table, column)
    named = [
        Variant(line[-1].name, _value(values, column, table, line[-1]), tuple(part.key for part in line))
        for line in lines
    ]
    found = [variant for variant in named if variant.value is not None]
    if not found:
        return
    own = _values_of_its_own(values, column, table, found)
    table.discriminator, table.variants = column.name, [*(Variant(str(value), value) for value in own), *found]


def _lines(schema: SchemaConfig, table: TableConfig) -> Iterator[tuple[TableConfig, ...]]:
    """Each table that extends a table, at the end of those between them."""
    for other in schema.tables.values():
        if _extends(other, table):
            yield (other,)
            yield from ((other, *line) for line in _lines(schema, other))


def _is_beside(table: TableConfig) -> bool:
    words = singular(table.name).lower().replace("_", " ").split()
    return bool(words) and words[-1] in _BESIDE


def _telling(table: TableConfig) -> Column | None:
    """The column that may say which class a row is of: not one that tells rows apart."""
    for column in table.columns.values():
        words = column.name.lower().replace("_", " ").split()
        if (
            column.type.kind in {"string", "text", "enum"}
            and column.generator is None
            and words
            and words[-1] in _TELLING
            and carried_by(table, column) is None
        ):
            return column
    return None


def _value(values: list[Any], column: Column, root: TableConfig, table: TableConfig) -> Any:
    """What the discriminator says of rows that are in a table too: of listed values, the one it is called by."""
    single = singular(table.name)
    if not values:
        if _is_beside(table):
            return None
        return next((name for name in _names(single, root) if len(name) <= (column.type.length or len(name))), None)
    whole, base = _letters(single), _letters(singular(root.name))
    names = {whole, _letters(table.name)}
    if table is not root:
        names |= {whole.removeprefix(base), whole.removesuffix(base)}
    return next((value for value in values if _letters(str(value)) in names), None)


def _names(single: str, root: TableConfig) -> Iterator[str]:
    """What a class is called: by its table, or as little of it as tells it from the root."""
    base = singular(root.name)
    yield single
    yield from (
        short for short in (single.removeprefix(f"{base}_"), single.removesuffix(f"_{base}")) if short != single
    )


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _values_of_its_own(values: list[Any], column: Column, table: TableConfig, named: list[Variant]) -> list[Any]:
    if values:
        return [value for value in values if value not in {variant.value for variant in named}]
    value = _value(values, column, table, table)
    return [value] if value is not None else []
