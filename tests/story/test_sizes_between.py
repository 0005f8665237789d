"""What stands between two tables that are counted follows from the one that it belongs to."""

from __future__ import annotations

import pytest

from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "table", "rows"),
    [
        ("A telecom with 20,000 subscribers and 1.2 million calls", "lines", 28_000),
        ("A bank with 700 customers and 60,000 transactions", "accounts", 1_050),
        ("An insurer with 700 policyholders and 60,000 claims", "policies", 1_120),
        ("A school with 700 students and 60,000 grades", "enrollments", 4_200),
        ("A SaaS with 700 accounts and 60,000 events", "users", 14_000),
        ("An energy company with 700 customers and 60,000 meter readings", "meters", 735),
    ],
)
def test_what_is_there_all_along_goes_with_its_owner(story: str, table: str, rows: int) -> None:
    assert plan_rows(parse(story))[table] == rows


@pytest.mark.parametrize(
    ("story", "table", "rows"),
    [
        ("A shop with 700 customers and 22,000 order lines", "orders", 10_000),
        ("A coffee shop with 20 drinks, 6 baristas and 500 orders", "guests", 200),
        ("A telecom with 2,000 subscribers, 5 lines each and 60,000 calls", "lines", 10_000),
        ("A telecom with 2,000 subscribers, 9,000 lines and 60,000 calls", "lines", 9_000),
    ],
)
def test_what_happens_once_goes_with_what_it_is_made_of_and_what_is_stated_stands(
    story: str, table: str, rows: int
) -> None:
    assert plan_rows(parse(story))[table] == rows
