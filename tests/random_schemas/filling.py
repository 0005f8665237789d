"""A schema created, filled and inspected in a database, which is afterwards as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, MetaData, StaticPool, create_engine, event

from pytest_misata import generate_from_schema, schema_from_models, seed_database
from tests.real_schemas.inspection import row_counts, violations

ROWS = 12


def sqlite_engine() -> Engine:
    """SQLite in memory, with foreign keys enforced and transactions as they should be."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def enforce(connection, _record) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A connection whose work is rolled back."""
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()


def fill(engine: Engine, metadata: MetaData) -> None:
    """Fill the tables of a schema; the database refuses nothing, and each table has rows."""
    try:
        _fill(engine, metadata)
    except Exception as error:
        error.add_note(ddl(engine, metadata))
        raise


def _fill(engine: Engine, metadata: MetaData) -> None:
    with undone(engine) as connection:
        metadata.create_all(connection)
        schema = schema_from_models(metadata, dialect=engine.dialect.name)
        seed_database(generate_from_schema(schema, rows=ROWS), connection)
        counts = row_counts(connection, metadata)
        empty = [name for name, count in counts.items() if not count]
        assert not empty, f"empty: {empty}"
        broken = list(violations(connection, metadata))
        assert not broken, f"broken: {broken}"


def ddl(engine: Engine, metadata: MetaData) -> str:
    """The schema in SQL."""
    from sqlalchemy.schema import CreateTable

    return "\n".join(str(CreateTable(table).compile(engine)).strip() for table in metadata.sorted_tables)
