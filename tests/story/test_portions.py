"""Shares in the forms people write them: the rest, even splits, vague words, so many of them, states nobody has."""

from __future__ import annotations

import pytest

from pytest_misata.api import generate
from pytest_misata.errors import StoryError

SHARES = [
    ("A SaaS company with 1000 users, 30% on pro, 10% on enterprise, the rest on free", "users", "plan", "free", 600),
    ("A SaaS company with 400 users split evenly between free and pro", "users", "plan", "pro", 200),
    ("A SaaS company with 400 users, 60/40 free and pro", "users", "plan", "free", 240),
    ("A SaaS with 300 users, mostly active", "users", "status", "active", 240),
    ("A SaaS with 100 users; half active, half churned", "users", "status", "churned", 50),
    ("A SaaS with 100 users, all verified", "users", "email_verified", True, 100),
    ("A SaaS with 100 users, free 60% and pro 40%", "users", "plan", "pro", 40),
    ("A shop with 200 orders, 20 of them returned", "orders", "status", "returned", 20),
    ("A shop with 200 orders, of which 20 are cancelled", "orders", "status", "cancelled", 20),
    ("A shop with 200 orders, none of them refunded", "orders", "is_refunded", True, 0),
    ("A SaaS with 500 users where 10% of users are admins", "users", "is_admin", True, 50),
    ("A SaaS with 100 users, 5 of whom are admins", "users", "is_admin", True, 5),
    ("A bank with 500 customers, 60% premium", "customers", "segment", "premium", 300),
    ("A helpdesk with 100 tickets, 30% about hardware", "tickets", "category", "hardware", 30),
    ("A beekeeping cooperative with 40 hives, 25% of hives are queenless", "hives", "is_queenless", True, 10),
]


@pytest.mark.parametrize(("story", "table", "column", "value", "rows"), SHARES)
def test_a_share_is_met_to_the_nearest_row(story, table, column, value, rows):
    assert (generate(story, strict=True)[table][column] == value).sum() == rows


@pytest.mark.parametrize(
    ("story", "table"),
    [
        ("An HR system with 200 employees, 55% female", "employees"),
        ("A gym with 200 members, 45% men, in Germany", "members"),
        ("A dance school with 200 dancers, 300 check-ins, 55% of the dancers are women", "dancers"),
    ],
)
def test_a_share_of_women_is_one_of_names(story, table):
    people = generate(story, strict=True)[table]
    names = {name: {*people["first_name"][people["gender"] == name].tolist()} for name in ("female", "male")}

    assert (people["gender"] == "female").sum() == 110
    assert not names["female"] & names["male"] - {"Kim", "Robin"}
    assert len(set(people["email"].tolist())) == 200


def test_so_many_of_them_are_no_more_than_there_are():
    with pytest.raises(StoryError, match="'30 of them returned' cannot hold, there are 20 orders"):
        generate("A shop with 20 orders, 30 of them returned")


@pytest.mark.parametrize("phrase", ["20% margin", "a 15% discount", "8% tax"])
def test_a_share_of_an_amount_is_no_state(phrase):
    with pytest.raises(StoryError, match=phrase.removeprefix("a ")):
        generate(f"A SaaS with 100 users and {phrase}", strict=True)


@pytest.mark.parametrize("rest", ["everybody else on free", "everyone else on free", "the rest on free"])
def test_everybody_else_is_the_rest(rest):
    plans = generate(f"A SaaS with 500 users, 20% on pro, {rest}", seed=1)["users"]["plan"].tolist()

    assert (plans.count("pro"), plans.count("free")) == (100, 400)
