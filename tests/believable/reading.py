"""Tables of a schema that somebody wrote as SQL, read from a database or from models, and their rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine

from pytest_misata import generate_from_schema, schema_from_db, schema_from_models
from pytest_misata.engine.tables import Tables

Row = dict[str, Any]


def read(folder: Path, ddl: str, **options: Any) -> Tables:
    """300 rows of each table that has no parents, from a SQLite database."""
    return generate_from_schema(schema_from_db(_made(folder, ddl)), **{"rows": 300, **options})


def read_from(url: str, ddl: str, **options: Any) -> Tables:
    """The same from a database of any kind that is empty yet."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in ddl.split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    tables = generate_from_schema(schema_from_db(engine), **{"rows": 300, **options})
    engine.dispose()
    return tables


def as_models(folder: Path, ddl: str, **options: Any) -> Tables:
    """The same by models, as SQLAlchemy reflects them."""
    engine, metadata = create_engine(_made(folder, ddl)), MetaData()
    metadata.reflect(engine)
    engine.dispose()
    return generate_from_schema(schema_from_models(metadata), **{"rows": 300, **options})


def _made(folder: Path, ddl: str) -> str:
    path = folder / "misata_test_believable.db"
    connection = sqlite3.connect(path)
    connection.executescript(ddl)
    connection.close()
    return f"sqlite:///{path}"


def rows(tables: Tables, name: str) -> list[Row]:
    """The rows of a table."""
    return list(tables[name].rows())


def by_id(tables: Tables, name: str) -> dict[Any, Row]:
    """The rows of a table by their primary key `id`."""
    return {row["id"]: row for row in tables[name].rows()}


def share(table: Sequence[Row], condition: Callable[[Row], bool]) -> float:
    """The part of some rows for which a condition holds."""
    return sum(condition(row) for row in table) / len(table)
