from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"


@pytest.fixture(scope="session")
def misata_prepare():
    """Bring the database to the newest revision, before anything is loaded."""

    def prepare(engine):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    return prepare
