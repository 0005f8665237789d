"""Counts that are broken down, by what rows are or by when they come, and numbers that stand beside a ratio."""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_misata import generate
from pytest_misata.errors import StoryError
from pytest_misata.story.reader import parse


def test_parts_of_a_count_that_no_column_tells_get_one() -> None:
    users = generate("A newspaper with 250 subscribers: 120 monthly, 80 quarterly, 50 yearly")["subscribers"]
    assert Counter(users["billing"].tolist()) == {"monthly": 120, "quarterly": 80, "yearly": 50}


def test_what_the_parts_leave_is_other() -> None:
    hives = generate("A beekeeping cooperative with 40 hives (20 wooden, 15 plastic)")["hives"]
    assert Counter(hives["type"].tolist()) == {"wooden": 20, "plastic": 15, "other": 5}


def test_counts_by_month_are_parts_of_one() -> None:
    orders = generate("A shop with 200 orders in January 2024, 300 in March 2024")["orders"]
    assert Counter(str(moment)[:7] for moment in orders["placed_at"]) == {"2024-01": 200, "2024-03": 300}


def test_counts_by_month_after_their_sum() -> None:
    assert parse("A shop with 500 orders: 200 in January, 300 in February").table("orders").rows == 500


def test_a_month_with_two_counts_contradicts_itself() -> None:
    with pytest.raises(StoryError, match="one month twice"):
        parse("A shop with 200 orders in January 2024, 300 in January 2024")


def test_what_a_comma_sets_off_after_each_with_is_a_total() -> None:
    tables = generate("A podcast network: 8 shows, each with 30 episodes, 9000 downloads")
    assert (len(tables["episodes"]), len(tables["plays"])) == (240, 9000)


@pytest.mark.parametrize("said", ["30 episodes and 2 hosts", "30 episodes, 2 hosts and 5 reviews"])
def test_a_list_after_each_with_is_of_each(said: str) -> None:
    tables = generate(f"A podcast network: 8 shows, each with {said}")
    assert (len(tables["episodes"]), len(tables["hosts"])) == (240, 16)


def test_each_on_average_is_an_average() -> None:
    schema = parse("A shop with 100 customers and 4 orders each on average")
    assert [fact.meaning for fact in schema.facts][-1] == "orders: 4 per row of customers on average"


@pytest.mark.parametrize("said", ["worth $10,000 on average", "worth an average of 10k", "worth 10k each"])
def test_what_rows_are_worth_is_their_amount(said: str) -> None:
    deals = generate(f"A CRM with 50 deals {said}")["deals"]
    assert sum(deals["amount"]) == 50 * 10_000


def test_a_price_that_only_another_table_lists_gets_a_column() -> None:
    tables = generate("60 tutors teach 500 students in 1,500 lessons, average price 35 euros")
    assert sum(tables["lessons"]["price"]) == 1500 * 35


def test_a_verb_between_two_counts_tells_how_they_belong_together() -> None:
    facts = parse("60 tutors teach 500 students in 1,500 lessons").facts
    assert next(fact for fact in facts if fact.phrase == "teach").understood
