"""What lies between two ends that a parent has, what a year costs, and how long the booking of a meeting lasts."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.meanings.telling import tell
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import DATETIME, INTEGER, MONEY, ColumnType


def made(parent: TableConfig, child: TableConfig) -> tuple[dict[int, dict], list[dict]]:
    schema = SchemaConfig({parent.key: parent, child.key: child}, main=parent.key)
    tell(schema)
    tables = generate_from_schema(schema, rows=60)
    return {row["id"]: row for row in tables[parent.key].rows()}, list(tables[child.key].rows())


def table_of(name: str, key: str = "", parent: str = "", /, **types: ColumnType) -> TableConfig:
    columns = {"id": Column("id", INTEGER), **{one: Column(one, type_, False) for one, type_ in types.items()}}
    if not key:
        return TableConfig(name, columns, ("id",))
    columns[key] = Column(key, INTEGER, False)
    owner = ForeignKey((key,), parent, ("id",), owner=True, per_parent=Fraction(5))
    return TableConfig(name, columns, ("id",), [owner])


@pytest.mark.parametrize(
    ("low", "high", "own"),
    [("min_salary", "max_salary", "salary"), ("salary_from", "salary_to", "current_salary")],
)
def test_a_salary_is_one_of_the_job(low: str, high: str, own: str) -> None:
    jobs, employees = made(
        table_of("jobs", **{low: INTEGER, high: INTEGER}), table_of("employees", "job_id", "jobs", **{own: MONEY})
    )
    assert all(jobs[row["job_id"]][low] <= row[own] <= jobs[row["job_id"]][high] for row in employees)
    assert len({row[own] for row in employees}) > 100


@pytest.mark.parametrize(
    ("month", "year"),
    [("monthly_price", "yearly_price"), ("price_monthly", "price_yearly"), ("monthly_fee", "annual_fee")],
)
def test_a_year_costs_ten_to_twelve_months(month: str, year: str) -> None:
    table = table_of("plans", **{month: MONEY, year: MONEY})
    for row in generate_from_schema(SchemaConfig({"plans": table}), rows=200)["plans"].rows():
        assert row[month] * 9 < row[year] <= row[month] * 12


@pytest.mark.parametrize(("name", "key"), [("meeting_bookings", "room_id"), ("bookings", "meeting_room_id")])
def test_the_booking_of_a_meeting_lasts_hours(name: str, key: str) -> None:
    _, bookings = made(table_of("rooms"), table_of(name, key, "rooms", starts_at=DATETIME, ends_at=DATETIME))
    assert all(row["ends_at"] - row["starts_at"] <= dt.timedelta(hours=4) for row in bookings)
