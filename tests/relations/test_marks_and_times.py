"""Unique keys of a day and a mark, or of a weekday and a time of day, in more rows than one of them has values."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Time,
    UniqueConstraint,
    create_engine,
)

import pytest_misata as misata

ROWS = 3000


def _loaded(metadata: MetaData, name: str) -> misata.Table:
    data = misata.generate_from_schema(misata.schema_from_models(metadata), counts={"owners": 4, name: ROWS}, seed=7)
    misata.seed_database(data, create_engine("sqlite://"), create=True)
    return data[name]


@pytest.fixture
def owners() -> MetaData:
    metadata = MetaData()
    Table("owners", metadata, Column("id", Integer, primary_key=True))
    return metadata


def test_a_day_and_the_mark_of_a_shift(owners: MetaData) -> None:
    Table(
        "shifts",
        owners,
        Column("owner_id", ForeignKey("owners.id"), primary_key=True),
        Column("day", Date, primary_key=True),
        Column("shift", CHAR(1), primary_key=True),
    )
    assert len(_loaded(owners, "shifts")) == ROWS


def test_a_weekday_and_a_time_before_another(owners: MetaData) -> None:
    Table(
        "lessons",
        owners,
        Column("id", Integer, primary_key=True),
        Column("owner_id", ForeignKey("owners.id"), nullable=False),
        Column("weekday", SmallInteger, CheckConstraint("weekday BETWEEN 1 AND 5"), nullable=False),
        Column("begins", Time, nullable=False),
        Column("ends", Time, nullable=False),
        CheckConstraint("ends > begins"),
        UniqueConstraint("owner_id", "weekday", "begins"),
    )
    rows = list(_loaded(owners, "lessons").rows())
    assert {row["weekday"] for row in rows} == {1, 2, 3, 4, 5}
    first = Counter(row["begins"] for row in rows[:100])
    assert len(first) > 10
    assert all(time.minute % 15 == 0 and 7 <= time.hour < 20 for time in first)
