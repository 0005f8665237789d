from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from shop import app, get_session


@pytest.fixture
def client(misata_session):
    app.dependency_overrides[get_session] = lambda: misata_session
    yield TestClient(app)
    app.dependency_overrides.clear()


@pytest.mark.parametrize("attempt", [1, 2])
def test_an_order_is_placed_and_undone_after_the_test(client, attempt):
    assert client.get("/orders/count").json() == 80
    assert client.post("/products/1/orders").status_code == 201
    assert client.get("/orders/count").json() == 81


def test_a_product_that_is_not_there(client):
    assert client.post("/products/31/orders").status_code == 404
