"""Columns that tell rows apart look as they would without the CHECKs that tie them to others, and so do these."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    UniqueConstraint,
)

from pytest_misata import generate_from_schema, schema_from_models

ROWS = 300
TODAY = dt.datetime(2026, 1, 1)


def spans(
    kind: Any, *arguments: object, optional: bool = False, check: str = "ends > starts"
) -> list[Mapping[str, Any]]:
    """The rows of a table of spans of time in rooms, with a CHECK or without."""
    metadata = MetaData()
    Table("rooms", metadata, Column("id", Integer, primary_key=True), Column("name", String(40), nullable=False))
    Table(
        "spans",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("room_id", ForeignKey("rooms.id"), nullable=False),
        Column("starts", kind, nullable=False),
        Column("ends", kind, nullable=optional),
        *([CheckConstraint(check)] if check else []),
        *arguments,
    )
    return list(generate_from_schema(schema_from_models(metadata), rows=ROWS)["spans"].rows())


UNIQUES = [("room_id", "starts"), ("starts",), ("starts", "ends")]


@pytest.mark.parametrize("unique", UNIQUES, ids=str)
@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("kind", [Date, DateTime])
def test_a_span_is_the_same_with_and_without_the_check(kind: Any, unique: tuple[str, ...], optional: bool) -> None:
    rows = spans(kind, UniqueConstraint(*unique), optional=optional)
    free = spans(kind, UniqueConstraint(*unique), optional=optional, check="")
    allowed = [at for at, row in enumerate(free) if row["ends"] is None or row["ends"] > row["starts"]]
    assert len(allowed) > len(rows) * 0.9
    assert [rows[at] for at in allowed] == [free[at] for at in allowed]
    assert all(row["ends"] is None or row["ends"] > row["starts"] for row in rows)


def test_a_start_before_an_end_that_tells_rows_apart_is_near_to_it() -> None:
    rows = spans(DateTime, UniqueConstraint("room_id", "ends"))
    assert len({(row["room_id"], row["ends"]) for row in rows}) == len(rows)
    assert all(dt.timedelta() < row["ends"] - row["starts"] < dt.timedelta(days=1100) for row in rows)
    assert all(row["ends"] < TODAY for row in rows)
    near = [row for row in rows if row["ends"] - row["starts"] < dt.timedelta(days=91)]
    assert len(near) > len(rows) * 0.5


def test_numbers_that_tell_rows_apart_stay_what_they_are() -> None:
    metadata = MetaData()
    Table(
        "brackets",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("min_income", Numeric(12, 2), nullable=False, unique=True),
        Column("max_income", Numeric(12, 2), nullable=False),
        CheckConstraint("max_income > min_income"),
    )
    rows = list(generate_from_schema(schema_from_models(metadata), rows=ROWS)["brackets"].rows())
    assert len({row["min_income"] for row in rows}) == ROWS
    assert sum(row["min_income"] > 10 for row in rows) > ROWS * 0.9
    assert all(row["min_income"] < row["max_income"] for row in rows)


@pytest.mark.parametrize("kind", [Date, DateTime, Integer, Numeric(12, 2)], ids=str)
@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("of_rooms", [False, True])
def test_ends_that_are_unique_too_follow_the_beginnings(kind: Any, optional: bool, of_rooms: bool) -> None:
    keys = [("room_id", name) if of_rooms else (name,) for name in ("starts", "ends")]
    rows = spans(kind, *(UniqueConstraint(*key) for key in keys), optional=optional)
    for key in keys:
        values = [tuple(row[name] for name in key) for row in rows if row[key[-1]] is not None]
        assert len(set(values)) == len(values) > len(rows) * 0.8
    assert all(row["ends"] is None or row["ends"] > row["starts"] for row in rows)
    lengths = {row["ends"] - row["starts"] for row in rows if row["ends"] is not None}
    assert len(lengths) > 2


def test_a_chain_of_unique_columns_is_in_order() -> None:
    metadata = MetaData()
    names = ("opened_on", "due_on", "closed_on")
    columns = [Column(name, Date, nullable=False, unique=True) for name in names]
    checks = [CheckConstraint("due_on > opened_on"), CheckConstraint("closed_on >= due_on")]
    Table("cases", metadata, Column("id", Integer, primary_key=True), *columns, *checks)
    rows = list(generate_from_schema(schema_from_models(metadata), rows=5000)["cases"].rows())
    assert len(rows) == 5000
    assert all(row["opened_on"] < row["due_on"] <= row["closed_on"] for row in rows)
    assert all(len({row[name] for row in rows}) == 5000 for name in names)


MORNING = "CAST(strftime('%H', starts) AS INTEGER) BETWEEN 8 AND 11"
HALF_HOURS = "strftime('%M', starts) IN ('00', '30')"
WORKDAYS = "CAST(strftime('%w', starts) AS INTEGER) BETWEEN 1 AND 5"


@pytest.mark.parametrize("unique", [("starts",), ("room_id", "starts")], ids=str)
@pytest.mark.parametrize(
    "checks",
    [(MORNING,), (WORKDAYS,), (HALF_HOURS,), (MORNING, WORKDAYS, HALF_HOURS)],
    ids=["hours", "days", "minutes", "all"],
)
def test_unique_moments_keep_to_hours_and_days_and_lie_all_over_the_years(
    checks: tuple[str, ...], unique: tuple[str, ...]
) -> None:
    metadata = MetaData()
    Table("rooms", metadata, Column("id", Integer, primary_key=True))
    room = Column("room_id", ForeignKey("rooms.id"), nullable=False)
    columns = [Column("id", Integer, primary_key=True), room, Column("starts", DateTime, nullable=False)]
    Table("slots", metadata, *columns, *map(CheckConstraint, checks), UniqueConstraint(*unique))
    schema = schema_from_models(metadata, dialect="sqlite")
    starts = [row["starts"] for row in generate_from_schema(schema, counts={"slots": ROWS})["slots"].rows()]
    assert MORNING not in checks or all(8 <= moment.hour < 12 for moment in starts)
    assert WORKDAYS not in checks or all(moment.isoweekday() < 6 for moment in starts)
    assert HALF_HOURS not in checks or all(moment.minute in {0, 30} for moment in starts)
    assert len({moment.date() for moment in starts}) > 0.7 * ROWS
    assert {moment.year for moment in starts} == {2023, 2024, 2025}


def test_pairs_of_codes_stand_in_their_order() -> None:
    metadata = MetaData()
    codes = [Column(name, String(3), primary_key=True) for name in ("base", "quoted")]
    Table("rates", metadata, *codes, CheckConstraint("quoted < base"))
    rows = list(generate_from_schema(schema_from_models(metadata), counts={"rates": ROWS})["rates"].rows())
    pairs = {(row["base"], row["quoted"]) for row in rows}
    assert len(pairs) == ROWS
    assert all(quoted < base for base, quoted in pairs)


def test_a_day_lies_in_the_year_that_a_key_tells() -> None:
    metadata = MetaData()
    key = [Column(name, Integer, primary_key=True) for name in ("vineyard", "vintage")]
    check = CheckConstraint("CAST(strftime('%Y', picked_on) AS INTEGER) = vintage")
    Table("harvests", metadata, *key, Column("picked_on", Date, nullable=False), check)
    schema = schema_from_models(metadata, dialect="sqlite")
    rows = list(generate_from_schema(schema, counts={"harvests": 100})["harvests"].rows())
    assert len(rows) == 100
    assert all(row["picked_on"].year == row["vintage"] for row in rows)
