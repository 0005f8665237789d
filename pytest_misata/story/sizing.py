"""How many rows the tables have that no story names: as many as go with those that it counts, and no more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from math import ceil, prod

from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.plan import follows_owner, has_one_each, plan_rows
from pytest_misata.story.english.lexicon import kind_of
from pytest_misata.story.english.naming import singular
from pytest_misata.story.owning import have_none


def keep_parents_few(schema: SchemaConfig, usual: Mapping[str, int], told: Collection[str]) -> None:
    """Let no table that a story does not name have more rows than those of its children that it counts.

    It has as many for each of these as it `usual`ly has. `told` are tables of which the story says how many children
    they have. What belongs to rows that are counted follows from those, but for children that each of it usually has.
    """
    stated = _stated(schema)
    for _ in schema.tables:
        planned = plan_rows(schema)
        for table in schema.tables.values():
            children = (
                [] if table.fixed or table.rows is not None or table.key in told else _counted(schema, table, stated)
            )
            most = max((child.rows or 0 for child in children), default=0)
            if most and planned[table.key] > most:
                few = min(most, *(_for_each(table, child.key, child.rows or 0, usual) for child in children))
                needed = (_for_each(table, name, planned[name], usual) for name in _following(schema, table, stated))
                table.rows = max(1, few, min(planned[table.key], max(needed, default=0)))
                break
        else:
            return


def keep_between_few(schema: SchemaConfig, told: Collection[str], stated: Collection[str]) -> None:
    """Let what stands between two tables that are counted follow from the one that it belongs to.

    1.2 million calls of 20,000 subscribers are more calls on each line, and no more lines; but of so many lines of
    orders there are as many orders, which happen once. `told` are tables of which the story says how many children
    they have, and `stated` those of which it says how many there are.
    """
    counted = {name: rows for name in stated if (rows := schema.tables[name].rows)}
    for _ in schema.tables:
        planned = plan_rows(schema)
        for table in schema.tables.values():
            open_ = not table.fixed and table.rows is None and table.key not in told
            usual = _beside(schema, table, counted) if open_ else None
            if usual is not None and planned[table.key] > usual:
                table.rows = counted[table.key] = max(usual, 1)
                break
        else:
            return


def _beside(schema: SchemaConfig, table: TableConfig, counted: Mapping[str, int]) -> int | None:
    """How many rows usually go with those counted of what a table belongs to, or is one of; None of what happens."""
    if kind_of(table.key) in _ONCE and singular(table.key) not in _STANDING:
        return None
    owner = table.owner
    if owner is not None and owner.parent in counted and not owner.inherits and owner.per_parent:
        return ceil(counted[owner.parent] * owner.per_parent)
    # Who works there tells nothing of how many come.
    scales = (other for other in schema.tables.values() if other.key in counted and kind_of(other.key) != "person")
    ratios = (counted[one.key] / one.scale[1] for one in scales if one.scale and one.scale[0] == table.key)
    return next((ceil(many) for many in ratios), None)


_ONCE = frozenset({"happening", "occasion", "document", "money"})
"""Kinds of what is over, of which there are more the more it is made of."""
_STANDING = frozenset({"enrollment", "enrolment", "subscription", "membership", "registration"})
"""What goes on, though it is called as if it happened once."""


def _counted(schema: SchemaConfig, table: TableConfig, stated: set[str]) -> list[TableConfig]:
    """The tables with a key to another that are counted, and have rows: none that are classes of its rows."""
    follows = follows_owner(schema, table, stated)
    return [
        other
        for other in schema.tables.values()
        if other.rows
        and other is not table
        and any(
            key.parent == table.key and not key.inherits and (has_one_each(key) or not follows)
            for key in other.foreign_keys
        )
    ]


def _stated(schema: SchemaConfig) -> set[str]:
    """The tables that are counted, and have rows."""
    return {table.key for table in schema.tables.values() if table.rows and not table.fixed}


def _following(schema: SchemaConfig, table: TableConfig, stated: set[str]) -> Iterator[str]:
    """The tables that refer to another, and have as many rows as go with something else that is counted."""
    for other in schema.tables.values():
        if other.rows is None and follows_owner(schema, other, stated - {table.key}):
            yield from (other.key for key in other.foreign_keys if key.parent == table.key)


def _for_each(table: TableConfig, child: str, rows: int, usual: Mapping[str, int]) -> int:
    """How many rows there usually are for so many of a child."""
    return round(Fraction(rows * usual[table.key], usual[child])) if usual.get(child) else rows


def room_asked(schema: SchemaConfig, table: TableConfig, parent: str) -> int:
    """How many rows of a parent the rows of a table need that are of different pairs: sends of campaigns to contacts.

    No more than some are of each pair that there could be. 1 where no unique key pairs the parent with others that
    are counted.
    """
    keys = {key.columns[0]: key.parent for key in table.foreign_keys if len(key.columns) == 1}
    asked = [1]
    for columns in (table.primary_key, *table.uniques):
        others = [schema.tables[keys[name]].rows for name in columns if keys.get(name) not in {None, parent}]
        if len(others) == len(columns) - 1 and others and all(others):
            asked.append(ceil(_PAIRED * (table.rows or 0) / prod(rows for rows in others if rows)))
    return max(asked)


_PAIRED = 1.5
"""Pairs that there could be for each that there is, at the least: an email goes to two contacts in three."""


def keep_pairs_apart(schema: SchemaConfig) -> None:
    """Let there be no row that is of two different rows of a table, where that has but one: one team plays no match."""
    for table, parent in of_two(schema):
        if schema.tables[parent].rows == 1 and table.rows is None:
            table.rows = 0
            have_none(table)


def of_two(schema: SchemaConfig) -> Iterator[tuple[TableConfig, str]]:
    """The tables each row of which is of two different rows of another, with that one: matches of two teams."""
    for table in schema.tables.values():
        keys = {key.columns[0]: key.parent for key in table.foreign_keys}
        for check in table.checks:
            match = _APART.fullmatch(check.sql)
            pair = [keys.get(name) for name in match.groups()] if match else []
            if len(pair) == 2 and pair[0] == pair[1] and pair[0] is not None:
                yield table, pair[0]


_APART = re.compile(r"\s*(\w+)\s*(?:<>|!=)\s*(\w+)\s*")
"""A CHECK that two keys of a row are not the same."""
