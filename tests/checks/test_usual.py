"""What CHECKs tie together looks as it would without them, wherever that is allowed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Integer, MetaData, Numeric, String, Table

from pytest_misata import generate_from_schema, schema_from_models
from pytest_misata.engine.tables import Tables

DAY = dt.timedelta(days=1)


def made(*arguments: object, rows: int = 300) -> Tables:
    metadata = MetaData()
    Table("trips", metadata, Column("id", Integer, primary_key=True), *arguments)
    return generate_from_schema(schema_from_models(metadata), rows=rows)


def moments() -> list[Column]:
    return [Column(name, DateTime, nullable=False) for name in ("departure", "arrival")]


def test_a_trip_lasts_hours_where_a_check_only_says_which_end_is_later():
    trips = list(made(*moments(), CheckConstraint("arrival > departure"))["trips"].rows())
    assert all(trip["departure"] < trip["arrival"] for trip in trips)
    assert sum(trip["arrival"] - trip["departure"] < DAY for trip in trips) > 280


def test_what_a_check_does_not_allow_is_not_kept():
    trips = list(made(*moments(), CheckConstraint("arrival < departure"))["trips"].rows())
    assert all(trip["arrival"] < trip["departure"] for trip in trips)


def test_a_sum_has_the_parts_that_it_usually_has():
    money = [Column(name, Numeric(10, 2), nullable=False) for name in ("subtotal", "tax", "total")]
    for row in made(*money, CheckConstraint("total = subtotal + tax"))["trips"].rows():
        assert row["total"] == row["subtotal"] + row["tax"]
        assert row["tax"] < row["subtotal"] * Decimal("0.3") + Decimal("0.02")


def test_unique_columns_stay_unique():
    columns = [
        Column("low", Integer, nullable=False, unique=True),
        Column("high", Integer, nullable=False, unique=True),
    ]
    rows = list(made(*columns, CheckConstraint("low < high"))["trips"].rows())
    assert len({row["low"] for row in rows}) == len({row["high"] for row in rows}) == len(rows) > 10
    assert all(row["low"] < row["high"] for row in rows)


def test_a_slice_is_the_same_alone_and_moments_stay_after_those_of_parents():
    metadata = MetaData()
    Table("users", metadata, Column("id", Integer, primary_key=True), Column("created_at", DateTime, nullable=False))
    Table(
        "visits",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("user_id", ForeignKey("users.id"), nullable=False),
        Column("state", String(10)),
        Column("started_at", DateTime, nullable=False),
        Column("ended_at", DateTime, nullable=False),
        CheckConstraint("ended_at >= started_at"),
    )
    schema = schema_from_models(metadata)
    tables = generate_from_schema(schema, rows=100)
    since = dict(zip(tables["users"]["id"].tolist(), tables["users"]["created_at"].tolist(), strict=True))
    whole = list(tables["visits"].rows())
    assert all(visit["started_at"] >= since[visit["user_id"]] for visit in whole)
    assert list(generate_from_schema(schema, rows=100)["visits"].rows(40, 50)) == whole[40:50]


def test_of_two_sums_each_gives_the_column_that_stands_for_it():
    money = [Column(n, Numeric(12, 2), nullable=False) for n in ("net", "tax", "gross", "amount_paid", "balance")]
    equations = [CheckConstraint("net + tax = gross"), CheckConstraint("balance = gross - amount_paid")]
    for row in made(*money, *equations, CheckConstraint("amount_paid <= gross"))["trips"].rows():
        assert 0 <= row["tax"] < row["net"] * Decimal("0.3") + Decimal("0.02")
        assert row["balance"] == row["gross"] - row["amount_paid"] >= 0


def test_what_is_to_be_negative_is_as_far_from_zero_as_usual():
    money = [Column(n, Numeric(12, 2), nullable=False) for n in ("amount", "fee")]
    amounts = [row["amount"] for row in made(*money, CheckConstraint("amount < 0"))["trips"].rows()]
    assert max(amounts) < 0
    assert -100 < sorted(amounts)[150] < -30


def test_sums_have_all_cents_where_binary_fractions_add_up_exactly():
    money = [Column(n, Numeric(12, 2), nullable=False) for n in ("before", "amount", "after")]
    rows = list(made(*money, CheckConstraint("after = before + amount"))["trips"].rows())
    assert all(float(row["after"]) == float(row["before"]) + float(row["amount"]) for row in rows)
    assert sum(row["after"] % Decimal("0.25") != 0 for row in rows) > 150
