"""Kinds of phrasing, each by what its words become."""

from __future__ import annotations

import warnings

import pytest

from pytest_misata.api import generate
from pytest_misata.errors import StoryError
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.reader import parse


def read(story: str) -> dict[str, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {fact.phrase: fact.meaning if fact.understood else "not understood" for fact in parse(story).facts}


@pytest.mark.parametrize(
    ("story", "phrase", "meaning"),
    [
        ("A shop with 300 orders, 70% paid by card", "70% paid by card", "payments.method: card in 70% of the rows"),
        ("A library with no more than 5 loans per member", "no more than 5 loans per member", "loans: 0 to 5 per row"),
        ("A law office with 14 attorneys, rates averaging $320", "rates averaging $320", "lawyers.hourly_rate: mean"),
        (
            "A podcast with 20 episodes, average length of 42 minutes",
            "average length of 42 minutes",
            "seconds: mean 2,520",
        ),
        ("A shop with 200 US-based customers", "200 US-based customers", "customers: 200 rows in US"),
        ("A brewery with 220 batches brewed in 2024", "brewed in 2024", "from 2024-01-01 to 2024-12-31"),
        (
            "A home with 40 devices, 10% offline, 2% with low battery",
            "2% with low battery",
            "has_low_battery: true in 2%",
        ),
        ("A CRM with 50 deals worth $500,000", "worth $500,000", "deals.amount"),
        ("A gym with 100 members, 2 bookings each per week in 2025", "2 bookings each per week in 2025", "104 per row"),
        ("A mine with 40 trucks in summer 2025", "in summer 2025", "from 2025-06-01 to 2025-08-31"),
        (
            "4 trucks between May and July 2025",
            "between May and July 2025",
            "from 2025-05-01 to 2025-07-31",
        ),
        (
            "3 lions that weigh 180 kg on average",
            "that weigh 180 kg on average",
            "lions.weight_kg: mean 180",
        ),
        ("A mobile game studio with 100 players", "mobile game studio", "the gaming domain"),
        (
            "An IoT network with 2 sensors, daily readings in 2024",
            "daily readings in 2024",
            "366 per row of sensors",
        ),
        ("An insurer with 500 policies, 6% with claims", "6% with claims", "one for 6% of the rows of policies"),
        ("A kindergarten with 90 children and 3 groups, 10% with allergies", "10% with allergies", "rows of children"),
        ("A food bank with 400 households, 3 pickups each, 35% with children", "35% with children", "of households"),
        ("A refuge with 80 guests and 12 rooms, 20% with disabilities", "20% with disabilities", "guests.has_dis"),
        ("A hotel chain with 40 hotels and 3 regions, 20% with pools", "20% with pools", "rows of hotels"),
        ("A church with 90 members, donations of $20 to $500, 15% anonymous", "15% anonymous", "donations.is_anon"),
        ("35 food trucks, each truck has 3 cooks", "each truck has 3 cooks", "cooks: 3 per row of food_trucks, each"),
        ("A box maker with 60 subscribers, orders tripling every year", "orders tripling every year", "times 3"),
        ("A startup with 20 employees and 3 offices in Oslo, Rome and Vienna", "3 offices", "offices: 3 rows"),
        (
            "30 flats, tenants paying an average rent of 900 EUR",
            "paying an average rent of 900 EUR",
            "flats.rent: mean",
        ),
    ],
)
def test_a_phrase_becomes(story: str, phrase: str, meaning: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [fact.meaning for fact in parse(story).facts if fact.phrase == phrase and fact.understood]

    assert any(meaning in one for one in found), read(story)


def test_rows_in_each_unit_of_time_are_those_of_the_span():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = parse("A dairy with 60 cows, 2 milkings per cow per day in May 2025")

    assert plan_rows(schema)["milkings"] == 60 * 2 * 31


def test_two_spans_of_one_table_contradict():
    with pytest.raises(StoryError, match=r"'who signed up in 2023' and 'signed up in 2024'"):
        parse("A SaaS with 100 users who signed up in 2023 and signed up in 2024")


def test_amounts_from_one_to_another_are_no_growth():
    found = read("A mobile game with 200 players, purchases from $0.99 to $99.99")["purchases from $0.99 to $99.99"]

    assert "2023" not in found


@pytest.mark.parametrize("story", ["A carrier with 40 aircraft and 900 flights", "1,200 students in 30 courses"])
def test_what_is_counted_tells_the_trade_where_its_name_does_not(story: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tables = parse(story).tables

    assert {"flights", "courses"} & set(tables)


def test_users_at_companies_belong_to_them():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schema = parse("100 users at 5 companies")

    assert [key.parent for key in schema.tables["users"].foreign_keys] == ["companies"]


def test_as_many_places_as_rows_are_one_each():
    tables = generate("A startup with 20 employees and 3 offices in Oslo, Rome and Vienna")

    assert sorted(tables["offices"]["city"].tolist()) == ["Oslo", "Roma", "Wien"]


def test_a_share_of_parents_with_children_is_met():
    tables = generate("An insurer with 500 policies, 6% with claims")

    assert len(set(tables["claims"]["policy_id"].tolist())) == len(tables["claims"]) == 30


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A courier with 60 routes and 200 stops, a third of the routes have exactly one stop", "exactly one stop"),
        ("An insurer with 500 policies and 60 claims, 6% with claims", "6% with claims"),
    ],
)
def test_what_cannot_be_had_is_named_and_no_contradiction(story: str, phrase: str) -> None:
    assert [said for said, meaning in read(story).items() if meaning == "not understood" and phrase in said]


def test_the_rules_of_a_shop_are_those_of_what_it_sells():
    assert generate("A shop with 25 kinds of book and 90 orders").check() == []


@pytest.mark.parametrize(
    ("story", "table", "column", "values", "rows"),
    [
        ("A shop with 500 products, 30% in Electronics", "products", "category_id", {2}, 150),
        ("A crypto exchange with 1,200 trades, half of them in BTC", "trades", "coin", {"BTC"}, 600),
        ("A farm with 40 fields, 30% wheat", "fields", "crop_id", {2}, 12),
    ],
)
def test_rows_of_a_short_list_are_values(story: str, table: str, column: str, values: set[object], rows: int) -> None:
    cells = generate(story)[table][column].tolist()

    assert sum(cell in values for cell in cells) == rows


def test_what_is_so_many_a_year_is_of_one_year():
    schema = parse("An HR system with 50 employees and 3 reviews per employee per year")

    assert plan_rows(schema)["performance_reviews"] == 150


def test_a_trade_is_told_by_most_of_what_is_counted():
    assert set(parse("A startup with 20 employees and 3 products").tables) == {"employees", "products"}


def test_a_city_is_told_where_only_a_country_was():
    members = generate("A gym in Berlin with 20 members")["members"]

    assert set(members["city"].tolist()) == {"Berlin"}


@pytest.mark.parametrize(
    ("story", "phrase", "meaning"),
    [
        (
            "60 learners, each enrolled in 2 courses, and 9 courses",
            "each enrolled in 2 courses",
            "enrollments: 2 per row of students",
        ),
        ("A ski hire with 600 rentals, one in ten returned late", "one in ten returned late", "is_returned_late"),
        ("A credit union with 400 loans averaging 12,000 USD", "averaging 12,000 USD", "loans.principal: mean 12,000"),
        ("A US health insurer with 200 members", "US", "all places: all rows in US"),
    ],
)
def test_a_phrase_of_another_kind_becomes(story: str, phrase: str, meaning: str) -> None:
    assert meaning in read(story)[phrase]


def test_a_pace_of_what_has_no_moment_is_named():
    found = read("A yoga studio with 11 instructors and 90 classes a month during 2024")

    assert found["90 classes a month during 2024"] == "not understood"
