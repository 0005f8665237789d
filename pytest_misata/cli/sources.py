"""What the commands fill: the tables of a story, of SQLAlchemy models, or those that a database has."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_misata.errors import SchemaError, StoryError

if TYPE_CHECKING:
    from pytest_misata.engine.tables import Tables
    from pytest_misata.schema.config import SchemaConfig


@dataclass(frozen=True, slots=True)
class Source:
    """What the options of a command say of the data. `create`: tables may be made that are not there."""

    story: str | None = None
    models: str | None = None
    db_url: str | None = None
    rows: int | None = None
    seed: int = 42
    locale: str | None = None
    create: bool = False
    strict: bool = False


def tables_of(source: Source) -> Tables:
    """The tables, not computed yet.

    A story alone brings tables of its own. Beside models, or on a database that has tables and to which none are to be
    added, its numbers land on those; unless they are the story's own, made by an earlier run.
    """
    from pytest_misata.api import generate, generate_from_schema

    schema = _schema(source)
    if schema is None:
        return generate(
            source.story or "", rows=source.rows, seed=source.seed, locale=source.locale, strict=source.strict
        )
    schema.locale = source.locale or schema.locale
    return generate_from_schema(schema, story=source.story, rows=source.rows, seed=source.seed, strict=source.strict)


def _schema(source: Source) -> SchemaConfig | None:
    """The schema that is there, from models or the database; None for that of the story."""
    if source.models is not None:
        return _from_models(source.models, source.db_url)
    if source.db_url is None or (source.story is not None and source.create):
        return None
    if source.story is None:
        return _from_database(source.db_url)
    try:
        schema = _from_database(source.db_url)
    except SchemaError:
        return None
    return None if _is_of_story(source.story, schema) else schema


def _from_models(models: str, db_url: str | None) -> SchemaConfig:
    from pytest_misata.load.engines import url_of
    from pytest_misata.schema.sources.importing import import_models
    from pytest_misata.schema.sources.models import schema_from_models

    # The command stands in a folder of scripts; models are meant as seen from here.
    sys.path.insert(0, str(Path.cwd()))
    found = import_models(models, setting="--models")
    return schema_from_models(found, dialect=url_of(db_url).get_backend_name() if db_url else None)


def _from_database(db_url: str) -> SchemaConfig:
    from pytest_misata.schema.sources.database import schema_from_db

    return schema_from_db(db_url)


def _is_of_story(story: str, schema: SchemaConfig) -> bool:
    """Whether the tables that a story makes by itself are all there already."""
    from pytest_misata.story.reader import parse

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            own = parse(story)
        except StoryError:
            return False
    return all(
        name in schema.tables and set(table.columns) <= set(schema.tables[name].columns)
        for name, table in own.tables.items()
    )
