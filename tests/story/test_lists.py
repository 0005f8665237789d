"""Tables that are lists of a domain file, of which a story wants fewer rows than there usually are, or more."""

import numpy as np
import pytest

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.story.domain import domains
from pytest_misata.story.lists import keep_listed, rows_of_list
from pytest_misata.story.reader import parse


@pytest.mark.parametrize("coins", [2, 5, 10, 15, 20, 50, 73])
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
    with pytest.warns(UserWarning, match="coins is a list of 73 rows; there may be 1 to 73"):
        schema = parse("A crypto exchange with 900 coins and 90 users")

    assert schema.tables["coins"].rows == 73


def test_what_is_spoken_of_stays_on_a_list_by_its_number():
    tables = generate("A travel agency with 300 travellers and 100 packages, 20% of the packages to Tokyo", seed=7)

    destinations = tables["destinations"]
    tokyo = destinations["id"][destinations["name"] == "Tokyo"]
    assert len(destinations) == 16
    assert np.sum(tables["packages"]["destination_id"] == tokyo) == 20


@pytest.mark.parametrize("routes", [40, 41, 245, 805])
def test_lines_go_on_beyond_those_listed(routes):
    tables = generate(f"A city bus network with {routes} routes, 60 vehicles and 2000 trips", seed=7)

    codes, names = tables["routes"]["code"].tolist(), tables["routes"]["name"].tolist()
    assert len(set(codes)) == len(codes) == routes
    assert len(set(names[40:])) == len(names[40:])
    assert set(tables["trips"]["route"].tolist()) <= set(codes)
    assert routes == 40 or set(tables["trips"]["route"].tolist()) & set(codes[40:])
    assert tables.check() == []


def test_accounts_go_on_with_those_of_cost_centres():
    tables = generate("An accounting system with 150 ledger accounts and 30 customers", seed=7)

    codes, names = tables["accounts"]["code"].tolist(), tables["accounts"]["name"].tolist()
    assert len(set(codes)) == len(set(names)) == 150
    assert tables.check() == []


def test_mappings_need_the_usual_rows_of_a_list():
    with pytest.warns(UserWarning, match="accounts is a list of 395 rows; there may be 20 to 395"):
        schema = parse("An accounting system with 10 ledger accounts")

    assert schema.tables["accounts"].rows == 20


def test_a_list_that_another_refers_to_stays_as_it_is():
    with pytest.warns(UserWarning, match="airports is a list of 16 rows; there may be no other number of them"):
        parse("An airline with 4 airports and 90 flights")


def test_a_list_has_its_usual_rows_without_a_story():
    schema = next(domain for domain in domains() if domain.name == "crypto").schema()

    assert schema.tables["coins"].rows == 10
    assert len(schema.tables["trades"].columns["coin"].generator.options["values"]) == 10


LISTS = [
    (domain.name, table.name)
    for domain in domains()
    for table in domain.whole_schema().tables.values()
    if table.fixed and not table.further
]


@pytest.mark.parametrize("named", LISTS, ids=".".join)
def test_every_list_may_have_all_its_rows(named):
    domain = next(domain for domain in domains() if domain.name == named[0])
    schema = domain.whole_schema()
    table = schema.tables[named[1]]
    table.rows = rows_of_list(schema, table)[-1]
    tables = generate_from_schema(keep_listed(schema), rows=60, seed=3)

    assert len(tables[table.name]) == table.rows
    assert tables.check() == []
    labels = [name for name in ("code", "name", "symbol", "slug", "sku", "acriss") if name in table.columns]
    for name in labels:
        assert len(set(tables[table.name][name].tolist())) == table.rows


@pytest.mark.parametrize("routes", [1, 2, 3, 20])
def test_flights_are_of_the_routes_that_there_are(routes):
    tables = generate(f"An airline with {routes} routes and 60 flights", seed=1)

    assert set(tables["flights"]["route_id"].tolist()) <= set(tables["routes"]["id"].tolist())
    assert tables.check() == []
