"""Rows that join what belongs to one holder: the user and the role of a tenant, the doctor and the room of a clinic,
the order and the card of a customer, though the row itself names none.

Such a row is read as if it had a column for the holder, which its keys share as composite keys do. Only the engine sees
that column: what is written to the database is the schema's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from pytest_misata.engine.keys.free_keys import is_free
from pytest_misata.engine.keys.wording import is_called, is_person, says
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.keys import picks
from pytest_misata.schema.order import is_cut, sorted_tables
from pytest_misata.schema.relations import is_association

Pinned = Callable[[str, str], bool]

_MANY = 3
"""So many tables that name a company make it the one whose data all of them are, not just somebody's employer."""
_SHARE = Fraction(2, 5)
"""How many of the holder's rows each row is joined to, where nobody says."""


def held_together(schema: SchemaConfig, *, pinned: Pinned) -> SchemaConfig:
    """The schema with keys that agree in whose rows they point at; the schema itself where none has to.

    `pinned` tells whether rows of a table state a column. In the tables of a story their domain says what agrees.
    """
    for holder in _holders(schema):
        apart = partial(_is_apart, pinned) if is_person(holder.name) else pinned
        schema = _held_by(schema, schema.table(holder.key), apart)
    return schema


def _holders(schema: SchemaConfig) -> list[TableConfig]:
    if schema.is_of_domain:
        return [schema.table(name) for name in schema.holders]
    return [table for table in schema.tables.values() if _is_holder(schema, table) or is_person(table.name)]


def _is_apart(pinned: Pinned, table: str, column: str) -> bool:
    """Whether a reference is to somebody else's affair: the account that money goes to."""
    return pinned(table, column) or says(column, "others") or says(column, "doers")


@dataclass(frozen=True, slots=True)
class _Held:
    """How rows of a table tell their holder: by a column of their own, or by what `through` points at."""

    column: str
    through: ForeignKey | None = None


def _held_by(schema: SchemaConfig, holder: TableConfig, pinned: Pinned) -> SchemaConfig:
    held: dict[str, _Held] = {}
    for table in sorted_tables(schema):
        found = _place(table, holder, held, pinned) if table.key != holder.key else None
        if found is not None:
            held[table.key] = found
    joined = [table.key for table in schema.tables.values() if _is_joining(table, holder, held, pinned)]
    tables = dict(schema.tables)
    for name in _needed(schema, joined, held, pinned):
        tables[name] = _with_holder(tables[name], holder, held, joined=name in joined, pinned=pinned)
    for name in joined if not is_person(holder.name) else ():
        _see_to(tables, tables[name], held)
    return replace(schema, tables=tables) if joined else schema


def _place(table: TableConfig, holder: TableConfig, held: Mapping[str, _Held], pinned: Pinned) -> _Held | None:
    """How a table's rows tell their holder; None where they do not, or may be without."""
    if table.kept or table.fixed or table.variants:
        return None
    own = [key for key in table.foreign_keys if key.parent == holder.key]
    if own:
        apart = pinned(table.key, own[0].columns[0])
        return _Held(own[0].columns[0]) if len(own) == 1 and not apart and _holds(table, holder, own[0]) else None
    for pick in picks(table):
        if pick.key.parent in held and _is_plain(table, pick.key, pinned) and _is_there(table, pick.key):
            return _Held(f"{holder.key} of {pick.key.columns[0]}", pick.key)
    return None


def _holds(table: TableConfig, holder: TableConfig, key: ForeignKey) -> bool:
    """Whether a key tells whose a row is. Of people it is so with what is one person's affair, as an order."""
    theirs = not is_person(holder.name) or is_called(table.name, "affairs")
    return theirs and key.parent_columns == holder.primary_key and not is_cut(key) and _is_there(table, key)


def _is_plain(table: TableConfig, key: ForeignKey, pinned: Pinned) -> bool:
    """Whether nothing but its name says what a key to another table picks."""
    return key.parent != table.key and is_free(table, key) and not pinned(table.key, key.columns[0])


def _is_there(table: TableConfig, key: ForeignKey) -> bool:
    return not any(table.columns[name].nullable for name in key.columns)


def _agreeing(table: TableConfig, held: Mapping[str, _Held], pinned: Pinned) -> list[ForeignKey]:
    """The keys of a table that tell a holder by what they point at."""
    return [key for key in table.foreign_keys if key.parent in held and _is_plain(table, key, pinned)]


def _is_joining(table: TableConfig, holder: TableConfig, held: Mapping[str, _Held], pinned: Pinned) -> bool:
    """Whether a table has several ways to a holder, which have to lead to the same one."""
    if table.key not in held:
        return False
    keys = _agreeing(table, held, pinned)
    parents = {key.parent for key in keys}
    if held[table.key].through is None:
        return bool(keys)
    return len(parents) > 1 or (len(keys) > 1 and _holds_all(holder))


def _needed(schema: SchemaConfig, joined: list[str], held: Mapping[str, _Held], pinned: Pinned) -> Iterator[str]:
    """The tables that join, and those by which they are told their holders."""
    open_, done = list(joined), set[str]()
    while open_:
        name = open_.pop()
        if name in done:
            continue
        done.add(name)
        through = held[name].through
        keys = _agreeing(schema.tables[name], held, pinned) if name in joined else [through] if through else []
        open_ += [key.parent for key in keys]
    yield from (name for name in schema.tables if name in done)


def _with_holder(
    table: TableConfig, holder: TableConfig, held: Mapping[str, _Held], *, joined: bool, pinned: Pinned
) -> TableConfig:
    """The table with a column for its holder, which its keys share."""
    mine = held[table.key]
    keys = _agreeing(table, held, pinned) if joined else [mine.through] if mine.through else []
    widened = [_widened(key, mine, held) if any(key is one for one in keys) else key for key in table.foreign_keys]
    if mine.through is None:
        return replace(table, foreign_keys=widened)
    key = holder.columns[holder.primary_key[0]]
    column = Column(mine.column, key.type, nullable=False, implied=True)
    return replace(table, foreign_keys=widened, columns={**table.columns, mine.column: column})


def _widened(key: ForeignKey, mine: _Held, held: Mapping[str, _Held]) -> ForeignKey:
    decides = mine.through is not None and key.columns == mine.through.columns
    agreeing = () if decides else (*key.agreeing, mine.column)
    columns, parents = (*key.columns, mine.column), (*key.parent_columns, held[key.parent].column)
    return replace(key, columns=columns, parent_columns=parents, agreeing=agreeing, told_by=key.telling)


def _see_to(tables: dict[str, TableConfig], table: TableConfig, held: Mapping[str, _Held]) -> None:
    """Give each holder something of all that is joined, and join no more than there is."""
    keys = [key for key in table.foreign_keys if held[table.key].column in key.columns and key.parent in held]
    for key in keys:
        spare_none(tables, key.parent)
    owner = table.owner
    if owner is None or not table.guessed or not is_association(table):
        return
    others = [_per_holder(tables, key.parent) for key in keys if key is not owner and _is_there(table, key)]
    room = min((ratio for ratio in others if ratio is not None), default=None)
    if room is not None and owner.per_parent is not None and owner.per_parent > room * _SHARE:
        fewer = replace(owner, per_parent=max(room * _SHARE, Fraction(1)))
        tables[table.key] = replace(table, foreign_keys=[fewer if key is owner else key for key in table.foreign_keys])


def spare_none(tables: dict[str, TableConfig], name: str) -> None:
    """Have every row that a table's rows belong to own one at least, where there are enough. Changes `tables`."""
    table = tables[name]
    owner = table.owner
    if owner is not None and (owner.per_parent or 0) >= 1 and not owner.minimum and owner.parent != name:
        least = replace(owner, minimum=1)
        tables[name] = replace(table, foreign_keys=[least if key is owner else key for key in table.foreign_keys])
        spare_none(tables, owner.parent)


def _per_holder(tables: Mapping[str, TableConfig], name: str) -> Fraction | None:
    """How many rows of a table one of the topmost owner has, as far as that is planned so."""
    ratio, owner = Fraction(1), tables[name].owner
    while owner is not None:
        if owner.per_parent is None:
            return None
        ratio, owner = ratio * owner.per_parent, tables[owner.parent].owner
    return ratio


def _is_holder(schema: SchemaConfig, table: TableConfig) -> bool:
    if table.kept or len(table.primary_key) != 1 or table.lookup:
        return False
    if is_called(table.name, "companies"):
        return len({one.key for one in schema.tables.values() if _names(one, table.key)}) >= _MANY
    return _holds_all(table) or is_called(table.name, "houses")


def _names(table: TableConfig, parent: str) -> bool:
    return any(key.parent == parent and _is_there(table, key) for key in table.foreign_keys)


def _holds_all(table: TableConfig) -> bool:
    """Whether all that two of its rows have is apart, also two things of one sort: two users, two teams."""
    return is_called(table.name, "holders", "contests", "companies")
