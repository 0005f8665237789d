"""States in stated shares, of rows of which some follow from others."""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_misata.api import generate

STORIES = [
    ("A bank with 400 customers, 800 credit cards, 40 of them blocked", "cards", "blocked", 40),
    ("A bank with 400 customers and 50 blocked cards", "cards", "blocked", 50),
    ("A telecom with 300 customers, 500 lines, 10% suspended", "lines", "suspended", 50),
    ("A pharma company with 400 subjects, 8% of the subjects withdrawn", "subjects", "withdrawn", 32),
]


@pytest.mark.parametrize(("story", "table", "state", "many"), STORIES)
def test_so_many_rows_are_in_the_state(story, table, state, many):
    tables = generate(story, strict=True)
    assert Counter(tables[table]["status"].tolist())[state] == many
    assert tables.check() == []


def test_what_follows_from_other_rows_does_so_still():
    tables = generate(STORIES[0][0])
    closed = {
        key
        for key, status in zip(tables["accounts"]["id"].tolist(), tables["accounts"]["status"].tolist(), strict=True)
        if status == "closed"
    }
    cards = zip(tables["cards"]["account_id"].tolist(), tables["cards"]["status"].tolist(), strict=True)
    assert closed
    assert {status for account, status in cards if account in closed} <= {"closed"}


def test_a_slice_is_that_of_the_whole():
    cards = generate(STORIES[0][0])["cards"]
    whole = [row["status"] for row in cards.rows(0, len(cards))]
    assert [row["status"] for row in generate(STORIES[0][0])["cards"].rows(503, 561)] == whole[503:561]
