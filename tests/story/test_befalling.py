"""When rows came to be in a state: "10% cancelled in June" are cancellations of June, and nothing else is of it."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "state", "told", "rows", "month"),
    [
        ("A shop with 2,000 orders, 10% cancelled in June", "orders.status=cancelled", "cancelled_at", 200, "2025-06"),
        ("A saas with 400 users, 10% churned in March 2025", "users.status=churned", "churned_at", 40, "2025-03"),
        (
            "A hotel, 300 bookings, 20% cancelled in July",
            "bookings.is_cancelled=True",
            "cancelled_at",
            60,
            "2025-07",
        ),
        ("An estate agency with 120 homes, a quarter sold in June", "listings.status=sold", "sold_on", 30, "2025-06"),
        ("A library with 500 loans, 30% returned in December", "loans.status=returned", "returned_on", 150, "2025-12"),
        ("A kennel with 80 dogs, 20% adopted in May", "dogs.is_adopted=True", "adopted_at", 16, "2025-05"),
        ("200 invoices for a plumbing firm, 60% paid in March", "invoices.status=paid", "paid_at", 120, "2025-03"),
        (
            "A clinic, 600 visits, 12% cancelled in May",
            "appointments.status=cancelled",
            "cancelled_at",
            72,
            "2025-05",
        ),
    ],
)
def test_rows_come_to_be_in_a_state_then(story: str, state: str, told: str, rows: int, month: str) -> None:
    tables = generate(story)
    (table, column), value = state.partition("=")[0].split("."), state.partition("=")[2]
    here = np.array([str(one) for one in tables[table][column].tolist()]) == value
    months = tables[table][told].astype("datetime64[M]").astype(str)
    assert (here.sum(), (months[here] == month).sum()) == (rows, rows)
    assert tables.check() == []


def test_the_other_rows_are_of_any_time() -> None:
    placed = generate("A shop with 2,000 orders, 10% cancelled in 2024")["orders"]["placed_at"]
    assert len(np.unique(placed.astype("datetime64[Y]"))) > 1


@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_a_state_outside_of_the_data_is_named() -> None:
    facts = parse("A shop with 900 orders in 2024, 10% cancelled in 2022").facts
    assert [fact.phrase for fact in facts if not fact.understood] == ["10% cancelled in 2022"]


def test_what_lasts_goes_with_how_long_someone_was_there_where_many_came_in_a_month() -> None:
    tables = generate("A gym with 300 members, 40% joined in January")
    late = tables["members"]["joined_at"] >= np.datetime64("2025-12-15")
    visits = np.bincount(tables["check_ins"]["member_id"], minlength=301)[1:]
    assert visits[late].mean() * 5 < visits[~late].mean()
    assert tables.check() == []
