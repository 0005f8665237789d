"""Companies are called as companies of their country are, and what they have follows from it."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np

from pytest_misata.engine.people.countries import country
from pytest_misata.engine.people.names import names_of
from pytest_misata.engine.tables import Tables
from pytest_misata.engine.vocabulary import Vocabulary
from pytest_misata.story.domain import domains

DOMAINS = {domain.name: domain for domain in domains()}


def tables(name: str, rows: int) -> Tables:
    return Tables(DOMAINS[name].schema(), rows=rows, seed=3)


def test_no_two_companies_have_one_name() -> None:
    names = tables("procurement", 40_000)["suppliers"]["name"]
    assert len(set(names.tolist())) == 40_000


def test_owners_names_are_of_the_country() -> None:
    table = tables("accounting", 3000)["customers"]
    german = set(names_of(Vocabulary("en_US"), "DE").lasts[1].words)
    names = [row["name"] for row in table.rows() if row["country"] == "Germany" and "GmbH & " not in row["name"]]
    names = [name for name in names if " & " in name]
    firsts = {name.partition(" & ")[0].split(". ")[-1] for name in names}
    assert len(firsts) > 10
    assert firsts <= german


def test_names_of_countries_with_another_script_are_in_latin_letters() -> None:
    names = [row["name"] for row in tables("accounting", 3000)["customers"].rows() if row["country"] == "Japan"]
    assert len(names) > 10
    assert all(name.isascii() for name in names)


def test_names_have_several_shapes() -> None:
    names = tables("accounting", 40)["customers"]["name"].tolist()
    assert 5 < sum(" & " in name for name in names) < 20


def test_a_name_without_trade_contradicts_no_industry() -> None:
    names = tables("crm", 200)["accounts"]["name"].tolist()
    assert not [name for name in names if name.endswith((" Foods", " Insurance", " Robotics", " Health"))]


def test_the_site_of_a_company_is_called_as_it_is() -> None:
    for row in tables("crm", 60)["accounts"].rows():
        first = row["name"].split()[0].lower()
        assert row["website"].startswith("https://www.")
        assert first[:1] in row["website"].removeprefix("https://www.")
        assert row["website"].endswith(".example/")


def test_contacts_are_in_the_country_of_their_company() -> None:
    made = tables("crm", 300)
    dials = {country(code).name: country(code).phone["dial"] for code in ("US", "DE", "FR", "JP", "IN", "MX", "GB")}
    at = made["contacts"]["account_id"].astype(np.int64) - 1
    pairs = zip(made["contacts"]["phone"], made["accounts"]["country"][at], strict=True)
    checked = [phone.startswith(dials[where]) for phone, where in pairs if phone is not None and where in dials]
    assert len(checked) > 300
    assert all(checked)


def test_surnames_of_two_languages_are_kept_apart() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for row in tables("accounting", 4000)["customers"].rows():
        if " & " in row["name"] and row["country"] in {"Germany", "France", "Mexico", "Netherlands"}:
            found[row["country"]].add(row["name"].partition(" & ")[0])
    assert all(not one & other for one, other in combinations(found.values(), 2))
