"""A database in memory, filled from models, which refuses every row that breaks a key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import StaticPool

from pytest_misata import seed_from_sqlalchemy_models


def filled(models: Any, **settings: Any) -> Connection:
    """A connection to a new SQLite database with rows for the models."""
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def enforce(driver: Any, _record: object) -> None:
        driver.execute("PRAGMA foreign_keys = ON")

    seed_from_sqlalchemy_models(models, engine, **settings)
    connection = engine.connect()
    assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    return connection


def column(connection: Connection, query: str) -> list[Any]:
    """The first column of a query's rows."""
    return list(connection.execute(text(query)).scalars())


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    return [tuple(row) for row in connection.execute(text(query))]
