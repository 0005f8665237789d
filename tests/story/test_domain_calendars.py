"""The weeks and seasons of trades: what people of each would expect without a word of the story."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pytest_misata.api import generate


def column(story: str, place: str) -> np.ndarray:
    table, name = place.split(".")
    values = generate(story)[table][name].astype("datetime64[D]")
    return values[~np.isnat(values)]


def weekdays(values: np.ndarray) -> np.ndarray:
    return np.bincount((values.astype(int) + 3) % 7, minlength=7) / len(values)


def months(values: np.ndarray) -> dict[str, float]:
    found = Counter(name[5:7] for name in values.astype(str).tolist())
    return {f"{month:02}": found[f"{month:02}"] / len(values) for month in range(1, 13)}


@pytest.mark.parametrize(
    ("story", "place"),
    [
        ("A law firm with 400 clients", "time_entries.worked_on"),
        ("A CRM with 800 deals", "deals.created_at"),
        ("A helpdesk with 2,000 tickets", "tickets.created_at"),
        ("A project management tool with 900 tasks", "tasks.created_at"),
        ("A permit office with 900 permits", "permits.submitted_on"),
    ],
)
def test_offices_keep_monday_to_friday(story: str, place: str) -> None:
    assert weekdays(column(story, place))[5:].sum() < 0.06


def test_restaurants_are_fullest_on_friday_and_saturday() -> None:
    found = weekdays(column("A restaurant with 6,000 orders", "orders.opened_at"))
    assert sorted(np.argsort(found)[-2:].tolist()) == [4, 5]


def test_gyms_peak_in_january() -> None:
    found = Counter(
        column("A gym with 12,000 members", "members.joined_at").astype("datetime64[M]").astype(str).tolist()
    )
    assert found["2025-01"] > 1.3 * found["2024-12"]
    assert found["2025-01"] > found["2025-02"]


def test_shops_sell_most_before_christmas() -> None:
    found = months(column("An online shop with 20,000 customers", "customers.created_at"))
    assert found["12"] > found["10"] > found["02"]


def test_schools_pause_in_summer() -> None:
    found = column("A school with 300 students", "attendance.day")
    assert months(found)["07"] < 0.04
    assert weekdays(found)[5:].sum() < 0.01


def test_leagues_play_at_weekends() -> None:
    assert weekdays(column("A sports league with 12 teams and 300 matches", "matches.kicked_off_at"))[5:].sum() > 0.5
