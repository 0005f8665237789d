"""What a story states of a column that rows cannot have beside their parents: loads are no heavier than vehicles carry.

The columns that rules tie to those of a parent are looked at where something is stated of them. What is stated stands,
the rule is given up, and the phrase is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from fractions import Fraction

import numpy as np

from pytest_misata.engine.tables import Tables
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import Rule, SchemaConfig, TableConfig
from pytest_misata.story.facts import Amount, AnyFact, Rate, Unplaced
from pytest_misata.story.placing.kept import MOST

_NEAR = Fraction(1, 100)
"""The part of a mean by which numbers may be off it."""


def name_unruled(schema: SchemaConfig, placed: Iterable[AnyFact]) -> list[AnyFact]:
    """The facts, of which those that rows cannot have beside their parents are not understood. Changes the rules."""
    facts = list(placed)
    tied = {at: found for at, fact in enumerate(facts) if (found := _tied(schema, fact))}
    if not tied:
        return facts
    try:
        tables = Tables(_with_rules(schema, [rule for _, _, rules in tied.values() for rule in rules]))
        why = {at: said for at, found in tied.items() if (said := _off(schema, tables, facts[at], found))}
    except MisataError:
        # What cannot be made at all is told when it is.
        return facts
    return [Unplaced(fact.start, fact.end, why[at]) if at in why else fact for at, fact in enumerate(facts)]


_Tied = tuple[TableConfig, str, list[Rule]]
"""A table, a column of it, and the rules that tie it to columns of parents."""


def _tied(schema: SchemaConfig, fact: AnyFact) -> _Tied | None:
    place = _place(fact)
    table = schema.tables.get(place[0]) if place else None
    if place is None or table is None:
        return None
    rules = [rule for rule in table.rules if place[1] in _WORD.findall(rule.sql) and _is_of_parents(table, rule)]
    return (table, place[1], rules) if rules else None


_WORD = re.compile(r"(?<![.'\w])\w+(?![.'\w])")


def _place(fact: AnyFact) -> tuple[str, str] | None:
    if isinstance(fact, Rate):
        return fact.hook.table, fact.hook.column
    if isinstance(fact, Amount) and "." in str(fact.where):
        table, _, column = str(fact.where).rpartition(".")
        return table, column
    return None


def _is_of_parents(table: TableConfig, rule: Rule) -> bool:
    return any(f"{column}." in rule.sql for key in table.foreign_keys for column in key.columns)


def _with_rules(schema: SchemaConfig, rules: list[Rule]) -> SchemaConfig:
    """A copy of the schema without any other rules, and without turns."""
    found = deepcopy(schema)
    for table in found.tables.values():
        table.rules = [rule for rule in table.rules if rule in rules]
        table.turns = []
    return found


def _off(schema: SchemaConfig, tables: Tables, fact: AnyFact, tied: _Tied) -> str:
    """Why rows do not have what is stated; nothing where they do, and keep the rules."""
    table, column, rules = tied
    if tables.counts[table.key] > MOST:
        return ""
    broken = {one.rule for one in tables.crowded([table.key], whole=True)}
    for rule in rules:
        if {rule.name, rule.sql} & broken:
            schema.tables[table.key].rules.remove(rule)
            said = (rule.name or rule.sql).replace("_", " ")
            return f"not all {table.name} can be so beside what they belong to ({said})"
    return _short(tables, fact, table.key, column)


def _short(tables: Tables, fact: AnyFact, table: str, column: str) -> str:
    """Which mean numbers have instead of the one stated."""
    if not isinstance(fact, Amount) or fact.statistic != "mean":
        return ""
    numbers = np.array(tables[table][column].tolist(), dtype=float)
    found = float(np.nanmean(numbers)) if len(numbers) else 0.0
    near = abs(Fraction(str(round(found, 6))) - fact.low) <= fact.low * _NEAR
    return "" if near else f"what they belong to leaves room for a mean of {found:,.1f} alone"
