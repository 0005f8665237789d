"""Whatever moments a row has, they come in an order: none is made from itself by way of others."""

from __future__ import annotations

import random

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.types import DATE, DATETIME, INTEGER, ColumnType
from tests.believable.reading import read, rows

MOMENTS = """created_at updated_at started_at ended_at start_date end_date planned_start planned_end scheduled_for
    scheduled_departure scheduled_arrival actual_departure actual_arrival actual_end eta etd ata atd std sta arrival
    departure checked_in_at checked_out_at check_in check_out booked_at cancelled_at confirmed_at promised_at
    delivered_at expected_delivery shipped_at paid_at due_date closed_at opened_at restored_at estimated_restore_at
    completed_at estimated_completion enqueued_at run_at pickup_at picked_up_at returned_at expected_return period_start
    period_end approved_at rejected_at expires_at valid_from valid_until loss_date reported_at held_at target_date
    next_service_at left_at joined_at kickoff_at planted_on expected_harvest harvested_on
    scheduled_start first_response_at""".split()
TABLES = (
    "reservations flights jobs orders tickets projects shifts stays hearings outages claims things admissions".split()
)
STATUSES = [
    ("draft", "placed", "paid", "shipped", "delivered", "cancelled"),
    ("scheduled", "cancelled", "started", "completed"),
    ("delivered", "approved", "shipped", "cancelled"),
    ("completed", "cancelled", "confirmed", "checked_in"),
]
YEARS = ["fiscal_year", "quarter", "month", "year", "died_year", "born_year", "duration_min", "delay_minutes", "nights"]


def drawn(number: random.Random, name: str) -> TableConfig:
    """A table of any moments, statuses and keys."""
    columns = {"id": Column("id", INTEGER, nullable=False)}
    for moment in number.sample(MOMENTS, number.randint(2, 9)):
        columns[moment] = Column(moment, number.choice([DATE, DATETIME]), nullable=number.random() < 0.6)
    for year in number.sample(YEARS, number.randint(0, 3)):
        columns[year] = Column(year, INTEGER, nullable=number.random() < 0.5)
    if number.random() < 0.6:
        columns["status"] = Column("status", ColumnType("enum", values=number.choice(STATUSES)), nullable=False)
    table = TableConfig(name, columns)
    table.primary_key = ("id",)
    if number.random() < 0.3:
        table.uniques.append(tuple(number.sample(list(columns)[1:], number.randint(1, 2))))
    return table


@pytest.mark.parametrize("start", range(0, 500, 100))
def test_no_moment_is_made_from_itself(start: int):
    for seed in range(start, start + 100):
        number = random.Random(seed)
        parent, child = (drawn(number, name) for name in number.sample(TABLES, 2))
        child.columns["parent_id"] = Column("parent_id", INTEGER, nullable=False)
        child.foreign_keys.append(ForeignKey(("parent_id",), parent.key, ("id",)))
        tables = generate_from_schema(SchemaConfig({parent.key: parent, child.key: child}), rows=6)
        assert all(len(list(tables[name].rows())) == len(tables[name]) for name in tables)
        assert [broken for broken in tables.check() if "UNIQUE" in str(broken)] == []


def test_what_is_of_no_known_kind_happens_around_when_it_was_expected(tmp_path):
    ddl = """CREATE TABLE outages (id INTEGER PRIMARY KEY, started_at TIMESTAMP NOT NULL,
        estimated_restore_at TIMESTAMP, restored_at TIMESTAMP)"""
    for row in rows(read(tmp_path, ddl), "outages"):
        if row["restored_at"] is not None and row["estimated_restore_at"] is not None:
            assert row["started_at"] <= row["restored_at"]
            assert abs((row["restored_at"] - row["estimated_restore_at"]).total_seconds()) < 86_400 / 4
