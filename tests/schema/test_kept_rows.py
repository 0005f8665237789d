"""Rows that a database holds already are kept and referred to, where it is asked for."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import (
    Column,
    Date,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    func,
    select,
)

from pytest_misata.api import generate_from_schema
from pytest_misata.errors import GenerationError, SchemaError
from pytest_misata.load.seed import seed_database
from pytest_misata.schema.sources import kept
from pytest_misata.schema.sources.database import schema_from_db

METADATA = MetaData()
COUNTRIES = Table(
    "countries",
    METADATA,
    Column("code", String(2), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("neighbour", ForeignKey("countries.code")),
)
ROLES = Table(
    "roles",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("since", Date, nullable=False),
    UniqueConstraint("since"),
)
USERS = Table(
    "users",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("country", ForeignKey("countries.code"), nullable=False),
    Column("role_id", ForeignKey("roles.id"), nullable=False),
    Column("role_since", ForeignKey("roles.since"), nullable=False),
)


@pytest.fixture
def filled(database_engine: Engine) -> Engine:
    METADATA.create_all(database_engine)
    with database_engine.begin() as connection:
        connection.execute(COUNTRIES.insert(), [{"code": code, "name": code} for code in ("DE", "FR", "TR")])
        connection.execute(ROLES.insert(), [{"id": uuid.uuid4(), "since": dt.date(2024, 1, day)} for day in (1, 2)])
    return database_engine


def test_they_are_referred_to_and_left_alone(filled: Engine) -> None:
    with filled.connect() as connection:
        before = [connection.execute(select(table).order_by(*table.primary_key)).all() for table in (COUNTRIES, ROLES)]
    report = seed_database(generate_from_schema(schema_from_db(filled, keep_filled=True), story="60 users"), filled)
    assert report.table_rows == {"users": 60}
    with filled.connect() as connection:
        after = [connection.execute(select(table).order_by(*table.primary_key)).all() for table in (COUNTRIES, ROLES)]
        countries = set(connection.scalars(select(USERS.c.country)))
        joined = connection.scalar(select(func.count()).select_from(USERS.join(ROLES, USERS.c.role_id == ROLES.c.id)))
    assert before == after
    assert countries == {"DE", "FR", "TR"}
    assert joined == 60


def test_emptying_first_does_not_touch_them(filled: Engine) -> None:
    tables = generate_from_schema(schema_from_db(filled, keep_filled=True), story="60 users")
    seed_database(tables, filled)
    report = seed_database(tables, filled, truncate=True)
    assert report.truncated == ("users",)
    assert report.fingerprint == tables.fingerprint()


def test_the_summary_says_so(filled: Engine) -> None:
    assert "countries (3 rows, kept)" in schema_from_db(filled, keep_filled=True).summary()


def test_their_number_cannot_be_restated(filled: Engine) -> None:
    with pytest.raises(GenerationError, match=r"countries.*3 rows"):
        generate_from_schema(schema_from_db(filled, keep_filled=True), counts={"countries": 5})


def test_unasked_they_are_made_like_all_others(filled: Engine) -> None:
    assert not schema_from_db(filled).tables["countries"].kept


def test_too_many_to_be_kept(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_ROWS", 2)
    with pytest.raises(SchemaError, match="countries holds more than 2 rows"):
        schema_from_db(filled, keep_filled=True)
