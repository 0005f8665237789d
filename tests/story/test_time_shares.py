"""Shares of the rows that lie at some time: on weekdays, in months, in parts of the day; exact to the nearest row."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.story.reader import parse

HOURS = {"morning": (7, 11), "afternoon": (12, 16), "evening": (17, 22)}


def days(tables: Tables, place: str, *among: int) -> int:
    table, column = place.split(".")
    found = (tables[table][column].astype("datetime64[D]").astype(int) + 3) % 7
    return int(np.isin(found, among).sum())


def months(tables: Tables, place: str, *among: int) -> int:
    table, column = place.split(".")
    found = tables[table][column].astype("datetime64[M]").astype(int) % 12 + 1
    return int(np.isin(found, among).sum())


def hours(tables: Tables, place: str, part: str) -> int:
    table, column = place.split(".")
    found = tables[table][column].astype("datetime64[h]").astype(int) % 24
    return int(((found >= HOURS[part][0]) & (found <= HOURS[part][1])).sum())


@pytest.mark.parametrize(
    ("story", "place", "among", "rows"),
    [
        ("A clinic with 1,240 appointments, a quarter of them on Saturdays", "appointments.booked_at", (5,), 310),
        ("A gym with 400 visits, 100 of them on Mondays", "check_ins.checked_in_at", (0,), 100),
        ("A gym with 1000 visits in 2024, 60% of visits at weekends", "check_ins.checked_in_at", (5, 6), 600),
        (
            "A bank with 100 customers, each with 13 transactions, half of transactions on Fridays and Saturdays",
            "transactions.booked_at",
            (4, 5),
            650,
        ),
        ("A bakery with 500 orders, 20% of them on Sundays", "orders.placed_at", (6,), 100),
        ("A telecom with 2000 calls, 15% at weekends", "usage_records.started_at", (5, 6), 300),
        ("A hotel with 400 bookings, 30% on Tuesdays", "bookings.booked_at", (1,), 120),
    ],
)
def test_days_of_the_week_have_their_share(story: str, place: str, among: tuple[int, ...], rows: int) -> None:
    tables = generate(story)
    assert days(tables, place, *among) == rows
    assert tables.check() == []


@pytest.mark.parametrize(
    ("story", "place", "among", "rows"),
    [
        ("An airline with 90 flights, 30% of flights in December", "flights.flight_date", (12,), 27),
        ("A shop with 1000 orders in 2024, half the orders in July", "orders.placed_at", (7,), 500),
        ("A food delivery app with 900 orders, a third between June and August", "orders.placed_at", (6, 7, 8), 300),
        ("A forum with 300 members, 40% joined in January", "members.joined_at", (1,), 120),
        ("A hotel with 20 rooms and 250 bookings in 2024, half of them in July", "bookings.booked_at", (7,), 125),
        ("A library with 500 loans, 30% in December", "loans.lent_on", (12,), 150),
        ("A library with 2000 loans in 2024, half of them in March", "loans.lent_on", (3,), 1000),
        ("A car rental with 30 cars and 400 rentals in 2024, 40% in August", "rentals.booked_at", (8,), 160),
        ("A parcel delivery firm with 500 parcels, 120 of them in December", "parcels.accepted_at", (12,), 120),
    ],
)
def test_months_have_their_share(story: str, place: str, among: tuple[int, ...], rows: int) -> None:
    tables = generate(story)
    assert months(tables, place, *among) == rows
    assert tables.check() == []


def test_parts_of_the_day_have_theirs_and_the_rest_has_what_is_left() -> None:
    story = "An online shop with 1000 orders, 30% in the morning, 50% in the afternoon and the rest in the evening"
    tables = generate(story)
    assert [hours(tables, "orders.placed_at", part) for part in HOURS] == [300, 500, 200]


def test_rows_that_take_turns_have_their_hours() -> None:
    tables = generate("A hospital with 900 admissions, 20% in the evening")
    assert hours(tables, "admissions.admitted_at", "evening") == 180
    assert tables.check() == []


def test_several_shares_hold_at_once() -> None:
    tables = generate("A gym with 1000 visits, half on weekends, 30% in the morning, 40% in the evening", seed=1)
    place = "check_ins.checked_in_at"
    found = days(tables, place, 5, 6), hours(tables, place, "morning"), hours(tables, place, "evening")
    assert found == (500, 300, 400)


def test_figures_by_month_stay_beside_a_share_of_the_week() -> None:
    story = "A shop whose orders grow from 100 in January 2024 to 210 in December 2024, 40% of them on weekends"
    tables = generate(story)
    assert [months(tables, "orders.placed_at", month) for month in range(1, 13)] == list(range(100, 220, 10))
    assert days(tables, "orders.placed_at", 5, 6) == 744


def test_any_slice_is_as_it_is_in_the_whole() -> None:
    story = "A gym with 9,000 visits, 60% at weekends, 30% in the morning"
    whole = generate(story)["check_ins"]["checked_in_at"]
    part = list(generate(story)["check_ins"].rows(5_000, 5_010))
    assert [row["checked_in_at"] for row in part] == whole[5_000:5_010].tolist()


def test_shares_that_cannot_all_hold_are_quoted() -> None:
    with pytest.raises(StoryError, match="'60% on weekends' and '60% on weekdays' cannot both hold"):
        parse("An online shop with 800 orders, 60% on weekends and 60% on weekdays")


@pytest.mark.parametrize(
    ("story", "why"),
    [
        ("A gym with 40 visits, 100 of them on Mondays", "there are 40 check_ins"),
        ("A hotel with 200 bookings, 30% in 2019", "no 30% of all can be on 2019"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_shares_that_cannot_be_are_named(story: str, why: str) -> None:
    assert [fact.meaning for fact in parse(story).facts if not fact.understood and why in fact.meaning]


def test_a_pattern_is_no_share() -> None:
    meanings = [fact.meaning for fact in parse("A shop with 900 orders, mostly on weekends").facts]
    assert any("weekdays weekends" in meaning for meaning in meanings)


@pytest.mark.parametrize(
    ("story", "why"),
    [
        ("A hotel with 2 rooms and 250 bookings in 2024, 90% of them in March", "of 250 then"),
        ("A hotel with 4 rooms and 300 bookings in 2024 with an average stay of 3 nights", "a mean of 2.1 alone"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_rows_that_follow_one_another_leave_no_time_for_is_named(story: str, why: str) -> None:
    assert [fact.meaning for fact in parse(story).facts if not fact.understood and why in fact.meaning]
