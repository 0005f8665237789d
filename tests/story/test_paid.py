"""What is paid each month, where a story says no more than how much: of the months in which somebody pays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pytest_misata import Tables, generate, parse
from pytest_misata.schema.plan import plan_rows


def by_month(tables: Tables, place: str, moment: str) -> dict[str, float]:
    table, column = place.split(".")
    months = tables[table][moment].astype("datetime64[M]")
    return {str(month): float(tables[table][column][months == month].sum().round(2)) for month in np.unique(months)}


@pytest.mark.parametrize(
    ("story", "place", "moment", "amount"),
    [
        ("A telecom with 600 customers, revenue of $100k a month", "invoices.monthly_fee", "issued_on", 100_000),
        ("A gym with 500 members and $20k monthly revenue", "payments.amount", "due_on", 20_000),
        ("A SaaS with 300 users and $20k MRR", "invoices.total", "issued_at", 20_000),
    ],
)
def test_each_month_from_the_first_that_is_paid(story: str, place: str, moment: str, amount: int) -> None:
    sums = by_month(generate(story, seed=3), place, moment)
    assert list(sums.values()) == [amount] * len(sums)
    assert len(sums) >= 33


@pytest.mark.parametrize(
    ("story", "place", "moment", "first", "factor"),
    [
        ("A SaaS with 2,000 users, MRR of $90k growing 8% monthly", "invoices.total", "issued_at", 90_000, 1.08),
        (
            "A gym with 500 members and $20k monthly revenue, growing 2% a month",
            "payments.amount",
            "due_on",
            20_000,
            1.02,
        ),
        ("A SaaS with 900 users, revenue of $9k in March, down 3% a month", "invoices.total", "issued_at", 9_000, 0.97),
    ],
)
def test_what_is_paid_may_grow_from_what_it_is_at_first(
    story: str, place: str, moment: str, first: float, factor: float
) -> None:
    sums = by_month(generate(story, seed=42), place, moment)
    stated = list(sums.values())[-10:]
    assert [later / before for before, later in pairwise(stated)] == pytest.approx([factor] * 9, abs=1e-4)
    meaning = next(fact.meaning for fact in parse(story).facts if place in fact.meaning)
    assert f" {first:,} in " in meaning


def test_annual_recurring_revenue_is_of_every_year() -> None:
    sums = by_month(generate("A SaaS with 2,000 users and $3 million ARR", seed=3), "invoices.total", "issued_at")
    years = [round(sum(sums.get(f"{year}-{month:02}", 0) for month in range(1, 13)), 2) for year in range(2023, 2026)]
    assert years == [3_000_000] * 3


def test_fees_by_the_month_come_every_month() -> None:
    """They follow from when members joined, and are not dealt out to months by themselves."""
    due = generate("A gym with 500 members and $20k monthly revenue", seed=3)["payments"]["due_on"]
    assert len(np.unique(due.astype("datetime64[M]"))) >= 33


@pytest.mark.filterwarnings("ignore::pytest_misata.StoryWarning")
def test_months_without_a_row_are_named() -> None:
    schema = parse("A shop with 20 orders and revenue of $1,000 a month")
    reasons = [fact.meaning for fact in schema.facts if not fact.understood]
    assert len(reasons) == 1
    assert reasons[0].startswith("no row of order_items lies in 2023-")
    assert plan_rows(schema)["orders"] == 20


@pytest.mark.parametrize(
    ("story", "meaning"),
    [
        ("A telecom with 6,000 customers and average monthly bill of 32 USD", "invoices.total: mean 32"),
        ("A phone company with 500 lines, an average monthly invoice of 41 EUR", "invoices.total: mean 41"),
    ],
)
def test_an_average_bill_is_what_each_comes_to(story: str, meaning: str) -> None:
    assert meaning in [fact.meaning for fact in parse(story).facts]


@pytest.mark.parametrize(
    ("story", "place", "amount"),
    [
        ("A nonprofit with $250,000 raised from 900 donors", "donations.amount", 250_000),
        ("A crowdfunding site with 50 campaigns, 3,000 pledges and $400k pledged", "pledges.amount", 400_000),
        ("A charity with 500 donors and 80,000 EUR donated in 2024", "donations.amount", 80_000),
        ("A law firm with 60 matters and $1.2M billed", "invoices.fees", 1_200_000),
    ],
)
def test_what_was_raised_is_the_sum_of_all(story: str, place: str, amount: int) -> None:
    table, column = place.split(".")
    assert generate(story, seed=3)[table][column].sum().round(2) == amount


def test_the_currency_of_balances_is_that_of_the_data() -> None:
    facts = {fact.phrase: fact.meaning for fact in parse("A Mexican bank with 500 customers, balances in MXN").facts}
    assert facts["balances in MXN"] == "every currency: MXN"


@pytest.mark.parametrize(
    ("story", "table", "column", "share"),
    [
        ("An election office with 12 districts, 5,000 voters and a turnout of 63%", "voters", "is_voting", "0.63"),
        ("A language school with 80 lessons and attendance of 85%", "lessons", "is_attended", "0.85"),
        ("A town with 900 inspections, 92% compliance", "inspections", "is_compliant", "0.92"),
        ("A hospital with 300 patients and mortality of 2%", "patients", "is_dead", "0.02"),
        ("A seed bank with 400 seeds, germination: 85%", "seeds", "is_germinated", "0.85"),
    ],
)
def test_rates_that_are_called_by_their_name_alone(story: str, table: str, column: str, share: str) -> None:
    assert generate(story, seed=3)[table][column].mean() == pytest.approx(float(share))


def test_what_is_measured_per_row_needs_no_more_words() -> None:
    schema = parse("A fishing fleet with 20 boats, 600 trips, catch between 100 and 4,000 kg per trip")
    assert [fact.phrase for fact in schema.facts][-1] == "catch between 100 and 4,000 kg per trip"
    assert all(fact.understood for fact in schema.facts)


def test_what_there_is_so_much_for_is_no_trade() -> None:
    assert set(parse("A vineyard with 14 parcels, 30 barrels, 3 harvests per parcel").tables) == {
        "parcels",
        "barrels",
        "harvests",
    }
