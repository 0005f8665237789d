"""How long something took is the time from its beginning to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.believable.reading import as_models, read, rows

STAY = "CREATE TABLE bookings (id INTEGER PRIMARY KEY, check_in DATE NOT NULL, check_out DATE NOT NULL, {0})"


@pytest.mark.parametrize("rest", ["nights INTEGER NOT NULL", "nights INTEGER NOT NULL, CHECK (check_out > check_in)"])
@pytest.mark.parametrize("road", [read, as_models])
def test_a_stay_lasts_days_and_has_as_many_nights(road, tmp_path: Path, rest: str):
    for booking in rows(road(tmp_path, STAY.format(rest)), "bookings"):
        length = (booking["check_out"] - booking["check_in"]).days
        assert booking["nights"] == length
        assert "CHECK" not in rest or 1 <= length <= 30


def test_hours_minutes_and_seconds_are_those_of_the_moments(tmp_path):
    ddl = """CREATE TABLE sessions (id INTEGER PRIMARY KEY, started_at TIMESTAMP NOT NULL, ended_at TIMESTAMP,
        duration_minutes INTEGER, total_hours NUMERIC(8, 2), duration_seconds INTEGER, estimated_hours INTEGER NOT NULL,
        CHECK (ended_at >= started_at))"""
    sessions = rows(read(tmp_path, ddl), "sessions")
    for session in sessions:
        if session["ended_at"] is None:
            assert session["duration_minutes"] is None
            continue
        seconds = int((session["ended_at"] - session["started_at"]).total_seconds())
        assert session["duration_minutes"] in {seconds // 60, None}
        assert session["duration_seconds"] in {seconds, None}
        assert session["total_hours"] is None or int(session["total_hours"] * 100) == seconds // 36
    assert len({session["estimated_hours"] for session in sessions}) < 15, "what is estimated is not what it took"


def test_days_of_leave_count_the_first_and_the_last(tmp_path):
    ddl = """CREATE TABLE leave_requests (id INTEGER PRIMARY KEY, starts_on DATE NOT NULL, ends_on DATE NOT NULL,
        days INTEGER NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "leave_requests"):
        assert row["days"] == (row["ends_on"] - row["starts_on"]).days + 1


def test_moments_that_a_check_moves_stay_near(tmp_path):
    ddl = """CREATE TABLE shifts (id INTEGER PRIMARY KEY, clock_out TIMESTAMP NOT NULL, clock_in TIMESTAMP NOT NULL,
        CHECK (clock_out > clock_in), CHECK (clock_in >= '2024-01-01'))"""
    for shift in rows(read(tmp_path, ddl), "shifts"):
        assert 0 < (shift["clock_out"] - shift["clock_in"]).total_seconds() < 2 * 86_400
