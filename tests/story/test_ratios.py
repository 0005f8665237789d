from fractions import Fraction

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.reader import StoryWarning, parse


def rows(story):
    return plan_rows(parse(story))


def children(story, table, column):
    tables = Tables(parse(story), seed=42)
    return np.unique(tables[table][column], return_counts=True)[1]


@pytest.mark.parametrize(
    "story",
    [
        "An online shop with 500 customers, 100 products and 3 orders per customer",
        "An online shop with 500 customers and three orders for each customer",
        "An online shop: 500 customers, each with 3 orders",
        "An online shop with 500 customers with 3 orders each",
        "An online shop with 500 customers; every customer has 3 orders",
        "An online shop with 500 customers with an average of 3 orders",
    ],
)
def test_so_many_per_parent_however_it_is_said(story):
    assert (rows(story)["customers"], rows(story)["orders"]) == (500, 1500)


def test_ratios_follow_each_other_down():
    planned = rows("An online shop with 10 customers, each with 5 orders, each with 20 items")

    assert (planned["orders"], planned["order_items"]) == (50, 1000)


def test_one_parent_may_have_children_of_two_kinds():
    planned = rows("A SaaS with 10 users, each having 2 subscriptions and 3 tickets")

    assert (planned["subscriptions"], planned["support_tickets"]) == (20, 30)


def test_each_has_exactly_as_many():
    assert set(children("An online shop with 100 customers, each with 3 orders", "orders", "customer_id")) == {3}


def test_per_is_an_average_and_stays_skewed():
    found = children("An online shop with 100 customers and 3 orders per customer", "orders", "customer_id")

    assert found.sum() == 300
    assert len(set(found)) > 3


def test_a_ratio_may_skip_a_generation():
    assert rows("A SaaS with 100 users and 12 invoices per user")["invoices"] == 1200


def test_a_ratio_may_be_to_a_table_that_is_only_referred_to():
    planned = rows("An online shop with 50 customers and 3 reviews per product")

    assert planned["reviews"] == 3 * planned["products"]


def test_a_ratio_may_be_a_decimal():
    schema = parse("An online shop with on average 2.5 items per order")

    assert schema.table("order_items").owner.per_parent == Fraction(5, 2)


def test_a_ratio_and_the_children_size_the_parents():
    planned = rows("An online shop with 3 orders per customer and 600 orders")

    assert planned["customers"] == 200


@pytest.mark.parametrize(
    ("story", "table", "column", "bounds", "total"),
    [
        ("An online shop with 100 customers; every customer has 2 to 5 orders", "orders", "customer_id", (2, 5), 350),
        ("An online shop with 100 customers with 3-4 orders each", "orders", "customer_id", (3, 4), 350),
        ("An online shop with 99 customers, each placing 1 to 2 orders", "orders", "customer_id", (1, 2), 148),
        ("An online shop with 50 orders, between 2 and 6 items per order", "order_items", "order_id", (2, 6), 200),
        (
            "An online shop with 101 customers, 370 orders; each customer has between 2 and 5 orders",
            "orders",
            "customer_id",
            (2, 5),
            370,
        ),
    ],
)
def test_a_range_holds_for_every_parent(story, table, column, bounds, total):
    found = children(story, table, column)

    assert found.sum() == total
    assert (found.min(), found.max()) == bounds


def test_numbers_of_a_range_are_alike_often_and_may_begin_with_none():
    story = "An online shop with 128 customers, each with 0 to 3 orders"
    owners = Tables(parse(story), seed=42)["orders"]["customer_id"]
    degrees = np.bincount(np.bincount(owners, minlength=129)[1:])

    assert len(degrees) == 4
    assert degrees.min() > 20


@pytest.mark.parametrize(
    "story",
    ["A shop with 10 customers, each with 5 to 2 orders", "A shop with 10 customers, each with 1.5 to 2 orders"],
)
def test_what_is_no_range_is_named_as_not_understood(story):
    with pytest.warns(StoryWarning, match="a range goes from"):
        parse(f"E-commerce. {story}")


@pytest.mark.parametrize(
    "story",
    [
        "An online shop with 10 customers, 100 orders; every customer has 2 to 5 orders",
        "An online shop with 10 customers, 3 orders per customer; every customer has 2 to 4 orders",
    ],
)
def test_a_range_that_cannot_hold_is_an_error(story):
    with pytest.raises(StoryError, match="contradicts itself"):
        parse(story)


def test_what_orders_come_to_stays_where_each_product_is_sold_so_often():
    tables = generate("An online store with 35 products, 90 sales each", seed=5)
    products = tables["order_items"]["product_id"]
    assert np.unique(products, return_counts=True)[1].tolist() == [90] * 35
    assert tables.check() == []
