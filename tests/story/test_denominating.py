"""Amounts are as large, and have as many decimals, as in the currency of the story."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.people.countries import codes, country
from pytest_misata.engine.tables import Tables
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.story.domain import domains
from pytest_misata.story.placing.denominating import denominate


def prices(story: str) -> list[float]:
    found: list[float] = generate(story, seed=3)["products"]["price"].tolist()
    return found


def test_yen_have_no_decimals_and_are_a_hundred_times_as_many() -> None:
    products = generate("A Japanese shop with 300 customers", seed=3)["products"]

    assert all(row["price"].as_tuple().exponent == 0 for row in products.rows())
    assert 1000 < float(np.median(products["price"])) < 10_000


@pytest.mark.parametrize(
    ("story", "least", "most"),
    [
        ("A Korean shop with 300 customers", 10_000, 100_000),
        ("An Indonesian shop with 300 customers", 100_000, 1_000_000),
        ("A Swedish shop with 300 customers", 100, 1000),
        ("A German shop with 300 customers", 10, 100),
        ("A shop with 300 customers and prices in TRY", 100, 1000),
        ("A Korean shop with 300 customers and prices in USD", 10, 100),
    ],
)
def test_amounts_are_those_of_the_currency(story: str, least: int, most: int) -> None:
    assert least < float(np.median(prices(story))) < most


def test_what_a_story_states_is_left_as_stated() -> None:
    found = prices("A Japanese shop with 80 products priced between 500 and 2000 yen")

    assert 500 <= min(found) <= max(found) <= 2000
    assert max(found) > 1000


def test_coins_are_quoted_in_dollars_everywhere() -> None:
    tables = generate("A Japanese crypto exchange with 40 users", seed=3)

    assert tables["coins"]["reference_price"][0] == 68_000
    assert tables.check() == []


@pytest.mark.parametrize("locale", ["ja_JP", "id_ID"])
@pytest.mark.parametrize("name", ["energy", "banking", "accounting", "ride_hailing", "insurance", "hr"])
def test_rules_hold_in_any_currency(name: str, locale: str) -> None:
    schema = next(domain for domain in domains() if domain.name == name).schema()
    schema.locale = locale
    denominate(schema, [])

    assert Tables(schema, rows=20).check() == []


def test_every_currency_listed_is_one_of_a_country() -> None:
    assert set(toml_file("currencies.toml")["times"]) <= {country(code).currency for code in codes()}
