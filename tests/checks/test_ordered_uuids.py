"""UUIDs of which a CHECK says which one comes first, in the order that the database has for them."""

from __future__ import annotations

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table, Uuid, create_engine

import pytest_misata as misata


def friends(type_: object) -> MetaData:
    metadata = MetaData()
    Table("people", metadata, Column("id", type_, primary_key=True))
    Table(
        "friendships",
        metadata,
        Column("one_id", ForeignKey("people.id"), primary_key=True),
        Column("other_id", ForeignKey("people.id"), primary_key=True),
        CheckConstraint("one_id < other_id", name="once"),
    )
    return metadata


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest) -> str:
    """A database that has its own type for UUIDs, or as on SQLite none."""
    kind = request.param
    found: str = request.getfixturevalue("mysql_url" if kind == "mariadb" else f"{kind}_url")
    return found.replace("mysql+", "mariadb+", 1)


@pytest.mark.parametrize("type_", [Uuid(), String(36)], ids=["uuid", "string"])
def test_two_people_are_friends_once(url: str, type_: object) -> None:
    engine = create_engine(url)
    report = misata.seed_from_sqlalchemy_models(friends(type_), engine, create=True)
    assert (report.table_rows["friendships"], list(report.checks)) == (400, [])
    again = misata.generate_from_schema(misata.schema_from_db(engine))
    assert list(misata.seed_database(again, engine, truncate=True).checks) == []
    engine.dispose()


def test_columns_of_one_row() -> None:
    metadata = MetaData()
    Table(
        "intervals",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("low", Uuid, nullable=False),
        Column("high", Uuid, nullable=False),
        CheckConstraint("low < high"),
    )
    tables = misata.generate_from_schema(misata.schema_from_models(metadata))
    rows = list(tables["intervals"].rows())
    assert all(str(row["low"]) < str(row["high"]) for row in rows)
    assert len({row["low"] for row in rows}) == len(rows)
    assert tables.check() == []
