"""Random schemas: tables, keys, constraints and types in any combination that some rows can meet.

A table refers to tables made before it or to itself; a key to a later table, which closes a cycle, may be NULL. Each
table has a row that meets all of its CHECKs, see `conditions`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import (
    CHAR,
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Enum,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)

from tests.random_schemas.conditions import NUMBERS, Witness, conditions

NAMES = (
    "name", "email", "status", "kind", "amount", "price", "created_at", "updated_at", "starts_on", "ends_on",
    "quantity", "active", "note", "code", "order", "Group Name", "percent%", "version", "url", "rank", "weight",
    "token", "total",
)  # fmt: skip
_OPTIONS = ("new", "open", "paid", "sent", "void")
_KINDS = (
    "integer", "integer", "small", "big", "numeric", "float", "boolean", "string", "string", "text", "char", "date",
    "datetime", "zoned", "time", "interval", "uuid", "json", "binary", "enum",
)  # fmt: skip
_KEY_KINDS = ("integer", "integer", "integer", "uuid", "string", "char", "big", "date")
_ROOT = tuple[str, str]
_YEARS = (date(2023, 6, 1), date(2026, 6, 1))


@dataclass
class Made:
    """A column of a table being made; `root` is the column its values come from in the end, its own or a parent's."""

    name: str
    kind: str
    type: Any
    nullable: bool
    root: _ROOT
    witness: Any = None
    options: tuple[str, ...] = ()


@dataclass
class Draft:
    """A table being made."""

    name: str
    columns: dict[str, Made] = field(default_factory=dict)
    keys: list[tuple[str, ...]] = field(default_factory=list)
    """Columns that can be referred to."""
    arguments: list[Any] = field(default_factory=list)


@st.composite
def types(draw: st.DrawFn, kind: str) -> tuple[Any, Any, tuple[str, ...]]:
    """A type of some kind, a value of it, and the options of an enumeration."""
    if kind in {"string", "char"}:
        size = draw(st.integers(1, 30))
        exact = size if kind == "char" else 1
        return (CHAR(size) if kind == "char" else String(size)), draw(st.text("abc", min_size=exact, max_size=size)), ()
    if kind == "numeric":
        scale = draw(st.integers(0, 4))
        precision = scale + draw(st.integers(1, 8))
        return Numeric(precision, scale), draw(st.integers(0, 9)), ()
    if kind == "enum":
        size = draw(st.integers(1, len(_OPTIONS)))
        options = _OPTIONS[:size]
        native = draw(st.booleans())
        name = f"enum_{size}" if native else None
        return (
            Enum(*options, name=name, native_enum=native, create_constraint=not native),
            draw(st.sampled_from(options)),
            options,
        )
    plain = {
        "integer": (Integer(), st.integers(-50, 500)),
        "small": (SmallInteger(), st.integers(-50, 500)),
        "big": (BigInteger(), st.integers(-50, 500)),
        "float": (Float(), st.integers(-50, 500)),
        "boolean": (Boolean(), st.integers(0, 1)),
        "text": (Text(), st.text("abc", min_size=1, max_size=12)),
        "date": (Date(), st.dates(*_YEARS).map(str)),
        "datetime": (DateTime(), st.dates(*_YEARS).map(lambda day: f"{day} 10:00:00.000000")),
        "zoned": (DateTime(timezone=True), st.just("2025-01-01 10:00:00.000000")),
        "time": (Time(), st.just("10:00:00")),
        "interval": (Interval(), st.just("1970-01-02 00:00:00.000000")),
        "uuid": (Uuid(), st.just("0" * 32)),
        "json": (JSON(), st.just("{}")),
        "binary": (LargeBinary(), st.just(b"x")),
    }
    type_, values = plain[kind]
    return type_, draw(values), ()


@st.composite
def schemas(draw: st.DrawFn, most: int = 8) -> MetaData:
    """MetaData of 1 to `most` tables."""
    drafts: list[Draft] = []
    for number in range(draw(st.integers(1, most))):
        drafts.append(draw(_table(f"t{number + 1}", drafts)))
    _close_cycles(draw, drafts)
    metadata = MetaData()
    for draft in drafts:
        Table(draft.name, metadata, *draft.arguments)
    return metadata


@st.composite
def _table(draw: st.DrawFn, name: str, before: list[Draft]) -> Draft:
    draft = Draft(name)
    foreign: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = []
    identity = draw(st.sampled_from(("own", "own", "own", "composite", "links", "shared", "none")))
    if identity in {"own", "composite"} or not before:
        _own_key(draw, draft, 2 if identity == "composite" else 1)
    elif identity in {"links", "shared"}:
        for _ in range(2 if identity == "links" else 1):
            foreign.append(_refer(draw, draft, draw(st.sampled_from(before)), nullable=False))
        key = tuple(dict.fromkeys(column for columns, _, _ in foreign for column in columns))
        draft.keys.append(key)
        draft.arguments.append(PrimaryKeyConstraint(*key))
    for _ in range(draw(st.integers(0, 3)) if before else 0):
        foreign.append(_refer(draw, draft, draw(st.sampled_from(before)), nullable=draw(st.booleans())))
    _own_columns(draw, draft)
    if draft.keys and draw(st.integers(0, 3)) == 3:
        foreign.append(_refer(draw, draft, draft, nullable=draw(st.booleans())))
    for columns, parent, parent_columns in dict.fromkeys(foreign):
        target = [f"{parent}.{column}" for column in parent_columns]
        draft.arguments.append(ForeignKeyConstraint(columns, target))
    _uniques(draw, draft)
    _partial_uniques(draw, draft)
    _checks(draw, draft)
    _computed(draw, draft)
    keyed = {
        name for argument in draft.arguments if isinstance(argument, PrimaryKeyConstraint) for name in _names(argument)
    }
    columns = [_column(draw, column, keyed) for column in draft.columns.values()]
    draft.arguments = [*columns, *draft.arguments]
    return draft


def _names(constraint: PrimaryKeyConstraint) -> list[str]:
    return [str(name) for name in constraint._pending_colargs]


def _own_key(draw: st.DrawFn, draft: Draft, size: int) -> None:
    names = ("id",) if size == 1 else ("id", "part")
    for name in names:
        kind = draw(st.sampled_from(_KEY_KINDS))
        type_, value, _ = draw(types(kind))
        draft.columns[name] = Made(name, kind, type_, nullable=False, root=(draft.name, name), witness=value)
    draft.keys.append(names)
    draft.arguments.append(PrimaryKeyConstraint(*names))


def _refer(
    draw: st.DrawFn, draft: Draft, parent: Draft, *, nullable: bool
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """New columns that refer to a key of the parent, or old ones where they come from the same place."""
    if not parent.keys:
        _give_key(draw, parent)
    key = draw(st.sampled_from(parent.keys))
    # Columns are shared where a key of several is one more way to the same row, as to a tenant's.
    share = len(key) > 1 and parent is not draft and draw(st.booleans())
    columns = []
    for at, column in enumerate(key):
        theirs = parent.columns[column]
        known = [
            mine.name for mine in draft.columns.values() if mine.root == theirs.root and mine.root[0] != draft.name
        ]
        if share and at < len(key) - 1 and known and known[0] not in columns:
            columns.append(known[0])
            continue
        name = _free_name(draft, f"{parent.name}_{column}")
        draft.columns[name] = Made(name, "reference", theirs.type, nullable, theirs.root, None if nullable else 1)
        columns.append(name)
    return tuple(columns), parent.name, tuple(key)


def _give_key(draw: st.DrawFn, parent: Draft) -> None:
    """A unique column for a table without any key, added when a child asks for it."""
    name = _free_name(parent, "ref")
    parent.columns[name] = Made(name, "integer", Integer(), nullable=False, root=(parent.name, name), witness=1)
    parent.arguments[0:0] = [Column(name, Integer(), nullable=False)]
    parent.arguments.append(UniqueConstraint(name))
    parent.keys.append((name,))


def _free_name(draft: Draft, wanted: str) -> str:
    number, name = 1, wanted
    while name in draft.columns:
        number += 1
        name = f"{wanted}_{number}"
    return name


def _own_columns(draw: st.DrawFn, draft: Draft) -> None:
    least = 0 if draft.columns else 1
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=least, max_size=6, unique=True)):
        kind = draw(st.sampled_from(_KINDS))
        type_, value, options = draw(types(kind))
        nullable = draw(st.integers(0, 2)) == 2
        if nullable and draw(st.integers(0, 3)) == 3:
            value = None
        draft.columns[name] = Made(name, kind, type_, nullable, (draft.name, name), value, options)


def _uniques(draw: st.DrawFn, draft: Draft) -> None:
    able = [made.name for made in draft.columns.values() if made.kind not in {"json", "interval"}]
    for _ in range(draw(st.integers(0, 2)) if able else 0):
        names = tuple(draw(st.lists(st.sampled_from(able), min_size=1, max_size=3, unique=True)))
        if names in draft.keys:
            continue
        alike = draw(st.integers(0, 3)) == 3
        draft.arguments.append(UniqueConstraint(*names, postgresql_nulls_not_distinct=alike))
        if not any(draft.columns[name].nullable for name in names):
            draft.keys.append(names)


def _known_row(draft: Draft) -> dict[str, Witness]:
    """The row that meets all CHECKs, as far as conditions may be about it."""
    return {
        made.name: Witness(made.kind, made.witness, made.nullable, made.options)
        for made in draft.columns.values()
        # What a driver takes for a placeholder cannot stand in the text of a constraint.
        if "%" not in made.name and made.name not in {"id", "part"}
    }


def _partial_uniques(draw: st.DrawFn, draft: Draft) -> None:
    """Unique indexes that only the rows come under that meet a condition."""
    able = [made.name for made in draft.columns.values() if made.kind not in {"json", "interval"}]
    row = _known_row(draft)
    if not able or draw(st.integers(0, 3)) < 3:
        return
    for number, sql in enumerate(draw(conditions(row))[:1], start=1):
        names = draw(st.lists(st.sampled_from(able), min_size=1, max_size=2, unique=True))
        where = text(sql)
        name = f"{draft.name}_some_{number}"
        draft.arguments.append(Index(name, *names, unique=True, sqlite_where=where, postgresql_where=where))


def _checks(draw: st.DrawFn, draft: Draft, *, least: int = 0) -> None:
    row = _known_row(draft)
    for number, sql in enumerate(draw(conditions(row, least)), start=1):
        draft.arguments.append(CheckConstraint(text(sql), name=f"{draft.name}_check_{number}"))


def _computed(draw: st.DrawFn, draft: Draft) -> None:
    whole = [made.name for made in draft.columns.values() if made.kind in {"integer", "small"} and "%" not in made.name]
    if whole and draw(st.integers(0, 3)) == 3:
        source = draw(st.sampled_from(whole))
        draft.arguments.insert(
            0, Column("computed", BigInteger(), Computed(f'CAST("{source}" AS BIGINT) * 2', persisted=True))
        )


def _column(draw: st.DrawFn, made: Made, keyed: set[str]) -> Column[Any]:
    default = None
    if made.kind in NUMBERS and not made.name.startswith(("id", "part")) and draw(st.integers(0, 5)) == 5:
        default = text(str(int(made.witness or 0)))
    autoincrement: Any = "auto" if made.name == "id" and keyed == {"id"} else False
    return Column(made.name, made.type, nullable=made.nullable, server_default=default, autoincrement=autoincrement)


def _close_cycles(draw: st.DrawFn, drafts: list[Draft]) -> None:
    """Keys from tables to later ones, which may be NULL."""
    for at, draft in enumerate(drafts[:-1]):
        if draw(st.integers(0, 3)) < 3:
            continue
        parent = draw(st.sampled_from(drafts[at + 1 :]))
        if not parent.keys:
            continue
        key = draw(st.sampled_from(parent.keys))
        names = []
        for column in key:
            name = _free_name(draft, f"{parent.name}_{column}")
            theirs = parent.columns[column]
            draft.columns[name] = Made(name, "reference", theirs.type, nullable=True, root=theirs.root)
            draft.arguments.insert(0, Column(name, theirs.type, nullable=True))
            names.append(name)
        target = [f"{parent.name}.{column}" for column in key]
        constraint = ForeignKeyConstraint(names, target, use_alter=True, name=f"{draft.name}_to_{parent.name}")
        draft.arguments.append(constraint)


@st.composite
def checked_tables(draw: st.DrawFn, least: int = 1) -> MetaData:
    """MetaData of one table of some columns, with at least so many conditions on them, and nothing else."""
    draft = Draft("t")
    _own_key(draw, draft, 1)
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(_CHECKED_KINDS))
        type_, value, options = draw(types(kind))
        nullable = draw(st.booleans())
        value = None if nullable and draw(st.integers(0, 3)) == 3 else value
        name = f"{kind}_{number}"
        draft.columns[name] = Made(name, kind, type_, nullable, (draft.name, name), value, options)
    _checks(draw, draft, least=least)
    metadata = MetaData()
    Table(draft.name, metadata, *(_column(draw, made, {"id"}) for made in draft.columns.values()), *draft.arguments)
    return metadata


_CHECKED_KINDS = ("integer", "numeric", "float", "small", "string", "text", "date", "datetime", "boolean", "enum")
