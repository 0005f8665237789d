import warnings

import pytest

from pytest_misata.errors import StoryError
from pytest_misata.story.reader import StoryWarning, parse

BEYOND = [
    ("A bank with 100 customers and 5000 transactions in the nineties", "nineties"),
    ("An Atlantean e-commerce company with 300 customers, prices in doubloons", "Atlantean"),
    ("A Greek e-commerce company with 300 customers, prices in doubloons", "prices in doubloons"),
    ("A SaaS with 1000 happy users", "happy"),
    ("A SaaS with hundreds of users", "hundreds of users"),
    ("A SaaS with 1.000 users", "1.000 users"),
    ("A SaaS with -5 users", "-5 users"),
    ("A SaaS with 20 plans", "20 plans"),
    ("A shop with an average weight of $35", "average weight of $35"),
    ("A fintech where 3% of the transactions are 5% higher", "3% of the transactions are 5% higher"),
    ("A small SaaS", "small"),
    ("A SaaS with 5 users and 7 subscribtions", "7 subscribtions"),
    ("A fintech SaaS with 10 users", "SaaS"),
    ("A shop that opened on 3 May 2024 with 100 orders", "opened on 3 May 2024"),
    ("A SaaS with 10 users. Every active user has 2 to 8 projects", "Every active user has 2 to 8 projects"),
    ("A school with 30 pupils rather than 400 pupils", "400 pupils"),
    ("A translation agency with 400 projects, and due dates in Q3 2025", "due dates in Q3 2025"),
]


@pytest.mark.parametrize(("story", "phrase"), BEYOND)
def test_what_has_no_place_is_named_and_warned_of(story, phrase):
    with pytest.warns(StoryWarning) as caught:
        schema = parse(story)

    missed = [fact.phrase for fact in schema.facts if not fact.understood]
    assert any(phrase in one for one in missed)
    assert phrase in str(caught[0].message)


@pytest.mark.parametrize(
    "story",
    [
        "A SaaS company with 1000 users.",
        "Please generate a realistic test database for our online shop: 20 customers, 50 orders",
        "An app for mobile banking with 10 users and their bank accounts",
        "A SaaS company with users, subscriptions and support tickets",
    ],
)
def test_a_story_that_is_understood_whole_gives_no_warning(story):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(fact.understood for fact in parse(story).facts)


def test_facts_tell_what_every_phrase_became():
    facts = parse("A SaaS company with 200 users, 4 invoices per user and 20% churn").facts

    assert [(fact.phrase, fact.meaning) for fact in facts] == [
        ("SaaS", "the SaaS domain"),
        ("200 users", "users: 200 rows"),
        ("4 invoices per user", "invoices: 4 per row of users on average"),
        ("20% churn", "users.status: churned in 20% of the rows"),
    ]


@pytest.mark.parametrize(
    ("story", "missed"),
    [
        ("A gym with 300 members, 25% of members on the annual plan", "25% of members on the annual plan"),
        ("A gym with 300 members, 25% on annual plans", "25% on annual plans"),
    ],
)
def test_a_plan_that_nobody_knows_makes_no_column_beside_the_plan(story, missed):
    with pytest.warns(StoryWarning, match=missed):
        schema = parse(story)

    assert not {"kind", "plans"} & set(schema.table("members").columns)


@pytest.mark.parametrize("number", ["\u221e", "1/2", "10^6", "2**10", "\u00bd"])
def test_what_is_no_number_of_rows_is_named_whole(number):
    schema = parse("A bank with 900 accounts").tables
    with pytest.warns(StoryWarning, match="write it out in digits") as warned:
        found = parse(f"A bank with {number} customers")

    assert f"'{number} customers'" in str(warned[0].message)
    assert found.table("customers").rows not in {1, 2, 6, 10}
    assert set(found.tables) == set(schema)


def test_how_late_rows_are_is_not_how_long_they_take():
    with pytest.warns(StoryWarning, match="on average 11 minutes late"):
        parse("A train operator with 20 trains and 900 trips, 6% delayed, on average 11 minutes late")


def test_a_range_that_is_the_wrong_way_round_is_said_to_be():
    with pytest.warns(StoryWarning, match="its ends are the wrong way round"):
        parse("A shop with 100 products, prices between 50 and 10 EUR")


def test_a_message_quotes_the_beginning_of_a_long_story():
    with pytest.raises(StoryError) as error:
        parse("users " * 60)

    assert str(error.value).count("users ") < 30
