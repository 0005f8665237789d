"""What columns of tables composed from a story hold is usual for what they are of."""

from __future__ import annotations

import re

import numpy as np
import pytest
from anyascii import anyascii

from pytest_misata.api import generate


@pytest.mark.parametrize(
    ("story", "table", "least", "most"),
    [
        ("A golf club with 50 members and 200 rounds", "rounds", 200, 270),
        ("A choir with 30 singers and 60 rehearsals", "rehearsals", 90, 150),
        ("A security firm with 30 guards and 500 shifts", "shifts", 360, 600),
        ("A scuba centre with 20 divers and 300 dives", "dives", 30, 60),
        ("A swimming pool with 12 swimmers and 90 lessons", "lessons", 30, 60),
        ("A rugby club with 40 players and 25 matches", "matches", 80, 110),
    ],
)
def test_what_happens_takes_as_long_as_it_does(story: str, table: str, least: int, most: int) -> None:
    minutes = generate(story)[table]["duration_minutes"]
    assert least <= np.median(minutes) <= most


@pytest.mark.parametrize(
    ("story", "table"),
    [
        ("A SaaS with 200 organizations and 300 users", "organizations"),
        ("A German consultancy with 40 clients and 100 agencies", "agencies"),
        ("A trade association with 80 companies and 200 delegates", "companies"),
    ],
)
def test_organisations_have_addresses_of_their_own(story: str, table: str) -> None:
    made = generate(story)[table]
    for name, email in zip(made["name"].tolist(), made["email"].tolist(), strict=True):
        assert re.fullmatch(r"(info|contact|office|hello|accounts|mail)@[a-z0-9]+\.example", email)
        words = [word for word in re.findall("[a-z0-9]+", anyascii(name).lower()) if len(word) > 1]
        assert email.partition("@")[2].startswith(words[0])
    assert [row["email"] for row in made.rows(10, 20)] == made["email"][10:20].tolist()


def test_nouns_are_meant_as_the_story_means_them():
    tables = generate("A music festival with 4 stages and 60 acts", seed=3)

    assert set(tables["stages"].columns) & {"city", "country"} == set()
    assert all(name.endswith("Stage") for name in tables["stages"]["name"])
    assert not any(name.endswith("Act") for name in tables["acts"]["name"])


@pytest.mark.parametrize(
    ("story", "told", "untold"),
    [
        ("A shipyard with 80 purchase orders", {"supplier_name"}, {"supplier_id"}),
        ("A bakery with 40 suppliers and 80 purchase orders", {"supplier_id"}, {"supplier_name"}),
    ],
)
def test_an_order_tells_its_supplier_once(story, told, untold):
    columns = set(generate(story)["purchase_orders"].columns)

    assert told <= columns
    assert not untold & columns


@pytest.mark.parametrize(
    ("story", "table", "told", "untold"),
    [
        ("An orchard with 12 fields and 300 harvests", "fields", "area_ha", "city"),
        ("A radio station with 6 hosts and 40 shows", "hosts", "last_name", "name"),
        ("A laundromat with 20 machines and 300 cycles", "cycles", "program", "name"),
        ("A data platform with 40 hosts and 300 incidents", "hosts", "name", "last_name"),
        ("A ferry line with 4 ferries, 6 routes and 90 crossings", "routes", "distance_nm", "duration_minutes"),
    ],
)
def test_words_of_software_are_meant_so_only_where_a_story_is_about_it(story, table, told, untold):
    columns = generate(story)[table].columns

    assert told in columns
    assert untold not in columns
