"""Rows of the domains that people of the trade would laugh at, and do not find."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Tables
from pytest_misata.story.domain import domain_files


def rows_of(domain: str, rows: int = 400) -> Tables:
    return Tables(next(found.domain for found in domain_files() if found.file == f"{domain}.toml").schema(), rows=rows)


def of_parent(tables: Tables, table: str, key: str, column: str) -> np.ndarray:
    foreign = tables[table].config.foreign_key(key)
    assert foreign is not None
    return tables[foreign.parent][column][tables[table][key].astype(int) - 1]


def test_no_bird_is_neutered() -> None:
    pets = rows_of("veterinary")["pets"]

    assert set(pets["neutered"][np.isin(pets["species"], ["bird", "reptile"])]) == {None}


def test_no_aircraft_is_older_than_its_type() -> None:
    aircraft = rows_of("airline", 40_000)["aircraft"]

    assert (aircraft["delivered_on"][aircraft["model"] == "Airbus A321neo"] >= np.datetime64("2017-01-01")).all()
    assert not any(letter in number[1:] for number in aircraft["registration"] for letter in "IOQ")


def test_market_orders_are_filled_at_once() -> None:
    trades = rows_of("crypto", 100)["trades"]
    at_once = (trades["kind"] == "market") & (trades["status"] == "filled")
    taken = trades["filled_at"][at_once].astype("datetime64[s]") - trades["created_at"][at_once].astype("datetime64[s]")

    assert taken.max() < np.timedelta64(60, "s")
    assert "market" not in set(trades["kind"][trades["status"] == "open"])


def test_a_side_costs_less_than_a_main_course() -> None:
    items = rows_of("food_delivery", 200)["order_items"]
    sides = items["course"] == "side"

    assert items["unit_price"][sides].astype(float).mean() * 2 < items["unit_price"][~sides].astype(float).mean()


def test_what_is_bought_on_the_net_is_not_paid_at_a_till() -> None:
    tables = rows_of("fintech", 200)
    bought = of_parent(tables, "transactions", "merchant_id", "category") == "online_retail"

    assert set(tables["transactions"]["channel"][bought]) <= {"online", "recurring"}


@pytest.mark.parametrize(
    ("domain", "table", "column"),
    [("hr", "employees", "hired_on"), ("hr", "leave_requests", "starts_on"), ("legal", "deadlines", "due_on")],
)
def test_nobody_begins_on_a_sunday(domain: str, table: str, column: str) -> None:
    days = rows_of(domain)[table][column].astype("datetime64[D]")

    assert (np.is_busday(days)).mean() > 0.95


def test_no_vip_ticket_is_cheaper_than_general_admission() -> None:
    types = rows_of("events", 4000)["ticket_types"]
    price = types["price"].astype(float)

    assert np.quantile(price[types["name"] == "VIP"], 0.02) > np.quantile(
        price[types["name"] == "General Admission"], 0.98
    )


def test_an_account_begins_with_its_opening_deposit() -> None:
    tables = rows_of("banking", 100)
    opened = of_parent(tables, "transactions", "account_id", "opened_at")
    first = tables["transactions"]["description"] == "Opening deposit"

    assert (tables["transactions"]["booked_at"][first] == opened[first]).all()


def test_no_school_on_christmas_day() -> None:
    days = rows_of("school", 300)["attendance"]["day"].astype(str)

    assert np.mean([day[5:] in {"12-24", "12-25", "12-31", "01-01", "07-20"} for day in days]) < 0.002


def test_a_reply_is_about_what_its_thread_is_about() -> None:
    tables = rows_of("forum", 200)
    board = of_parent(tables, "threads", "board_id", "name")
    chat = np.isin(board, ["General Discussion", "Off Topic", "Show and Tell", "Buy and Sell"])
    replies = chat[tables["posts"]["thread_id"].astype(int) - 1]

    assert not any("manual" in text for text in tables["posts"]["body"][replies])
    assert not any("It worked fine until" in text for text in tables["threads"]["body"][chat])


def test_what_is_second_hand_is_sold_once() -> None:
    tables = rows_of("marketplace", 200)

    assert np.unique(tables["orders"]["listing_id"], return_counts=True)[1].max() <= 2


def test_couriers_bring_what_is_for_their_town() -> None:
    tables = rows_of("parcel_delivery", 200)

    towns = set(tables["parcels"]["city"])
    assert len(towns) == 3
    assert set(tables["depots"]["city"]) <= towns


@pytest.mark.parametrize(
    ("story", "table"),
    [
        ("A hair salon with 5 stylists, 100 clients and 400 appointments", "appointments"),
        ("A choir with 40 singers and 30 rehearsals", "rehearsals"),
    ],
)
def test_what_has_no_name_of_its_own_has_none(story: str, table: str) -> None:
    assert "name" not in generate(story)[table].columns


def test_a_tour_is_called_like_one() -> None:
    assert all("Tour" in name for name in generate("A zoo with 40 keepers and 60 tours")["tours"]["name"])


def test_who_comes_to_a_salon_lives_near_it_and_users_anywhere() -> None:
    salon = generate("A hair salon with 5 stylists, 100 clients and 400 appointments")
    extension = generate("A browser extension with 300 users and 900 reports")

    assert len({*salon["clients"]["city"], *salon["stylists"]["city"]}) <= 3
    assert len(set(extension["users"]["country"])) > 3
