"""Columns that all parts have of which a story says one thing: 45% of the dogs and of the cats are adopted."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from pytest_misata.schema.config import SchemaConfig
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Aged, Amount, AnyFact, Rate, Where
from pytest_misata.story.grammar.alike import parts_counted, said_of_parts
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.placing.aging import births_of
from pytest_misata.story.placing.amounts import column_of_amount


def _told(tokens: list[Token], domain: Domain) -> Iterator[tuple[str, str, str]]:
    """The table and a column that something is told by, and another part that it is said of as well."""
    reader = Reader(tokens, domain)
    facts, schema = reader.read(), domain.usual_schema()
    groups = list(parts_counted(facts, reader))
    for fact in facts if groups else ():
        parts = said_of_parts(fact, groups, reader)
        for table, column in _columns(fact, schema) if parts else ():
            yield from ((table, column, part.table) for part in parts if part.table != table)


def _columns(fact: AnyFact, schema: SchemaConfig) -> Iterator[tuple[str, str]]:
    """The columns that a fact is told by, each with its table."""
    if isinstance(fact, Rate):
        yield fact.column
    if isinstance(fact, Amount) and (place := column_of_amount(schema, fact)):
        yield place
    if isinstance(fact, Aged):
        yield from ((fact.table, column) for column in births_of(schema.tables[fact.table]))
    if isinstance(fact, Where) and fact.table is not None:
        columns = schema.tables[fact.table].columns.values()
        yield from ((fact.table, one.name) for one in columns if one.generator and one.generator.kind in _PLACED)


_PLACED = frozenset({"country", "region", "city"})


def shared(tokens: list[Token], domain: Domain) -> dict[str, Any] | None:
    """The data of a domain in which such columns are those of all parts; None where there are none."""
    data = deepcopy(dict(domain.data))
    rates, tables, found = list(data.get("rates", ())), data["tables"], False
    for table, column, other in _told(tokens, domain):
        made, there = tables[table]["columns"][column], tables[other]["columns"]
        if there.get(column) == made or "references" in made:
            continue
        found, there[column] = True, deepcopy(made)
        own = [rate for rate in rates if rate["column"] == f"{table}.{column}"]
        rates = [rate for rate in rates if rate["column"] != f"{other}.{column}"]
        rates += [{**rate, "column": f"{other}.{column}"} for rate in own]
    return {**data, "rates": rates} if found else None
