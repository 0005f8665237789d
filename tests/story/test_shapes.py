"""How things run over time: growth, figures a month, spikes, seasons, weekdays and hours that a story states."""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.story.english.tokens import tokenize
from pytest_misata.story.reader import StoryWarning, parse
from tests.story.schemas import SCHEMAS


def made(story: str, *, seed: int = 42, rows: int | None = None) -> Tables:
    return generate_from_schema(parse(story, rows=rows, strict=True), seed=seed)


def counts(tables: Tables, place: str, unit: str = "M") -> dict[str, int]:
    table, column = place.split(".")
    values = tables[table][column].astype(f"datetime64[{unit}]").astype(str).tolist()
    return dict(sorted(Counter(values).items()))


def weekdays(tables: Tables, place: str) -> list[int]:
    table, column = place.split(".")
    found = (tables[table][column].astype("datetime64[D]").astype(int) + 3) % 7
    return [int(number) for number in np.bincount(found, minlength=7)]


def hours(tables: Tables, place: str) -> np.ndarray:
    table, column = place.split(".")
    return np.bincount(tables[table][column].astype("datetime64[h]").astype(int) % 24, minlength=24)


def sums(moments: np.ndarray, amounts: np.ndarray) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for month, amount in zip(moments.astype("datetime64[M]").astype(str).tolist(), amounts.tolist(), strict=True):
        found[month] += Decimal(f"{amount:.2f}")
    return dict(sorted(found.items()))


# --- sums by month ---


def line(low: int, high: int, months: int) -> list[Decimal]:
    steps = [low + Fraction(high - low) * step / (months - 1) for step in range(months)]
    return [Decimal(round(step * 100)) / 100 for step in steps]


def test_monthly_revenue_is_exact_to_the_cent() -> None:
    tables = made("SaaS with revenue growing from $50k in January to $200k in December, 800 users")
    found = sums(tables["invoices"]["issued_at"], tables["invoices"]["total"])
    assert [found[f"2025-{month:02}"] for month in range(1, 13)] == line(50_000, 200_000, 12)


def test_taxes_are_part_of_what_is_paid() -> None:
    invoices = made("SaaS with revenue growing from $50k in January to $200k in December, 800 users")["invoices"]
    for row in invoices.rows(0, 300):
        assert row["subtotal"] + row["tax"] == row["total"]
        assert abs(row["tax"] - row["subtotal"] * Decimal("0.08")) <= Decimal("0.01")


@pytest.mark.parametrize("seed", [1, 7])
def test_the_lines_of_orders_add_up_to_the_revenue(seed: int) -> None:
    tables = made("An online store with turnover rising from $20,000 in March 2024 to $90,000 in July 2024", seed=seed)
    orders = tables["orders"]
    assert list(sums(orders["placed_at"], orders["items_total"]).values()) == line(20_000, 90_000, 5)
    born = tables["customers"]["created_at"][orders["customer_id"] - 1]
    assert (born < orders["placed_at"]).all()
    items = tables["order_items"]
    for row in items.rows(0, 300):
        assert row["line_total"] == row["quantity"] * row["unit_price"]


def test_yearly_amounts_are_those_of_the_years() -> None:
    tables = made("A charity with 300 donors and donations climbing from $10,000 in 2023 to $40,000 in 2025")
    years: dict[str, Decimal] = defaultdict(Decimal)
    for month, amount in sums(tables["donations"]["donated_at"], tables["donations"]["amount"]).items():
        years[month[:4]] += amount
    assert [years[year] for year in ("2023", "2024", "2025")] == [10_000, 25_000, 40_000]


def test_amounts_grow_by_the_rate_from_month_to_month() -> None:
    tables = made("A SaaS with 2,000 users and MRR growing 5% a month")
    found = list(sums(tables["invoices"]["issued_at"], tables["invoices"]["total"]).values())
    for before, after in pairwise(found[-24:]):
        assert abs(after - before * Decimal("1.05")) <= Decimal("0.02")


def test_a_slice_of_what_adds_up_is_the_same_alone() -> None:
    story = "An online shop with 300 customers and revenue falling from $40k in June to $10k in November"
    whole = list(made(story)["order_items"].rows())
    assert list(made(story)["order_items"].rows(400, 450)) == whole[400:450]
    assert [row for part in made(story)["order_items"].batches(333) for row in part.rows()] == whole
    assert made(story).fingerprint() == made(story).fingerprint()


# --- counts over time ---


def test_a_rate_is_that_of_every_day() -> None:
    tables = made("A shop with an average of 40 orders a day in 2024")
    assert len(tables["orders"]) == 40 * 366
    assert set(counts(tables, "orders.placed_at", "D").values()) == {40}


@pytest.mark.parametrize(
    ("story", "place", "months", "each"),
    [
        ("An online shop, 500 orders per month in 2024", "orders.placed_at", 12, 500),
        ("A SaaS with 10 signups per month", "users.created_at", 36, 10),
        ("A podcast network with 25 monthly listeners in Q2 2025", "listeners.created_at", 3, 25),
        ("A store with 90 orders every quarter in 2025", "orders.placed_at", 12, 30),
    ],
)
def test_a_rate_a_month_is_that_of_every_month(story: str, place: str, months: int, each: int) -> None:
    found = counts(made(story), place)
    assert len(found) == months
    assert set(found.values()) == {each}


def test_a_rate_beside_a_count_tells_how_long_it_took() -> None:
    found = counts(made("A restaurant with 3000 orders, 100 orders per day"), "orders.opened_at", "D")
    assert len(found) == 30
    assert set(found.values()) == {100}


def test_levels_of_rows_are_those_of_the_months() -> None:
    tables = made("A shop whose orders grow from 100 in January 2024 to 210 in December 2024")
    assert list(counts(tables, "orders.placed_at").values()) == [100 + 10 * step for step in range(12)]


def test_those_who_stay_are_counted_all_together() -> None:
    found = counts(made("A SaaS with users growing from 100 in January to 1,200 in December"), "users.created_at")
    assert np.cumsum(list(found.values())).tolist() == [100 * month for month in range(1, 13)]


@pytest.mark.parametrize(
    ("story", "place", "factor"),
    [
        ("A SaaS with 7000 users, signups doubling every year", "users.created_at", 2),
        ("An online shop with 20,000 orders growing 20% year over year", "orders.placed_at", 1.2),
        ("A store with 20,000 orders, up 50% annually", "orders.placed_at", 1.5),
        ("A store with orders shrinking by 25% a year and 9,000 orders", "orders.placed_at", 0.75),
        ("A shop with 9,000 orders and steady orders", "orders.placed_at", 1),
        ("A SaaS with 8,000 users, 30% annual growth in users", "users.created_at", 1.3),
        # What is done, rather than who does it.
        (
            "A crypto exchange with 9,000 trades, trading volume doubling each year",
            "trades.created_at",
            2,
        ),
        ("A marketplace with 9,000 orders and volumes growing 20% a year", "orders.placed_at", 1.2),
        ("A helpdesk with 9,000 tickets, 30% yearly growth in demand", "tickets.created_at", 1.3),
    ],
)
def test_years_grow_as_stated(story: str, place: str, factor: float) -> None:
    tables = made(story)
    found = counts(tables, place, "Y")
    days = {year: 365 - (year == "2023") for year in found}
    assert found["2025"] / found["2024"] == pytest.approx(factor, rel=0.005)
    assert found["2024"] / found["2023"] == pytest.approx(factor * 365 / days["2023"], rel=0.01)


@pytest.mark.parametrize("word", ["declining sales", "dwindling sales", "sales falling", "sales that are going down"])
def test_what_declines_has_less_each_year(word: str) -> None:
    found = list(counts(made(f"A shop with {word} and 900 customers"), "orders.placed_at", "Y").values())
    assert found[0] > found[1] > found[2]


# --- ups and downs ---


@pytest.mark.parametrize(
    ("phrase", "unit", "names"),
    [
        ("a Black Friday spike", "D", {"2023-11-24", "2024-11-29", "2025-11-28"}),
        ("a surge on Cyber Monday", "D", {"2023-11-27", "2024-12-02", "2025-12-01"}),
        ("a spike on 2024-03-05", "D", {"2024-03-05"}),
        ("a 4x jump in May 2024", "M", {"2024-05"}),
        ("a Christmas peak", "M", {"2023-12", "2024-12", "2025-12"}),
    ],
)
def test_the_busiest_times_are_those_of_the_story(phrase: str, unit: str, names: set[str]) -> None:
    found = counts(made(f"An e-commerce site with 20k orders, 8% returns and {phrase}"), "orders.placed_at", unit)
    assert set(sorted(found, key=lambda name: found[name])[-len(names) :]) == names


@pytest.mark.parametrize(
    ("phrase", "month", "times"),
    [
        ("a dip in August", "08", 0.5),
        ("quiet in February", "02", 0.5),
        ("twice as many orders in October", "10", 2),
        ("three times as many orders in April", "04", 3),
    ],
)
def test_months_have_so_many_times_as_much(phrase: str, month: str, times: float) -> None:
    found = counts(made(f"A restaurant with 30,000 orders, {phrase}"), "orders.opened_at", "M")
    days = {"08": 31, "02": 28, "10": 31, "04": 30}[month]
    ordinary = found["2025-07"] / 31
    assert found[f"2025-{month}"] / days / ordinary == pytest.approx(times, rel=0.06)


def test_summer_and_winter_are_times_of_the_year() -> None:
    found = counts(made("A seasonal store, busier in summer, with 20,000 orders"), "orders.placed_at")
    assert sum(found[f"2025-{month}"] for month in ("06", "07", "08")) > 1.8 * sum(
        found[f"2025-{month}"] for month in ("01", "02", "03")
    )


@pytest.mark.parametrize(
    ("phrase", "unit", "share"),
    [("40% of them in December", "12", 0.4), ("half of the orders in summer", "06 07 08", 0.5)],
)
def test_a_share_of_the_year_is_met(phrase: str, unit: str, share: float) -> None:
    found = counts(made(f"A shop with 3,000 orders, {phrase}"), "orders.placed_at")
    inside = sum(number for month, number in found.items() if month[5:] in unit.split())
    assert inside / sum(found.values()) == pytest.approx(share, abs=0.01)


def test_a_share_of_the_week_is_met() -> None:
    found = weekdays(made("A shop with 4,000 orders where 60% of orders are placed on weekends"), "orders.placed_at")
    assert sum(found[5:]) / sum(found) == pytest.approx(0.6, abs=0.02)


def test_models_of_ones_own_have_shapes_too() -> None:
    schema = schema_from_models(SCHEMAS["chinook"]())
    tables = generate_from_schema(schema, story="100 customers, 40 invoices a month in 2024, mostly on weekdays")
    assert set(counts(tables, "Invoice.InvoiceDate").values()) == {40}
    assert sum(weekdays(tables, "Invoice.InvoiceDate")[5:]) < 50


# --- weekdays and hours ---


@pytest.mark.parametrize(
    ("phrase", "least", "most"),
    [
        ("weekday traffic", 0.0, 0.08),
        ("mostly on weekdays", 0.0, 0.08),
        ("orders only on weekdays", 0.0, 0.0),
        ("Monday to Friday only", 0.0, 0.0),
        ("weekend-heavy traffic", 0.6, 0.8),
        ("mainly at weekends", 0.6, 0.8),
        ("closed on Saturdays and Sundays", 0.0, 0.0),
    ],
)
def test_weekends_have_the_share_that_is_meant(phrase: str, least: float, most: float) -> None:
    found = weekdays(made(f"A shop with 3,000 orders, {phrase}"), "orders.placed_at")
    assert least <= sum(found[5:]) / sum(found) <= most


def test_a_day_may_be_closed_or_busiest() -> None:
    found = weekdays(made("A restaurant with 7,000 orders, closed on Mondays, busiest on Fridays"), "orders.opened_at")
    assert found[0] == 0
    assert found[4] == pytest.approx(2 * found[2], rel=0.03)


@pytest.mark.parametrize(
    ("phrase", "options"),
    [
        ("peak on Friday nights", {"weekdays": ["1", "1", "1", "1", "2", "1", "1"], "hours": "night"}),
        ("Saturday evenings busiest", {"weekdays": ["1", "1", "1", "1", "1", "2", "1"], "hours": "dusk"}),
        ("only on Sundays in the morning", {"weekdays": ["0", "0", "0", "0", "0", "0", "114"], "hours": "morning"}),
    ],
)
def test_a_part_of_some_days_is_of_both(phrase: str, options: dict[str, object]) -> None:
    schema = parse(f"A bakery with 900 orders, {phrase}")
    made = next(one.generator for one in schema.table("orders").columns.values() if one.name.endswith("_at"))
    assert {name: made.options[name] for name in options} == options
    assert all(fact.understood for fact in schema.facts)


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A cafe with 900 orders, closed on Sunday evenings", "closed on Sunday evenings"),
        ("A cafe with 900 orders, 40% on Friday nights", "40% on Friday nights"),
        ("A cafe with 900 orders, quiet in the evening", "quiet in the evening"),
        ("A cafe with 900 orders, peak on Friday nights, busier on Sunday mornings", "busier on Sunday mornings"),
        ("A theatre with 90 shows on Friday evenings", "on Friday evenings"),
    ],
)
def test_hours_that_cannot_be_told_are_named(story: str, phrase: str) -> None:
    with pytest.warns(StoryWarning):
        facts = parse(story).facts
    assert [fact.phrase for fact in facts if not fact.understood] == [phrase]


@pytest.mark.parametrize(
    ("phrase", "first", "end"),
    [
        ("during business hours", 8, 17),
        ("mostly in the evening", 17, 23),
        ("mainly in the morning", 6, 12),
        ("in the afternoon", 12, 18),
        ("mostly at lunchtime", 11, 15),
    ],
)
def test_hours_are_those_of_the_story(phrase: str, first: int, end: int) -> None:
    found = hours(made(f"A shop with 3,000 orders {phrase}"), "orders.placed_at")
    assert found[first:end].sum() / found.sum() > 0.85


def test_nights_reach_over_midnight() -> None:
    found = hours(made("A shop with 3,000 orders, mostly at night"), "orders.placed_at")
    assert (found[22:].sum() + found[:6].sum()) / found.sum() > 0.85


# --- the rest ---


def test_parents_and_states_agree_with_what_is_dealt_out() -> None:
    tables = made("A fintech app with 400 users and 9,000 transactions growing 10% a month, 2% fraud")
    transactions, accounts = tables["transactions"], tables["accounts"]
    key = transactions["account_id"] - 1
    assert (accounts["opened_at"][key] <= transactions["occurred_at"]).all()
    closed = accounts["closed_at"][key]
    assert (np.isnat(closed) | (closed >= transactions["occurred_at"])).all()
    users = tables["users"]["created_at"][accounts["user_id"] - 1]
    assert (users <= accounts["opened_at"]).all()
    pending = transactions["status"] == "pending"
    assert (transactions["occurred_at"][pending] >= np.datetime64("2025-12-29")).all()


def test_parents_come_gradually() -> None:
    found = counts(made("An online shop, 400 orders per month in 2024"), "customers.created_at", "M")
    assert len(found) > 15


@pytest.mark.parametrize(
    "story",
    [
        "A SaaS with signups doubling every year and signups halving every year",
        "A shop with 500 orders, 40 orders a day in 2024",
        "A shop with weekday traffic and weekend traffic",
    ],
)
def test_shapes_that_contradict_are_quoted(story: str) -> None:
    with pytest.raises(StoryError, match="cannot both hold"):
        parse(story)


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A forum with revenue growing from $50k in January to $200k in December", "revenue growing from $50k"),
        ("A hotel with 80 rooms and turnover doubling every year", "turnover doubling"),
    ],
)
def test_what_has_no_place_is_named(story: str, phrase: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        schema = parse(story)
    assert caught[0].category is StoryWarning
    assert next(fact.phrase for fact in schema.facts if not fact.understood).startswith(phrase)


@pytest.mark.parametrize(
    ("story", "place", "spans"),
    [
        (
            "A newsroom with 20 journalists and 1,300 articles, twice as many in 2025 as in 2024",
            "articles.issued_at",
            {"2024": 1300 / 3, "2025": 2600 / 3},
        ),
        (
            "A shop with 4,000 orders, three times as many orders in Q2 2025 as in Q1 2025",
            "orders.placed_at",
            {"2025-01 2025-02 2025-03": 1000, "2025-04 2025-05 2025-06": 3000},
        ),
    ],
)
def test_one_year_beside_the_one_before(story: str, place: str, spans: dict[str, float]) -> None:
    found = counts(made(story), place)
    together = {
        span: sum(rows for month, rows in found.items() if month.startswith((*span.split(),))) for span in spans
    }
    assert together == {span: pytest.approx(rows, rel=0.005) for span, rows in spans.items()}


def test_years_that_do_not_follow_each_other_are_named() -> None:
    with pytest.warns(StoryWarning, match="in 2025 as in 2021"):
        schema = parse("A library with 900 loans, twice as many in 2025 as in 2021")
    assert schema.facts[-1].meaning == "no year, quarter or month and the next one"


def test_facts_tell_what_became_of_a_shape() -> None:
    schema = parse("A shop with 10k orders and a Black Friday spike, revenue growing 10% a year")
    told = {fact.phrase: fact.meaning for fact in schema.facts}
    assert told["Black Friday spike"] == "orders.placed_at: times 2 on cyber_week, times 3 on black_friday"
    assert told["revenue growing 10% a year"].startswith("order_items.unit_price times quantity: sums by month")


@pytest.mark.parametrize(
    "story",
    ["grow from", "a spike in", "growing 5%", "sales from 5 to", "3x", "40 orders a", "busier in the", "closed on"],
)
def test_half_a_shape_is_none(story: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert parse(f"A shop with 20 customers, {story}").facts
    assert tokenize(story)


def test_what_is_earned_tells_how_much_is_sold():
    tables = generate("A restaurant with revenue growing from $5k in January to $9k in December", seed=3)
    orders = tables["orders"]

    assert 10 < 84_000 / len(orders) < 200
    assert tables.check() == []


def test_a_part_of_all_rows_in_a_season_of_one_year():
    moves = generate("A moving company with 310 moves, three quarters of them in summer 2025")["moves"]

    days = [str(moment)[:10] for moment in moves["happened_at"].tolist()]
    assert abs(sum("2025-06-01" <= day <= "2025-08-31" for day in days) - 232) <= 3


def test_days_of_the_week_hold_for_what_follows():
    posts = generate("A forum with 70 threads, 900 replies and weekday traffic")["posts"]

    weekdays = sum(row["created_at"].weekday() < 5 for row in posts.rows())
    assert weekdays > 0.9 * len(posts)


@pytest.mark.parametrize(
    "story",
    [
        "A taxi firm with 6 drivers, each making 8 trips a day in May 2024",
        "A bank with 20 customers and 5 transactions a day in 2024",
    ],
)
def test_whoever_has_rows_of_a_steady_pace_was_there_before_them(story):
    assert generate(story).check() == []


@pytest.mark.parametrize(
    ("story", "place"),
    [
        ("A parking garage with 20 floors, 300 spots and 5,000 sessions, peak at noon", "sessions.starts_at"),
        ("A bike rental with 6 stations, 200 bikes and 900 rentals, peak in July", "rentals.happened_at"),
    ],
)
def test_what_is_there_has_no_peak_but_what_happens(story: str, place: str) -> None:
    tables = made(story)

    assert [fact.meaning.split(": ")[0] for fact in tables.schema.facts if "peak" in fact.phrase] == [place]
    assert tables.check() == []
