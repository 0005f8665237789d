"""A schema from SQLAlchemy models, in any form they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import MetaData, Table, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapper, mapperlib, registry

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.sources.inheritance import read_mappers
from pytest_misata.schema.sources.metadata import read_metadata
from pytest_misata.schema.sources.sqltypes import dialect_named


def schema_from_models(models: Any, *, dialect: str | None = None) -> SchemaConfig:
    """A schema from SQLAlchemy models.

    Args:
        models: a declarative base, `MetaData`, `registry`, `SQLModel`, Flask-SQLAlchemy's `db`, a mapped class, a
            `Table`, or a list of these. Of listed classes and tables, those they refer to come along.
        dialect: the database the models are for ("postgresql", "mysql", "sqlite"), where types or constraints differ
            between databases. None reads what they have in common.

    Returns:
        The schema; `source` is the models' own `MetaData`, or one with copies where they have several.

    Raises:
        SchemaError: no table is found, or a foreign key points at a table no model defines.
        ConfigurationError: SQLAlchemy knows no such dialect.
    """
    tables = [table for table in dict.fromkeys(_tables(models)) if not _is_left_alone(table)]
    if not tables:
        raise SchemaError(
            f"no tables in {models!r}: models are a declarative base, MetaData, registry or mapped classes"
        )
    metadata = _one_metadata(tables)
    found = [metadata.tables[table.key] for table in tables]
    schema = read_metadata(metadata, found, dialect_named(dialect))
    if schema.dialect in {"mysql", "mariadb"}:
        _point_inside(schema)
    read_mappers(schema, _mappers(tables))
    return schema


def _point_inside(schema: SchemaConfig) -> None:
    """MariaDB reads `REFERENCES org` in a table of `audit` as `audit.org`, if SQLAlchemy wrote it."""
    for config in schema.tables.values():
        for key in config.foreign_keys:
            inside = f"{config.schema}.{key.parent}"
            if config.schema and schema.table(key.parent).schema is None and inside in schema.tables:
                key.parent = inside


def _tables(models: Any) -> Iterator[Table]:
    """The tables that models stand for, with those they refer to."""
    if isinstance(models, Table):
        yield from _with_parents([models])
    elif _mapper(models) is not None:
        yield from _with_parents(_mapped_tables(models))
    elif isinstance(_metadata(models), MetaData):
        yield from _metadata(models).tables.values()
    elif isinstance(models, Iterable) and not isinstance(models, str | bytes):
        for model in models:
            yield from _tables(model)
    else:
        raise SchemaError(
            f"models are a declarative base, MetaData, registry, mapped classes or tables, not {type(models).__name__}"
        )


def _metadata(models: Any) -> Any:
    return models if isinstance(models, MetaData) else getattr(models, "metadata", None)


def _mapper(model: Any) -> Mapper[Any] | None:
    found: Any = inspect(model, raiseerr=False) if isinstance(model, type) else None
    return found if isinstance(found, Mapper) else None


def _mapped_tables(model: Any) -> list[Table]:
    mapper = _mapper(model)
    return [table for table in mapper.tables if isinstance(table, Table)] if mapper else []


def _with_parents(tables: Iterable[Table]) -> Iterator[Table]:
    waiting, seen = list(tables), set()
    while waiting:
        table = waiting.pop(0)
        if table not in seen:
            seen.add(table)
            yield table
            waiting += _parents(table)


def _parents(table: Table) -> list[Table]:
    try:
        return sorted({key.column.table for key in table.foreign_keys}, key=lambda parent: parent.key)
    except SQLAlchemyError as error:
        reason = str(error).strip().splitlines()[0]
        raise SchemaError(f"{table.key}: a foreign key points nowhere: {reason}") from None


def _is_left_alone(table: Table) -> bool:
    """Views, and the table in which Alembic keeps its version."""
    view = getattr(table, "is_view", False) or table.info.get("is_view")
    return bool(view) or [column.name for column in table.columns] == ["version_num"]


def _one_metadata(tables: list[Table]) -> MetaData:
    owners = list(dict.fromkeys(table.metadata for table in tables))
    if len(owners) == 1:
        return owners[0]
    merged = MetaData()
    for table in tables:
        if table.key in merged.tables:
            raise SchemaError(f"two tables are called {table.key}: read their models one at a time")
        table.to_metadata(merged)
    return merged


def _mappers(tables: Iterable[Table]) -> list[Mapper[Any]]:
    """The classes mapped to any of these tables, from SQLAlchemy's list of all registries: a MetaData has none."""
    wanted = set(tables)
    registries: Iterable[registry] = mapperlib._all_registries()
    # A class whose mapping failed, or that is about to be forgotten, has a manager and no mapper.
    managers = [manager for one in registries for manager in list(one._managers) if manager.is_mapped]
    return [manager.mapper for manager in managers if manager.mapper.local_table in wanted]
