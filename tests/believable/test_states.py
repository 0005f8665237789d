"""Statuses, flags and the moments beside them agree, whether a CHECK says so or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.believable.reading import as_models, read, read_from, rows, share

MOMENTS = """placed_at TIMESTAMP NOT NULL, paid_at TIMESTAMP, shipped_at TIMESTAMP, delivered_at TIMESTAMP,
    cancelled_at TIMESTAMP"""
STATUS = "status VARCHAR(20) NOT NULL CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled'))"
CHECKS = """, CHECK (shipped_at IS NULL OR paid_at IS NOT NULL), CHECK (delivered_at >= shipped_at),
    CHECK (delivered_at IS NULL OR shipped_at IS NOT NULL)"""
STEPS = ("paid_at", "shipped_at", "delivered_at")
COME = {"pending": 0, "paid": 1, "shipped": 2, "delivered": 3, "cancelled": 0}


@pytest.mark.parametrize("checks", ["", CHECKS, ", CHECK ((delivered_at IS NOT NULL) = (status = 'delivered'))"])
@pytest.mark.parametrize("road", [read, as_models])
def test_an_order_has_come_as_far_as_its_status_says_with_checks_and_without(road, tmp_path: Path, checks: str):
    tables = road(tmp_path, f"CREATE TABLE orders (id INTEGER PRIMARY KEY, {STATUS}, {MOMENTS}{checks})")
    for order in rows(tables, "orders"):
        moments = [order[step] for step in STEPS]
        there = [moment is not None for moment in moments]
        assert there == [number < COME[order["status"]] for number in range(3)], order
        assert (order["cancelled_at"] is not None) == (order["status"] == "cancelled")
        happened = [order["placed_at"], *(moment for moment in moments if moment is not None)]
        assert happened == sorted(happened)


def test_a_check_that_ties_a_moment_to_a_status_leaves_the_moment_its_place(database_url: str):
    ddl = """CREATE TABLE leave_requests (id INTEGER PRIMARY KEY, start_date DATE NOT NULL, end_date DATE NOT NULL,
        status VARCHAR(20) NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
        requested_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, approved_at TIMESTAMP NULL,
        CHECK (end_date >= start_date), CHECK ((approved_at IS NULL) = (status <> 'approved')))"""
    requests = rows(read_from(database_url, ddl), "leave_requests")
    assert all(row["approved_at"] is None or row["approved_at"] >= row["requested_at"] for row in requests)
    assert all((row["approved_at"] is None) == (row["status"] != "approved") for row in requests)
    assert all((row["end_date"] - row["start_date"]).days <= 60 for row in requests)
    assert 0.6 < share(requests, lambda row: row["status"] == "approved") < 0.95


@pytest.mark.parametrize(
    ("table", "statuses", "often", "seldom"),
    [
        ("orders", "pending paid shipped delivered cancelled", "delivered", "cancelled"),
        ("invoices", "DRAFT OPEN UNCOLLECTIBLE PAID", "PAID", "UNCOLLECTIBLE"),
        ("members", "active suspended banned", "active", "banned"),
        ("sightings", "new verified rejected", "verified", "rejected"),
    ],
)
@pytest.mark.parametrize("road", [read, as_models])
def test_most_turns_out_well(road, tmp_path: Path, table: str, statuses: str, often: str, seldom: str):
    listed = ", ".join(f"'{status}'" for status in statuses.split())
    ddl = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, status VARCHAR(20) NOT NULL CHECK (status IN ({listed})))"
    found = rows(road(tmp_path, ddl), table)
    assert {row["status"] for row in found} == {*statuses.split()}
    assert share(found, lambda row: row["status"] == often) > 0.3
    assert share(found, lambda row: row["status"] == seldom) < 0.12


@pytest.mark.parametrize(
    ("columns", "check", "least", "most"),
    [
        ("is_deleted BOOLEAN NOT NULL, deleted_at TIMESTAMP", "is_deleted = (deleted_at IS NOT NULL)", 0.03, 0.15),
        ("is_archived BOOLEAN NOT NULL, archived_at TIMESTAMP", "is_archived = (archived_at IS NOT NULL)", 0.03, 0.15),
        ("is_deleted BOOLEAN NOT NULL, deleted_at TIMESTAMP", "", 0.03, 0.15),
    ],
)
def test_a_flag_keeps_its_share_and_agrees_with_its_moment(tmp_path, columns, check, least, most):
    check = f", CHECK ({check})" if check else ""
    tables = read(tmp_path, f"CREATE TABLE notes (id INTEGER PRIMARY KEY, created_at TIMESTAMP, {columns}{check})")
    flag, moment = [part.split()[0] for part in columns.split(", ")]
    notes = rows(tables, "notes")
    assert all(note[flag] == (note[moment] is not None) for note in notes)
    assert least < share(notes, lambda note: note[flag]) < most


@pytest.mark.parametrize("check", [", CHECK (is_active = (deactivated_at IS NULL))", ""])
def test_most_are_active_and_only_others_were_deactivated(tmp_path, check):
    columns = "id INTEGER PRIMARY KEY, is_active BOOLEAN NOT NULL, deactivated_at TIMESTAMP"
    accounts = rows(read(tmp_path, f"CREATE TABLE accounts ({columns}{check})"), "accounts")
    assert 0.8 < share(accounts, lambda row: row["is_active"]) < 0.97
    assert all(row["is_active"] == (row["deactivated_at"] is None) for row in accounts)


def test_a_state_decides_what_else_is_there_not_the_other_way_round(tmp_path):
    ddl = """CREATE TABLE parcels (id INTEGER PRIMARY KEY, kind VARCHAR(10) NOT NULL CHECK (kind IN ('letter', 'box')),
        weight NUMERIC(8, 2), length_cm INTEGER,
        CHECK ((kind = 'letter' AND length_cm IS NULL) OR (kind = 'box' AND length_cm > 0 AND weight IS NOT NULL)))"""
    parcels = rows(read(tmp_path, ddl), "parcels")
    assert 0.4 < share(parcels, lambda row: row["kind"] == "box") < 0.6
    assert all(row["length_cm"] is None for row in parcels if row["kind"] == "letter")
    assert share([row for row in parcels if row["kind"] == "box"], lambda row: row["length_cm"] is not None) > 0.8


def test_a_moment_that_no_status_is_about_may_be_there_or_not(tmp_path):
    ddl = """CREATE TABLE requests (id INTEGER PRIMARY KEY, approved_at TIMESTAMP, created_at TIMESTAMP NOT NULL,
        status VARCHAR(10) NOT NULL CHECK (status IN ('open', 'done')))"""
    requests = rows(read(tmp_path, ddl), "requests")
    assert 0.4 < share(requests, lambda row: row["approved_at"] is not None) < 0.95


def test_only_what_failed_tells_an_error_and_only_what_ran_has_ended(tmp_path):
    ddl = """CREATE TABLE jobs (id INTEGER PRIMARY KEY, last_error TEXT, started_at TIMESTAMP, finished_at TIMESTAMP,
        status VARCHAR(20) NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed')));
        CREATE TABLE applications (id INTEGER PRIMARY KEY, rejection_reason TEXT, decided_at TIMESTAMP,
        status VARCHAR(20) NOT NULL CHECK (status IN ('received', 'accepted', 'rejected')))"""
    tables = read(tmp_path, ddl)
    for job in rows(tables, "jobs"):
        assert (job["last_error"] is not None) == (job["status"] == "failed")
        assert (job["started_at"] is not None) == (job["status"] != "queued")
        assert (job["finished_at"] is not None) == (job["status"] in {"succeeded", "failed"})
    for application in rows(tables, "applications"):
        assert (application["rejection_reason"] is not None) == (application["status"] == "rejected")


def test_active_subscriptions_were_not_cancelled(tmp_path):
    ddl = """CREATE TABLE subscriptions (id INTEGER PRIMARY KEY, started_at TIMESTAMP NOT NULL, canceled_at TIMESTAMP,
        status VARCHAR(20) NOT NULL CHECK (status IN ('trialing', 'active', 'past_due', 'canceled')))"""
    for row in rows(read(tmp_path, ddl), "subscriptions"):
        assert (row["canceled_at"] is not None) == (row["status"] == "canceled")


def test_a_slice_is_the_same_alone_and_a_pinned_row_leaves_the_others_alone(tmp_path):
    ddl = f"CREATE TABLE orders (id INTEGER PRIMARY KEY, {STATUS}, {MOMENTS}{CHECKS})"
    whole = rows(read(tmp_path, ddl), "orders")
    assert list(read(tmp_path, "", rows=300)["orders"].rows(120, 140)) == whole[120:140]
    pinned = rows(read(tmp_path, "", pin={"orders": [{"status": "shipped"}]}), "orders")
    assert pinned[0]["status"] == "shipped"
    assert pinned[1:] == whole[1:]
