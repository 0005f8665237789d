"""Amounts that a story states: means, medians and bounds that the rows have exactly."""

from __future__ import annotations

from decimal import Decimal
from statistics import mean, median

import pytest

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.story.reader import StoryWarning, parse
from tests.story.schemas import SCHEMAS


def amounts(story: str, table: str, column: str) -> list[Decimal]:
    return [Decimal(str(value)) for value in Tables(parse(story), seed=42)[table][column]]


@pytest.mark.parametrize(
    ("story", "meaning"),
    [
        ("A food delivery app with 90 orders, average delivery fee 3 EUR", "orders.delivery_fee: mean 3"),
        ("A gym with 90 members and average monthly spend of $40", "members.monthly_spend: mean 40"),
        ("A shop with 90 customers who spend $60 a month on average", "customers.monthly_spend: mean 60"),
        ("A telecom with 90 subscribers and a monthly bill of $85", "invoices.total: mean 85"),
        (
            "A truffle farm with 300 oak trees, 12 dogs, average harvest of 140 grams per tree",
            "oak_trees.harvest_g: mean 140",
        ),
        ("A church with 90 members, donations of $20 to $500, 15% anonymous", "donations.amount: 20 to 500"),
        ("A town with 90 drivers, fines from $20 to $200, 40% unpaid", "fines.amount: 20 to 200"),
        ("A barber shop with 6 barbers, 90 haircuts, tips of $2 to $10", "haircuts.tip: 2 to 10"),
        ("A clock tower with 90 visitors paying $6 each", "visitors.amount: 6 to 6"),
        ("A debt collector with 90 debts averaging 1,800", "debts.amount: mean 1,800"),
        ("A landlord with 90 flats, average rent 900 EUR a month", "flats.rent: mean 900"),
        ("A running club with 90 runs, average speed 10 km/h", "runs.speed_kmh: mean 10"),
        ("A cycling club with 90 rides averaging 27 km per hour", "rides.speed_kmh: mean 27"),
        ("A data center with 90 servers, average load 60%", "servers.load_percent: mean 60"),
        ("A freight forwarder with 90 shipments weighing 2 tonnes on average", "shipments.weight_kg: mean 2,000"),
        ("A blog with 5 authors, 90 posts, average length 700 words", "posts.word_count: mean 700"),
        ("A bike club with 90 rides in April 2025 of 18 minutes on average", "rides.duration_minutes: mean 18"),
        ("A courier firm with 90 parcels, weights up to 30 kg", "parcels.weight_kg: 0 to 30"),
        ("A fleet of 50 drones with a maximum payload of 3 kg", "drones.payload_kg: 0 to 3"),
        ("A delivery firm with 40 vans, max speed 60 km/h", "vans.speed_kmh: 0 to 60"),
        ("A warehouse with 40 forklifts, minimum load 200 kg", "forklifts.load_kg: 200 to 2,000"),
        ("A club with 200 members, min age 18 and max age 65", "members.birth_date: 18 to 65"),
        ("A bank with 90 loans, maximum loan $9,000", "loans.principal: 0 to 9,000"),
        (
            "A bank with 90 loans, minimum amount $500, average amount $2,000, maximum amount $9,000",
            "loans.amount: 500 to 9,000",
        ),
        ("A maternity ward with 7 midwives, 90 births, average birth weight 3.3 kg", "births.weight_kg: mean 3.3"),
        ("A shop with 90 orders, prices from 15 to 80 EUR", "products.price: 15 to 80"),
        (
            "A recruitment agency with 35 jobs, 90 candidates, 2 applications per candidate, salaries 30k to 120k",
            "jobs.salary_max: 30,000 to 120,000",
        ),
        (
            "An airline with 20 flights, 400 bookings, booking totals between 80 and 900 EUR",
            "bookings.total: 80 to 900",
        ),
    ],
)
def test_the_column_is_that_of_the_words(story, meaning):
    assert meaning in [fact.meaning for fact in parse(story).facts]


def test_salaries_from_one_to_another_are_those_of_both_ends():
    story = "A recruitment agency with 350 jobs, 90 candidates, salaries from 30k to 120k"

    assert min(amounts(story, "jobs", "salary_min")) >= 30_000
    assert max(amounts(story, "jobs", "salary_max")) <= 120_000


def test_the_bounds_of_a_sum_are_kept_by_what_is_drawn_of_it():
    totals = amounts(
        "An airline with 20 flights, 400 bookings, booking totals between 80 and 900 EUR", "bookings", "total"
    )

    assert 80 <= min(totals) <= max(totals) <= 900


@pytest.mark.parametrize("said", ["average visit cost $85", "average bill $85", "visits worth $85 on average"])
def test_visits_that_are_not_billed_count_in_the_mean_of_all(said):
    totals = amounts(f"A veterinary practice with 70 pets, 2 visits per pet, {said}", "visits", "total")

    assert mean(totals) == 85


def test_a_share_of_a_flag_is_that_of_all_rows_whatever_else_tells_of_it():
    events = Tables(parse("A pharma company with 90 subjects, 1,400 adverse events, 3% serious"), seed=42)[
        "adverse_events"
    ]

    assert sum(events["is_serious"].tolist()) == 42


@pytest.mark.parametrize(
    "said",
    [
        "average price $40",
        "an average price of $40",
        "with a mean price of 40 dollars",
        "average product price is $40",
        "the average price is about $40",
    ],
)
@pytest.mark.parametrize("rows", [1, 7, 1300])
def test_a_mean_is_exact_however_it_is_said(said: str, rows: int) -> None:
    found = amounts(f"An online shop with {rows} products, {said}", "products", "price")

    assert len(found) == rows
    assert mean(found) == 40
    assert min(found) > 0


def test_a_mean_keeps_the_shape() -> None:
    found = amounts("An online shop with 2000 products, average price $400", "products", "price")

    assert mean(found) == 400
    assert 200 < median(found) < 380
    assert max(found) > 1200


def test_a_median_is_exact() -> None:
    for rows in (1, 2, 9, 300, 1001):
        story = f"An HR system with {rows} employees in 12 departments, median salary 55k"
        assert median(amounts(story, "employees", "salary")) == 55_000


@pytest.mark.parametrize(
    ("story", "place", "low", "high"),
    [
        ("An insurance company with 900 claims between 500 and 20,000 EUR", ("claims", "claimed_amount"), 500, 20_000),
        ("An online shop with 900 products, prices from $5 to $50", ("products", "price"), 5, 50),
        ("An online shop with 900 products priced between $10 and $20", ("products", "price"), 10, 20),
    ],
)
def test_bounds_are_kept(story: str, place: tuple[str, str], low: int, high: int) -> None:
    found = amounts(story, *place)

    assert low <= min(found) < low * 2
    assert high * Decimal("0.7") < max(found) <= high


def test_bounds_and_a_mean_hold_together() -> None:
    found = amounts("An online shop with 700 products, prices from $5 to $50, average price $30", "products", "price")

    assert mean(found) == 30
    assert 5 <= min(found) <= max(found) <= 50


def test_any_slice_of_fitted_amounts_is_the_same_alone() -> None:
    table = Tables(parse("An online shop with 1300 products, average price $40"), seed=42)["products"]
    whole = [row["price"] for row in table.rows(0, 1300)]

    assert [row["price"] for row in table.rows(500, 530)] == whole[500:530]
    assert [row["price"] for row in table.rows(1290, 1300)] == whole[1290:]


def test_what_follows_from_an_amount_still_does() -> None:
    table = Tables(parse("An online shop with 50 products, 200 orders, average price $40"), seed=42)
    price = table["products"]["price"][table["order_items"]["product_id"] - 1]

    assert (table["order_items"]["unit_price"] == price).all()


def test_the_currency_of_an_amount_is_told() -> None:
    tables = Tables(parse("An insurance company with 60 claims, average claim 2,500 EUR"), seed=42)

    assert set(tables["claims"]["currency"]) == {"EUR"}


def test_beside_models_a_mean_lands_on_their_column() -> None:
    schema = schema_from_models(SCHEMAS["tenants"]())
    numbers = [
        (table.key, column.name)
        for table in schema.tables.values()
        for column in table.columns.values()
        if column.type.kind == "numeric"
    ]
    with pytest.warns(StoryWarning, match="average weight of 12"):
        generate_from_schema(schema, story="20 users with an average weight of 12")
    assert ("users", "weight") not in numbers


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A car rental with 300 rentals worth 180 EUR on average", "follows from other columns"),
        ("An online shop with an average weight of 3", "no column of numbers stands for weight"),
        ("An online shop with prices from $5 to $50, average price $99", "does not lie between 5 and 50"),
    ],
)
def test_an_amount_without_a_place_is_named(story: str, phrase: str) -> None:
    with pytest.warns(StoryWarning, match=phrase):
        parse(story)


def test_two_means_of_one_column_are_a_contradiction() -> None:
    with pytest.raises(StoryError, match="'average price \\$40' and 'average price \\$50' cannot both hold"):
        parse("An online shop with 20 products, average price $40, average price $50")


@pytest.mark.parametrize(
    ("story", "column", "mean"),
    [
        ("A shop with 400 orders, average order value $80", "orders.total", 80),
        ("A restaurant with 300 orders averaging 25 EUR", "orders.items_total", 25),
        ("A hotel with 200 bookings, average booking of 420 EUR", "bookings.total", 420),
        ("A charity with 80 donors, 4 donations each, average donation of 45 EUR", "donations.amount", 45),
        ("A food delivery app with 300 orders averaging 30", "orders.total", 30),
        ("A cab company with 500 trips, average fare of $18", "trips.fare", 18),
        ("A museum with 500 tickets, average ticket price 14", "tickets.price", 14),
        ("60 suppliers, 900 purchase orders worth 3,500 EUR on average", "purchase_orders.total", 3500),
    ],
)
def test_the_mean_of_what_follows_from_others_is_met(story: str, column: str, mean: int) -> None:
    tables = generate(story)
    table, _, name = column.partition(".")
    cells = [cell for cell in tables[table][name].tolist() if cell == cell]

    assert abs(sum(cells) / len(cells) - mean) < 0.01
    assert tables.check() == []


@pytest.mark.parametrize(
    "story",
    [
        "A shop with 900 orders in 2024 and revenue growing from $50k in January 2024 to $200k in December 2024",
        "A law firm with 18 lawyers, hourly rates between $200 and $650",
    ],
)
def test_what_is_stated_of_an_amount_breaks_no_rule(story: str) -> None:
    assert generate(story).check() == []


def test_amounts_of_a_list_stay_as_round_as_they_are():
    donations = generate("A charity with 80 donors, average donation of 45 EUR")["donations"]

    assert all(float(cell).is_integer() for cell in donations["amount"].tolist())


@pytest.mark.parametrize(("mean", "least"), [(2.2, 3), (4.6, 4)])
def test_marks_with_a_mean_stay_marks(mean: float, least: int) -> None:
    tables = generate(f"An online course platform with 500 learners and a {mean} average rating")
    marks = tables["reviews"]["rating"].tolist()

    assert abs(sum(marks) / len(marks) - mean) < 0.01
    assert tables.check() == []
    assert set(marks) <= {1, 2, 3, 4, 5}
    assert len(set(marks)) >= least


@pytest.mark.parametrize(
    "story",
    [
        "An online course platform with 500 learners and an average rating of 7",
        "An online shop with 100 customers and product ratings between 2 and 9",
    ],
)
def test_what_no_check_allows_is_not_understood(story: str) -> None:
    with pytest.warns(UserWarning, match="at least 1 and at most 5"):
        generate(story)


@pytest.mark.parametrize(
    ("story", "table"),
    [
        ("A wedding planner with 60 weddings, 25 venues and a median budget of €18,000", "weddings"),
        ("A film studio with 12 films, 30 locations and an average budget of $4 million", "films"),
        ("An agency with 20 campaigns, 6 offices and budgets between $1,000 and $50,000", "campaigns"),
    ],
)
def test_what_is_undertaken_has_a_budget_and_not_where_it_takes_place(story, table):
    assert "budget" in parse(story).table(table).columns


@pytest.mark.parametrize("seed", [3, 42])
def test_what_is_worth_more_than_its_shipping_has_the_stated_mean(seed: int) -> None:
    story = "An online shop with 900 orders, average basket 32 EUR, none below 5 EUR"
    totals = generate(story, seed=seed)["orders"]["total"]
    assert totals.mean() == pytest.approx(32, abs=0.005)
    assert totals.min() >= 5
