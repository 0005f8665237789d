"""Tables that are lists of a domain file, of which a story wants fewer rows than there usually are, or more."""

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.story.domain import domains
from pytest_misata.story.reader import parse


@pytest.mark.parametrize("coins", [2, 5, 10, 15, 20])
def test_a_list_has_as_many_rows_as_a_story_wants(coins):
    tables = generate(f"A crypto exchange with {coins} coins, 90 users and 400 trades", seed=7)

    assert len(tables["coins"]) == coins
    assert set(tables["trades"]["coin"].tolist()) <= set(tables["coins"]["symbol"].tolist())
    assert set(tables["wallets"]["coin"].tolist()) <= set(tables["coins"]["symbol"].tolist())


def test_what_is_spoken_of_stays_on_a_list():
    tables = generate("A crypto exchange with 3 coins, 90 users and 400 trades, 40% in LTC", seed=7)

    assert tables["coins"]["symbol"].tolist() == ["BTC", "ETH", "LTC"]
    assert np.sum(tables["trades"]["coin"] == "LTC") == 160


def test_every_kind_of_row_has_something_on_a_short_list():
    tables = generate("A transit agency with 5 routes, 40 vehicles and 500 trips", seed=7)

    assert set(tables["routes"]["mode"].tolist()) == {"metro", "tram", "bus"}


def test_more_than_a_list_has_is_named():
    with pytest.warns(UserWarning, match="coins is a list of 20 rows; there may be 1 to 20"):
        schema = parse("A crypto exchange with 900 coins and 90 users")

    assert schema.tables["coins"].rows == 10


def test_a_list_that_another_refers_to_stays_as_it_is():
    with pytest.warns(UserWarning, match="airports is a list of 16 rows; there may be no other number of them"):
        parse("An airline with 4 airports and 90 flights")


def test_a_list_has_its_usual_rows_without_a_story():
    schema = next(domain for domain in domains() if domain.name == "crypto").schema()

    assert schema.tables["coins"].rows == 10
    assert len(schema.tables["trades"].columns["coin"].generator.options["values"]) == 10


@pytest.mark.parametrize("routes", [1, 2, 3, 20])
def test_flights_are_of_the_routes_that_there_are(routes):
    tables = generate(f"An airline with {routes} routes and 60 flights", seed=1)

    assert set(tables["flights"]["route_id"].tolist()) <= set(tables["routes"]["id"].tolist())
    assert tables.check() == []
