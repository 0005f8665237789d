"""When things happened: spans of time that a story states, and that every row keeps to."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.story.english.dates import span_at
from pytest_misata.story.english.tokens import tokenize
from pytest_misata.story.reader import StoryWarning, parse
from tests.story.schemas import SCHEMAS

TODAY = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("phrase", "first", "last"),
    [
        ("in 2024", "2024-01-01", "2024-12-31"),
        ("in the year 2024", "2024-01-01", "2024-12-31"),
        ("between January 2023 and June 2023", "2023-01-01", "2023-06-30"),
        ("between January and June 2023", "2023-01-01", "2023-06-30"),
        ("from March 5 to April 10 2024", "2024-03-05", "2024-04-10"),
        ("between 5 March 2024 and 10 April 2024", "2024-03-05", "2024-04-10"),
        ("from January 15, 2024 to March 2024", "2024-01-15", "2024-03-31"),
        ("from 2024-03-05 to 2024-04-01", "2024-03-05", "2024-04-01"),
        ("in Q1 2024", "2024-01-01", "2024-03-31"),
        ("in the second half of 2024", "2024-07-01", "2024-12-31"),
        ("in March", "2025-03-01", "2025-03-31"),
        ("from November to February", "2024-11-01", "2025-02-28"),
        ("since March 2024", "2024-03-01", "2025-12-31"),
        ("over the last two years", "2024-01-01", "2025-12-31"),
        ("during the past 30 days", "2025-12-02", "2025-12-31"),
        ("last quarter", "2025-10-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last week", "2025-12-22", "2025-12-28"),
        ("in the 2024 season", "2024-01-01", "2024-12-31"),
        ("in the 2024/25 season", "2024-08-01", "2025-05-31"),
        ("during the academic year 2023-24", "2023-08-01", "2024-05-31"),
        ("over the 2024 and 2025 seasons", "2024-01-01", "2025-12-31"),
        ("since the 2023 season", "2023-01-01", "2025-12-31"),
        ("last season", "2024-08-01", "2025-05-31"),
        ("throughout 2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_span_however_it_is_said(phrase: str, first: str, last: str) -> None:
    tokens = tokenize(phrase)
    found = span_at(tokens, 0)

    assert found is not None
    span, end = found
    assert end == len(tokens)
    assert span.days(TODAY, 1095) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last) + dt.timedelta(days=1))


def days(tables: Tables, table: str, column: str) -> np.ndarray:
    values = tables[table][column].astype("datetime64[D]")
    return values[~np.isnat(values)]


def test_a_year_holds_all_that_happens() -> None:
    tables = Tables(parse("A fintech app with 100 users and 500 transactions in 2024"), seed=42)

    for table, column in [("users", "created_at"), ("accounts", "opened_at"), ("transfers", "created_at")]:
        assert {str(day)[:4] for day in days(tables, table, column)} == {"2024"}, table
    assert tables.schema.reference_date == dt.date(2025, 1, 1)


def test_who_signed_up_in_a_span_goes_on_after_it() -> None:
    story = "A SaaS company with 500 users who signed up between January 2023 and June 2023"
    tables = Tables(parse(story), seed=42)
    births = days(tables, "users", "created_at")

    assert births.min() >= np.datetime64("2023-01-01")
    assert births.max() <= np.datetime64("2023-06-30")
    assert days(tables, "events", "occurred_at").max() > np.datetime64("2025-06-30")


def test_tables_may_have_spans_of_their_own() -> None:
    tables = Tables(parse("A SaaS with 200 users who joined in 2023 and 500 tickets in 2024"), seed=42)

    assert {str(day)[:4] for day in days(tables, "users", "created_at")} == {"2023"}
    assert {str(day)[:4] for day in days(tables, "support_tickets", "created_at")} == {"2024"}


def test_children_within_their_span_come_after_their_parents() -> None:
    tables = Tables(parse("An online shop with 300 orders placed in the first quarter of 2024"), seed=42)
    customers = tables["customers"]["created_at"][tables["orders"]["customer_id"] - 1]

    assert (tables["orders"]["placed_at"] >= customers).all()
    assert {str(day)[:7] for day in days(tables, "orders", "placed_at")} == {"2024-01", "2024-02", "2024-03"}


def test_beside_models_the_days_are_those_of_their_columns() -> None:
    schema = schema_from_models(SCHEMAS["chinook"]())
    tables = generate_from_schema(schema, story="100 customers and 400 invoices in 2024")

    assert {day[:4] for day in days(tables, "Invoice", "InvoiceDate").astype(str)} == {"2024"}


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A SaaS with 100 users who joined in 2025 and 50 subscriptions in 2023", "in 2023"),
        ("A SaaS with 20 users until 1850", "until 1850"),
    ],
)
def test_a_span_without_a_place_is_named(story: str, phrase: str) -> None:
    with pytest.warns(StoryWarning, match=phrase):
        parse(story)


def test_counts_in_two_years_are_rows_of_each() -> None:
    orders = generate("A shop with 100 orders in 2023 and 100 orders in 2024. E-commerce.")["orders"]
    assert Counter(str(moment)[:4] for moment in orders["placed_at"]) == {"2023": 100, "2024": 100}


def test_two_spans_of_one_table_are_a_contradiction() -> None:
    with pytest.raises(StoryError, match="'placed in 2023' and 'placed in 2024' cannot both hold"):
        parse("An online shop with 100 orders placed in 2023, orders placed in 2024")


@pytest.mark.parametrize(
    ("story", "table", "column", "years"),
    [
        ("A film archive with 300 reels shot between 1895 and 1930", "reels", "created_at", (1895, 1930)),
        ("A foundry with 60 bells, 15% cracked, cast between 1890 and 1930", "bells", "created_at", (1890, 1930)),
        ("A museum with 90 letters written between 1650 and 1690", "letters", "issued_at", (1650, 1690)),
        ("A registry with 90 houses built in 1887", "houses", "created_at", (1887, 1887)),
    ],
)
def test_what_was_done_long_ago_has_days_of_then(story, table, column, years):
    found = {moment.year for moment in generate(story, seed=7)[table][column].tolist()}

    assert years[0] <= min(found) <= max(found) <= years[1]


def test_four_digits_are_no_year_where_nothing_was_done():
    assert (
        dict(generate("A firm with 1750 orders and 1800 users", seed=7).counts).items()
        >= {"orders": 1750, "users": 1800}.items()
    )


def test_a_year_said_of_rows_just_counted_is_theirs_beside_a_trend():
    tables = generate("A shop with orders growing 5% a month and 300 orders in 2024", seed=1)

    assert {str(day)[:4] for day in tables["orders"]["placed_at"].tolist()} == {"2024"}


@pytest.mark.parametrize(
    ("story", "quotes"),
    [
        ("A clinic with 100 patients in 2024, in 2023", ("in 2024", "in 2023")),
        ("50 posts in 2024, in 2025", ("in 2024", "in 2025")),
    ],
)
def test_two_spans_that_cannot_both_hold_are_a_contradiction(story, quotes):
    with pytest.raises(StoryError) as error:
        parse(story)

    assert all(repr(quote) in str(error.value) for quote in quotes)


@pytest.mark.parametrize("said", ["in 2024, in March 2024", "in March 2024, in 2024"])
def test_a_span_within_another_holds_with_it(said):
    moments = generate(f"50 posts {said}", seed=1)["posts"]["issued_at"]

    assert {str(moment)[:7] for moment in moments.tolist()} == {"2024-03"}


def test_a_span_of_nothing_in_particular_is_named_where_the_rows_came_in_another():
    with pytest.warns(StoryWarning, match="in 2024"):
        parse("A clinic with 100 patients who signed up in 2023, 500 appointments, all in 2024")


def test_a_season_is_the_year_it_is_called_by():
    facts = parse("A football league with 20 teams and 300 matches in season 2024", strict=True).facts

    assert any("2024-01-01" in fact.meaning for fact in facts)


@pytest.mark.parametrize(
    ("story", "table", "column"),
    [
        (
            "A procurement department with 120 suppliers and 900 purchase orders in 2024",
            "purchase_orders",
            "ordered_on",
        ),
        ("A transit agency with 5000 passengers, 60 vehicles and 2,000 trips in 2024", "taps", "tapped_at"),
    ],
)
def test_what_is_so_many_days_ago_is_in_the_time_that_is_said(story: str, table: str, column: str) -> None:
    tables = generate(story, seed=5)
    moments = tables[table][column].astype("datetime64[Y]")
    assert set(moments.astype(str)) == {"2024"}
    assert tables.check() == []


def test_nobody_writes_about_what_is_not_listed_yet() -> None:
    """Where data begins earlier than usual, so does what is there before it."""
    story = "A marketplace with 60 vendors, 1,000 products, 4,000 orders, doubling every year"
    assert generate(story, seed=7).check() == []


@pytest.mark.parametrize(
    "story",
    [
        "A castle with 40 paintings painted between 1650 and 1800 and 6 guards",
        "A museum of trains with 55 locomotives built between 1880 and 1950, 8 guides",
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_was_made_long_ago_may_belong_to_somebody_of_today(story: str) -> None:
    assert generate(story, seed=7).check() == []
