"""What the columns of a row have to do with each other in the trades that use them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from pytest_misata.engine.keys.opponents import are_opposites
from pytest_misata.engine.texts.terms import terms
from tests.believable.reading import as_models, by_id, read, rows, share

TWO = """CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE games (id INTEGER PRIMARY KEY, {one} INTEGER NOT NULL REFERENCES teams (id),
    {other} INTEGER {null} REFERENCES teams (id), played_on DATE NOT NULL)"""


@pytest.mark.parametrize("road", [read, as_models])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("home_team_id", "away_team_id"),
        ("white_id", "black_id"),
        ("origin", "destination"),
        ("from_team", "to_team"),
        ("team_a_id", "team_b_id"),
        ("player1_id", "player2_id"),
        ("departure_port_id", "arrival_port_id"),
    ],
)
@pytest.mark.parametrize("null", ["NOT NULL", ""])
def test_nobody_plays_against_themselves(road, tmp_path, one: str, other: str, null: str):
    made = rows(road(tmp_path, TWO.format(one=one, other=other, null=null)), "games")
    assert not any(row[one] == row[other] for row in made)
    assert len({row[other] for row in made}) > 100


def test_references_that_are_no_opposites_may_be_the_same(tmp_path):
    made = rows(read(tmp_path, TWO.format(one="scout_id", other="home_team_id", null="NOT NULL")), "games")
    assert any(row["scout_id"] == row["home_team_id"] for row in made)
    assert not are_opposites("home_team_id", "home_club_id")


def test_where_there_is_one_to_refer_to_both_do(tmp_path):
    ddl = TWO.format(one="home_team_id", other="away_team_id", null="NOT NULL")
    assert {row["away_team_id"] for row in rows(read(tmp_path, ddl, rows=1), "games")} == {1}


@pytest.mark.parametrize("road", [read, as_models])
@pytest.mark.parametrize(
    ("table", "first", "then"),
    [
        ("outages", "started_at", "restored_at"),
        ("cars", "arrived_on", "sold_on"),
        ("incidents", "began_at", "contained_at"),
        ("fires", "started_at", "extinguished_at"),
        ("adoptions", "started_on", "finalised_on"),
        ("ferments", "began_on", "racked_on"),
    ],
)
def test_what_may_not_have_happened_yet_comes_after_what_begins(road, tmp_path, table: str, first: str, then: str):
    kind = "DATETIME" if first.endswith("_at") else "DATE"
    ddl = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {then} {kind}, {first} {kind} NOT NULL)"
    made = [row for row in rows(road(tmp_path, ddl), table) if row[then] is not None]
    assert len(made) > 50
    assert all(row[then] >= row[first] for row in made)


def test_flights_of_abbreviated_names_are_flown_near_their_schedule(tmp_path):
    ddl = """CREATE TABLE flights (id INTEGER PRIMARY KEY, sched_dep DATETIME NOT NULL, sched_arr DATETIME NOT NULL,
        actual_dep DATETIME, actual_arr DATETIME, delay_min INTEGER)"""
    made = rows(read(tmp_path, ddl), "flights")
    assert all(row["sched_dep"] < row["sched_arr"] <= row["sched_dep"] + timedelta(hours=12) for row in made)
    flown = [row for row in made if row["actual_dep"] is not None]
    assert all(abs(row["actual_dep"] - row["sched_dep"]) < timedelta(hours=6) for row in flown)


@pytest.mark.parametrize(("species", "sort"), [("dog", "dog_breed"), ("cat", "cat_breed")])
def test_animals_are_of_a_breed_of_their_species(tmp_path, species: str, sort: str):
    ddl = """CREATE TABLE pets (id INTEGER PRIMARY KEY, breed VARCHAR(40) NOT NULL, species VARCHAR(20) NOT NULL,
        weight_kg NUMERIC(5,2) NOT NULL)"""
    made = [row for row in rows(read(tmp_path, ddl), "pets") if row["species"] == species]
    assert len(made) > 50
    assert {row["breed"] for row in made} <= set(terms(sort))
    assert species == "dog" or all(row["weight_kg"] < 9 for row in made)


def test_listed_species_have_their_breeds(tmp_path):
    ddl = """CREATE TABLE animals (id INTEGER PRIMARY KEY, species VARCHAR(10) NOT NULL
        CHECK (species IN ('DOG', 'HORSE')), breed VARCHAR(40))"""
    made = [row for row in rows(read(tmp_path, ddl), "animals") if row["species"] == "HORSE" and row["breed"]]
    assert {row["breed"] for row in made} <= set(terms("horse_breed"))


@pytest.mark.parametrize("road", [read, as_models])
def test_who_brings_things_back_in_time_pays_no_fine(road, tmp_path):
    ddl = """CREATE TABLE loans (id INTEGER PRIMARY KEY, borrowed_on DATE NOT NULL, due_on DATE NOT NULL,
        returned_on DATE,        fine NUMERIC(6,2) NOT NULL)"""
    made = rows(road(tmp_path, ddl), "loans")
    for row in made:
        late = max((row["returned_on"] - row["due_on"]).days, 0) if row["returned_on"] else 0
        assert row["fine"] == min(Decimal("0.25") * late, 10)
    assert 0 < share(made, lambda row: row["fine"] > 0) < 0.8


@pytest.mark.parametrize(
    ("table", "columns", "formula"),
    [
        ("recipes", ("total_minutes", "prep_minutes", "cook_minutes"), lambda a, b, c: a == b + c),
        ("dishes", ("total_time", "prep_time", "cook_time"), lambda a, b, c: a == b + c),
        ("bills", ("closing_reading", "opening_reading", "consumption"), lambda a, b, c: a == b + c),
        ("trips", ("odometer_end", "odometer_start", "distance_km"), lambda a, b, c: a == b + c),
        ("settlements", ("total", "hammer_total", "premium"), lambda a, b, c: a == b + c and c < b),
        ("sales", ("amount_financed", "sale_price", "down_payment"), lambda a, b, c: a == b - c and c < b),
        ("elections", ("votes_cast", "spoilt_votes", "electorate"), lambda a, b, c: b < a <= c),
        ("stations", ("ballots_cast", "invalid_ballots", "registered_voters"), lambda a, b, c: b < a <= c),
    ],
)
def test_amounts_add_up_as_they_do_in_the_trade(tmp_path, table: str, columns: tuple[str, ...], formula):
    listed = ", ".join(f"{name} INTEGER NOT NULL" for name in columns)
    made = rows(read(tmp_path, f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {listed})"), table)
    assert all(formula(*(row[name] for name in columns)) for row in made)


def test_turnout_is_of_those_who_may_vote(tmp_path):
    ddl = """CREATE TABLE elections (id INTEGER PRIMARY KEY, electorate INTEGER NOT NULL, turnout NUMERIC(5,2) NOT NULL,
        votes_cast INTEGER NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "elections"):
        assert abs(row["turnout"] - Decimal(100 * row["votes_cast"]) / row["electorate"]) <= Decimal("0.005")


@pytest.mark.parametrize("road", [read, as_models])
def test_a_hall_holds_all_who_come(road, tmp_path):
    ddl = """CREATE TABLE venues (id INTEGER PRIMARY KEY, name TEXT NOT NULL, capacity INTEGER NOT NULL);
        CREATE TABLE shows (id INTEGER PRIMARY KEY, venue_id INTEGER NOT NULL REFERENCES venues (id),
        tickets_sold INTEGER NOT NULL, attendance INTEGER)"""
    tables = road(tmp_path, ddl)
    venues = by_id(tables, "venues")
    for row in rows(tables, "shows"):
        assert row["tickets_sold"] <= venues[row["venue_id"]]["capacity"]
        assert row["attendance"] is None or row["attendance"] <= row["tickets_sold"]


def test_a_ground_holds_the_crowd(tmp_path):
    ddl = """CREATE TABLE stadiums (id INTEGER PRIMARY KEY, capacity INTEGER NOT NULL);
        CREATE TABLE fixtures (id INTEGER PRIMARY KEY, stadium_id INTEGER NOT NULL REFERENCES stadiums (id),
        attendance INTEGER NOT NULL)"""
    tables = read(tmp_path, ddl)
    stadiums = by_id(tables, "stadiums")
    assert all(row["attendance"] <= stadiums[row["stadium_id"]]["capacity"] for row in rows(tables, "fixtures"))


def test_what_is_made_no_more_was_made_before(tmp_path):
    ddl = (
        "CREATE TABLE models (id INTEGER PRIMARY KEY, make_id INTEGER, first_year INTEGER NOT NULL, last_year INTEGER)"
    )
    made = [row for row in rows(read(tmp_path, ddl), "models") if row["last_year"]]
    assert all(row["first_year"] <= row["last_year"] <= 2026 for row in made)
