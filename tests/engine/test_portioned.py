"""What lines add up to, drawn order by order: bounds and medians of totals."""

from __future__ import annotations

from statistics import median

import pytest

from pytest_misata.api import generate

BOUNDED = "An online shop with 300 orders between 20 and 300 EUR"
MIDDLE = "An online shop with 301 orders, median order 80 EUR"
BOTH = "An online shop with 300 orders, median order 45 EUR, orders between 20 and 200 EUR"


@pytest.fixture(scope="module")
def bounded():
    return generate(BOUNDED, strict=True)


def test_every_total_lies_between_the_bounds(bounded):
    totals = bounded["orders"]["total"].tolist()
    assert min(totals) >= 20
    assert max(totals) <= 300
    assert len(set(totals)) > 250


def test_lines_add_up_and_no_rule_is_broken(bounded):
    assert bounded.check() == []
    assert all(price > 0 for price in bounded["order_items"]["unit_price"].tolist())


def test_a_line_is_the_same_whoever_asks_for_it(bounded):
    lines = generate(BOUNDED)["order_items"]
    whole = bounded["order_items"]["unit_price"].tolist()
    assert [row["unit_price"] for row in lines.rows(301, 317)] == [
        row["unit_price"] for row in bounded["order_items"].rows(0, len(whole))
    ][301:317]


def test_the_median_of_totals_is_exact():
    tables = generate(MIDDLE, strict=True)
    assert median(tables["orders"]["total"].tolist()) == pytest.approx(80, abs=0.011)
    assert tables.check() == []


def test_a_median_lies_between_bounds():
    tables = generate(BOTH, strict=True)
    totals = tables["orders"]["total"].tolist()
    assert median(totals) == pytest.approx(45, abs=0.011)
    assert 20 <= min(totals) <= max(totals) <= 200
    assert tables.check() == []
