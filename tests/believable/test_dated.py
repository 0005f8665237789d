"""Dates of one table keep to those of others: bills tile the time of a meter, and what is asked for comes in days."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from tests.believable.reading import read, rows

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 1, 1)


def by(made: list[dict[str, object]], key: str) -> dict[object, list[dict[str, object]]]:
    found: dict[object, list[dict[str, object]]] = {}
    for row in made:
        found.setdefault(row[key], []).append(row)
    return found


BILLED = """CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP NOT NULL);
    CREATE TABLE {0} (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
    {1} DATE NOT NULL, closed_on DATE);
    CREATE TABLE {2} (id INTEGER PRIMARY KEY, {0}_id INTEGER NOT NULL REFERENCES {0} (id), {3} DATE NOT NULL,
    {4} DATE NOT NULL, issued_on DATE NOT NULL, paid_on DATE{5})"""


@pytest.mark.parametrize(
    "names",
    [
        ("meters", "installed_on", "bills", "period_start", "period_end", ""),
        ("accounts", "opened_on", "statements", "from_date", "to_date", ", UNIQUE (accounts_id, from_date)"),
        ("leases", "signed_on", "rent_charges", "period_from", "period_to", ""),
    ],
)
def test_periods_of_one_parent_follow_each_other_while_it_is_there(tmp_path, names):
    parents, born, bills, start, end, _ = names
    made = read(tmp_path, BILLED.format(*names), rows=60)
    there = {row["id"]: row for row in rows(made, parents)}
    customers = {row["id"]: row["created_at"].date() for row in rows(made, "customers")}
    assert all(customers[row["customer_id"]] <= row[born] for row in there.values())
    for parent, billed in by(rows(made, bills), f"{parents}_id").items():
        billed.sort(key=lambda row: row[start])
        assert there[parent][born] <= billed[0][start]
        assert there[parent]["closed_on"] is None or there[parent]["closed_on"] >= billed[-1][start]
        assert all(one[end] + DAY == other[start] for one, other in itertools.pairwise(billed))
        for row in billed:
            assert 27 <= (row[end] - row[start]).days <= 30
            assert row[end] <= row["issued_on"] < TODAY
            assert row["paid_on"] is None or row["issued_on"] <= row["paid_on"]
    last = [row["issued_on"] for row in rows(made, bills)]
    assert sum(day >= dt.date(2025, 12, 29) for day in last) < len(last) / 10


def test_the_day_of_a_month_is_its_first_and_comes_once_for_each_parent(tmp_path):
    ddl = """CREATE TABLE pumps (id INTEGER PRIMARY KEY, installed_on DATE NOT NULL);
        CREATE TABLE readings (pump_id INTEGER NOT NULL REFERENCES pumps (id), month DATE NOT NULL,
        litres INTEGER NOT NULL, PRIMARY KEY (pump_id, month))"""
    made = read(tmp_path, ddl, rows=60)
    there = {row["id"]: row["installed_on"] for row in rows(made, "pumps")}
    for pump, read_out in by(rows(made, "readings"), "pump_id").items():
        months = sorted(row["month"] for row in read_out)
        assert there[pump] <= months[0]
        assert all(month.day == 1 for month in months)
        assert all((later - earlier).days < 32 for earlier, later in itertools.pairwise(months))


ASKED = """CREATE TABLE {0} (id INTEGER PRIMARY KEY, {1} TIMESTAMP NOT NULL);
    CREATE TABLE {2} (id INTEGER PRIMARY KEY, asked_id INTEGER NOT NULL REFERENCES {0} (id), {3} TIMESTAMP NOT NULL)"""


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (("requisitions", "requested_at", "shipments", "shipped_at"), 8),
        (("orders", "created_at", "deliveries", "created_at"), 13),
        (("purchase_orders", "ordered_on", "receipts", "received_at"), 13),
        (("orders", "placed_at", "order_lines", "created_at"), 1),
    ],
)
def test_what_is_asked_for_comes_in_days(tmp_path, names, days):
    made = read(tmp_path, ASKED.format(*names), rows=80)
    asked = {row["id"]: row[names[1]] for row in rows(made, names[0])}
    late = [row[names[3]] - asked[row["asked_id"]] for row in rows(made, names[2])]
    assert all(dt.timedelta() <= each <= days * DAY for each in late)


def test_what_is_numbered_within_a_parent_follows_in_that_order(tmp_path):
    ddl = """CREATE TABLE prescriptions (id INTEGER PRIMARY KEY, prescribed_on DATE NOT NULL);
        CREATE TABLE fills (id INTEGER PRIMARY KEY, prescription_id INTEGER NOT NULL REFERENCES prescriptions (id),
        fill_number INTEGER NOT NULL, filled_on DATE NOT NULL, UNIQUE (prescription_id, fill_number))"""
    for filled in by(rows(read(tmp_path, ddl, rows=60), "fills"), "prescription_id").values():
        days = [row["filled_on"] for row in sorted(filled, key=lambda row: row["fill_number"])]
        assert days == sorted(days)


def test_nobody_is_registered_before_birth(tmp_path):
    ddl = """CREATE TABLE patients (id INTEGER PRIMARY KEY, name TEXT NOT NULL, birth_date DATE NOT NULL,
        registered_on DATE NOT NULL)"""
    assert all(row["birth_date"] <= row["registered_on"] for row in rows(read(tmp_path, ddl, rows=400), "patients"))


def test_what_was_sent_is_received_after_it(tmp_path):
    ddl = """CREATE TABLE stock_transfers (id INTEGER PRIMARY KEY, requested_at TIMESTAMP NOT NULL,
        shipped_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "stock_transfers"):
        assert row["requested_at"] <= row["shipped_at"] <= row["received_at"] <= row["requested_at"] + 30 * DAY


UPCOMING = """CREATE TABLE {0} (id INTEGER PRIMARY KEY, {1} TIMESTAMP NOT NULL{2}, created_at TIMESTAMP NOT NULL,
    status VARCHAR(12) NOT NULL{3})"""


@pytest.mark.parametrize(
    "names",
    [
        ("appointments", "scheduled_for", "", ""),
        ("reservations", "starts_at", ", ends_at TIMESTAMP NOT NULL", ""),
        ("viewings", "starts_at", "", " CHECK (status IN ('booked', 'done', 'cancelled'))"),
    ],
)
def test_some_bookings_are_still_to_come_and_are_of_a_status_that_says_so(tmp_path, names):
    made = rows(read(tmp_path, UPCOMING.format(*names), rows=900), names[0])
    ahead = [row for row in made if row[names[1]].date() >= TODAY]
    assert 0 < len(ahead) < len(made) / 10
    assert {row["status"] for row in ahead} <= {"booked", "scheduled", "confirmed", "pending", "cancelled"}
    assert all(row["created_at"].date() < TODAY for row in made)
    assert all(row[names[1]] < row["ends_at"] for row in made if "ends_at" in row)


def test_what_is_agreed_on_may_end_later_and_is_terminated_before(tmp_path):
    ddl = """CREATE TABLE berth_contracts (id INTEGER PRIMARY KEY, signed_on DATE NOT NULL, starts_on DATE NOT NULL,
        ends_on DATE NOT NULL, terminated_on DATE)"""
    made = rows(read(tmp_path, ddl), "berth_contracts")
    assert all(row["signed_on"] <= row["starts_on"] < row["ends_on"] for row in made)
    assert sum(row["ends_on"] >= TODAY for row in made) > len(made) / 20
    ended = [row for row in made if row["terminated_on"] is not None]
    assert all(row["signed_on"] <= row["terminated_on"] <= row["ends_on"] for row in ended)
    assert all(row["terminated_on"] < TODAY for row in ended)


def test_who_may_not_give_blood_for_a_while_may_not_from_now_on(tmp_path):
    ddl = """CREATE TABLE donors (id INTEGER PRIMARY KEY, date_of_birth DATE NOT NULL, registered_on DATE NOT NULL,
        deferred_until DATE)"""
    for row in rows(read(tmp_path, ddl), "donors"):
        assert row["deferred_until"] is None or row["registered_on"] <= row["deferred_until"]


def test_numbered_weeks_and_cycles_of_one_parent_go_up_with_their_numbers(tmp_path):
    ddl = """CREATE TABLE productions (id INTEGER PRIMARY KEY, title TEXT NOT NULL);
        CREATE TABLE pay_weeks (id INTEGER PRIMARY KEY, production_id INTEGER NOT NULL REFERENCES productions (id),
        week_number INTEGER NOT NULL, week_ending DATE NOT NULL, UNIQUE (production_id, week_number));
        CREATE TABLE statements (id INTEGER PRIMARY KEY, production_id INTEGER NOT NULL REFERENCES productions (id),
        statement_no INTEGER NOT NULL, cycle_start DATE NOT NULL, cycle_end DATE NOT NULL,
        UNIQUE (production_id, statement_no))"""
    made = read(tmp_path, ddl, rows=60)
    for weeks in by(rows(made, "pay_weeks"), "production_id").values():
        days = [row["week_ending"] for row in sorted(weeks, key=lambda row: row["week_number"])]
        assert all(later - earlier == 7 * DAY for earlier, later in itertools.pairwise(days))
    for cycles in by(rows(made, "statements"), "production_id").values():
        told = sorted(cycles, key=lambda row: row["statement_no"])
        assert all(one["cycle_end"] + DAY == other["cycle_start"] for one, other in itertools.pairwise(told))


def test_what_is_given_to_somebody_is_given_after_birth(tmp_path):
    ddl = """CREATE TABLE patients (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, dob DATE NOT NULL);
        CREATE TABLE vaccinations (id INTEGER PRIMARY KEY, patient_id INTEGER NOT NULL REFERENCES patients (id),
        given_on DATE NOT NULL)"""
    made = read(tmp_path, ddl)
    born = {row["id"]: row["dob"] for row in rows(made, "patients")}
    assert all(born[row["patient_id"]] <= row["given_on"] for row in rows(made, "vaccinations"))


def test_policies_hold_a_year_and_terms_are_called_after_their_dates(tmp_path):
    ddl = """CREATE TABLE policies (id INTEGER PRIMARY KEY, effective_from DATE NOT NULL, effective_to DATE NOT NULL);
        CREATE TABLE terms (id INTEGER PRIMARY KEY, name VARCHAR(30) NOT NULL, starts_on DATE NOT NULL,
        ends_on DATE NOT NULL)"""
    made = read(tmp_path, ddl)
    assert all(364 <= (row["effective_to"] - row["effective_from"]).days <= 366 for row in rows(made, "policies"))
    for row in rows(made, "terms"):
        assert row["name"].endswith(str(row["starts_on"].year))
        assert 84 <= (row["ends_on"] - row["starts_on"]).days <= 126


def test_payslips_come_after_their_run(tmp_path):
    ddl = """CREATE TABLE employees (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, hired_on DATE NOT NULL);
        CREATE TABLE payroll_runs (id INTEGER PRIMARY KEY, period_start DATE NOT NULL, period_end DATE NOT NULL,
        run_at TIMESTAMP NOT NULL);
        CREATE TABLE payslips (id INTEGER PRIMARY KEY, employee_id INTEGER NOT NULL REFERENCES employees (id),
        run_id INTEGER NOT NULL REFERENCES payroll_runs (id), issued_on DATE NOT NULL, UNIQUE (employee_id, run_id))"""
    made = read(tmp_path, ddl, rows=60)
    runs = {row["id"]: row for row in rows(made, "payroll_runs")}
    hired = {row["id"]: row["hired_on"] for row in rows(made, "employees")}
    assert all(row["period_end"] < row["run_at"].date() for row in runs.values())
    for row in rows(made, "payslips"):
        assert row["issued_on"] >= max(runs[row["run_id"]]["run_at"].date(), hired[row["employee_id"]])
