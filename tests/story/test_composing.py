"""Stories about what no domain file knows: tables, keys and columns are composed from the sentence."""

import pytest

from pytest_misata.api import generate
from pytest_misata.errors import StoryError
from pytest_misata.story.reader import parse

BELONGS = [
    ("A beekeeping cooperative with 40 hives and 300 inspections", {"inspections": ["hives"]}),
    ("A toy library of 90 readers: 200 books, 60 loans", {"loans": ["members", "books"]}),
    ("A zoo with 200 animals, 30 keepers and 1000 feedings", {"animals": ["keepers"], "feedings": ["animals"]}),
    ("An aero club with 8 planes, 100 flights and 20 pilots", {"flights": ["planes"]}),
    ("A regatta with 12 boats, 40 races and 90 sailors", {"races": ["boats"]}),
    ("A winery with 12 vineyards, each with 3 harvests, each with 5 barrels", {"barrels": ["harvests"]}),
    ("A shop selling books: 200 books, 50 authors, 1000 sales", {"books": ["authors"], "order_items": ["books"]}),
    ("A shop with 1000 customers, invoices and support tickets", {"support_tickets": ["customers"]}),
]


@pytest.mark.parametrize(("story", "belongs"), BELONGS)
def test_rows_belong_to_what_a_reader_would_think(story, belongs):
    schema = parse(story)

    for child, parents in belongs.items():
        assert set(parents) <= {key.parent for key in schema.table(child).foreign_keys}


def test_every_key_of_composed_tables_holds():
    tables = generate("A dance school with 12 teachers, 300 dancers, 40 lessons and 2000 check-ins", seed=3)

    for table in tables.schema.tables.values():
        for key in table.foreign_keys:
            parents = set(tables[key.parent][key.parent_columns[0]].tolist())
            assert set(tables[table.key][key.columns[0]].tolist()) <= parents


def test_a_table_that_is_only_named_is_sized_by_those_that_are_counted():
    tables = generate("A zoo with 20 animals, with keepers and feedings")

    assert 1 <= len(tables["keepers"]) <= 20
    assert 20 <= len(tables["feedings"]) <= 200


def test_columns_suit_the_kind_of_noun():
    schema = parse("A pottery with 5 potters, 30 kilns, 200 firings and 80 invoices")

    assert {"first_name", "email"} <= set(schema.table("potters").columns)
    assert "name" in schema.table("kilns").columns
    assert "happened_at" in schema.table("firings").columns
    assert {"amount", "due_on"} <= set(schema.table("invoices").columns)


def test_the_goods_of_a_shop_are_what_it_sells():
    schema = parse("A wine shop with 120 wines and 800 orders")

    assert "products" not in schema.tables
    assert schema.table("order_items").foreign_key("wine_id").parent == "wines"
    assert schema.table("wines").rows == 120


def test_columns_that_the_story_names_are_there():
    tables = generate("A shop with 10 products, each product has a weight and a colour")

    assert len({*tables["products"]["weight"].tolist()}) > 5
    assert all(isinstance(colour, str) for colour in tables["products"]["colour"])


@pytest.mark.parametrize(
    ("story", "table", "columns"),
    [
        (
            "A furniture maker with 75 products, each with a width, a height and a depth",
            "products",
            "width height depth",
        ),
        ("A shop with 75 products, each with a weight and a colour", "products", "weight colour"),
        ("A bakery with 75 cakes each having a price and a weight, 300 customers", "cakes", "price weight"),
        ("A shop with 75 products each with a weight", "products", "weight"),
    ],
)
def test_what_each_has_is_said_of_so_many(story, table, columns):
    schema = parse(story)

    assert schema.table(table).rows == 75
    assert set(columns.split()) <= set(schema.table(table).columns)
    assert all(fact.understood for fact in schema.facts)


def test_what_cannot_be_counted_may_be_what_a_trade_is_in():
    facts = parse("A machinery manufacturer with 40 lathes and 300 orders").facts

    assert facts[0].phrase == "machinery manufacturer"
    assert all(fact.understood for fact in facts)


def test_a_column_that_a_table_has_is_not_made_twice():
    assert list(parse("A shop with products with a price").table("products").columns).count("price") == 1


def test_a_misspelt_table_is_no_new_one():
    with pytest.raises(StoryError, match="did you mean 'customers'"):
        parse("A SaaS with 5 custmers", strict=True)


@pytest.mark.parametrize("story", ["A zoo", "It rained for 3 days", "with a Black Friday spike"])
def test_a_story_without_things_is_an_error(story):
    with pytest.raises(StoryError, match="nothing in"):
        parse(story)


@pytest.mark.parametrize(
    ("story", "table", "rows"),
    [
        ("A vineyard with 14 vats and 230 harvest records", "harvest_records", 230),
        ("A clinic of 9 doctors with 900 medical records", "medical_records", 900),
    ],
)
def test_records_of_something_are_rows(story, table, rows):
    assert parse(story).table(table).rows == rows


@pytest.mark.parametrize(
    ("story", "table"),
    [
        ("A plumbing firm with 20 plumbers and jobs between $80 and $2,000", "jobs"),
        ("A construction company with 12 sites and invoices between €1,000 and €80,000", "invoices"),
    ],
)
def test_amounts_of_what_is_billed_time_and_again_are_of_its_rows(story, table):
    amounts = generate(story, seed=4)[table]["amount"]

    assert all(80 <= amount <= 80_000 for amount in amounts.tolist())


def test_what_each_has_beside_a_column_is_one():
    columns = parse("A photo agency with 1,800 photos, each photo has a licence and a price").table("photos").columns

    assert {"licence", "price"} <= set(columns)


def test_games_of_a_studio_are_titles():
    tables = generate("A game studio with 20 games and 90 players, a dozen achievements per game", seed=2)

    assert len(tables["achievements"]) == 240
    assert "genre" in tables["games"].columns
    assert tables.check() == []


def test_products_of_a_marketplace_are_its_listings():
    tables = generate("A marketplace with 50 sellers and 4 to 8 products per seller")

    assert "products" not in tables
    assert 200 <= len(tables["listings"]) <= 400
