"""The library's verbs that join several rooms: from a story or a schema to tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_misata.engine.tables import Tables

if TYPE_CHECKING:
    from pytest_misata.engine.pins import Pinned
    from pytest_misata.load.engines import Database
    from pytest_misata.load.report import SeedReport
    from pytest_misata.schema.config import SchemaConfig


def generate(
    story: str,
    *,
    rows: int | None = None,
    seed: int = 42,
    locale: str | None = None,
    pin: Pinned | None = None,
    strict: bool = False,
) -> Tables:
    """Tables for a story such as "A SaaS company with 1000 users".

    `rows` sizes the main table where the story gives it no number. `seed` is an integer from 0 to 2**64 - 1.
    `locale` is a Faker locale such as "de_DE". `pin` states the first rows of tables, by column; the rest of such a
    row is generated. With `strict` a phrase that is not understood is a StoryError instead of a warning. Raises
    StoryError where the story says nothing that can be made.
    """
    from pytest_misata.story.reader import parse

    return Tables(parse(story, rows=rows, locale=locale, strict=strict), seed=seed, pin=pin)


def generate_from_schema(
    schema: SchemaConfig,
    *,
    story: str | None = None,
    rows: int | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = 42,
    pin: Pinned | None = None,
    strict: bool = False,
) -> Tables:
    """Tables for a schema.

    `story` states numbers of its tables in a sentence: "500 users, 3 orders per user, 20% churned"; what each phrase
    became is in `schema.facts` of the result. `rows` sizes the main table (with a story the first that it counts, where
    it has no number for it), or every table without parents where there is no main one; `counts` states single tables.
    The schema is copied: steering it afterwards changes nothing. Raises StoryError where the story names nothing of the
    schema, and warns of what is not understood; with `strict` that is an error too.
    """
    if story is not None:
        from pytest_misata.story.beside import apply_story

        schema = apply_story(schema, story, rows=rows, strict=strict)
    return Tables(schema, rows=rows, counts=counts, seed=seed, pin=pin)


def seed_from_sqlalchemy_models(
    models: Any,
    database: Database,
    *,
    story: str | None = None,
    rows: int | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = 42,
    create: bool = True,
    truncate: bool = False,
    append: bool = False,
    batch_size: int | None = None,
    strict: bool = False,
) -> SeedReport:
    """Fill the tables of SQLAlchemy models: read them, generate rows, write them.

    `models` is anything `schema_from_models` takes; `story`, `rows`, `counts`, `seed` and `strict` are those of
    `generate_from_schema`, the other arguments those of `seed_database`.
    """
    from pytest_misata.load.engines import url_of
    from pytest_misata.load.seed import seed_database
    from pytest_misata.schema.sources.models import schema_from_models

    schema = schema_from_models(models, dialect=url_of(database).get_backend_name())
    tables = generate_from_schema(schema, story=story, rows=rows, counts=counts, seed=seed, strict=strict)
    return seed_database(tables, database, create=create, truncate=truncate, append=append, batch_size=batch_size)


def misata_loader(
    *,
    story: str | None = None,
    models: Any = None,
    rows: int | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = 42,
    pin: Pinned | None = None,
    strict: bool = False,
) -> Callable[..., None]:
    """A function that fills the template database of pytest-postgresql: an entry of its `load=`.

    `models` are SQLAlchemy models, or "database" for the tables that earlier entries of `load=` made; without them the
    story tells the tables. The other arguments are those of `generate_from_schema`. pytest-postgresql calls the
    function with `host`, `port`, `user`, `dbname` and `password`.
    """
    from sqlalchemy import URL

    from pytest_misata.load.seed import seed_database

    options: dict[str, Any] = {"rows": rows, "counts": counts, "seed": seed, "pin": pin}
    if models is not None:
        options |= {"story": story, "strict": strict}

    def load(
        *, host: str, port: int | str, user: str, dbname: str, password: str | None = None, **_psycopg: Any
    ) -> None:
        url = URL.create("postgresql", user, password or None, host, int(port), dbname)
        schema = _schema_to_load(url, models, story, strict=strict)
        seed_database(generate_from_schema(schema, **options), url, create=True)

    return load


def _schema_to_load(url: Any, models: Any, story: str | None, *, strict: bool) -> SchemaConfig:
    from pytest_misata.errors import ConfigurationError
    from pytest_misata.schema.sources.database import schema_from_db
    from pytest_misata.schema.sources.models import schema_from_models
    from pytest_misata.story.reader import parse

    if models == "database":
        return schema_from_db(url, keep_filled=True)
    if models is not None:
        return schema_from_models(models, dialect="postgresql")
    if story is None:
        raise ConfigurationError("misata_loader() takes a story, models, or both")
    return parse(story, strict=strict)
