"""Fill the tables of one package, in an environment that has it, and print what came of it as one line of JSON.

    python tests/real_schemas/fill.py optuna sqlite:////tmp/optuna.db
    python tests/real_schemas/fill.py optuna sqlite:////tmp/optuna.db --road database

The database is to be empty. `run.py` calls this for every package and database.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Enum,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex

MARK = "RESULT "
"""What the line with the outcome begins with: packages print lines of their own when they are imported."""


def engine_for(url: str) -> Engine:
    """An engine whose connections enforce foreign keys, which SQLite does on demand only."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def enforce(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA foreign_keys = ON")

    return engine


def drop_impossible_indexes(engine: Engine, metadata: MetaData) -> list[str]:
    """Take out of the metadata the indexes that the database cannot make: what is for others, and what is empty."""
    dropped = []
    kept = {table: {index for index in table.indexes if not _is_plain_key(index)} for table in metadata.tables.values()}
    for table, indexes in kept.items():
        table.indexes -= indexes
    scratch = create_engine("sqlite://") if engine.dialect.name == "sqlite" else engine
    with scratch.connect() as connection:
        metadata.create_all(connection)
        for table, indexes in kept.items():
            for index in sorted(indexes, key=lambda found: str(found.name)):
                if _can_be_made(connection, index):
                    table.indexes.add(index)
                else:
                    dropped.append(f"{table.key}.{index.name}")
        connection.rollback()
    return dropped


def _is_plain_key(index: Index) -> bool:
    """Whether it is what a foreign key may point at."""
    return index.unique and bool(index.expressions) and all(isinstance(part, Column) for part in index.expressions)


def _can_be_made(connection: Connection, index: Any) -> bool:
    savepoint = connection.begin_nested()
    try:
        connection.execute(CreateIndex(index))
    except SQLAlchemyError:
        savepoint.rollback()
        return False
    savepoint.commit()
    return True


def name_enumerations(metadata: MetaData) -> None:
    """Name the enumerations that have no name, as PostgreSQL needs."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Enum) and column.type.name is None:
                column.type.name = f"{table.name}_{column.name}"


def add_missing_keys(metadata: MetaData) -> list[str]:
    """Make unique what foreign keys point at: PostgreSQL makes no such key otherwise, and SQLite takes no row."""
    added = []
    for table in metadata.tables.values():
        for constraint in list(table.constraints):
            if isinstance(constraint, ForeignKeyConstraint):
                parent, names = constraint.referred_table, [element.column.name for element in constraint.elements]
                if not _is_key(parent, set(names)):
                    parent.append_constraint(UniqueConstraint(*names))
                    added.append(f"{parent.key} ({', '.join(names)})")
    return added


def _is_key(table: Table, names: set[str]) -> bool:
    keys = [set(c.columns.keys()) for c in table.constraints if isinstance(c, PrimaryKeyConstraint | UniqueConstraint)]
    return names in keys or names in [set(index.columns.keys()) for index in table.indexes if index.unique]


def outcome(metadata: MetaData, url: str, *, road: str = "models") -> dict[str, Any]:
    """Create, plan, fill and inspect; what went wrong stands under `error`.

    By the road "models" the schema is read from the metadata, by "database" from the tables that are created by it.
    """
    from pytest_misata import generate_from_schema, schema_from_db, schema_from_models, seed_database
    from tests.real_schemas.inspection import row_counts, unreadable, violations

    engine = engine_for(url)
    name_enumerations(metadata)
    found: dict[str, Any] = {"tables": len(metadata.tables), "added": add_missing_keys(metadata)}
    found["dropped"] = drop_impossible_indexes(engine, metadata)
    metadata.create_all(engine)
    try:
        begin = time.perf_counter()
        schema = (
            schema_from_db(engine) if road == "database" else schema_from_models(metadata, dialect=engine.dialect.name)
        )
        tables = generate_from_schema(schema)
        found |= {"planned": dict(tables.counts), "seconds_to_plan": time.perf_counter() - begin}
        found["not_understood"] = schema.not_understood
        begin = time.perf_counter()
        report = seed_database(tables, engine)
        found |= {"seconds_to_fill": time.perf_counter() - begin, "warnings": list(report.warnings)}
        with engine.connect() as connection:
            found["rows"] = row_counts(connection, metadata)
            found["violations"] = list(violations(connection, metadata))
            # What types of the models take back can be told from the models only.
            found["unreadable"] = list(unreadable(connection, metadata)) if road == "models" else []
    except Exception as error:  # the outcome is told, whatever it is
        found["error"] = f"{type(error).__name__}: {error}"
        traceback.print_exc()
    engine.dispose()
    return found


def main() -> None:
    """Read the arguments, fill, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package")
    parser.add_argument("url")
    parser.add_argument("--road", choices=["models", "database"], default="models")
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.real_schemas.packages import PACKAGES

    warnings.simplefilter("ignore")
    print(MARK + json.dumps(outcome(PACKAGES[options.package].metadata(), options.url, road=options.road)))


if __name__ == "__main__":
    main()
