"""Plans that only the story knows take the places of those of the domain that it does not speak of."""

from collections import Counter
from fractions import Fraction

import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "table", "rows"),
    [
        (
            "A SaaS with 900 users, 10% on team, 20% on business and the rest on free",
            "users",
            {"team": 90, "business": 180, "free": 630},
        ),
        ("A SaaS with 900 users, 40% on team and 60% on free", "users", {"team": 360, "free": 540}),
        (
            "A video streaming service with 1,000 subscribers, 30% on family and 70% on solo",
            "subscribers",
            {"family": 300, "solo": 700},
        ),
        (
            "A gym with 200 members, 25% on the sunrise plan and 75% on premium",
            "members",
            {"sunrise": 50, "premium": 150},
        ),
    ],
)
def test_shares_of_plans_that_only_the_story_knows(story, table, rows):
    tables = generate(story, seed=5)

    assert Counter(tables[table]["plan"].tolist()) == rows
    assert not {"kind", "channel"} & {*parse(story).table(table).columns}
    assert tables.check() == []


def test_what_follows_from_a_plan_follows_from_its_new_name():
    tables = generate("A SaaS with 900 users, 10% on team, 20% on business and the rest on free", seed=5)
    plans = dict(zip(tables["plans"]["code"].tolist(), tables["plans"]["price"].tolist(), strict=True))

    assert {"team", "business", "free"} <= set(plans)
    assert plans["free"] == 0 < min(plans["team"], plans["business"])


def test_platforms_are_no_plans():
    schema = parse("A mobile game with 500 players, 70% on Android and 30% on iOS")

    assert all(fact.understood for fact in schema.facts)
    assert "plan" not in schema.table("players").columns


@pytest.mark.parametrize("plan", ["enterprise", "starter"])
def test_accounts_on_a_plan_have_a_plan(plan):
    accounts = generate(f"A payroll startup with 300 accounts, 20% on {plan} and the rest on basic", seed=5)["accounts"]

    assert Fraction(accounts["plan"].tolist().count(plan), 300) == Fraction(1, 5)


@pytest.mark.parametrize(
    ("story", "table", "rows"),
    [
        (
            "A SaaS with 100 accounts on enterprise and 200 on pro",
            "accounts",
            {"enterprise": 100, "pro": 200},
        ),
        ("A CRM with 100 accounts on enterprise and 200 on pro", "accounts", {"enterprise": 100, "pro": 200}),
        ("A bank with 100 accounts on premium and 200 on basic", "accounts", {"premium": 100, "basic": 200}),
        (
            "A newspaper with 400 readers on premium and 600 on basic",
            "readers",
            {"premium": 400, "basic": 600},
        ),
        (
            "A coworking space with 40 members on the flex plan and 60 on the desk plan",
            "members",
            {"flex": 40, "desk": 60},
        ),
        ("A payroll startup with 300 employees, 100 accounts on enterprise", "accounts", {"enterprise": 100}),
        (
            "A fintech app with 1000 users, 20% on plus and 10% on metal",
            "users",
            {"free": 700, "plus": 200, "metal": 100},
        ),
        ("A payroll startup with 500 users, 20% on the growth plan", "users", {"free": 400, "growth": 100}),
        ("A dating app with 500 members, 20% on growth and 80% on starter", "members", {"growth": 100, "starter": 400}),
    ],
)
def test_a_table_without_plans_gets_those_that_its_rows_are_on(story, table, rows):
    tables = generate(story, seed=5)

    assert Counter(tables[table]["plan"].tolist()) == rows
    assert all(fact.understood for fact in tables.schema.facts)
    assert not [name for name in tables.schema.table(table).columns if name.startswith("is_on")]


@pytest.mark.parametrize(
    "story", ["A clinic with 300 patients, 20% on insulin", "A hospital with 60 nurses, 20% on leave"]
)
def test_what_is_no_plan_makes_no_plans(story):
    assert not any("plan" in table.columns for table in parse(story).tables.values())


@pytest.mark.parametrize(
    ("story", "price", "cheap", "dear"),
    [
        ("A SaaS with 900 users, 20% on gold, 10% on metal and the rest on free", "price", "gold", "metal"),
        ("A SaaS with 900 users, 25% on ultimate and 75% on lite", "price", "lite", "ultimate"),
        ("A gym with 200 members, 30% on gold and 70% on silver", "monthly_price", "silver", "gold"),
        (
            "A video streaming service with 1,000 subscribers, 30% on gold and 70% on bronze",
            "monthly_price",
            "bronze",
            "gold",
        ),
    ],
)
def test_dearer_plans_are_dearer(story, price, cheap, dear):
    plans = generate(story, seed=5)["plans"]
    prices = dict(zip(plans["code"].tolist(), plans[price].tolist(), strict=True))

    assert 0 < prices[cheap] < prices[dear]


@pytest.mark.parametrize(
    ("story", "table", "plan", "rows"),
    [
        ("A gym with 300 members, 60 on gold", "members", "gold", 60),
        ("A SaaS with 500 users, half of them on the free tier, the rest on pro", "users", "free", 250),
        ("A SaaS with 500 users, 200 on the starter package", "users", "starter", 200),
    ],
)
def test_a_plan_may_be_said_in_several_ways(story, table, plan, rows):
    tables = generate(story, seed=5)

    assert tables[table]["plan"].tolist().count(plan) == rows
    assert all(fact.understood for fact in tables.schema.facts)


def test_a_plan_that_is_listed_beyond_the_usual_ones_takes_no_place_of_another():
    members = generate("A gym with 200 members, 25% on platinum and 75% on bronze", seed=5)["members"]

    assert Counter(members["plan"].tolist()) == {"bronze": 150, "platinum": 50}
