"""What a domain has is that of the country of the story: where airlines fly from, how banks number accounts."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from pytest_misata.api import generate
from pytest_misata.engine.people.countries import codes, country
from pytest_misata.story.placing.flying import airports, destinations, kilometres


def test_airports_have_codes_of_their_own_and_time_zones_that_there_are() -> None:
    every = airports()
    assert {airport.country for airport in every} == set(codes())
    assert len({airport.iata for airport in every}) == len({airport.icao for airport in every}) == len(every)
    for airport in every:
        assert re.fullmatch("[A-Z]{3}", airport.iata)
        assert re.fullmatch("[A-Z]{4}", airport.icao)
        assert ZoneInfo(airport.time_zone)
        # Roughly where the cities of the country are.
        cities = country(airport.country).cities
        assert min(abs(float(one.latitude) - airport.latitude) for one in cities) < 10, airport


def test_distances_are_great_circles() -> None:
    at = {airport.iata: airport for airport in airports()}
    assert kilometres(at["JFK"], at["LHR"]) == pytest.approx(5540, abs=10)
    assert kilometres(at["SYD"], at["MEL"]) == pytest.approx(705, abs=5)
    assert kilometres(at["GRU"], at["GIG"]) == pytest.approx(336, abs=5)


@pytest.mark.parametrize("code", [code for code in codes() if code != "US"])
def test_every_country_has_a_network(code: str) -> None:
    hub, others = destinations(code)
    assert hub.country == code
    assert len({each.iata for each in others} - {hub.iata}) == 15
    assert max(kilometres(hub, each) for each in others[:12]) <= 4500


@pytest.mark.parametrize(
    ("story", "name", "mark"),
    [
        ("A Brazilian airline with 20 aircraft and 500 flights", "Brazil", "PR-"),
        ("An Indian airline with 20 aircraft and 500 flights", "India", "VT-"),
        ("An Australian airline with 20 aircraft and 500 flights", "Australia", "VH-"),
        ("A regional airline in Japan with 8 aircraft", "Japan", "JA"),
    ],
)
def test_airlines_fly_from_their_own_country(story: str, name: str, mark: str) -> None:
    tables = generate(story)
    where = dict(zip(tables["airports"]["iata"], tables["airports"]["country"], strict=True))
    routes, flights = tables["routes"], tables["flights"]
    origins = routes["origin"][flights["route_id"] - 1].tolist()
    targets = routes["destination"][flights["route_id"] - 1].tolist()
    inside = [where[one] == where[other] == name for one, other in zip(origins, targets, strict=True)]

    assert all(name in (where[one], where[other]) for one, other in zip(origins, targets, strict=True))
    assert sum(inside) * 2 > len(inside) or name == "Japan"
    assert all(text.startswith(mark) for text in tables["aircraft"]["registration"].tolist())
    assert tables.check() == []


@pytest.mark.parametrize("rows", [1, 10, 1000])
def test_the_rules_of_an_airline_hold_elsewhere(rows: int) -> None:
    assert generate("A Turkish airline", rows=rows).check() == []


def test_an_american_airline_is_as_ever() -> None:
    assert generate("An airline with 20 aircraft")["airports"]["iata"][0] == "ORD"


def _is_valid(iban: str) -> bool:
    digits = "".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])
    return int(digits) % 97 == 1


@pytest.mark.parametrize(
    ("story", "code"),
    [
        ("A German bank with 300 customers", "DE"),
        ("A Brazilian fintech with 300 users", "BR"),
        ("A bank in Turkey with 300 accounts", "TR"),
        ("A French neobank with 300 users", "FR"),
    ],
)
def test_accounts_have_ibans_where_the_country_has_them(story: str, code: str) -> None:
    tables = generate(story)
    accounts = tables["accounts"]
    ibans = accounts["iban"].tolist()

    assert "account_number" not in accounts.columns
    assert all(iban.startswith(code) and _is_valid(iban) for iban in ibans)
    assert len(set(ibans)) == len(ibans)
    assert [row["iban"] for row in accounts.rows(20, 30)] == ibans[20:30]
    assert tables.check() == []


@pytest.mark.parametrize("story", ["A bank with 50 customers", "An Indian bank with 50 customers"])
def test_accounts_have_numbers_elsewhere(story: str) -> None:
    assert "iban" not in generate(story)["accounts"].columns


@pytest.mark.parametrize(
    ("story", "words"),
    [
        ("A Brazilian bank with 12 branches and 300 customers", {"Centro", "Norte", "Sul"}),
        ("A German bank with 12 branches", {"Mitte", "Nord", "Altstadt"}),
        ("A Kenyan bank with 12 branches", {"Central", "North", "Market"}),
    ],
)
def test_branches_are_called_by_towns_and_words_of_the_country(story: str, words: set[str]) -> None:
    branches = generate(story)["branches"]
    named = list(zip(branches["name"].tolist(), branches["city"].tolist(), strict=True))

    assert all(name.startswith(f"{city} ") for name, city in named)
    assert words & {word for name, _ in named for word in name.split()}
    assert not any("Branch" in name for name, _ in named)
