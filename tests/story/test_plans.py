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
