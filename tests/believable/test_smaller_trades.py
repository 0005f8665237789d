"""Tables of trades that nobody wrote a domain for have the words and the figures of the trade."""

from __future__ import annotations

import re

import pytest

from pytest_misata.engine.texts.terms import terms
from pytest_misata.engine.vocabulary import toml_file
from tests.believable.reading import read, rows

_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_WORTH = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True))


def _digit(vin: str) -> str:
    values = [int(each) if each.isdigit() else _WORTH[each] for each in vin]
    rest = sum(a * b for a, b in zip(values, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def test_numbers_of_vehicles_have_the_check_digit_of_theirs(tmp_path):
    made = rows(read(tmp_path, "CREATE TABLE cars (id INTEGER PRIMARY KEY, vin CHAR(17) NOT NULL UNIQUE)"), "cars")
    assert all(len(row["vin"]) == 17 and _digit(row["vin"]) == row["vin"][8] for row in made)
    assert all(row["vin"][9] in _YEARS for row in made)


@pytest.mark.parametrize(
    ("ddl", "column", "sort"),
    [
        ("CREATE TABLE beers (id INTEGER PRIMARY KEY, style VARCHAR(40) NOT NULL)", "style", "beer_style"),
        ("CREATE TABLE horses (id INTEGER PRIMARY KEY, breed VARCHAR(40) NOT NULL)", "breed", "horse_breed"),
        ("CREATE TABLE dogs (id INTEGER PRIMARY KEY, breed VARCHAR(40) NOT NULL)", "breed", "dog_breed"),
        ("CREATE TABLE cats (id INTEGER PRIMARY KEY, cat_breed VARCHAR(40) NOT NULL)", "cat_breed", "cat_breed"),
        ("CREATE TABLE hops (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL)", "name", "hop"),
        ("CREATE TABLE recipes (id INTEGER PRIMARY KEY, title VARCHAR(80) NOT NULL)", "title", "recipe"),
        ("CREATE TABLE lots (id INTEGER PRIMARY KEY, title TEXT NOT NULL, hammer_price INTEGER)", "title", "antique"),
        ("CREATE TABLE auctions (id INTEGER PRIMARY KEY, title TEXT NOT NULL)", "title", "auction"),
        ("CREATE TABLE caskets (id INTEGER PRIMARY KEY, name TEXT NOT NULL)", "name", "casket"),
        ("CREATE TABLE energy_tariffs (id INTEGER PRIMARY KEY, name TEXT NOT NULL)", "name", "tariff"),
    ],
)
def test_things_have_the_names_of_their_trade(tmp_path, ddl: str, column: str, sort: str):
    made = rows(read(tmp_path, ddl), ddl.split()[2])
    assert {row[column] for row in made} <= set(terms(sort))


@pytest.mark.parametrize("table", ["bakeries", "wineries", "car_dealers", "stables", "funeral_homes"])
def test_establishments_are_called_what_they_are(tmp_path, table: str):
    made = rows(read(tmp_path, f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL)"), table)
    noun = {"bakeries": "Bakery", "wineries": "Winery", "car_dealers": "Car Dealer", "stables": "Stable"}
    assert all(row["name"].endswith(noun.get(table, "Funeral Home")) for row in made)
    assert len({row["name"] for row in made}) > 30


@pytest.mark.parametrize("column", ["curator", "salesperson", "auctioneer", "head_coach", "funeral_director", "brewer"])
def test_who_has_a_part_in_a_row_is_a_person(tmp_path, column: str):
    made = rows(
        read(tmp_path, f"CREATE TABLE affairs (id INTEGER PRIMARY KEY, {column} VARCHAR(60) NOT NULL)"), "affairs"
    )
    assert len({row[column] for row in made}) > 200
    assert all(" " in row[column] for row in made)


@pytest.mark.parametrize("column", ["frobnication VARCHAR(20)", "quiddity VARCHAR(40)", "zest VARCHAR(12)"])
def test_what_nobody_knows_gets_a_word_that_is_odd_beside_nothing(tmp_path, column: str):
    name = column.split()[0]
    made = rows(read(tmp_path, f"CREATE TABLE gizmos (id INTEGER PRIMARY KEY, {column} NOT NULL)"), "gizmos")
    assert {row[name] for row in made} <= set(terms("word"))


def test_things_that_nobody_knows_are_called_after_towns_and_families(tmp_path):
    made = rows(read(tmp_path, "CREATE TABLE gizmos (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL)"), "gizmos")
    assert all(re.fullmatch(r"[A-Z][a-z]+ Gizmo", row["name"]) for row in made)
    assert len({row["name"] for row in made}) > 60


@pytest.mark.parametrize(
    ("ddl", "column", "low", "high"),
    [
        (
            "CREATE TABLE cars (id INTEGER PRIMARY KEY, asking_price NUMERIC(10,2) NOT NULL)",
            "asking_price",
            4000,
            150000,
        ),
        ("CREATE TABLE beers (id INTEGER PRIMARY KEY, ibu INTEGER NOT NULL)", "ibu", 5, 110),
        ("CREATE TABLE batches (id INTEGER PRIMARY KEY, beer_id INTEGER, og NUMERIC(5,3) NOT NULL)", "og", 1.03, 1.1),
        (
            "CREATE TABLE clubs (id INTEGER PRIMARY KEY, stadium TEXT, capacity INTEGER NOT NULL)",
            "capacity",
            1000,
            150000,
        ),
        (
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, pet_id INTEGER, temp_c NUMERIC(4,1) NOT NULL)",
            "temp_c",
            37,
            41,
        ),
        ("CREATE TABLE visits (id INTEGER PRIMARY KEY, triage TEXT, temp_c NUMERIC(4,1) NOT NULL)", "temp_c", 35, 41),
        ("CREATE TABLE horses (id INTEGER PRIMARY KEY, height_hands NUMERIC(4,1) NOT NULL)", "height_hands", 12, 18),
    ],
)
def test_figures_are_of_the_size_they_have_in_the_trade(tmp_path, ddl: str, column: str, low: float, high: float):
    made = rows(read(tmp_path, ddl), ddl.split()[2])
    assert all(low <= row[column] <= high for row in made)


def test_each_meaning_of_a_trade_stands_in_one_file():
    files = [toml_file(name) for name in ("trades.toml", "sorts.toml", "commonplace.toml", "meanings.toml")]
    assert sum(map(len, files)) == len(set().union(*files))


@pytest.mark.parametrize(
    ("ddl", "column", "pattern"),
    [
        (
            "CREATE TABLE hives (id INTEGER PRIMARY KEY, hive_type TEXT NOT NULL)",
            "hive_type",
            "Langstroth|Dadant|[A-Za-zé ]+",
        ),
        ("CREATE TABLE climbs (id INTEGER PRIMARY KEY, grade VARCHAR(6) NOT NULL)", "grade", r"[5-7][abc]\+?"),
        ("CREATE TABLE takes (id INTEGER PRIMARY KEY, timecode VARCHAR(11) NOT NULL)", "timecode", r"(\d\d:){3}\d\d"),
        (
            "CREATE TABLE slopes (id INTEGER PRIMARY KEY, difficulty TEXT NOT NULL)",
            "difficulty",
            "green|blue|red|black",
        ),
        ("CREATE TABLE exposures (id INTEGER PRIMARY KEY, band VARCHAR(4) NOT NULL)", "band", "[UBVRIgri]"),
        ("CREATE TABLE lots (id INTEGER PRIMARY KEY, serial_no VARCHAR(20) NOT NULL)", "serial_no", r"[A-Z0-9-]+"),
        (
            "CREATE TABLE invoices (id INTEGER PRIMARY KEY, number VARCHAR(20) NOT NULL)",
            "number",
            r"[A-Z0-9-]*\d[A-Z0-9-]*",
        ),
    ],
)
def test_texts_are_those_of_the_trade(tmp_path, ddl: str, column: str, pattern: str):
    made = rows(read(tmp_path, ddl), ddl.split()[2])
    assert all(re.fullmatch(pattern, row[column]) for row in made)


def test_what_is_due_back_is_due_after_it_went_out(tmp_path):
    ddl = """CREATE TABLE rentals (id INTEGER PRIMARY KEY, out_at DATETIME NOT NULL, due_back_at DATETIME NOT NULL,
        back_at DATETIME)"""
    for row in rows(read(tmp_path, ddl), "rentals"):
        assert row["out_at"] <= row["due_back_at"]
        assert row["back_at"] is None or row["back_at"] >= row["out_at"]


@pytest.mark.parametrize("column", ["cut", "tick", "placement", "orientation", "music", "lining", "body_text", "foot"])
def test_words_of_a_trade_mean_nothing_of_it_elsewhere(tmp_path, column: str):
    ddl = f"CREATE TABLE gizmos (id INTEGER PRIMARY KEY, {column} VARCHAR(120) NOT NULL)"
    listed = {
        value for entry in toml_file("trades.toml").values() for value in entry.get("options", {}).get("values", [])
    }
    assert listed.isdisjoint(row[column] for row in rows(read(tmp_path, ddl), "gizmos"))
