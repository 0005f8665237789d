"""A sentence, read: which domain it is about, and what it says of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from pytest_misata.errors import GenerationError, StoryError
from pytest_misata.schema.config import Fact, SchemaConfig
from pytest_misata.story.assortments import describe
from pytest_misata.story.choose import choose, could_say
from pytest_misata.story.english.tokens import tokenize
from pytest_misata.story.facts import AnyFact, Unplaced
from pytest_misata.story.placing.apply import TOO_MANY, Application
from pytest_misata.story.placing.kept import name_unmet
from pytest_misata.story.placing.paid import name_unpaid
from pytest_misata.story.placing.room import make_room
from pytest_misata.story.placing.settling import settle
from pytest_misata.story.placing.telling import meaning
from pytest_misata.story.placing.unruled import name_unruled


class StoryWarning(UserWarning):
    """Some words of a story have no place in the data."""


def parse(story: str, *, rows: int | None = None, locale: str | None = None, strict: bool = False) -> SchemaConfig:
    """The schema that a story such as "A SaaS company with 1000 users" asks for.

    `rows` sizes the story's main table where the story gives it no number. `locale` is a Faker locale such as "de_DE".
    `facts` of the result tells what every phrase became; for those that were not understood StoryWarning is
    given, or with `strict` StoryError raised. Raises StoryError where the story is empty, is about nothing that is
    known, or contradicts itself.
    """
    check_story(story)
    check_rows(rows)
    reading = choose(story, tokenize(story))
    schema = reading.domain.whole_schema()
    describe(schema, reading.domain)
    schema.story, schema.locale = story, locale or schema.locale
    placed = list(name_unpaid(schema, Application(story, schema).apply(reading.facts, rows=rows)))
    usual = None if reading.domain.composed else reading.domain.whole_schema()
    crowded = make_room(story, schema, usual, placed, told=rows is not None) if usual else []
    told = [*facts_of(story, name_unruled(schema, name_unmet(schema, placed))), *crowded]
    settle(schema)
    schema.facts = [*told, *overruled(schema, rows)]
    if strict:
        refuse_missed(told)
    warn_of(schema, stacklevel=3)
    return schema


def check_story(story: object, example: str | None = None) -> None:
    """Raises StoryError where a story is no sentence, or an empty one; `example` tells what it could say."""
    if not isinstance(story, str):
        if isinstance(story, SchemaConfig):
            raise StoryError("a story is a sentence, not a SchemaConfig: that is what generate_from_schema() takes")
        raise StoryError(f"a story is a sentence, not {story!r}. {example or could_say()}")
    if not story.strip():
        raise StoryError(f"the story is empty. {example or could_say()}")


def facts_of(story: str, placed: Iterable[AnyFact]) -> list[Fact]:
    """What the phrases of a story became, in words."""
    return [
        Fact(story[fact.start : fact.end], meaning(fact), understood=not isinstance(fact, Unplaced)) for fact in placed
    ]


def check_rows(rows: object) -> None:
    """Raises GenerationError where `rows` is no row count."""
    if rows is not None and (isinstance(rows, bool) or not isinstance(rows, int) or not 0 <= rows < TOO_MANY):
        raise GenerationError(f"rows must be a whole number from 0 to 2**40, not {rows!r}")


def overruled(schema: SchemaConfig, rows: int | None) -> list[Fact]:
    """What there is to say of `rows` where the story has another number for its main table."""
    main = schema.tables.get(schema.main or "")
    if rows is None or main is None or main.rows == rows:
        return []
    return [Fact(f"rows={rows}", f"the story itself says {main.rows:,} {main.name}", understood=False)]


def refuse_missed(facts: Iterable[Fact]) -> None:
    """Raises StoryError that names every phrase of a story that was not understood."""
    phrases = phrases_missed(facts)
    if phrases:
        raise StoryError(
            f"not understood in the story, which is read strictly: {phrases}. Say it otherwise, or drop it"
        )


def phrases_missed(facts: Iterable[Fact]) -> str:
    """The phrases that were not understood, each with the reason, for a message."""
    missed = [fact for fact in facts if not fact.understood]
    return "; ".join(f"{fact.phrase!r}" + (f" ({fact.meaning})" if fact.meaning else "") for fact in missed)


def warn_of(schema: SchemaConfig, *, stacklevel: int) -> None:
    """Give a StoryWarning for the phrases that were not understood, `stacklevel` as `warnings.warn` counts it."""
    phrases = phrases_missed(schema.facts)
    if phrases:
        warnings.warn(f"not understood in the story: {phrases}", StoryWarning, stacklevel=stacklevel)
