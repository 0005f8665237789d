"""Amounts that make up a stated mean of other rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pytest_misata.api import generate_from_schema
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Generator
from pytest_misata.story.domain import domain_of

ORDERS = {
    "id": {"type": "integer", "kind": "serial"},
    "items": {"type": "money", "kind": "total", "of": "lines.price"},
    "postage": {"type": "money", "kind": "choice", "values": ["0.00", "4.50"]},
    "total": {"type": "money", "kind": "sum", "of": ["items", "postage"]},
}
PRICE = {
    "of": "lognormal",
    "options": {"median": "20", "sigma": "0.5"},
    "mean": "70",
    "per": "orders",
    "less": ["orders.postage"],
}


def tables(mean="70", orders=1300):
    order_id = {"references": "orders.id", "owner": True, "per_parent": "3", "minimum": 1}
    lines = {
        "id": {"type": "integer", "kind": "serial"},
        "order_id": order_id,
        "price": {"type": "money", "kind": "lognormal", "median": "20"},
    }
    data = {
        "name": "shop",
        "title": "shop",
        "example": "",
        "main": "orders",
        "words": [],
        "tables": {"orders": {"columns": ORDERS}, "lines": {"columns": lines}},
    }
    schema = domain_of(data, "shop.toml").schema()
    schema.tables["lines"].columns["price"].generator = Generator("averaged", {**PRICE, "mean": mean})
    return generate_from_schema(schema, rows=orders)


def test_the_mean_is_that_of_the_rows_above():
    orders = tables()["orders"]

    assert sum(row["total"] for row in orders.rows()) == 70 * Decimal(1300)


def test_any_slice_is_that_of_the_whole():
    lines = tables()["lines"]

    assert [row["price"] for row in lines.rows(700, 740)] == [row["price"] for row in lines.rows()][700:740]


def test_a_mean_that_others_alone_are_above_is_an_error():
    with pytest.raises(GenerationError, match=r"a mean of 1 is less than orders.postage alone come to"):
        list(tables(mean="1")["lines"].rows())
