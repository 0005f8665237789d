"""How tables hang together, where the schema does not say: which parent decides a size, who may be alone."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from math import ceil, prod

from pytest_misata.errors import SchemaError
from pytest_misata.schema.asked import ask_parents, fit_children
from pytest_misata.schema.bounded import is_bounded
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.hierarchies import size_hierarchies
from pytest_misata.schema.keys import is_optional, picks, referring
from pytest_misata.schema.listed import checked_values
from pytest_misata.schema.lookups import mark_lookups
from pytest_misata.schema.order import cut_cycles, is_cut, is_named_after_parent
from pytest_misata.schema.uniqueness import (
    capacity,
    carrier,
    index_columns,
    is_checked,
    is_one_to_one,
    may_be_null,
    names_in,
    tell_parents,
    tells_period,
    unique_keys,
)

CHILDREN_PER_PARENT = (Fraction(3), Fraction(3), Fraction(2), Fraction(1))
"""Rows for each row of the owner, by how many owners stand above: no schema grows without end with its depth."""
PERIODS = Fraction(6)
"""How many years, days or the like a row of a lookup table has figures for."""
ONE_TO_ONE = Fraction(7, 10)
"""How many parents have the one child that they may have."""
ALONE = Fraction(1, 10)
"""How many rows leave a foreign key empty that may be empty."""
_BEGINNING = re.compile(
    r"""["`]?left["`]?\s*\(.+,\s*(?P<length>\d+)\)|substr(?:ing)?\s*\(.+,\s*1\s*,\s*(?P<other>\d+)\)""", re.IGNORECASE
)
"""The first characters of a text."""


def completed(schema: SchemaConfig) -> SchemaConfig:
    """A copy with everything in it that the schema leaves open: see `complete`.

    Raises SchemaError where the schema does not hold together.
    """
    if not isinstance(schema, SchemaConfig):
        raise SchemaError(f"a SchemaConfig is needed, not {type(schema).__name__}")
    source, schema.source = schema.source, None
    try:
        private = deepcopy(schema)
    finally:
        schema.source = source
    private.source = source
    check_names(private)
    complete(private)
    return private


def check_names(schema: SchemaConfig) -> None:
    """Raises SchemaError where a table does not stand under its own name."""
    for name, table in schema.tables.items():
        if name != table.key:
            raise SchemaError(f"the table {table.key} stands under the name {name!r}: tables go by schema.name")


def complete(schema: SchemaConfig) -> None:
    """Cut cycles, give each table with parents an owner, and shares to what may be NULL. Changes the schema.

    What the schema states stays.
    """
    tell_parents(schema)
    cut_cycles(schema)
    fit_children(schema)
    mark_lookups(schema)
    ask_parents(schema)
    size_hierarchies(schema)
    for table in schema.tables.values():
        _list_values(schema, table)
        _fold_case(table)
        _fit_beginning(schema, table)
        table.born = birth_of(table)
        if table.owner is None and not (table.fixed or table.lookup or table.scale):
            _give_owner(schema, table)
        _give_shares(table)
    for table in schema.tables.values():
        if table.owner is not None and table.owner.per_parent is None:
            _size(schema, table, table.owner)
    for table in schema.tables.values():
        _match_above(schema, table)
    for table in schema.tables.values():
        _spare_none(schema, table)


def _list_values(schema: SchemaConfig, table: TableConfig) -> None:
    """Texts of which a CHECK lists the values are enumerations, whether a model says so or not."""
    for column in table.columns.values():
        if column.type.kind in {"string", "text", "enum"} and column.generator is None and column.type.native is None:
            values = checked_values(table, column, schema.dialect)
            if values and all(isinstance(value, str) for value in values):
                column.type = replace(column.type, kind="enum", values=tuple(values))


def _fold_case(table: TableConfig) -> None:
    """Texts that are unique in a form such as `lower(email)` have to differ without regard to case."""
    for index in table.unique_indexes:
        plain = {name for name in index.columns if name}
        for name in set(index_columns(table, index)) - plain:
            column = table.columns[name]
            column.type = replace(column.type, case_sensitive=False)


def _fit_beginning(schema: SchemaConfig, table: TableConfig) -> None:
    """Texts whose first characters are unique, as by `UNIQUE (slug(10))`, are no longer than these.

    Where a CHECK is about the text it stays as it is, and the index is named as not followed.
    """
    for index in table.unique_indexes:
        name = carrier(table, index_columns(table, index))
        found = [match for part in index.expressions if (match := _BEGINNING.fullmatch(part))]
        read = [match for match in found if name and name.lower() in names_in(match[0])]
        column = table.columns[name] if name and read else None
        if column is None or column.generator is not None or column.type.kind not in {"string", "text"}:
            continue
        length = int(read[0]["length"] or read[0]["other"])
        if not is_checked(table, column):
            column.type = replace(column.type, length=min(length, column.type.length or length))
        elif length < (column.type.length or length + 1):
            told = f"{table.key}: unique index {index.name or '(unnamed)'} ({', '.join(index.expressions)})"
            schema.not_understood += [told] if told not in schema.not_understood else []


def _give_shares(table: TableConfig) -> None:
    for key in table.foreign_keys:
        free = key.null_rate == 0 and not _is_made(table, key) and not (key.owner and _is_stated(key))
        if free and is_optional(table, key) and all(_may_be_null(table, name) for name in key.columns):
            key.null_rate = ALONE


def _is_stated(key: ForeignKey) -> bool:
    """Whether the schema says how many children a parent has."""
    return key.per_parent is not None


def _may_be_null(table: TableConfig, name: str) -> bool:
    column = table.columns[name]
    return not column.nullable or may_be_null(table, column)


def _spare_none(schema: SchemaConfig, table: TableConfig) -> None:
    """Where rows need parents that agree with each other, as of one tenant, each tenant gets one of each.

    So does a row that needs one of its own parts, as a team its captain.
    """
    for key in table.foreign_keys:
        owner = schema.table(key.parent).owner
        if is_cut(key) and owner is not None and owner.parent == table.key and not is_optional(table, key):
            _give_each_one(owner)
    for pick in picks(table):
        if not pick.given or pick.key.parent == table.key or is_optional(table, pick.key):
            continue
        owner = schema.table(pick.key.parent).owner
        shared = set(pick.parent_columns(pick.given))
        if owner is not None and shared & set(owner.columns):
            _give_each_one(owner)


def _give_each_one(owner: ForeignKey) -> None:
    if (owner.per_parent or 0) >= 1:
        owner.minimum = max(owner.minimum, 1)


def birth_of(table: TableConfig) -> str | None:
    """The moment since which rows are there: as stated, or the one that is never NULL and has the likeliest name.

    The only one is it whatever its name, unless that tells of the last time of several (`last_counted_on`).
    """
    if table.born:
        return table.born
    moments = [column.name for column in table.columns.values() if _is_moment(column)]
    apart = {name for unique in unique_keys(table) for name in unique}
    free = [name for name in moments if table.columns[name].generator is None and apart.isdisjoint(moments)]
    for words, names in ((_BORN, moments), (_BEGUN, free)):
        named = [(rank, name) for name in names for rank, word in enumerate(words) if word in name.lower()]
        if named:
            return min(named)[1]
    once = [name for name in moments if "last" not in name.lower().split("_")]
    first = once if len(moments) == 1 else [name for name in free if _LATER.isdisjoint(name.lower().split("_"))]
    return first[0] if len(first) == 1 else None


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
_BEGUN = (
    "requested",
    "ordered",
    "booked",
    "submitted",
    "reported",
    "hired",
    "installed",
    "collected",
    "received",
    "purchased",
    "start",
    "begin",
)
"""The same for columns of which nothing else is said: what comes first in the life of a row."""


_LATER = frozenset(
    "due deadline expires expire expiry expiration until valid to end ends ended ending finish finishes finished close "
    "closes closed updated modified changed next scheduled planned expected estimated renewal maturity eta sta arrival "
    "arrives delivery completed last checkout return returned back seen promised target effective".split()
)
"""Words of columns that tell of something later in the life of a row than its beginning."""


def _give_owner(schema: SchemaConfig, table: TableConfig) -> None:
    candidates = [pick.key for pick in picks(table) if not pick.given and not is_cut(pick.key)]
    candidates = [key for key in candidates if key.parent != table.key and not _is_made(table, key)]
    candidates = [key for key in candidates if _may_own(schema, table, key)]
    needed = [key for key in candidates if not is_optional(table, key)]
    if candidates:
        found = needed or candidates
        bounded = {
            key.parent for key in found if len(found) > 1 and is_bounded(schema.table(key.parent), schema.dialect)
        }
        max(found, key=lambda key: _fitness(table, key, bounded=key.parent in bounded)).owner = True


def _may_own(schema: SchemaConfig, table: TableConfig, key: ForeignKey) -> bool:
    """A lookup table decides no size, but that of a table which only joins it to others, or adds to its rows."""
    adds = is_association(table) or is_one_to_one(table, key) or _is_series(table, key)
    return adds or not schema.table(key.parent).lookup


def _is_series(table: TableConfig, key: ForeignKey) -> bool:
    """Whether a parent's rows follow one another in time: as `UNIQUE (country, year)` has it."""
    rests = [set(unique) - set(key.columns) for unique in unique_keys(table) if set(key.columns) < set(unique)]
    return any(all(_tells_time(table.columns[name]) for name in rest) for rest in rests)


def _tells_time(column: Column) -> bool:
    return tells_period(column) or column.type.kind in {"date", "datetime"}


def _fitness(table: TableConfig, key: ForeignKey, *, bounded: bool) -> tuple[bool, ...]:
    """How well a parent's rows tell how many rows there are: best where each has one, and the names say it."""
    joint = any(set(key.columns) < set(unique) and carrier(table, unique) is None for unique in unique_keys(table))
    parent = key.parent.rpartition(".")[2].lower().rstrip("s")
    named = table.name.lower().startswith(parent)
    return is_one_to_one(table, key), joint, not bounded, _keeps_apart(table, key), named, key.on_delete == "CASCADE"


def _keeps_apart(table: TableConfig, key: ForeignKey) -> bool:
    """Whether the periods of a parent's rows keep clear of each other."""
    made = [column.generator for column in table.columns.values() if column.generator is not None]
    return any({*key.columns} <= {*by.options.get("within", ())} for by in made if by.kind in {"slot", "span"})


def is_association(table: TableConfig) -> bool:
    """Whether foreign keys alone tell the rows apart."""
    return bool(table.primary_key) and set(table.primary_key) <= referring(table)


def _size(schema: SchemaConfig, table: TableConfig, owner: ForeignKey) -> None:
    table.guessed = True
    if is_one_to_one(table, owner):
        owner.per_parent, owner.spread = ONE_TO_ONE, "even"
        return
    depth = min(_depth(schema, schema.table(owner.parent)), len(CHILDREN_PER_PARENT) - 1)
    series = schema.table(owner.parent).lookup and _is_series(table, owner)
    owner.per_parent = PERIODS if series else CHILDREN_PER_PARENT[depth] + is_association(table)
    if is_optional(table, owner):
        # What can be without the parent tells less about how many there are.
        owner.per_parent = Fraction(ceil(owner.per_parent / 2))
    room = _room(table, owner)
    if room is not None:
        owner.per_parent, owner.spread = min(owner.per_parent, Fraction(room)), "even"


def _match_above(schema: SchemaConfig, table: TableConfig) -> None:
    """What each row above it has one of, by a key that only names it, is there as often: a stadium for each team."""
    own = above = table.owner if table.guessed else None
    share, seen = Fraction(1), {table.key}
    while above is not None and above.per_parent and above.parent not in seen:
        share, parent = share * above.per_parent, schema.table(above.parent)
        if own is not None and own.per_parent and any(_has_one(parent, key, table) for key in parent.foreign_keys):
            own.per_parent, own.spread = min(own.per_parent, own.per_parent / share), "even"
            return
        seen.add(parent.key)
        above = parent.owner


def _has_one(parent: TableConfig, key: ForeignKey, table: TableConfig) -> bool:
    closes = key.parent == table.key and is_cut(key) and not is_optional(parent, key)
    return closes and is_named_after_parent(key)


def _depth(schema: SchemaConfig, table: TableConfig) -> int:
    """How many owners stand above a table."""
    owner = table.owner
    return 0 if owner is None or owner.parent == table.key else 1 + _depth(schema, schema.table(owner.parent))


def _room(table: TableConfig, owner: ForeignKey) -> int | None:
    """How many children a parent can have, where lists of values tell them apart."""
    foreign = referring(table)
    others = [set(unique) - set(owner.columns) for unique in unique_keys(table) if set(owner.telling) < set(unique)]
    listed = [[capacity(table.columns[name]) for name in names] for names in others if not names & foreign]
    rooms = [prod(room or 0 for room in rooms) for rooms in listed]
    return min((room for room in rooms if room), default=None)


def _is_made(table: TableConfig, key: ForeignKey) -> bool:
    return any(table.columns[column].generator for column in key.columns)
