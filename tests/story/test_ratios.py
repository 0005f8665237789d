from fractions import Fraction

import numpy as np
import pytest

from pytest_misata.engine.tables import Tables
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


def test_a_range_is_named_as_not_understood_and_is_no_count():
    with pytest.warns(StoryWarning, match="every customer has 2 to 5 orders"):
        planned = rows("An online shop with 100 customers; every customer has 2 to 5 orders")

    assert planned["orders"] == 250
