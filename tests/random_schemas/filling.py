"""A schema created, filled and inspected in a database, which is afterwards as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

from sqlalchemy import (
    Connection,
    Engine,
    FromClause,
    MetaData,
    StaticPool,
    Table,
    and_,
    create_engine,
    event,
    literal,
    select,
    true,
)

from pytest_misata import generate_from_schema, schema_from_db, schema_from_models, seed_database
from tests.real_schemas.inspection import row_counts, violations

ROWS = 12


def sqlite_engine() -> Engine:
    """SQLite in memory, with foreign keys enforced and transactions as they should be."""
    engine = create_engine("sqlite://", poolclass=StaticPool, enable_from_linting=False)

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
    """Fill the tables of a schema; the database refuses nothing, and each table has rows.

    But for one that the rows of its parents leave none: then they have none that agree on the columns its keys share,
    by the database's own account, and a note tells of it.
    """
    try:
        _fill(engine, metadata)
    except Exception as error:
        error.add_note(ddl(engine, metadata))
        raise


def _fill(engine: Engine, metadata: MetaData) -> None:
    with undone(engine) as connection:
        metadata.create_all(connection)
        schema = schema_from_models(metadata, dialect=engine.dialect.name)
        tables = generate_from_schema(schema, rows=ROWS)
        seed_database(tables, connection)
        counts = row_counts(connection, metadata)
        empty = [name for name, count in counts.items() if not count]
        wrongly = [name for name in empty if _has_parents(connection, metadata.tables[name])]
        assert not wrongly, f"empty: {wrongly}"
        assert all(any(note.startswith(f"{name}: 0 rows") for note in tables.notes) for name in empty)
        broken = list(violations(connection, metadata))
        assert not broken, f"broken: {broken}"


def compare_roads(engine: Engine, metadata: MetaData) -> None:
    """The rows of models are those of the tables that they make in a database."""
    with undone(engine) as connection:
        metadata.create_all(connection)
        roads = schema_from_models(metadata, dialect=engine.dialect.name), schema_from_db(connection)
        models, database = (generate_from_schema(schema, rows=ROWS) for schema in roads)
        for name in models:
            rows, others = (list(tables[name].rows()) for tables in (models, database))
            assert rows == others, f"{name} differs\n{ddl(engine, metadata)}"


def _has_parents(connection: Connection, table: Table) -> bool:
    """Whether there are rows that a row of the table can refer to by all the keys that it has to have."""
    parents: list[tuple[FromClause, dict[str, str]]] = []
    for key in table.foreign_key_constraints:
        if key.referred_table is not table and not any(column.nullable for column in key.columns):
            pairs = {element.parent.name: element.column.name for element in key.elements}
            parents.append((key.referred_table.alias(), pairs))
    agree = [
        one.c[pairs[name]] == other.c[others[name]]
        for (one, pairs), (other, others) in combinations(parents, 2)
        for name in pairs.keys() & others.keys()
    ]
    found = select(literal(1)).select_from(*(parent for parent, _ in parents)).where(and_(true(), *agree)).limit(1)
    return not parents or connection.scalar(found) is not None


def ddl(engine: Engine, metadata: MetaData) -> str:
    """The schema in SQL."""
    from sqlalchemy.schema import CreateTable

    return "\n".join(str(CreateTable(table).compile(engine)).strip() for table in metadata.sorted_tables)
