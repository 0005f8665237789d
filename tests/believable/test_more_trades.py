"""Tables of trades that were read aloud: sorts, names and figures are those of the trade."""

from __future__ import annotations

import re

import pytest

from tests.believable.reading import read, rows


@pytest.mark.parametrize(
    ("ddl", "column", "some"),
    [
        (
            "CREATE TABLE vessels (id INTEGER PRIMARY KEY, vessel_type VARCHAR(30) NOT NULL)",
            "vessel_type",
            "bulk carrier",
        ),
        ("CREATE TABLE meters (id INTEGER PRIMARY KEY, type VARCHAR(30) NOT NULL)", "type", "electricity"),
        (
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY, aggregate_type VARCHAR(30) NOT NULL)",
            "aggregate_type",
            "order",
        ),
        ("CREATE TABLE guardians (id INTEGER PRIMARY KEY, relation VARCHAR(20) NOT NULL)", "relation", "mother"),
        ("CREATE TABLE prescriptions (id INTEGER PRIMARY KEY, route VARCHAR(20) NOT NULL)", "route", "oral"),
        ("CREATE TABLE singers (id INTEGER PRIMARY KEY, voice_part VARCHAR(12) NOT NULL)", "voice_part", "alto"),
        ("CREATE TABLE locomotives (id INTEGER PRIMARY KEY, traction VARCHAR(10) NOT NULL)", "traction", "diesel"),
        ("CREATE TABLE quarries (id INTEGER PRIMARY KEY, rock_type VARCHAR(20) NOT NULL)", "rock_type", "granite"),
        ("CREATE TABLE apparel (id INTEGER PRIMARY KEY, size VARCHAR(4) NOT NULL)", "size", "XL"),
        ("CREATE TABLE charge_points (id INTEGER PRIMARY KEY, status VARCHAR(16) NOT NULL)", "status", "Charging"),
    ],
)
def test_sorts_are_those_of_the_trade(tmp_path, ddl: str, column: str, some: str):
    made = {row[column] for row in rows(read(tmp_path, ddl), ddl.split()[2])}
    assert some in made
    assert made.isdisjoint({"standard", "basic", "special", "custom"})


@pytest.mark.parametrize(
    ("ddl", "column", "low", "high"),
    [
        ("CREATE TABLE vessels (id INTEGER PRIMARY KEY, built INTEGER NOT NULL)", "built", 1930, 2025),
        ("CREATE TABLE teams (id INTEGER PRIMARY KEY, wins INTEGER NOT NULL, losses INTEGER NOT NULL)", "wins", 0, 38),
        ("CREATE TABLE weather_days (id INTEGER PRIMARY KEY, t_max NUMERIC(4, 1) NOT NULL)", "t_max", -20, 45),
        ("CREATE TABLE wards (id INTEGER PRIMARY KEY, beds_total INTEGER NOT NULL)", "beds_total", 4, 60),
        ("CREATE TABLE fire_incidents (id INTEGER PRIMARY KEY, casualties INTEGER NOT NULL)", "casualties", 0, 3),
        ("CREATE TABLE fire_incidents (id INTEGER PRIMARY KEY, crew_size INTEGER NOT NULL)", "crew_size", 2, 12),
        ("CREATE TABLE elevators (id INTEGER PRIMARY KEY, rated_load_kg INTEGER NOT NULL)", "rated_load_kg", 320, 2500),
        (
            "CREATE TABLE schemes (id INTEGER PRIMARY KEY, normal_retirement_age INTEGER NOT NULL)",
            "normal_retirement_age",
            60,
            68,
        ),
        (
            "CREATE TABLE productions (id INTEGER PRIMARY KEY, running_time_min INTEGER NOT NULL)",
            "running_time_min",
            60,
            240,
        ),
        ("CREATE TABLE escape_rooms (id INTEGER PRIMARY KEY, min_players INTEGER NOT NULL)", "min_players", 2, 4),
        ("CREATE TABLE dives (id INTEGER PRIMARY KEY, tank_start_bar INTEGER NOT NULL)", "tank_start_bar", 180, 230),
    ],
)
def test_figures_are_of_the_size_of_the_trade(tmp_path, ddl: str, column: str, low: int, high: int):
    made = [row[column] for row in rows(read(tmp_path, ddl), ddl.split()[2])]
    assert low <= min(made) <= max(made) <= high
    assert len({*made}) > 2


@pytest.mark.parametrize("listed", [("M", "F", "X"), ("male", "female", "other", "unknown"), ("W", "M", "D")])
def test_few_people_are_of_another_sex_than_the_two(tmp_path, listed: tuple[str, ...]):
    values = ", ".join(f"'{value}'" for value in listed)
    ddl = f"CREATE TABLE people (id INTEGER PRIMARY KEY, sex VARCHAR(10) NOT NULL CHECK (sex IN ({values})))"
    made = [row["sex"] for row in rows(read(tmp_path, ddl, rows=2000), "people")]
    assert all(800 < made.count(sex) < 1200 for sex in listed[:2])
    assert 0 < sum(sex in listed[2:] for sex in made) < 60


def test_no_word_is_cut_to_fit_a_short_column(tmp_path):
    ddl = "CREATE TABLE schemes (id INTEGER PRIMARY KEY, kind VARCHAR(4) NOT NULL, size VARCHAR(4) NOT NULL)"
    made = rows(read(tmp_path, ddl), "schemes")
    assert {row["kind"] for row in made}.isdisjoint({"STAN", "BASI", "SPEC", "CUST"})
    assert not any(re.search(r"\dX", row["size"]) for row in made)


def test_a_weighed_truck_is_as_heavy_as_itself_and_its_load(tmp_path):
    ddl = """CREATE TABLE weighbridge_tickets (id INTEGER PRIMARY KEY, tare_t NUMERIC(5, 2) NOT NULL,
        gross_t NUMERIC(5, 2) NOT NULL, net_t NUMERIC(5, 2) NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "weighbridge_tickets"):
        assert row["gross_t"] == row["tare_t"] + row["net_t"]
