"""How long something lasts, where dates tell it: stays, loans, rentals, trips; exact on average, or in the middle."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.story.reader import parse

DAY, MINUTE = 86_400, 60


def lengths(tables: Tables, table: str, start: str, end: str) -> list[int]:
    """How many seconds each row that is over has lasted."""
    ends = tables[table][end]
    begins = tables[table][start].astype(ends.dtype)
    there = ~np.isnat(ends) & ~np.isnat(begins)
    found: list[int] = (ends - begins)[there].astype("timedelta64[s]").astype(int).tolist()
    return found


@pytest.mark.parametrize(
    ("story", "table", "start", "end", "seconds"),
    [
        ("A hotel with 800 bookings, average stay of 3 nights", "bookings", "check_in", "check_out", 3 * DAY),
        ("A hotel with 300 bookings, average stay of 6 nights", "bookings", "check_in", "check_out", 6 * DAY),
        (
            "A hotel with 40 rooms and 500 bookings in 2024, average stay of 4 nights",
            "bookings",
            "check_in",
            "check_out",
            4 * DAY,
        ),
        ("A hostel with 120 guests who stay 2 nights on average", "bookings", "check_in", "check_out", 2 * DAY),
        (
            "A hospital with 300 patients who stay 5 days on average",
            "admissions",
            "admitted_at",
            "discharged_at",
            5 * DAY,
        ),
        (
            "A hospital with 200 admissions, average stay of 8 days",
            "admissions",
            "admitted_at",
            "discharged_at",
            8 * DAY,
        ),
        ("A car rental with 500 rentals of 4 days on average", "rentals", "pickup_on", "due_on", 4 * DAY),
        ("A car rental with 300 rentals, average rental of 2 weeks", "rentals", "pickup_on", "due_on", 14 * DAY),
        ("A library with 400 loans, average loan of 3 weeks", "loans", "lent_on", "returned_on", 21 * DAY),
        (
            "A ride hailing app with 700 trips, average trip of 12 minutes",
            "trips",
            "started_at",
            "ended_at",
            12 * MINUTE,
        ),
        (
            "A gym with 500 visits lasting 50 minutes on average",
            "check_ins",
            "checked_in_at",
            "checked_out_at",
            50 * MINUTE,
        ),
        (
            "A food delivery app with 500 orders, average delivery time of 30 minutes",
            "orders",
            "placed_at",
            "delivered_at",
            30 * MINUTE,
        ),
    ],
)
def test_rows_last_as_long_as_stated_on_average(story: str, table: str, start: str, end: str, seconds: int) -> None:
    tables = generate(story)
    found = lengths(tables, table, start, end)
    unit = DAY if seconds >= DAY and min(found) % DAY == 0 else 1
    assert abs(Fraction(sum(found), unit) - Fraction(seconds * len(found), unit)) <= 1
    assert tables.check() == []


@pytest.mark.parametrize(
    ("story", "table", "start", "end", "seconds"),
    [
        ("A hotel with 1000 bookings, median stay of 4 nights", "bookings", "check_in", "check_out", 4 * DAY),
        ("A car rental with 300 rentals, median rental of 5 days", "rentals", "pickup_on", "due_on", 5 * DAY),
        (
            "A gym with 500 visits, median visit of 45 minutes",
            "check_ins",
            "checked_in_at",
            "checked_out_at",
            45 * MINUTE,
        ),
    ],
)
def test_the_middle_one_lasts_as_long_as_stated(story: str, table: str, start: str, end: str, seconds: int) -> None:
    tables = generate(story)
    assert np.median(lengths(tables, table, start, end)) == seconds
    assert tables.check() == []


def test_what_counts_the_nights_counts_them_so() -> None:
    nights = generate("A hotel with 800 bookings, average stay of 3 nights")["bookings"]["nights"]
    assert nights.mean() == 3


def test_any_slice_is_as_it_is_in_the_whole() -> None:
    story = "A car rental with 1,500 rentals of 4 days on average"
    whole = generate(story)["rentals"]["due_on"]
    assert [row["due_on"] for row in generate(story)["rentals"].rows(700, 710)] == whole[700:710].tolist()


@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_nothing_can_last_so_long_is_named() -> None:
    reasons = [fact.meaning for fact in parse("A library with 400 loans, average loan of 10 weeks").facts]
    assert any("at the latest 21 days after lent_on" in reason for reason in reasons)


@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_how_long_an_answer_took_is_no_length_of_a_ticket() -> None:
    columns = parse("A helpdesk with 300 tickets, average response time of 2 hours").tables["tickets"].columns.values()
    assert not any(column.generator and "lasts" in column.generator.options for column in columns)
