"""Texts and codes that say what other columns say."""

from __future__ import annotations

import numpy as np

from pytest_misata.engine.tables import Tables
from pytest_misata.story.domain import domains

DOMAINS = {domain.name: domain for domain in domains()}


def tables(name: str, rows: int = 100) -> Tables:
    return Tables(DOMAINS[name].schema(), rows=rows, seed=3)


def test_a_matter_is_called_after_its_client() -> None:
    made = tables("legal")
    clients = made["clients"]["name"][made["matters"]["client_id"].astype(np.int64) - 1]
    titles = made["matters"]["title"]
    named = [client in title for client, title in zip(clients, titles, strict=True)]
    assert sum(named) > len(named) / 2
    assert not [title for title in titles if "{" in title]


def test_a_course_has_the_code_of_its_department() -> None:
    made = tables("university", 400)
    codes = made["departments"]["code"][made["courses"]["department_id"].astype(np.int64) - 1]
    assert all(made["courses"]["code"][at].startswith(f"{code}-") for at, code in enumerate(codes.tolist()))


def test_a_tin_of_paint_weighs_what_is_in_it() -> None:
    for row in tables("warehouse", 300)["products"].rows():
        if row["category"] == "paint":
            litres = float(row["pack"].removesuffix(" l"))
            assert row["name"].endswith(row["pack"])
            assert litres < float(row["weight_kg"]) < 2 * litres


def test_lessons_make_up_the_length_of_their_course() -> None:
    made = tables("edtech", 400)
    sums = np.bincount(made["lessons"]["course_id"].astype(int), made["lessons"]["minutes"].astype(int))[1:]
    assert (sums == made["courses"]["minutes"].astype(int)).all()
    assert (made["courses"]["minutes"] == made["courses"]["hours"] * 60).all()
    assert len(set(made["lessons"]["minutes"].tolist())) > 10


def test_no_antibody_is_swallowed() -> None:
    drugs = tables("pharma", 300)["drugs"]
    forms = {row["form"] for row in drugs.rows() if row["name"].endswith(("mab", "cept"))}
    assert forms == {"injection", "infusion"}


def test_a_campaign_is_called_after_the_season_it_begins_in() -> None:
    seasons = ("Winter", "Spring", "Summer", "Autumn")
    rows = list(tables("advertising")["campaigns"].rows())
    told = [(row["name"], seasons[row["starts_on"].month % 12 // 3]) for row in rows]
    named = [(name, season) for name, season in told if any(one in name for one in seasons)]
    assert len(named) > 10
    assert all(season in name for name, season in named)


def test_who_fails_the_screening_does_so_within_four_weeks() -> None:
    for row in tables("pharma", 40)["subjects"].rows():
        if row["status"] == "screen_failure":
            assert (row["left_on"] - row["consented_on"]).days <= 28
