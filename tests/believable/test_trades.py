"""Names, numbers and magnitudes are those of the trade that a table is of."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from stdnum import imo, iso6346, luhn

from tests.believable.reading import as_models, read, rows, share


@pytest.mark.parametrize("road", [read, as_models])
def test_numbers_of_telephones_and_of_their_cards_are_digits_of_the_right_length(road, tmp_path):
    ddl = """CREATE TABLE sims (id INTEGER PRIMARY KEY, iccid VARCHAR(20) NOT NULL UNIQUE, imsi CHAR(15) NOT NULL,
        imei VARCHAR(15) NOT NULL, puk VARCHAR(8) NOT NULL, pin1 CHAR(4) NOT NULL, msisdn VARCHAR(15) NOT NULL)"""
    for row in rows(road(tmp_path, ddl), "sims"):
        assert len(row["iccid"]) == 19
        assert luhn.is_valid(row["iccid"])
        assert len(row["imei"]) == 15
        assert luhn.is_valid(row["imei"])
        assert [len(row[name]) for name in ("imsi", "puk", "pin1")] == [15, 8, 4]
        assert all(row[name].isdigit() for name in ("imsi", "puk", "pin1"))
        assert re.fullmatch(r"\+?\d{7,15}", row["msisdn"])


def test_numbers_of_ships_and_boxes_are_valid(tmp_path):
    ddl = """CREATE TABLE vessels (id INTEGER PRIMARY KEY, imo_number CHAR(7) NOT NULL UNIQUE,
        dwt INTEGER NOT NULL);
        CREATE TABLE containers (id INTEGER PRIMARY KEY, container_no CHAR(11) NOT NULL UNIQUE,
        tare_weight_kg INTEGER NOT NULL, net_weight_kg INTEGER NOT NULL, gross_weight_kg INTEGER NOT NULL)"""
    tables = read(tmp_path, ddl)
    assert all(imo.is_valid(row["imo_number"]) and row["dwt"] > 1_000 for row in rows(tables, "vessels"))
    for row in rows(tables, "containers"):
        assert iso6346.is_valid(row["container_no"])
        assert row["gross_weight_kg"] == row["tare_weight_kg"] + row["net_weight_kg"]
        assert 5_000 < row["gross_weight_kg"] < 40_000


def test_the_last_digits_of_a_card_are_those_of_its_number(tmp_path):
    ddl = """CREATE TABLE cards (id INTEGER PRIMARY KEY, card_number VARCHAR(19) NOT NULL, card_last4 CHAR(4) NOT NULL,
        card_expiry CHAR(5) NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "cards"):
        assert luhn.is_valid(row["card_number"])
        assert row["card_number"].endswith(row["card_last4"])
        assert re.fullmatch(r"(0[1-9]|1[0-2])/\d\d", row["card_expiry"])


@pytest.mark.parametrize(
    ("table", "columns", "pattern"),
    [
        ("stadiums", "name TEXT NOT NULL", "Stadium|Arena|Park|Ground"),
        ("ports", "name TEXT NOT NULL", "Port|Harbour|Terminal"),
        ("marinas", "name TEXT NOT NULL", "Port|Harbour|Terminal"),
        ("airports", "name VARCHAR(60) NOT NULL", "Airport"),
        ("vaccines", "name VARCHAR(60) NOT NULL", "vaccine"),
        ("terms", "name VARCHAR(40) NOT NULL", "Term 202"),
        ("parties", "name TEXT NOT NULL, ideology TEXT, founded_year INTEGER", "Party|Alliance|Movement|Union"),
        ("teams", "name TEXT NOT NULL, stadium TEXT, coach TEXT", "[a-z]+ [A-Z][a-z]+$"),
        ("tutors", "subject VARCHAR(40) NOT NULL", "^(?!.*(invoice|delivery|order))"),
    ],
)
def test_things_are_called_as_in_their_trade(tmp_path, table: str, columns: str, pattern: str):
    made = rows(read(tmp_path, f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns})"), table)
    name = columns.split()[0]
    assert all(re.search(pattern, row[name]) for row in made)
    assert len({row[name] for row in made}) >= 6


def test_the_parties_of_a_lawsuit_are_people(tmp_path):
    ddl = """CREATE TABLE lawsuits (id INTEGER PRIMARY KEY, court TEXT NOT NULL);
        CREATE TABLE parties (id INTEGER PRIMARY KEY, lawsuit_id INTEGER NOT NULL REFERENCES lawsuits (id),
        name VARCHAR(80) NOT NULL)"""
    tables = read(tmp_path, ddl)
    assert not any(re.search("Party|Conference|Workshop", row["name"]) for row in rows(tables, "parties"))
    assert all("Court" in row["court"] for row in rows(tables, "lawsuits"))


@pytest.mark.parametrize(
    ("table", "column", "low", "high"),
    [
        ("cars", "odometer_km INTEGER", 1_000, 600_000),
        ("stadiums", "capacity INTEGER", 2_000, 400_000),
        ("hotel_rooms", "capacity INTEGER", 1, 6),
        ("trucks", "kerb_weight_kg INTEGER", 200, 20_000),
        ("players", "shirt_number INTEGER", 1, 99),
        ("matches", "home_goals SMALLINT", 0, 5),
        ("goals", "minute SMALLINT", 1, 90),
        ("policies", "premium NUMERIC(10, 2)", 60, 10_000),
        ("cows", "weight_kg INTEGER", 380, 900),
        ("adopters", "household_size INTEGER", 1, 6),
        ("members", "bmi NUMERIC(4, 1)", 17, 42),
        ("kegs", "size_l INTEGER", 20, 1_000),
    ],
)
def test_magnitudes_are_those_of_the_trade(tmp_path, table: str, column: str, low: int, high: int):
    made = rows(read(tmp_path, f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {column} NOT NULL)"), table)
    assert all(low <= row[column.split()[0]] <= high for row in made)


def test_what_is_paid_out_of_an_amount_is_a_part_of_it(tmp_path):
    ddl = """CREATE TABLE payslips (id INTEGER PRIMARY KEY, gross_pay NUMERIC(10, 2) NOT NULL,
        tax_withheld NUMERIC(10, 2) NOT NULL, net_pay NUMERIC(10, 2) NOT NULL);
        CREATE TABLE claims (id INTEGER PRIMARY KEY, claimed_amount NUMERIC(12, 2) NOT NULL,
        approved_amount NUMERIC(12, 2) NOT NULL);
        CREATE TABLE projects (id INTEGER PRIMARY KEY, budget NUMERIC(12, 2) NOT NULL, actual_cost NUMERIC(12, 2))"""
    tables = read(tmp_path, ddl)
    for row in rows(tables, "payslips"):
        assert row["net_pay"] == row["gross_pay"] - row["tax_withheld"]
        assert abs(row["tax_withheld"] - row["gross_pay"] / 5) <= Decimal("0.01")
    assert all(0 < row["approved_amount"] <= row["claimed_amount"] for row in rows(tables, "claims"))
    projects = [row for row in rows(tables, "projects") if row["actual_cost"] is not None]
    assert share(projects, lambda row: Decimal("0.7") < row["actual_cost"] / row["budget"] < Decimal("1.4")) == 1
