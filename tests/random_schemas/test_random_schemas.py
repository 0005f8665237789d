"""Random schemas are filled with nothing refused.

MISATA_RANDOM_SCHEMAS says how many are tried, on each database.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, MetaData, create_engine

from tests.random_schemas.filling import compare_roads, fill, sqlite_engine
from tests.random_schemas.strategies import checked_tables, schemas
from tests.servers import fresh_database, postgresql_server

STATED = int(os.environ.get("MISATA_RANDOM_SCHEMAS", "0"))

pytestmark = pytest.mark.timeout(max(300, 5 * STATED))


def tried(usual: int) -> settings:
    """The same examples in every run: `usual` ones, or as many as the environment states."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    count = STATED or usual
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=checks,
        phases=[Phase.explicit, Phase.generate],
    )


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Engine]:
    engine = sqlite_engine()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Engine]:
    with fresh_database(postgresql_server()) as url:
        engine = create_engine(url, enable_from_linting=False)
        yield engine
        engine.dispose()


@tried(40)
@given(schemas())
def test_schemas_on_sqlite(sqlite: Engine, metadata: MetaData) -> None:
    fill(sqlite, metadata)


@tried(10)
@given(schemas())
def test_schemas_on_postgresql(postgresql: Engine, metadata: MetaData) -> None:
    fill(postgresql, metadata)


@tried(80)
@given(checked_tables())
def test_checks_on_sqlite(sqlite: Engine, metadata: MetaData) -> None:
    fill(sqlite, metadata)


@tried(30)
@given(checked_tables())
def test_checks_on_postgresql(postgresql: Engine, metadata: MetaData) -> None:
    fill(postgresql, metadata)


@tried(8)
@given(schemas())
def test_both_roads_on_postgresql(postgresql: Engine, metadata: MetaData) -> None:
    compare_roads(postgresql, metadata)
