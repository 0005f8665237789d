"""Filling the database of a Django project: the tables are those that its migrations made, the choices its models'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import connections
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.pool import NullPool

from pytest_misata.api import generate_from_schema
from pytest_misata.errors import ConfigurationError
from pytest_misata.load.engines import synchronous
from pytest_misata.load.report import SeedReport
from pytest_misata.load.seed import seed_database
from pytest_misata.schema.config import Check, SchemaConfig, TableConfig
from pytest_misata.schema.sources.database import schema_from_db

if TYPE_CHECKING:
    from pytest_misata.engine.pins import Pinned

BOOKKEEPING = frozenset({"admin", "contenttypes", "sessions"})
"""Applications of Django whose rows tell what happened in a running site."""

_VENDORS = ("sqlite", "postgresql", "mysql")


def seed_django(
    using: str = "default",
    *,
    story: str | None = None,
    rows: int | None = None,
    counts: Mapping[str, int] | None = None,
    seed: int = 42,
    pin: Pinned | None = None,
    strict: bool = False,
) -> SeedReport:
    """Fill the tables of a Django project's models in the database `using`, which is migrated already.

    Tables that hold rows, such as permissions, keep them, and new rows refer to these. The other arguments are those
    of `generate_from_schema`; tables go by their name in the database (`blog_post`).

    Raises:
        ConfigurationError: the database is neither SQLite, PostgreSQL nor MariaDB or MySQL.
        MisataError: as `schema_from_db`, `generate_from_schema` and `seed_database`.
    """
    engine = _engine(using)
    try:
        schema = schema_from_django(using, engine=engine)
        tables = generate_from_schema(schema, story=story, rows=rows, counts=counts, seed=seed, pin=pin, strict=strict)
        return seed_database(tables, engine)
    finally:
        engine.dispose()


def schema_from_django(using: str = "default", *, engine: Engine | None = None) -> SchemaConfig:
    """The schema of the tables of a Django project's models, read from the migrated database `using`.

    Choices, and the bounds that validators set, are the models'. Models that are not managed, and those of the
    applications in `BOOKKEEPING`, are left out unless others refer to them.
    """
    schema = schema_from_db(engine if engine is not None else database_url(using), keep_filled=True)
    models = {model._meta.db_table: model for model in _models()}
    for name in [name for name, table in schema.tables.items() if name not in models and not table.kept]:
        del schema.tables[name]
    for name, model in models.items():
        if name in schema.tables and not schema.tables[name].kept:
            _refine(schema.tables[name], model)
    return schema


def database_url(using: str = "default") -> URL:
    """The SQLAlchemy URL of one of Django's databases, password included.

    Raises:
        ConfigurationError: SQLAlchemy has no dialect that goes with it.
    """
    connection = connections[using]
    if connection.vendor not in _VENDORS:
        raise ConfigurationError(f"DATABASES[{using!r}] is {connection.vendor}, not one of {', '.join(_VENDORS)}")
    stated = connection.settings_dict
    if connection.vendor == "sqlite":
        return _sqlite_url(str(stated["NAME"]))
    return URL.create(
        connection.vendor,
        username=stated.get("USER") or None,
        password=stated.get("PASSWORD") or None,
        host=stated.get("HOST") or None,
        port=int(stated["PORT"]) if stated.get("PORT") else None,
        database=str(stated["NAME"]),
    )


def _sqlite_url(name: str) -> URL:
    if not name.startswith("file:"):
        return URL.create("sqlite", database=name)
    path, _, query = name.partition("?")
    options = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
    return URL.create("sqlite", database=path, query={**options, "uri": "true"})


def _engine(using: str) -> Engine:
    # Django's own connection keeps a shared database in memory alive; ours come and go.
    return create_engine(synchronous(database_url(using)), poolclass=NullPool)


def _models() -> Iterator[Any]:
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.managed and not options.proxy and options.app_label not in BOOKKEEPING:
            yield model


def _refine(table: TableConfig, model: Any) -> None:
    for field in model._meta.local_fields:
        if field.column not in table.columns or field.is_relation:
            continue
        choices = [value for value, _ in field.flatchoices if value not in (None, "")]
        if choices:
            table.columns[field.column].choose(choices)
        else:
            table.checks += [Check(f'"{field.column}" {bound}') for bound in _bounds(field)]


def _bounds(field: Any) -> Iterator[str]:
    for validator in field.validators:
        limit = getattr(validator, "limit_value", None)
        if not isinstance(limit, int | float) or isinstance(limit, bool):
            continue
        if isinstance(validator, MinValueValidator):
            yield f">= {limit}"
        elif isinstance(validator, MaxValueValidator):
            yield f"<= {limit}"
