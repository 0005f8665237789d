"""What the state of one row leaves to those of other tables: no result without a match, no divorce of a company."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import SchemaError
from pytest_misata.story.domain import read_domain

LEADING = {"partner", "senior_associate", "associate", "of_counsel"}


@pytest.mark.parametrize(
    ("story", "status", "count"),
    [
        ("A football league with 20 teams and 380 matches, 5% of matches postponed", "postponed", 19),
        ("A sports league with 12 teams and 200 games, 10 of them cancelled", "cancelled", 10),
        ("A football league with 20 teams and 100 matches, all of them cancelled", "cancelled", 100),
    ],
)
def test_matches_that_were_not_played_have_no_result_and_no_cards(story: str, status: str, count: int) -> None:
    tables = generate(story)
    states = tables["matches"]["status"]
    played = set(np.flatnonzero(states == "played") + 1)

    assert (states == status).sum() == count
    assert sorted(tables["results"]["match_id"].tolist()) == sorted(played)
    assert set(tables["cards"]["match_id"].tolist()) <= played
    assert tables.check() == []


def test_any_slice_of_what_only_some_parents_have_is_that_of_the_whole() -> None:
    results = generate("A football league with 20 teams and 380 matches, 5% postponed")["results"]
    assert [row["match_id"] for row in results.rows(100, 140)] == results["match_id"][100:140].tolist()


@pytest.mark.parametrize("rows", [1, 10, 1000])
def test_the_rules_of_law_firms_hold(rows: int) -> None:
    assert generate("A law firm", rows=rows).check() == []


def test_clients_are_led_by_lawyers() -> None:
    tables = generate("A law firm with 12 lawyers, 150 clients and 400 matters")
    titles = tables["lawyers"]["title"]

    assert "paralegal" in set(titles)
    assert set(titles[tables["clients"]["lawyer_id"] - 1]) <= LEADING


@pytest.mark.parametrize("stated", ["60% of them divorce", "30% family law"])
def test_family_matters_are_those_of_people(stated: str) -> None:
    tables = generate(f"A law firm with 150 clients and 400 matters, {stated}")
    matters, kind = tables["matters"], tables["clients"]["kind"]
    family = matters["practice_area"] == "Family"

    assert family.sum() == 400 * int(stated[:2]) // 100
    assert set(kind[matters["client_id"][family] - 1]) == {"individual"}


def test_a_stated_area_that_all_clients_may_have_is_one_of_companies_too() -> None:
    tables = generate("A law firm with 400 matters, 35% litigation, and 50% of clients companies")
    matters, kind = tables["matters"], tables["clients"]["kind"]
    of_litigation = Counter(kind[matters["client_id"][matters["practice_area"] == "Litigation"] - 1].tolist())

    assert (kind == "company").sum() == len(kind) // 2
    assert of_litigation["company"] > 20
    assert sum(of_litigation.values()) == 140


_CLUB = """
name = "club"
title = "club"
example = "A club"
main = "members"
words = ["club"]

[tables.members.columns]
id = {{ type = "integer", kind = "serial" }}
status = {{ type = "enum", kind = "choice", values = ["active", "left"] }}

[tables.visits.columns]
id = {{ type = "integer", kind = "serial" }}
member_id = {{ references = "members.id", owner = true, per_parent = "3", only = {{ {only} = ["active"] }} }}
"""


def test_a_domain_file_says_which_parents_have_children() -> None:
    tables = Tables(read_domain(_CLUB.format(only="status"), "club.toml").schema(), rows=100)
    visited = set(tables["members"]["status"][tables["visits"]["member_id"] - 1])

    assert (visited, len(tables["visits"])) == ({"active"}, 300)


def test_only_names_a_column_of_the_parent() -> None:
    with pytest.raises(SchemaError, match="only: the parent has no column 'state'"):
        read_domain(_CLUB.format(only="state"), "club.toml")
