"""Moments of a row in the order in which they come, near to each other, and in time."""

from __future__ import annotations

import datetime as dt

from tests.believable.reading import by_id, read, rows, share

TODAY = dt.datetime(2026, 1, 1)
DAY = dt.timedelta(days=1)


def test_statuses_that_nobody_knows_are_come_to_in_the_order_in_which_they_are_listed(tmp_path):
    ddl = """CREATE TABLE jobs (id INTEGER PRIMARY KEY, placed_at TIMESTAMP NOT NULL, proof_sent_at TIMESTAMP,
        proof_approved_at TIMESTAMP, printed_at TIMESTAMP,
        status VARCHAR(20) NOT NULL CHECK (status IN ('draft', 'proof_sent', 'proof_approved', 'printed', 'cancelled')),
        CHECK (printed_at IS NULL OR proof_approved_at IS NOT NULL))"""
    come = {"draft": 0, "proof_sent": 1, "proof_approved": 2, "printed": 3}
    for job in rows(read(tmp_path, ddl), "jobs"):
        moments = [job[name] for name in ("proof_sent_at", "proof_approved_at", "printed_at")]
        there = [moment for moment in moments if moment is not None]
        assert [job["placed_at"], *there] == sorted([job["placed_at"], *there])
        if job["status"] in come:
            assert [moment is not None for moment in moments] == [number < come[job["status"]] for number in range(3)]


def test_what_was_scheduled_and_what_happened_lie_close_together(tmp_path):
    ddl = """CREATE TABLE ports (id INTEGER PRIMARY KEY, name VARCHAR(40));
        CREATE TABLE sailings (id INTEGER PRIMARY KEY, from_id INTEGER NOT NULL REFERENCES ports (id),
        to_id INTEGER NOT NULL REFERENCES ports (id), scheduled_departure TIMESTAMP NOT NULL,
        scheduled_arrival TIMESTAMP NOT NULL, actual_departure TIMESTAMP, actual_arrival TIMESTAMP,
        status VARCHAR(12) NOT NULL CHECK (status IN ('scheduled', 'departed', 'arrived', 'cancelled')),
        CHECK (from_id <> to_id), CHECK (scheduled_arrival > scheduled_departure),
        CHECK (actual_arrival > actual_departure))"""
    sailings = rows(read(tmp_path, ddl), "sailings")
    for sailing in sailings:
        assert (sailing["actual_arrival"] is not None) == (sailing["status"] == "arrived")
        if sailing["status"] in {"departed", "arrived"}:
            assert abs(sailing["actual_departure"] - sailing["scheduled_departure"]) < DAY
        if sailing["actual_arrival"] is not None:
            assert abs(sailing["actual_arrival"] - sailing["scheduled_arrival"]) < 2 * DAY


def test_what_starts_and_stops_at_a_moment_takes_hours_a_project_takes_weeks(tmp_path):
    columns = "id INTEGER PRIMARY KEY, started_at TIMESTAMP NOT NULL, finished_at TIMESTAMP NOT NULL"
    tables = read(tmp_path, f"CREATE TABLE waterings ({columns}); CREATE TABLE projects ({columns})")
    hours = [row["finished_at"] - row["started_at"] for row in rows(tables, "waterings")]
    weeks = [row["finished_at"] - row["started_at"] for row in rows(tables, "projects")]
    assert max(hours) < DAY
    assert max(weeks) > 20 * DAY


def test_what_has_expired_is_over_and_what_is_active_is_not(tmp_path):
    ddl = """CREATE TABLE badges (id INTEGER PRIMARY KEY, issued_at TIMESTAMP NOT NULL, expires_at TIMESTAMP NOT NULL,
        status VARCHAR(10) NOT NULL CHECK (status IN ('active', 'expired', 'lost')), CHECK (expires_at > issued_at))"""
    for badge in rows(read(tmp_path, ddl), "badges"):
        assert badge["expires_at"] > badge["issued_at"]
        assert badge["status"] != "expired" or badge["expires_at"] <= TODAY + DAY
        assert badge["status"] != "active" or badge["expires_at"] > TODAY


def test_a_ticket_is_there_before_the_show_and_a_photo_after_it(tmp_path):
    ddl = """CREATE TABLE shows (id INTEGER PRIMARY KEY, starts_at TIMESTAMP NOT NULL, ends_at TIMESTAMP NOT NULL);
        CREATE TABLE tickets (id INTEGER PRIMARY KEY, show_id INTEGER NOT NULL REFERENCES shows (id),
            bought_at TIMESTAMP NOT NULL);
        CREATE TABLE photos (id INTEGER PRIMARY KEY, show_id INTEGER NOT NULL REFERENCES shows (id),
            uploaded_at TIMESTAMP NOT NULL)"""
    tables = read(tmp_path, ddl)
    shows = by_id(tables, "shows")
    assert all(row["bought_at"] <= shows[row["show_id"]]["starts_at"] for row in rows(tables, "tickets"))
    assert all(row["uploaded_at"] >= shows[row["show_id"]]["starts_at"] for row in rows(tables, "photos"))
    assert tables.check() == []


def test_a_flag_has_its_reason_and_what_is_closed_was_opened(tmp_path):
    ddl = """CREATE TABLE valves (id INTEGER PRIMARY KEY, is_open BOOLEAN NOT NULL, opened_at TIMESTAMP NOT NULL,
        closed_at TIMESTAMP, is_blocked BOOLEAN NOT NULL, blocked_reason TEXT,
        CHECK (is_open = (closed_at IS NULL)))"""
    valves = rows(read(tmp_path, ddl), "valves")
    assert all(row["closed_at"] is None or row["closed_at"] >= row["opened_at"] for row in valves)
    assert all((row["blocked_reason"] is not None) == row["is_blocked"] for row in valves)


def test_texts_that_have_to_differ_are_both_what_they_mean(tmp_path):
    ddl = """CREATE TABLE projects (id INTEGER PRIMARY KEY, source_lang CHAR(2) NOT NULL, target_lang CHAR(2) NOT NULL,
        CHECK (source_lang <> target_lang))"""
    projects = rows(read(tmp_path, ddl), "projects")
    assert {row["target_lang"] for row in projects} <= {"en", "de", "fr", "es", "it", "nl", "pt"}
    assert share(projects, lambda row: row["source_lang"] != row["target_lang"]) == 1


def test_animals_are_younger_than_people(tmp_path):
    ddl = "CREATE TABLE dogs (id INTEGER PRIMARY KEY, born_on DATE NOT NULL, round_no INTEGER NOT NULL)"
    dogs = rows(read(tmp_path, ddl), "dogs")
    assert min(dog["born_on"] for dog in dogs) > dt.date(2010, 1, 1)
    assert max(dog["round_no"] for dog in dogs) < 20


def test_what_occurred_is_reported_later(tmp_path):
    ddl = """CREATE TABLE claims (id INTEGER PRIMARY KEY, created_at TIMESTAMP NOT NULL, occurred_on DATE NOT NULL,
        reported_at TIMESTAMP NOT NULL)"""
    for claim in rows(read(tmp_path, ddl), "claims"):
        assert claim["occurred_on"] <= claim["created_at"].date() <= claim["reported_at"].date()
