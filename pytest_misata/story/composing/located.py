"""Places for tables that tell none, where a story says where their rows are: "a gym with 200 members in Germany"."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_misata.story.composing.inflection import singular_of
from pytest_misata.story.composing.lexicon import noun_of
from pytest_misata.story.domain import Domain
from pytest_misata.story.facts import Where
from pytest_misata.story.grammar import read_facts
from pytest_misata.story.locating import has_places
from pytest_misata.story.tokens import Token

_SOMEWHERE = frozenset({"person", "organisation", "group", "place", "thing", "occasion"})
PLACES = {"city": {"type": "string(80)", "kind": "city"}, "country": {"type": "string(60)", "kind": "country"}}
"""The columns that tell where a row is."""


def placeless(tokens: list[Token], domain: Domain) -> Iterator[str]:
    """The tables that a story tells places of, and that have no column for them; the main one where it names none."""
    schema = domain.schema()
    for fact in read_facts(tokens, domain)[0]:
        if isinstance(fact, Where):
            tables = [table for table in schema.tables.values() if fact.table in {None, table.key}]
            table = fact.table or domain.main
            parted = fact.share is not None and fact.table is not None
            if (_can_be_somewhere(table) or parted) and not any(has_places(one, fact.country) for one in tables):
                yield table


def _can_be_somewhere(table: str) -> bool:
    *before, last = table.split("_")
    return noun_of((*before, singular_of(last) or last)).kind.name in _SOMEWHERE
