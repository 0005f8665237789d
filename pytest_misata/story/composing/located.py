"""Places for tables that tell none, where a story says where their rows are: "a gym with 200 members in Germany"."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_misata.engine.people.gazetteer import problem_with
from pytest_misata.schema.config import TableConfig
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import Columns, noun_of
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Where
from pytest_misata.story.grammar.reading import read_facts
from pytest_misata.story.placing.locating import has_places

_SOMEWHERE = frozenset({"person", "organisation", "group", "place", "thing", "occasion"})
PLACES: Columns = {"city": {"type": "string(80)", "kind": "city"}, "country": {"type": "string(60)", "kind": "country"}}
"""The columns that tell where a row is."""


def placeless(tokens: list[Token], domain: Domain) -> Iterator[tuple[str, Columns]]:
    """The tables that a story tells places of, and that have no column for them, with the columns.

    It is the main one where the story names none.
    """
    schema = domain.usual_schema()
    for fact in read_facts(tokens, domain)[0]:
        if not isinstance(fact, Where) or (fact.role and problem_with(fact.country)):
            continue
        tables = [table for table in schema.tables.values() if fact.table in {None, table.key}]
        table = fact.table or domain.main
        parted = (fact.share is not None and fact.table is not None) or (fact.role and not _tells_a_way(tables[0]))
        if (parted or (_can_be_somewhere(table) and not fact.role)) and not any(
            has_places(one, fact.country, fact.role) for one in tables
        ):
            yield table, _places(fact.role)


def _places(role: str) -> Columns:
    return {f"{role}_{name}": {**column, "role": role} for name, column in PLACES.items()} if role else PLACES


def _tells_a_way(table: TableConfig) -> bool:
    """Whether rows tell where they go by other columns than those of places, as by a route."""
    return any(_WAY & set(name.split("_")) for name in table.columns)


_WAY = frozenset("origin destination route pickup dropoff departure arrival".split())


def _can_be_somewhere(table: str) -> bool:
    *before, last = table.split("_")
    return noun_of((*before, singular_of(last) or last)).kind.name in _SOMEWHERE
