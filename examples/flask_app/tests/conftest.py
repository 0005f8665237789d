from __future__ import annotations

import pytest

from notes import create_app, db


@pytest.fixture(scope="session")
def misata_models():
    return db.metadata


@pytest.fixture(scope="session")
def app(misata_url):
    app = create_app(misata_url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()
