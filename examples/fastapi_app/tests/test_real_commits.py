from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

import shop


@pytest.fixture
def client(misata_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", misata_url)
    shop.the_engine.cache_clear()
    yield TestClient(shop.app)
    shop.the_engine().dispose()
    shop.the_engine.cache_clear()


@pytest.mark.parametrize("attempt", [1, 2])
def test_what_the_application_commits_is_put_back(client, attempt):
    assert client.get("/orders/count").json() == 80
    assert client.post("/products/1/orders").json()["id"] == 81
    client.delete("/orders")
    assert client.get("/orders/count").json() == 0
