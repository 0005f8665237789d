"""Columns of models of trades nobody wrote a domain for, as somebody of the trade would read them."""

import pytest
from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Numeric, String, Table

import pytest_misata as misata
from pytest_misata.engine.meanings.names import singular

TYPES = {
    int: Integer,
    bool: Boolean,
    str: lambda: String(80),
    float: lambda: Numeric(10, 2),
    "moment": DateTime,
}


def rows_of(name, **columns):
    metadata = MetaData()
    kinds = [Column(column, TYPES[kind](), nullable=False) for column, kind in columns.items()]
    Table(name, metadata, Column("id", Integer, primary_key=True), *kinds)
    tables = misata.generate_from_schema(misata.schema_from_models(metadata), rows=200)
    assert tables.check() == []
    return list(tables[name].rows(0, 200))


@pytest.mark.parametrize(
    ("ayes", "noes", "passed"), [("ayes", "noes", "passed"), ("votes_for", "votes_against", "carried")]
)
def test_a_motion_is_carried_by_a_majority(ayes, noes, passed):
    rows = rows_of("motions", **{ayes: int, noes: int, passed: bool})
    assert all(row[passed] == (row[ayes] > row[noes]) for row in rows)


def test_prices_stand_in_their_order():
    rows = rows_of("products", cost=float, wholesale_price=float, price=float, rrp=float, list_price=float, msrp=float)
    for row in rows:
        assert row["cost"] < row["price"]
        assert row["wholesale_price"] < row["price"]
        assert min(row["rrp"], row["list_price"], row["msrp"]) >= row["price"]
    assert all(row["sale_price"] < row["price"] for row in rows_of("articles", price=float, sale_price=float))


def test_a_part_is_not_more_than_the_whole():
    assert all(row["deposit"] <= row["total"] for row in rows_of("charters", deposit=float, total=float))
    assert all(row["losses"] <= row["pieces"] for row in rows_of("firings", pieces=int, losses=int))


@pytest.mark.parametrize(
    ("table", "column"),
    [("invoices", "number"), ("orders", "number"), ("charters", "number"), ("members", "member_number")],
)
def test_what_a_trade_counts_is_numbered_one_after_another(table, column):
    numbers = [row[column] for row in rows_of(table, **{column: str})]
    counted = [int("".join(mark for mark in number if mark.isdigit())) for number in numbers]
    assert counted == list(range(counted[0], counted[0] + 200))
    assert counted[0] > 100


def test_a_court_is_booked_ahead_for_an_hour_or_two():
    for row in rows_of("court_bookings", created_at="moment", starts_at="moment", ends_at="moment"):
        minutes = (row["ends_at"] - row["starts_at"]).total_seconds() / 60
        assert 30 <= minutes <= 150
    ahead = [
        row["starts_at"].date() > row["created_at"].date()
        for row in rows_of("court_bookings", created_at="moment", starts_at="moment")
    ]
    assert sum(ahead) > 100


@pytest.mark.parametrize(
    ("table", "column", "known"),
    [
        ("kilns", "fuel", "electric"),
        ("glazes", "finish", "matte"),
        ("firings", "cone", "6"),
        ("squash_courts", "surface", "clay"),
        ("wines", "appellation", "Rioja"),
        ("pieces", "tempo", "Andante"),
        ("pieces", "voicing", "SATB"),
        ("pieces", "key", "C major"),
        ("guards", "shift", "night"),
        ("shirts", "fit", "slim"),
        ("gemstones", "cut", "princess"),
        ("room_bookings", "title", "Budget review"),
    ],
)
def test_words_are_those_of_the_trade(table, column, known):
    assert known in {row[column] for row in rows_of(table, **{column: str})}


def test_figures_are_those_of_the_trade():
    assert all(row["abv"] >= 10 for row in rows_of("wines", abv=float))
    assert all(row["max_temp_c"] >= 1000 for row in rows_of("kilns", max_temp_c=int))
    assert all(row["attendance"] <= 80 for row in rows_of("rehearsals", attendance=int))


def test_one_of_many_glazes_is_a_glaze():
    words = {
        "glazes": "glaze",
        "sizes": "size",
        "quizzes": "quiz",
        "waltzes": "waltz",
        "buzzes": "buzz",
        "boxes": "box",
    }
    assert {word: singular(word) for word in words} == words
