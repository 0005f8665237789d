"""How tables hang together, where the schema does not say: which parent decides a size, who may be alone."""

from __future__ import annotations

from fractions import Fraction

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.order import cut_cycles, is_optional
from pytest_misata.schema.uniqueness import capacity, carrier, is_one_to_one, unique_keys

CHILDREN_PER_PARENT = Fraction(3)
LINKS_PER_PARENT = Fraction(4)
"""Rows of an association table for each row of its first parent."""
ONE_TO_ONE = Fraction(7, 10)
"""How many parents have the one child that they may have."""
ALONE = Fraction(1, 10)
"""How many rows leave a foreign key empty that may be empty."""


def check_names(schema: SchemaConfig) -> None:
    """Raises SchemaError where a table does not stand under its own name."""
    for name, table in schema.tables.items():
        if name != table.key:
            raise SchemaError(f"the table {table.key} stands under the name {name!r}: tables go by schema.name")


def complete(schema: SchemaConfig) -> None:
    """Cut cycles, give each table with parents an owner, and shares to what may be NULL. Changes the schema.

    What the schema states stays.
    """
    cut_cycles(schema)
    for table in schema.tables.values():
        table.born = table.born or _born(table)
        if table.owner is None and not table.fixed and table.scale is None:
            _give_owner(table)
        if table.owner is not None and table.owner.per_parent is None:
            _size(table, table.owner)
        for key in table.foreign_keys:
            if key.null_rate == 0 and not key.owner and not _is_made(table, key) and is_optional(table, key):
                key.null_rate = ALONE


def _born(table: TableConfig) -> str | None:
    """The moment that is never NULL, by the name it most likely has; the only one, whatever its name."""
    moments = [column.name for column in table.columns.values() if _is_moment(column)]
    named = [(rank, name) for name in moments for rank, word in enumerate(_BORN) if word in name.lower()]
    if named:
        return min(named)[1]
    return moments[0] if len(moments) == 1 else None


def _is_moment(column: Column) -> bool:
    if column.type.kind not in {"date", "datetime"} or column.nullable or "birth" in column.name.lower():
        return False
    made = column.generator
    return made is None or (made.kind == "moment" and not made.options.get("until_next"))


_BORN = (
    "created",
    "inserted",
    "registered",
    "signed_up",
    "joined",
    "opened",
    "started",
    "placed",
    "issued",
    "occurred",
)
"""Parts of names, the likeliest first."""


def _give_owner(table: TableConfig) -> None:
    candidates = [key for key in table.foreign_keys if key.parent != table.key and not key.deferred]
    candidates = [key for key in candidates if not is_optional(table, key) and not _is_made(table, key)]
    if candidates:
        unique = [key for key in candidates if is_one_to_one(table, key)]
        (unique or candidates)[0].owner = True


def _size(table: TableConfig, owner: ForeignKey) -> None:
    if is_one_to_one(table, owner):
        owner.per_parent, owner.spread = ONE_TO_ONE, "even"
    elif table.primary_key and set(table.primary_key) <= {c for key in table.foreign_keys for c in key.columns}:
        owner.per_parent = LINKS_PER_PARENT
    else:
        owner.per_parent = CHILDREN_PER_PARENT
    room = _room(table, owner)
    if room is not None:
        owner.per_parent, owner.spread = min(owner.per_parent, Fraction(room)), "even"


def _room(table: TableConfig, owner: ForeignKey) -> int | None:
    """How many children a parent can have, where a list of values tells them apart."""
    keys = [unique for unique in unique_keys(table) if set(owner.columns) < set(unique)]
    carriers = [table.columns[name] for unique in keys if (name := carrier(table, unique))]
    rooms = [room for column in carriers if (room := capacity(column))]
    return min(rooms) if rooms else None


def _is_made(table: TableConfig, key: ForeignKey) -> bool:
    return any(table.columns[column].generator for column in key.columns)
