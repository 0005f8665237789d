"""Children go with how long their owner has been there: nothing piles up on the last day."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.story.domain import domain_files, read_domain

SHOP = """
name = "stall"
title = "stall"
example = "A stall with 40 regulars and 300 visits"
main = "regulars"
words = ["stall"]

[tables.regulars.columns]
id = { type = "integer", kind = "serial" }
joined_at = { type = "datetime", kind = "moment" }

[tables.visits.columns]
id = { type = "integer", kind = "serial" }
regular_id = { references = "regulars.id", owner = true, per_parent = "8", spread = "skewed" }
visited_at = { type = "datetime", kind = "moment", after = ["regular_id.joined_at"] }
"""


def stall(text: str = SHOP, rows: int = 1000) -> Tables:
    return Tables(read_domain(text, "stall.toml").schema(), rows=rows)


def visits_by_age(tables: Tables) -> tuple[float, float]:
    """How many visits each has of the tenth that came last, and of the one that came first."""
    order = np.argsort(tables["regulars"]["joined_at"])
    visits = np.bincount(tables["visits"]["regular_id"], minlength=len(order) + 1)[1:]
    tenth = len(order) // 10
    return visits[order[-tenth:]].mean(), visits[order[:tenth]].mean()


def test_who_came_last_has_come_less_often() -> None:
    last, first = visits_by_age(stall())

    assert last * 8 < first


def test_as_many_are_there_in_all_and_a_slice_is_the_same_alone() -> None:
    visits = stall()["visits"]

    assert len(visits) == 8000
    assert list(visits.rows(4000, 4010)) == list(visits.rows())[4000:4010]


def test_an_even_number_each_stays_even() -> None:
    assert set(np.bincount(stall(SHOP.replace("skewed", "even"))["visits"]["regular_id"])[1:]) == {8}


@pytest.mark.parametrize("instead", ["", ', within_days = 20, after = ["regular_id.joined_at"]'])
def test_what_comes_soon_or_whenever_does_not_go_with_it(instead: str) -> None:
    last, first = visits_by_age(stall(SHOP.replace(', after = ["regular_id.joined_at"]', instead)))

    assert last * 2 > first


@pytest.mark.parametrize(
    ("domain", "table", "column"),
    [
        ("telecom", "usage_records", "started_at"),
        ("social", "likes", "created_at"),
        ("fintech", "transactions", "occurred_at"),
    ],
)
def test_the_last_day_is_a_day_like_others(domain: str, table: str, column: str) -> None:
    schema = next(found.domain for found in domain_files() if found.file == f"{domain}.toml").schema()
    days = Tables(schema, rows=600)[table][column].astype("datetime64[D]")
    end = np.datetime64("2026-01-01")

    assert (days == end - 1).sum() < 6 * ((days < end - 1) & (days >= end - 31)).sum() / 30


def test_nobody_plays_or_watches_twice_at_a_time() -> None:
    for story in ["A mobile game with 60 players and 3000 sessions", "A gym with 30 members and 2000 check-ins"]:
        assert generate(story).check() == []


SPACED = """
[tables.visits.turns]
one_at_a_time = { of = "regular_id", begin = "visited_at", minutes = "minutes" }
[tables.visits.columns.minutes]
type = "integer"
kind = "uniform"
low = 30
high = 900
"""


def test_a_column_tells_how_far_apart_moments_lie() -> None:
    text = SHOP.replace('kind = "moment" }', 'kind = "moment", room_days = 60 }') + SPACED
    spaced = text.replace(', after = ["reg', ', spaced_by = "regular_id", spaced_minutes = "minutes", after = ["reg')

    assert [one.rule for one in stall(text, 300).check()] == ["one_at_a_time"]
    assert stall(spaced, 300).check() == []
    visits = stall(spaced, 300)["visits"]
    assert list(visits.rows(900, 910)) == list(visits.rows())[900:910]
