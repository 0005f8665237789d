"""How many rows the tables have that no story names: as many as go with those that it counts, and no more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.owning import have_none


def keep_parents_few(schema: SchemaConfig, usual: Mapping[str, int], told: Collection[str]) -> None:
    """Let no table that a story does not name have more rows than those of its children that it counts.

    It has as many for each of these as it `usual`ly has. `told` are tables of which the story says how many children
    they have.
    """
    for _ in schema.tables:
        planned = plan_rows(schema)
        for table in schema.tables.values():
            children = [] if table.fixed or table.rows is not None or table.key in told else _counted(schema, table)
            most = max((child.rows or 0 for child in children), default=0)
            if most and planned[table.key] > most:
                table.rows = max(1, min(most, *(_for_each(table, child, usual) for child in children)))
                break
        else:
            return


def _counted(schema: SchemaConfig, table: TableConfig) -> list[TableConfig]:
    """The tables with a key to another that are counted, and have rows: none that are classes of its rows."""
    return [
        other
        for other in schema.tables.values()
        if other.rows
        and other is not table
        and any(key.parent == table.key and not key.inherits for key in other.foreign_keys)
    ]


def _for_each(table: TableConfig, child: TableConfig, usual: Mapping[str, int]) -> int:
    """How many rows there usually are for as many of a child."""
    rows = child.rows or 0
    return round(Fraction(rows * usual[table.key], usual[child.key])) if usual.get(child.key) else rows


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
