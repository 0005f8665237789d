"""What lasts, is counted and is paid: open rows are recent, meters never fall, nobody pays for a draft."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise

from tests.believable.reading import Row, as_models, by_id, read, rows, share

_TODAY = dt.datetime(2026, 1, 1)

_HOSPITAL = """
CREATE TABLE patients (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL);
CREATE TABLE admissions (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL REFERENCES patients (id),
    admitted_at TIMESTAMP NOT NULL, discharged_at TIMESTAMP, admission_type VARCHAR(20) NOT NULL);
CREATE TABLE vital_signs (id INTEGER PRIMARY KEY, admission_id INTEGER NOT NULL REFERENCES admissions (id),
    measured_at TIMESTAMP NOT NULL, pain_score INTEGER NOT NULL);
"""


def test_who_has_not_left_came_a_short_while_ago(tmp_path):
    tables = read(tmp_path, _HOSPITAL)
    stays = by_id(tables, "admissions")
    still_there = [row for row in stays.values() if row["discharged_at"] is None]
    assert still_there
    assert all(_TODAY - row["admitted_at"] < dt.timedelta(days=22) for row in still_there)
    assert all(row["discharged_at"] < _TODAY for row in stays.values() if row["discharged_at"] is not None)
    for row in rows(tables, "vital_signs"):
        stay = stays[row["admission_id"]]
        assert stay["admitted_at"] <= row["measured_at"] <= (stay["discharged_at"] or _TODAY)
        assert 0 <= row["pain_score"] <= 10
    assert {row["admission_type"] for row in stays.values()} >= {"emergency", "elective"}


def test_what_is_lent_and_not_back_was_lent_of_late(tmp_path):
    ddl = """CREATE TABLE members (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL);
        CREATE TABLE loans (id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL REFERENCES members (id),
            loaned_on DATE NOT NULL, due_on DATE NOT NULL, returned_on DATE)"""
    loans = rows(read(tmp_path, ddl), "loans")
    out = [row for row in loans if row["returned_on"] is None]
    assert out
    assert all(_TODAY.date() - row["loaned_on"] < dt.timedelta(days=100) for row in out)


def _by(made: list[Row], key: str, *names: str) -> list[list[tuple[object, ...]]]:
    found = defaultdict(list)
    for row in made:
        found[row[key]].append(tuple(row[name] for name in names))
    return [sorted(each) for each in found.values()]


def test_meters_never_fall(tmp_path):
    ddl = """CREATE TABLE meters (id INTEGER PRIMARY KEY, serial_no VARCHAR(16) NOT NULL, installed_on DATE NOT NULL);
        CREATE TABLE meter_readings (id INTEGER PRIMARY KEY, meter_id INTEGER NOT NULL REFERENCES meters (id),
            read_at TIMESTAMP NOT NULL, reading_kwh NUMERIC(10, 2) NOT NULL);
        CREATE TABLE trucks (id INTEGER PRIMARY KEY, plate VARCHAR(12) NOT NULL);
        CREATE TABLE fuel_stops (id INTEGER PRIMARY KEY, truck_id INTEGER NOT NULL REFERENCES trucks (id),
            filled_at TIMESTAMP NOT NULL, odometer_km INTEGER NOT NULL)"""
    tables = read(tmp_path, ddl)
    for table, *names in (
        ("meter_readings", "meter_id", "read_at", "reading_kwh"),
        ("fuel_stops", "truck_id", "filled_at", "odometer_km"),
    ):
        series = _by(rows(tables, table), *names)
        assert all(one[1] <= next_[1] for each in series for one, next_ in pairwise(each))
        assert len({each[-1][1] for each in series}) > 100


_INVOICES = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
    issue_date DATE NOT NULL, due_date DATE NOT NULL, total NUMERIC(10, 2) NOT NULL,
    amount_paid NUMERIC(10, 2) NOT NULL, status VARCHAR(12) NOT NULL);
CREATE TABLE payments (id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES invoices (id),
    paid_on DATE NOT NULL, amount NUMERIC(10, 2) NOT NULL);
"""


def test_invoices_are_paid_that_have_payments(tmp_path):
    tables = as_models(tmp_path, _INVOICES)
    invoices, paid = by_id(tables, "invoices"), defaultdict(int)
    for row in rows(tables, "payments"):
        paid[row["invoice_id"]] += row["amount"]
        assert invoices[row["invoice_id"]]["issue_date"] <= row["paid_on"]
    for key, row in invoices.items():
        assert (row["status"] == "paid") == (key in paid)
        assert row["amount_paid"] == paid.get(key, 0) == (row["total"] if key in paid else 0)
    assert 0.8 < share(list(invoices.values()), lambda row: row["status"] == "paid") < 0.97


def test_bookings_of_the_past_are_not_still_to_come(tmp_path):
    ddl = """CREATE TABLE rooms (id INTEGER PRIMARY KEY, number VARCHAR(6) NOT NULL);
        CREATE TABLE reservations (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES rooms (id),
            arrival_date DATE NOT NULL, departure_date DATE NOT NULL, checked_in_at TIMESTAMP,
            checked_out_at TIMESTAMP, status VARCHAR(12) NOT NULL)"""
    made = rows(read(tmp_path, ddl), "reservations")
    to_come = [row for row in made if row["status"] in {"confirmed", "scheduled"}]
    assert all(_TODAY.date() - row["arrival_date"] <= dt.timedelta(days=21) for row in to_come)
    for row in made:
        assert (row["checked_in_at"] is not None) == (row["status"] == "completed")
        if row["checked_out_at"] is not None:
            assert abs((row["checked_out_at"].date() - row["departure_date"]).days) <= 1


def test_what_takes_hours_has_no_step_that_takes_days(tmp_path):
    ddl = """CREATE TABLE fire_incidents (id INTEGER PRIMARY KEY, alarmed_at TIMESTAMP NOT NULL,
        turned_out_at TIMESTAMP, on_scene_at TIMESTAMP, under_control_at TIMESTAMP, closed_at TIMESTAMP)"""
    for row in rows(read(tmp_path, ddl), "fire_incidents"):
        names = ("alarmed_at", "turned_out_at", "on_scene_at", "under_control_at", "closed_at")
        moments = [row[name] for name in names if row[name] is not None]
        assert moments == sorted(moments)
        assert moments[-1] - moments[0] < dt.timedelta(days=1)


def test_what_tells_since_when_a_row_is_there_comes_first(tmp_path):
    ddl = """CREATE TABLE machines (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
        CREATE TABLE machine_alarms (id INTEGER PRIMARY KEY, machine_id INTEGER NOT NULL REFERENCES machines (id),
            tripped_at TIMESTAMP NOT NULL, acknowledged_at TIMESTAMP);
        CREATE TABLE samples (id INTEGER PRIMARY KEY, collected_on DATE NOT NULL, received_on DATE NOT NULL)"""
    tables = read(tmp_path, ddl)
    seen = [row for row in rows(tables, "machine_alarms") if row["acknowledged_at"] is not None]
    assert all(row["tripped_at"] <= row["acknowledged_at"] for row in seen)
    assert all(row["collected_on"] <= row["received_on"] for row in rows(tables, "samples"))


def test_times_of_day_come_in_order(tmp_path):
    ddl = """CREATE TABLE lessons (id INTEGER PRIMARY KEY, subject VARCHAR(30) NOT NULL, weekday INTEGER NOT NULL,
        starts_at TIME NOT NULL, ends_at TIME NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "lessons"):
        assert dt.time(8) <= row["starts_at"] <= dt.time(15)
        length = dt.datetime.combine(_TODAY, row["ends_at"]) - dt.datetime.combine(_TODAY, row["starts_at"])
        assert dt.timedelta(minutes=15) <= length <= dt.timedelta(hours=2)
        assert 1 <= row["weekday"] <= 5


def test_a_room_for_meetings_is_booked_by_the_hour_and_one_to_sleep_in_by_the_night(tmp_path):
    booked = """CREATE TABLE {rooms} (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, capacity INTEGER NOT NULL);
        CREATE TABLE room_bookings (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES {rooms} (id),
            starts_at TIMESTAMP NOT NULL, ends_at TIMESTAMP NOT NULL)"""
    lengths, places = {}, {}
    for rooms in ("meeting_rooms", "hotel_rooms"):
        folder = tmp_path / rooms
        folder.mkdir()
        tables = read(folder, booked.format(rooms=rooms))
        lengths[rooms] = [row["ends_at"] - row["starts_at"] for row in rows(tables, "room_bookings")]
        places[rooms] = [row["capacity"] for row in rows(tables, rooms)]
    assert min(places["meeting_rooms"]) == 4 > min(places["hotel_rooms"])
    assert max(lengths["meeting_rooms"]) <= dt.timedelta(minutes=150)
    assert sorted(lengths["hotel_rooms"])[len(lengths["hotel_rooms"]) // 4] > dt.timedelta(days=1)
