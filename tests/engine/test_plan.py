import pytest

from pytest_misata.errors import GenerationError
from pytest_misata.schema.plan import plan_rows
from tests.engine.schemas import shop


def test_sizes_follow_the_relationships():
    assert plan_rows(shop(), rows=1000) == {"users": 1000, "subscriptions": 3000, "invoices": 4500}


def test_stated_counts_win_and_their_children_follow():
    assert plan_rows(shop(), rows=10, counts={"subscriptions": 100}) == {
        "users": 10,
        "subscriptions": 100,
        "invoices": 150,
    }


def test_a_stated_child_sizes_its_parents():
    assert plan_rows(shop(), counts={"invoices": 900}) == {"users": 200, "subscriptions": 600, "invoices": 900}


def test_the_default_is_a_thousand():
    assert plan_rows(shop())["users"] == 1000


def test_nothing_is_a_count():
    assert plan_rows(shop(), rows=0) == {"users": 0, "subscriptions": 0, "invoices": 0}


def test_an_empty_child_does_not_empty_its_parents():
    assert plan_rows(shop(), counts={"invoices": 0, "subscriptions": 0}) == {
        "users": 1000,
        "subscriptions": 0,
        "invoices": 0,
    }


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"user": 3}, r"counts\['user'\]: no such table; did you mean 'users'\?"),
        ({"users": -1}, "must be a whole number"),
        ({"users": True}, "must be a whole number"),
        ({"users": 0, "subscriptions": 5}, "subscriptions: 5 rows need a row of users, which is to have none"),
    ],
)
def test_numbers_that_cannot_hold_are_refused(counts, message):
    with pytest.raises(GenerationError, match=message):
        plan_rows(shop(), counts=counts)


def test_an_upward_size_leaves_room_for_the_minimum():
    for invoices in range(1, 200):
        planned = plan_rows(shop(), counts={"invoices": invoices})
        assert planned["subscriptions"] <= invoices
