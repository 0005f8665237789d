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
        ("CREATE TABLE log_entries (id INTEGER PRIMARY KEY, level VARCHAR(10) NOT NULL)", "level", "WARNING"),
        ("CREATE TABLE app_logs (id INTEGER PRIMARY KEY, module VARCHAR(40) NOT NULL)", "module", "billing"),
        (
            "CREATE TABLE hearings (id INTEGER PRIMARY KEY, hearing_type VARCHAR(40) NOT NULL)",
            "hearing_type",
            "sentencing",
        ),
        ("CREATE TABLE court_motions (id INTEGER PRIMARY KEY, ruling VARCHAR(20) NOT NULL)", "ruling", "granted"),
        ("CREATE TABLE yachts (id INTEGER PRIMARY KEY, builder VARCHAR(40) NOT NULL)", "builder", "Beneteau"),
        ("CREATE TABLE fuel_sales (id INTEGER PRIMARY KEY, fuel_type VARCHAR(16) NOT NULL)", "fuel_type", "diesel"),
        ("CREATE TABLE deals (id INTEGER PRIMARY KEY, job_title VARCHAR(40) NOT NULL)", "job_title", "Gaffer"),
        (
            "CREATE TABLE taxa (id INTEGER PRIMARY KEY, conservation_status VARCHAR(4) NOT NULL)",
            "conservation_status",
            "LC",
        ),
        ("CREATE TABLE premises (id INTEGER PRIMARY KEY, rate_class VARCHAR(20) NOT NULL)", "rate_class", "commercial"),
        (
            "CREATE TABLE blood_requests (id INTEGER PRIMARY KEY, crossmatch VARCHAR(20) NOT NULL)",
            "crossmatch",
            "compatible",
        ),
        ("CREATE TABLE clients (id INTEGER PRIMARY KEY, state CHAR(2) NOT NULL)", "state", "CA"),
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
        ("CREATE TABLE water_meters (id INTEGER PRIMARY KEY, size_mm INTEGER NOT NULL)", "size_mm", 15, 150),
        ("CREATE TABLE warrants (id INTEGER PRIMARY KEY, bail_amount INTEGER NOT NULL)", "bail_amount", 0, 100_000),
        ("CREATE TABLE moorings (id INTEGER PRIMARY KEY, max_loa_m NUMERIC(5, 2) NOT NULL)", "max_loa_m", 5, 24),
        ("CREATE TABLE seed_lots (id INTEGER PRIMARY KEY, moisture NUMERIC(4, 2) NOT NULL)", "moisture", 3, 9),
        ("CREATE TABLE escape_rooms (id INTEGER PRIMARY KEY, min_players INTEGER NOT NULL)", "min_players", 2, 4),
        ("CREATE TABLE dives (id INTEGER PRIMARY KEY, tank_start_bar INTEGER NOT NULL)", "tank_start_bar", 180, 230),
    ],
)
def test_figures_are_of_the_size_of_the_trade(tmp_path, ddl: str, column: str, low: int, high: int):
    made = [row[column] for row in rows(read(tmp_path, ddl), ddl.split()[2])]
    assert low <= min(made) <= max(made) <= high
    assert len({*made}) > 2


def test_what_is_told_of_a_ruling_or_an_outcome_is_there_when_it_came(tmp_path):
    ddl = """CREATE TABLE court_motions (id INTEGER PRIMARY KEY, filed_on DATE NOT NULL, ruled_on DATE,
        ruling VARCHAR(20));
        CREATE TABLE hearings (id INTEGER PRIMARY KEY, scheduled_start TIMESTAMP NOT NULL, status VARCHAR(20) NOT NULL,
        outcome VARCHAR(40))"""
    tables = read(tmp_path, ddl)
    assert all((row["ruling"] is None) == (row["ruled_on"] is None) for row in rows(tables, "court_motions"))
    held = [row for row in rows(tables, "hearings") if row["outcome"] is not None]
    assert {row["status"] for row in held} <= {"held", "completed"}


def test_bills_and_pay_add_up(tmp_path):
    ddl = """CREATE TABLE bills (id INTEGER PRIMARY KEY, previous_reading NUMERIC(12, 3) NOT NULL,
        current_reading NUMERIC(12, 3) NOT NULL, consumption_m3 NUMERIC(10, 3) NOT NULL,
        fixed_charge NUMERIC(8, 2) NOT NULL, usage_charge NUMERIC(8, 2) NOT NULL, total_due NUMERIC(10, 2) NOT NULL);
        CREATE TABLE paychecks (id INTEGER PRIMARY KEY, gross_pay NUMERIC(10, 2) NOT NULL,
        federal_tax NUMERIC(10, 2) NOT NULL, union_dues NUMERIC(8, 2) NOT NULL, net_pay NUMERIC(10, 2) NOT NULL);
        CREATE TABLE germination_tests (id INTEGER PRIMARY KEY, sown INTEGER NOT NULL, germinated INTEGER NOT NULL)"""
    tables = read(tmp_path, ddl)
    for row in rows(tables, "bills"):
        assert row["current_reading"] == row["previous_reading"] + row["consumption_m3"]
        assert row["total_due"] == row["fixed_charge"] + row["usage_charge"]
    for row in rows(tables, "paychecks"):
        assert row["net_pay"] == row["gross_pay"] - row["federal_tax"] - row["union_dues"] > 0
    assert all(0 < row["germinated"] <= row["sown"] for row in rows(tables, "germination_tests"))


def test_the_maker_of_an_aircraft_is_that_of_its_model_and_guests_come_after_noon(tmp_path):
    ddl = """CREATE TABLE aircraft (id INTEGER PRIMARY KEY, model VARCHAR(40) NOT NULL, maker VARCHAR(40) NOT NULL);
        CREATE TABLE hotels (id INTEGER PRIMARY KEY, checkin_time TIME NOT NULL, checkout_time TIME NOT NULL)"""
    tables = read(tmp_path, ddl)
    assert all(row["model"].startswith(row["maker"]) for row in rows(tables, "aircraft"))
    assert all(row["checkout_time"].hour <= 12 < row["checkin_time"].hour for row in rows(tables, "hotels"))


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
