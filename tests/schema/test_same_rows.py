"""Models, and the database made from them, give the same rows where they know the same facts."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
)

import pytest_misata as misata
from tests.schema.features import shop_models

Rows = dict[str, list[dict[str, Any]]]


def rows_of(schema: misata.SchemaConfig, **options: Any) -> Rows:
    tables = misata.generate_from_schema(schema, **options)
    return {name: [dict(row) for row in tables[name].rows()] for name in tables}


def plain(rows: Rows) -> Any:
    """The rows with members of enumerations as they are stored, in whatever order the tables are."""
    return {
        name: [{key: getattr(value, "value", value) for key, value in row.items()} for row in rows[name]]
        for name in rows
    }


def by_both_roads(models: Any, engine: Engine, **options: Any) -> tuple[Rows, Rows]:
    """What is generated from models, and from the tables that they make in a database."""
    metadata = models if isinstance(models, MetaData) else models.metadata
    metadata.create_all(engine)
    read = misata.schema_from_models(models, dialect=engine.dialect.name)
    return rows_of(read, **options), rows_of(misata.schema_from_db(engine), **options)


def clubs(**late: Any) -> MetaData:
    """A circle of two tables that a captain closes."""
    metadata = MetaData()
    captain = ForeignKey("athletes.id", use_alter=True, name="fk_captain", **late)
    Table("clubs", metadata, Column("id", Integer, primary_key=True), Column("captain_id", captain, nullable=not late))
    Table(
        "athletes",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(40)),
        Column("club_id", ForeignKey("clubs.id", **late), nullable=False),
    )
    return metadata


def test_of_tables_with_keys_of_every_kind(database_engine: Engine) -> None:
    models, database = by_both_roads(shop_models(), database_engine, rows=60)
    assert plain(models) == plain(database)


def test_of_a_circle_that_may_be_null(database_engine: Engine) -> None:
    models, database = by_both_roads(clubs(), database_engine)
    assert models == database
    assert len(models["athletes"]) > len(models["clubs"])


def test_of_a_circle_that_is_checked_late(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    models, database = by_both_roads(clubs(deferrable=True, initially="DEFERRED"), engine)
    engine.dispose()
    assert models == database
    assert len(models["athletes"]) > len(models["clubs"])
    club_of = {athlete["id"]: athlete["club_id"] for athlete in models["athletes"]}
    assert all(club_of[club["captain_id"]] == club["id"] for club in models["clubs"])


def test_of_a_self_reference_beside_a_circle(database_engine: Engine) -> None:
    metadata = MetaData()
    head = ForeignKey("staff.id", use_alter=True, name="fk_head")
    Table("offices", metadata, Column("id", Integer, primary_key=True), Column("head_id", head))
    Table(
        "staff",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("office_id", ForeignKey("offices.id")),
        Column("buddy_office", ForeignKey("offices.id")),
        Column("boss_id", ForeignKey("staff.id")),
    )
    models, database = by_both_roads(metadata, database_engine)
    assert models == database


@pytest.mark.parametrize("listed", ["enumeration", "constraint"])
def test_of_texts_whose_values_a_check_lists(database_engine: Engine, listed: str) -> None:
    values = ("new", "open", "paid", "sent")
    enumeration = Enum(*values, name="listed", native_enum=False, create_constraint=True)
    column = Column("total", enumeration if listed == "enumeration" else String(8))
    checks = [] if listed == "enumeration" else [CheckConstraint(f"total IN {values}", name="listed")]
    metadata = MetaData()
    Table("bills", metadata, Column("id", Integer, primary_key=True), column, *checks)
    models, database = by_both_roads(metadata, database_engine)
    assert models == database
    assert {bill["total"] for bill in models["bills"]} == {*values, None}
