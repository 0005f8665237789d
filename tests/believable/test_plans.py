"""What was planned and what happened lie near each other, and things last as long as their kind does."""

from __future__ import annotations

import datetime as dt
from statistics import median

import pytest

from tests.believable.reading import Row, as_models, read, rows, share

LAST = dt.date(2025, 12, 31)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def between(table: list[Row], first: str, last: str) -> list[dt.timedelta]:
    """The times between two moments of the rows that have both."""
    return [row[last] - row[first] for row in table if row[first] is not None and row[last] is not None]


@pytest.mark.parametrize("road", [read, as_models])
@pytest.mark.parametrize(
    ("planned", "happened"),
    [
        ("planned_start", "started_at"),
        ("scheduled_for", "started_at"),
        ("eta", "ata"),
        ("expected_arrival", "arrived_at"),
        ("pickup_time", "picked_up_at"),
        ("start_time", "actual_start_time"),
    ],
)
def test_what_happened_lies_around_what_was_planned(road, tmp_path, planned: str, happened: str):
    ddl = f"CREATE TABLE jobsheets (id INTEGER PRIMARY KEY, {happened} TIMESTAMP, {planned} TIMESTAMP NOT NULL)"
    delays = between(rows(road(tmp_path, ddl), "jobsheets"), planned, happened)
    assert len(delays) > 100
    assert min(delays) < dt.timedelta(), "some are early"
    assert max(map(abs, delays)) < 5 * HOUR
    assert median(delays) < 2 * HOUR


def test_what_is_delivered_comes_around_the_day_that_was_promised(tmp_path):
    ddl = """CREATE TABLE parcels (id INTEGER PRIMARY KEY, created_at TIMESTAMP NOT NULL, promised_date DATE NOT NULL,
        delivered_on DATE, shipped_at TIMESTAMP)"""
    parcels = rows(read(tmp_path, ddl), "parcels")
    assert all(-2 * DAY <= late <= 6 * DAY for late in between(parcels, "promised_date", "delivered_on"))
    assert all(row["created_at"].date() <= row["promised_date"] for row in parcels)


def test_all_estimates_of_a_flight_are_near_its_schedule_and_its_delay_is_the_time_between(tmp_path):
    ddl = """CREATE TABLE flights (id INTEGER PRIMARY KEY, std TIMESTAMP NOT NULL, sta TIMESTAMP NOT NULL,
        etd TIMESTAMP NOT NULL, eta TIMESTAMP NOT NULL, atd TIMESTAMP, ata TIMESTAMP, arrival_delay_minutes INTEGER)"""
    flights = rows(read(tmp_path, ddl), "flights")
    for row in flights:
        assert dt.timedelta(minutes=40) < row["sta"] - row["std"] < 12 * HOUR
        assert abs(row["etd"] - row["std"]) < 4 * HOUR
        assert abs(row["eta"] - row["sta"]) < 4 * HOUR
        if row["ata"] is not None and row["arrival_delay_minutes"] is not None:
            assert row["arrival_delay_minutes"] == max((row["ata"] - row["sta"]).total_seconds() // 60, 0)
    assert share(flights, lambda row: None in (row["atd"], row["ata"]) or row["atd"] < row["ata"]) > 0.99


STAYS = """CREATE TABLE {} (id INTEGER PRIMARY KEY, {}arrival DATE NOT NULL, departure DATE NOT NULL,
    nights INTEGER NOT NULL, checked_in_at TIMESTAMP, checked_out_at TIMESTAMP, booked_at TIMESTAMP NOT NULL,
    cancelled_at TIMESTAMP, status VARCHAR(12)
    CHECK (status IN ('confirmed', 'checked_in', 'completed', 'cancelled')))"""


def test_guests_stay_from_arrival_to_departure(tmp_path):
    stays = rows(read(tmp_path, STAYS.format("room_reservations", "")), "room_reservations")
    for row in stays:
        assert row["booked_at"].date() <= row["arrival"] < row["departure"]
        assert row["nights"] == (row["departure"] - row["arrival"]).days <= 14
        assert row["checked_in_at"] is None or row["checked_in_at"].date() == row["arrival"]
        assert row["checked_out_at"] is None or row["checked_out_at"].date() == min(row["departure"], LAST)
        if row["status"] == "cancelled":
            assert row["checked_in_at"] is None
            assert row["cancelled_at"].date() <= row["arrival"]
    assert share(stays, lambda row: row["checked_in_at"] is not None) > 0.3


def test_those_who_book_a_flight_depart_first(tmp_path):
    ddl = STAYS.format("flight_bookings", "flight_number VARCHAR(8) NOT NULL, ").replace("nights INTEGER NOT NULL,", "")
    assert all(row["departure"] <= row["arrival"] for row in rows(read(tmp_path, ddl), "flight_bookings"))


@pytest.mark.parametrize(
    ("table", "columns", "least", "most"),
    [
        ("phone_calls", "started_at TIMESTAMP, ended_at TIMESTAMP", 20, 2_700),
        ("browser_tabs", "opened_at TIMESTAMP, closed_at TIMESTAMP", 60, 10_800),
        ("night_shifts", "start_time TIMESTAMP, end_time TIMESTAMP", 4 * 3600, 10 * 3600),
        ("board_meetings", "starts_at TIMESTAMP, ends_at TIMESTAMP", 900, 7_200),
        ("stays", "check_in DATE, check_out DATE", 86_400, 14 * 86_400),
        ("research_projects", "start_date DATE, end_date DATE", 30 * 86_400, 540 * 86_400),
        ("employments", "start_date DATE, end_date DATE", 120 * 86_400, 1_600 * 86_400),
    ],
)
def test_a_span_lasts_what_its_kind_lasts(tmp_path, table: str, columns: str, least: int, most: int):
    first, last = (part.split()[0] for part in columns.split(", "))
    made = rows(read(tmp_path, f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns})"), table)
    lengths = sorted(length.total_seconds() for length in between(made, first, last))
    # What began too late is over by the reference date, however long it would have been.
    usual = lengths[len(lengths) // 3 :]
    assert usual[0] >= least
    assert usual[-1] <= most


@pytest.mark.parametrize(
    ("name", "unit"), [("duration_s", 1), ("duration_seconds", 1), ("duration_min", 60), ("length_mins", 60)]
)
def test_a_duration_is_the_time_from_beginning_to_end_whatever_its_unit_is_called(tmp_path, name: str, unit: int):
    ddl = f"""CREATE TABLE visits (id INTEGER PRIMARY KEY, started_at TIMESTAMP NOT NULL, ended_at TIMESTAMP NOT NULL,
        {name} INTEGER NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "visits"):
        assert row[name] == (row["ended_at"] - row["started_at"]).total_seconds() // unit


def test_a_queued_job_starts_soon_and_one_that_waits_for_nothing_is_planned_in_quarters(tmp_path):
    ddl = """CREATE TABLE jobs (id INTEGER PRIMARY KEY, enqueued_at TIMESTAMP NOT NULL, started_at TIMESTAMP);
        CREATE TABLE lessons (id INTEGER PRIMARY KEY, starts_at TIMESTAMP NOT NULL, ends_at TIMESTAMP NOT NULL)"""
    tables = read(tmp_path, ddl)
    assert max(between(rows(tables, "jobs"), "enqueued_at", "started_at")) < HOUR
    assert {row["starts_at"].minute for row in rows(tables, "lessons")} == {0, 15, 30, 45}


def test_what_is_only_planned_ends_after_it_begins(tmp_path):
    ddl = """CREATE TABLE trips (id INTEGER PRIMARY KEY, scheduled_departure TIMESTAMP NOT NULL,
        scheduled_arrival TIMESTAMP NOT NULL)"""
    trips = rows(read(tmp_path, ddl), "trips")
    assert all(dt.timedelta() < row["scheduled_arrival"] - row["scheduled_departure"] <= 2 * HOUR for row in trips)


def test_a_rental_is_reserved_before_it_is_picked_up(tmp_path):
    ddl = """CREATE TABLE rentals (id INTEGER PRIMARY KEY, reserved_at TIMESTAMP NOT NULL, pickup_at TIMESTAMP NOT NULL,
        picked_up_at TIMESTAMP, returned_at TIMESTAMP)"""
    for row in rows(read(tmp_path, ddl), "rentals"):
        assert row["reserved_at"] <= row["pickup_at"] + HOUR / 4
        assert row["picked_up_at"] is None or abs(row["picked_up_at"] - row["pickup_at"]) < 4 * HOUR
