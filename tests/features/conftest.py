"""Both roads to a filled database: from the models, and by looking at the tables that the models made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.features.filling import Filler, opened


@pytest.fixture
def feature_engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty database, in which SQLite keeps foreign keys too."""
    with opened(database_url) as engine:
        yield engine


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    """The same on PostgreSQL alone."""
    with opened(postgresql_url) as engine:
        yield engine


@pytest.fixture(params=["models", "introspection"])
def fill(request: pytest.FixtureRequest, feature_engine: Engine) -> Filler:
    """Fills the tables of models on every database, by either road."""
    return Filler(feature_engine, request.param)


@pytest.fixture(params=["models", "introspection"])
def fill_postgresql(request: pytest.FixtureRequest, postgresql_engine: Engine) -> Filler:
    """Fills the tables of models on PostgreSQL, by either road."""
    return Filler(postgresql_engine, request.param)
