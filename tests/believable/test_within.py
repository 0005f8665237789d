"""What happens in the time of something else lies between its beginning and its end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.believable.reading import as_models, by_id, read, rows

DAY = dt.timedelta(days=1)


def moment(value: dt.date | dt.datetime) -> dt.datetime:
    """The midnight that a day begins with; a moment as it is."""
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())


@pytest.mark.parametrize("road", [read, as_models])
@pytest.mark.parametrize(
    ("parent", "begun", "over", "child", "happened"),
    [
        ("policies", "effective_date DATE", "expiry_date DATE", "claims", "loss_date DATE"),
        ("reservations", "arrival DATE", "departure DATE", "room_charges", "charged_at TIMESTAMP"),
        ("jobs", "started_at TIMESTAMP", "finished_at TIMESTAMP", "job_attempts", "started_at TIMESTAMP"),
        ("coupons", "valid_from DATE", "valid_until DATE", "coupon_usages", "used_at TIMESTAMP"),
        ("admissions", "admitted_at TIMESTAMP", "discharged_at TIMESTAMP", "surgeries", "started_at TIMESTAMP"),
        ("port_calls", "ata TIMESTAMP", "atd TIMESTAMP", "container_moves", "moved_at TIMESTAMP"),
        ("seasons", "start_date DATE", "end_date DATE", "matches", "kickoff_at TIMESTAMP"),
        ("shifts", "clock_in TIMESTAMP", "clock_out TIMESTAMP", "breaks", "started_at TIMESTAMP"),
    ],
)
def test_children_happen_while_their_parent_lasts(
    road, tmp_path: Path, parent: str, begun: str, over: str, child: str, happened: str
):
    ddl = f"""CREATE TABLE {parent} (id INTEGER PRIMARY KEY, {begun} NOT NULL, {over} NOT NULL);
        CREATE TABLE {child} (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES {parent} (id),
        {happened} NOT NULL)"""
    tables = road(tmp_path, ddl)
    first, last, when = (column.split()[0] for column in (begun, over, happened))
    parents = by_id(tables, parent)
    for row in rows(tables, child):
        above = parents[row["parent_id"]]
        assert moment(above[first]) <= moment(row[when]) <= moment(above[last]) + DAY
    assert tables.check() == []


def test_what_only_begins_lasts_as_long_as_its_kind(tmp_path: Path):
    ddl = """CREATE TABLE matches (id INTEGER PRIMARY KEY, kickoff_at TIMESTAMP NOT NULL);
        CREATE TABLE goals (id INTEGER PRIMARY KEY, match_id INTEGER NOT NULL REFERENCES matches (id),
        scored_at TIMESTAMP NOT NULL)"""
    tables = read(tmp_path, ddl)
    matches = by_id(tables, "matches")
    for goal in rows(tables, "goals"):
        length = goal["scored_at"] - matches[goal["match_id"]]["kickoff_at"]
        assert dt.timedelta() <= length <= dt.timedelta(hours=3)


def test_who_attends_a_meeting_joins_while_it_lasts_and_who_registers_does_so_before(tmp_path: Path):
    ddl = """CREATE TABLE meetings (id INTEGER PRIMARY KEY, starts_at TIMESTAMP NOT NULL, ends_at TIMESTAMP NOT NULL);
        CREATE TABLE attendees (id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meetings (id),
            joined_at TIMESTAMP NOT NULL, left_at TIMESTAMP NOT NULL);
        CREATE TABLE registrations (id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meetings (id),
            created_at TIMESTAMP NOT NULL)"""
    tables = read(tmp_path, ddl)
    meetings = by_id(tables, "meetings")
    for row in rows(tables, "attendees"):
        meeting = meetings[row["meeting_id"]]
        assert meeting["starts_at"] <= row["joined_at"] <= row["left_at"] <= meeting["ends_at"]
    for row in rows(tables, "registrations"):
        assert row["created_at"] <= meetings[row["meeting_id"]]["starts_at"]


def test_a_claim_is_settled_whenever_it_is(tmp_path: Path):
    ddl = """CREATE TABLE policies (id INTEGER PRIMARY KEY, effective_date DATE NOT NULL, expiry_date DATE NOT NULL);
        CREATE TABLE claims (id INTEGER PRIMARY KEY, policy_id INTEGER NOT NULL REFERENCES policies (id),
        loss_date DATE NOT NULL, reported_at TIMESTAMP NOT NULL, settled_at TIMESTAMP NOT NULL)"""
    tables = read(tmp_path, ddl)
    policies = by_id(tables, "policies")
    claims = rows(tables, "claims")
    assert all(row["loss_date"] <= row["reported_at"].date() <= row["settled_at"].date() for row in claims)
    assert any(row["settled_at"].date() > policies[row["policy_id"]]["expiry_date"] for row in claims)


def test_no_more_come_than_there_is_room_for(tmp_path):
    ddl = """CREATE TABLE meeting_rooms (id INTEGER PRIMARY KEY, capacity INTEGER NOT NULL);
        CREATE TABLE bookings (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES meeting_rooms (id),
            starts_at DATETIME NOT NULL, attendees INTEGER NOT NULL)"""
    tables = read(tmp_path, ddl)
    room = {row["id"]: row["capacity"] for row in rows(tables, "meeting_rooms")}
    shares = [row["attendees"] / room[row["room_id"]] for row in rows(tables, "bookings")]
    assert all(0 < share <= 1 for share in shares)
    assert len(set(shares)) > 5


def test_moments_that_differ_among_siblings_lie_in_the_time_of_what_they_belong_to(tmp_path: Path):
    ddl = """CREATE TABLE admissions (id INTEGER PRIMARY KEY, admitted_at TIMESTAMP NOT NULL, discharged_at TIMESTAMP);
        CREATE TABLE vital_signs (id INTEGER PRIMARY KEY, admission_id INTEGER NOT NULL REFERENCES admissions (id),
            taken_at TIMESTAMP NOT NULL, pulse INTEGER NOT NULL, UNIQUE (admission_id, taken_at))"""
    tables = read(tmp_path, ddl)
    assert tables.check() == []
    admissions = by_id(tables, "admissions")
    for sign in rows(tables, "vital_signs"):
        stay = admissions[sign["admission_id"]]
        assert stay["admitted_at"] <= sign["taken_at"] <= (stay["discharged_at"] or sign["taken_at"])
