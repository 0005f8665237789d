"""Shops sell what their trade does."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pytest_misata import parse
from pytest_misata.api import generate
from pytest_misata.story.assortments import trades
from pytest_misata.story.domain import domains

SHOPS = {
    "A shoe shop": (
        "Sneakers",
        r"Sneakers|Shoes|Boots|Flats|Oxfords|Derbies|Loafers|Sandals|Slides|Espadrilles|Walkers",
    ),
    "A bookshop": ("Fiction", r"."),
    "A toy shop": ("Building sets", r"Set|Blocks|Run|Game|Puzzle|Plush|Doll|Puppet|Truck|Track|Car|Book|Kit"),
    "A wine shop": ("Red wine", r"."),
    "A hardware store": ("Hand tools", r"."),
    "A bike shop": ("E-bikes", r"."),
    "A pet shop": ("Dog food", r"."),
    "A garden centre": ("Seeds and bulbs", r"."),
    "An electronics store": ("Smartphones", r"."),
    "A cosmetics shop": ("Face care", r"."),
    "A furniture shop": ("Sofas and armchairs", r"."),
    "A jewellery shop": ("Rings", r"."),
    "A sports shop": ("Running", r"."),
    "A florist": ("Bouquets", r"."),
    "A grocery": ("Fruit and vegetables", r"."),
    "A clothing brand": ("Knitwear", r"."),
    "A stationery shop": ("Notebooks and paper", r"."),
    "A pharmacy": ("Cold and flu", r"."),
    "A bakery": ("Bread", r"."),
    "A shop selling handmade guitars": ("Guitars and basses", r"."),
    "An online store for pet supplies": ("Dog food", r"."),
}


@pytest.mark.parametrize("story", SHOPS)
def test_a_shop_has_the_departments_and_products_of_its_trade(story: str) -> None:
    department, named = SHOPS[story]
    schema = parse(f"{story} with 80 products and 40 orders")
    tables = generate(f"{story} with 80 products and 40 orders")

    assert [fact.phrase for fact in schema.facts if not fact.understood] == []
    assert department in tables["categories"]["name"].tolist()
    assert all(re.search(named, name) for name in tables["products"]["name"].tolist())
    assert len(set(tables["products"]["name"].tolist())) > 60
    assert tables.check() == []


@pytest.mark.parametrize("trade", trades())
@pytest.mark.parametrize("rows", [1, 10, 1000])
def test_the_rules_of_a_shop_hold_in_every_trade(trade: str, rows: int) -> None:
    goods = trades()[trade]["goods"][0]
    tables = generate(f"A {goods} shop", rows=rows)
    assert tables["categories"]["name"].tolist() == [each["name"] for each in trades()[trade]["departments"]]
    assert tables.check() == []


@pytest.mark.parametrize("trade", trades())
def test_prices_are_those_of_the_department(trade: str) -> None:
    products = generate(f"A {trades()[trade]['goods'][0]} store with 1,000 products")["products"]
    for number, department in enumerate(trades()[trade]["departments"], start=1):
        prices = products["price"][products["category_id"] == number].astype(float)
        low, usual, high = map(float, department["price"])
        assert (low <= prices.min(), prices.max() <= high) == (True, True)
        assert 0.6 * usual < float(np.median(prices)) < 1.6 * usual


@pytest.mark.parametrize("colour", ["colour", "color"])
def test_columns_that_a_story_asks_for_say_what_the_name_says(colour: str) -> None:
    products = generate(f"A shoe shop with 300 products, each with a size and {colour}")["products"]
    known = trades()["shoes"]["attributes"]
    named = [
        (name, value)
        for name, value in zip(products["name"].tolist(), products[colour].tolist(), strict=True)
        if any(one in name for one in known["colour"])
    ]

    assert set(products[colour].tolist()) <= set(known["colour"])
    assert len(named) > 100
    assert all(value in name for name, value in named)
    children = products["category_id"] == 6
    assert max(products["size"][children].astype(int)) <= 35 < min(products["size"][~children].astype(int))


def test_reviews_are_of_what_was_bought() -> None:
    shoes, wine = (set(generate(f"A {each} shop with 500 orders")["reviews"]["title"]) for each in ("shoe", "wine"))

    assert any("blisters" in title for title in shoes)
    assert not any("blisters" in title or "in use for" in title for title in wine)


def test_a_marketplace_of_one_trade_lists_what_is_of_it() -> None:
    tables = generate("A fashion marketplace with 100 sellers")
    assert "Knitwear" in tables["categories"]["name"].tolist()
    assert tables.check() == []


def test_shares_are_of_the_departments_of_the_trade() -> None:
    products = generate("A shoe shop with 200 products, 40% of them boots")["products"]
    assert (products["category_id"] == 3).sum() == 80


@pytest.mark.parametrize(
    "story", ["A bakery with 5 ovens and 300 recipes", "A book club with 40 members", "An online shop with 50 products"]
)
def test_what_is_no_shop_of_a_trade_is_as_it_was(story: str) -> None:
    tables = generate(story)
    assert "Bread" not in (tables["categories"]["name"].tolist() if "categories" in tables else [])


def test_a_slice_is_that_of_the_whole() -> None:
    products = generate("A jewellery shop with 200 products, each with a material")["products"]
    names = [(row["name"], row["material"]) for row in products.rows(50, 60)]
    assert names == list(zip(products["name"][50:60], products["material"][50:60], strict=True))


def test_words_of_trades_name_no_other_domain() -> None:
    known = {" ".join(phrase) for domain in domains() for phrase in domain.phrases if domain.name != "ecommerce"}
    assert not {name for trade in trades().values() for name in trade["names"]} & known
