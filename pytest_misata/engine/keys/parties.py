"""Rows about one of two parties: the scorer of a goal plays for one of the two teams of the match, the sender of a
message is one of the two who talk.

The table is read as if it had a column for the party, one of the two, in which the other reference has to agree. Only
the engine sees that column: what is written to the database is the schema's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from pytest_misata.engine.keys.free_keys import is_free
from pytest_misata.engine.keys.holders import spare_none
from pytest_misata.engine.keys.opponents import are_opposites
from pytest_misata.engine.keys.wording import is_called, is_company, is_person
from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.order import is_cut
from pytest_misata.schema.uniqueness import unique_keys

Pinned = Callable[[str, str], bool]


def of_one_party(schema: SchemaConfig, *, pinned: Pinned) -> SchemaConfig:
    """The schema with rows that are about one of two parties; the schema itself where there are none.

    `pinned` tells whether rows of a table state a column. In the tables of a story their domain says what agrees.
    """
    if schema.is_of_domain:
        return schema
    tables = {name: _of_one(schema, table, pinned) for name, table in schema.tables.items()}
    changed = [table for name, table in tables.items() if table is not schema.tables[name]]
    for key in [key for table in changed for key in table.foreign_keys if key.agreeing]:
        spare_none(tables, key.parent)
    return replace(schema, tables=tables) if changed else schema


def _of_one(schema: SchemaConfig, table: TableConfig, pinned: Pinned) -> TableConfig:
    if table.kept or table.fixed or table.variants:
        return table
    others = [key for key in table.foreign_keys if key.parent != table.key and not pinned(table.key, key.columns[0])]
    free = [key for key in others if is_free(table, key)]
    for key in [key for key in free if not table.columns[key.columns[0]].nullable]:
        for parties in _parties(schema.table(key.parent)):
            others = [other for other in free if other is not key and _is_loose(table, other)]
            told = [(other, _told_by(schema, other, parties[0])) for other in others]
            about = [(other, column) for other, column in told if column is not None]
            if about:
                return _agreeing(schema, table, key, parties, about)
    return table


def _is_loose(table: TableConfig, key: ForeignKey) -> bool:
    """Whether no size that anybody stated, and no unique key, hangs on what a key picks."""
    stated = key.owner and not table.guessed
    return not stated and not any(key.columns[0] in unique for unique in unique_keys(table))


def _parties(table: TableConfig) -> Iterator[tuple[ForeignKey, ForeignKey]]:
    """The keys of a table that point at two parties: the home and the away team, the buyer and the seller."""
    plain = [key for key in table.foreign_keys if len(key.columns) == 1 and not is_cut(key)]
    there = [key for key in plain if not table.columns[key.columns[0]].nullable and _acts(key.parent)]
    for one, other in combinations(there, 2):
        alike = (one.parent, one.parent_columns) == (other.parent, other.parent_columns)
        if alike and are_opposites(one.columns[0], other.columns[0]):
            yield one, other


def _told_by(schema: SchemaConfig, key: ForeignKey, party: ForeignKey) -> str | None:
    """The column of a key's parent by which it is one of the parties, or belongs to one."""
    if (key.parent, key.parent_columns) == (party.parent, party.parent_columns):
        return key.parent_columns[0]
    parent = schema.table(key.parent)
    found = [
        one for one in parent.foreign_keys if (one.parent, one.parent_columns) == (party.parent, party.parent_columns)
    ]
    plain = len(found) == 1 and len(found[0].columns) == 1 and not is_cut(found[0])
    return found[0].columns[0] if plain and not parent.columns[found[0].columns[0]].nullable else None


def _agreeing(
    schema: SchemaConfig,
    table: TableConfig,
    key: ForeignKey,
    parties: tuple[ForeignKey, ForeignKey],
    about: Sequence[tuple[ForeignKey, str]],
) -> TableConfig:
    """The table with a column for the party a row is about, in which the keys about it agree."""
    name = f"party of {key.columns[0]}"
    type_ = schema.table(parties[0].parent).columns[parties[0].parent_columns[0]].type
    either = Generator("either", {"of": [f"{key.columns[0]}.{party.columns[0]}" for party in parties]})
    # There are as many rows as what the parties have to do with each other asks for.
    owner = table.owner if any(table.owner is one for one, _ in about) else None
    changed = {one.columns: _widened(one, name, column) for one, column in about}
    if owner is not None:
        changed[key.columns] = replace(owner, **_of(key))
    return replace(
        table,
        columns={**table.columns, name: Column(name, type_, generator=either, implied=True)},
        foreign_keys=[changed.get(one.columns, one) for one in table.foreign_keys],
    )


def _widened(key: ForeignKey, name: str, told_by: str) -> ForeignKey:
    columns, parents = (*key.columns, name), (*key.parent_columns, told_by)
    return replace(key, columns=columns, parent_columns=parents, agreeing=(*key.agreeing, name), owner=False)


def _of(key: ForeignKey) -> dict[str, Any]:
    """What makes a key the one that it is."""
    return {name: getattr(key, name) for name in ("columns", "parent", "parent_columns", "on_delete", "name")}


def _acts(table: str) -> bool:
    """Whether rows of a table are people, or what people are in."""
    return is_person(table) or is_company(table) or is_called(table, "holders", "houses", "parties")
