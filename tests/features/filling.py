"""Filling the tables of models by one road or the other, and what has to hold whatever the models are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CHAR,
    Connection,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    Numeric,
    Select,
    String,
    Table,
    UniqueConstraint,
    and_,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateSchema
from sqlalchemy.types import Float

import pytest_misata as misata
from pytest_misata.load.report import SeedReport
from pytest_misata.schema.config import SchemaConfig

ROWS = 40


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine whose connections keep foreign keys."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    try:
        yield engine
    finally:
        engine.dispose()


@dataclass(frozen=True)
class Filler:
    """Fills the tables of models twice, the second time in place of the first."""

    engine: Engine
    road: str

    @property
    def backend(self) -> str:
        return "mysql" if self.engine.dialect.name == "mariadb" else self.engine.dialect.name

    @property
    def from_models(self) -> bool:
        return self.road == "models"

    def __call__(
        self, models: Any, *, schemas: Sequence[str] | None = None, counts: Mapping[str, int] | None = None
    ) -> Filled:
        metadata = models if isinstance(models, MetaData) else models.metadata
        for truncate in (False, True):
            report, schema = self._fill(models, metadata, schemas, counts, truncate)
            with self.engine.connect() as connection:
                check_rows(connection, metadata)
        return Filled(self.engine, report, schema)

    def _fill(
        self,
        models: Any,
        metadata: MetaData,
        schemas: Sequence[str] | None,
        counts: Mapping[str, int] | None,
        truncate: bool,
    ) -> tuple[SeedReport, SchemaConfig]:
        if self.from_models:
            schema = misata.schema_from_models(models, dialect=self.engine.dialect.name)
            options: Any = {"rows": ROWS, "counts": counts, "create": True, "truncate": truncate}
            return misata.seed_from_sqlalchemy_models(models, self.engine, **options), schema
        if not truncate:
            self._create(metadata)
        schema = misata.schema_from_db(self.engine, schemas=schemas)
        tables = misata.generate_from_schema(schema, rows=ROWS, counts=counts)
        return misata.seed_database(tables, self.engine, truncate=truncate), schema

    def _create(self, metadata: MetaData) -> None:
        with self.engine.begin() as connection:
            for schema in sorted({table.schema for table in metadata.tables.values() if table.schema}):
                if self.backend == "postgresql":
                    connection.execute(CreateSchema(schema))
            metadata.create_all(connection)


@dataclass(frozen=True)
class Filled:
    """A database whose tables are filled."""

    engine: Engine
    report: SeedReport
    schema: SchemaConfig

    def all(self, query: Any) -> list[Any]:
        """Every object of a class, or of a query for such, read through the ORM."""
        with Session(self.engine, expire_on_commit=False) as session:
            return list(session.scalars(query if isinstance(query, Select) else select(query)).unique())

    def column(self, column: Any) -> list[Any]:
        """The values of a column, read through its type."""
        with self.engine.connect() as connection:
            return list(connection.scalars(select(column)))

    def raw(self, sql: str) -> list[Any]:
        """The rows of a query, as the driver has them."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def add(self, *objects: Any) -> None:
        """Insert new objects through the ORM: whatever numbers rows stands past those that are there."""
        with Session(self.engine, expire_on_commit=False) as session:
            for item in objects:
                session.add(item)
                session.flush()
            session.commit()


def check_rows(connection: Connection, metadata: MetaData) -> None:
    """No table is empty, no row is an orphan, no key is there twice, no value is larger than its column."""
    for table in metadata.tables.values():
        assert connection.scalar(select(func.count()).select_from(table)), f"{table.key} is empty"
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                assert not orphans(connection, table, constraint), f"orphans by {constraint.elements[0]!r}"
            if isinstance(constraint, UniqueConstraint) or constraint is table.primary_key:
                columns = list(constraint.columns)
                assert not columns or not doubles(connection, table, columns), f"{table.key}: {columns} twice"
        _check_sizes(connection, table)


def orphans(connection: Connection, table: Table, key: ForeignKeyConstraint) -> int:
    """How many rows point at nothing."""
    parent = key.elements[0].column.table.alias("referred")
    pairs = [(element.parent, parent.c[element.column.key]) for element in key.elements]
    joined = table.outerjoin(parent, and_(*(child == other for child, other in pairs)))
    stated = and_(*(child.is_not(None) for child, _ in pairs))
    query = select(func.count()).select_from(joined).where(stated, pairs[0][1].is_(None))
    return int(connection.scalar(query) or 0)


def doubles(connection: Connection, table: Table, columns: Sequence[Any]) -> list[Any]:
    """Values of a key that more than one row has; NULLs differ."""
    there = and_(*(column.is_not(None) for column in columns))
    return list(connection.execute(select(*columns).where(there).group_by(*columns).having(func.count() > 1)))


def _check_sizes(connection: Connection, table: Table) -> None:
    for column in table.columns:
        if type(column.type) in {String, CHAR} and column.type.length:
            longest = (
                connection.scalar(select(func.max(func.char_length(column))))
                if connection.dialect.name != ("sqlite")
                else connection.scalar(select(func.max(func.length(column))))
            )
            assert (longest or 0) <= column.type.length, f"{column} holds {longest} characters"
        if isinstance(column.type, Numeric) and not isinstance(column.type, Float) and column.type.precision:
            largest = connection.scalar(select(func.max(func.abs(column))))
            assert (largest or 0) < 10 ** (column.type.precision - (column.type.scale or 0)), f"{column}: {largest}"
