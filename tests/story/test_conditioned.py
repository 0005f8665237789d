"""States that follow from other columns are met where a story states them: what decides them follows from that."""

from __future__ import annotations

import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "jobs", "open_"),
    [
        ("A recruiter with 35 open jobs", 35, 35),
        ("A recruitment agency with 80 positions, 35 of them open", 80, 35),
        ("A recruitment agency with 80 vacancies, 40% filled", 80, 48),
        ("A recruitment agency with 30 jobs, 12 still open and 60 applications", 30, 12),
    ],
)
def test_so_many_positions_are_open_and_nobody_is_hired_for_them(story: str, jobs: int, open_: int) -> None:
    tables = generate(story)
    states = tables["jobs"]["status"].tolist()
    assert (len(states), states.count("open")) == (jobs, open_)
    assert tables.check() == []


@pytest.mark.filterwarnings("ignore:not understood")
def test_what_decides_a_state_is_not_stated_beside_it() -> None:
    schema = parse("A recruitment agency with 80 jobs, 30 open, 1,000 applications, 5% hired")
    assert [(fact.phrase, fact.meaning) for fact in schema.facts if not fact.understood] == [
        ("30 open", "shares of applications.stage are stated, and decide it")
    ]


@pytest.mark.parametrize(
    ("story", "people", "groups", "each"),
    [
        ("A company with 60 employees in teams of 5", "employees", "teams", 5),
        ("A mine with 120 miners in crews of 6", "miners", "crews", 6),
        ("A summer camp with 90 children in groups of 9", "children", "groups", 9),
    ],
)
def test_people_are_in_groups_of_so_many(story: str, people: str, groups: str, each: int) -> None:
    tables = generate(story)
    (key,) = [key.columns[0] for key in tables.schema.table(people).foreign_keys if key.parent == groups]
    members = tables[people][key].tolist()
    assert {members.count(group) for group in tables[groups]["id"].tolist()} == {each}


def test_every_class_has_as_many_students() -> None:
    tables = generate("A school with 60 students in classes of 15")
    taken = tables["enrollments"]["course_id"].tolist()
    assert {taken.count(course) for course in tables["courses"]["id"].tolist()} == {15}


def test_what_names_the_trade_is_no_table() -> None:
    assert parse("SaaS: 300 users").table("users").rows == 300
    assert "saas" not in parse("SaaS: 40 workspaces").tables


@pytest.mark.parametrize(
    ("story", "column", "value", "rows", "whole"),
    [
        ("A SaaS company with 240 active subscriptions", "subscriptions.status", "active", 240, 240),
        ("A SaaS company with 300 users and 240 active subscriptions", "subscriptions.status", "active", 240, 240),
        ("A SaaS company with 500 subscriptions, 240 active", "subscriptions.status", "active", 240, 500),
        (
            "A SaaS with 90 users, 3 subscriptions per user, 60 active subscriptions",
            "subscriptions.status",
            "active",
            60,
            270,
        ),
        ("A SaaS with 400 subscriptions, 10% cancelled", "subscriptions.status", "cancelled", 40, 400),
        ("A hospital with 300 admissions, 40 still admitted", "admissions.status", "admitted", 40, 300),
        ("A hospital with 100 patients and 60 admissions, 12 admitted", "admissions.status", "admitted", 12, 60),
    ],
)
def test_what_only_the_last_of_siblings_are_is_met(story: str, column: str, value: str, rows: int, whole: int) -> None:
    table, name = column.split(".")
    tables = generate(story)
    states = tables[table][name].tolist()
    assert (states.count(value), len(states)) == (rows, whole)
    assert tables.check() == []


@pytest.mark.filterwarnings("ignore:not understood")
def test_more_than_one_at_a_time_for_each_is_named() -> None:
    schema = parse("A SaaS company with 200 users and 240 active subscriptions")
    assert "240 active subscriptions" in [fact.phrase for fact in schema.facts if not fact.understood]


@pytest.mark.parametrize(
    ("story", "column", "values", "rows"),
    [
        (
            "A CRM with 300 deals, 45 open",
            "deals.stage",
            {"prospecting", "qualification", "proposal", "negotiation"},
            45,
        ),
        ("A procurement department with 25 open purchase orders", "purchase_orders.status", {"sent", "confirmed"}, 25),
        ("A logistics company with 200 vehicles, 60% trucks", "vehicles.kind", {"articulated", "rigid"}, 120),
        ("A SaaS with 300 invoices, 30 unpaid", "invoices.status", {"open"}, 30),
        ("A manufacturing plant with 12 running work orders", "work_orders.status", {"in_progress"}, 12),
    ],
)
def test_a_state_may_be_several_values(story: str, column: str, values: set[str], rows: int) -> None:
    table, name = column.split(".")
    tables = generate(story)
    assert sum(str(value) in values for value in tables[table][name].tolist()) == rows
    assert tables.check() == []


@pytest.mark.filterwarnings("ignore:not understood")
@pytest.mark.parametrize(
    ("story", "table", "state"),
    [
        ("A hotel with 50 pending bookings", "bookings", "pending"),
        ("A marketplace with 40 open orders", "orders", "open"),
        ("A travel agency with 60 upcoming trips", "packages", "upcoming"),
    ],
)
def test_how_far_rows_are_is_told_by_one_column(story: str, table: str, state: str) -> None:
    schema = parse(story)
    assert f"is_{state}" not in schema.table(table).columns
    assert state in [fact.phrase for fact in schema.facts if not fact.understood]
