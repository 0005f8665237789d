"""How many rows tables get when nobody says: by what they are to each other."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from pytest_misata import (
    CapacityError,
    GenerationError,
    generate_from_schema,
    schema_from_models,
    seed_from_sqlalchemy_models,
)


def schema_of(*tables: tuple[str, tuple[str, ...]], nullable: bool = False) -> MetaData:
    metadata = MetaData()
    for name, parents in tables:
        references = [Column(f"{parent}_id", ForeignKey(f"{parent}.id"), nullable=nullable) for parent in parents]
        Table(name, metadata, Column("id", Integer, primary_key=True), Column("name", String(40)), *references)
    return metadata


def counts(metadata: MetaData, **settings: int) -> dict[str, int]:
    return dict(generate_from_schema(schema_from_models(metadata), **settings).counts)


def test_lookup_tables_are_small_and_decide_no_size():
    tables = schema_of(("product_categories", ()), ("countries", ()), ("products", ("product_categories", "countries")))
    assert counts(tables) == {"product_categories": 10, "countries": 10, "products": 100}
    assert counts(tables, rows=5000) == {"product_categories": 10, "countries": 10, "products": 5000}


def test_a_table_nobody_refers_to_is_no_lookup_table():
    assert counts(schema_of(("statuses", ()), ("tasks", ()))) == {"statuses": 100, "tasks": 100}


def test_children_do_not_multiply_without_end():
    line = [("t0", ())] + [(f"t{number}", (f"t{number - 1}",)) for number in range(1, 8)]
    assert list(counts(schema_of(*line)).values()) == [100, 300, 900, 1800, 1800, 1800, 1800, 1800]


def test_a_parent_that_may_be_missing_still_tells_how_many():
    assert counts(schema_of(("users", ()), ("orders", ("users",)), nullable=True)) == {"users": 100, "orders": 200}


def test_the_parent_whose_name_a_table_bears_tells_how_many():
    tables = schema_of(("customer", ()), ("orders", ("customer",)), ("orders_line", ("customer", "orders")))
    assert counts(tables)["orders_line"] == 900


def test_the_report_names_tables_that_a_key_keeps_small():
    metadata = MetaData()
    Table(
        "flags", metadata, Column("id", Integer, primary_key=True), Column("on", Boolean, unique=True, nullable=False)
    )
    report = seed_from_sqlalchemy_models(metadata, "sqlite://")
    assert report.table_rows == {"flags": 2}
    assert report.warnings == ("flags: 2 rows, since (on) leaves room for 2",)


def test_a_table_with_few_possible_rows_decides_no_size():
    metadata = schema_of(("schools", ()))
    Table(
        "slots",
        metadata,
        Column("day", Integer, CheckConstraint("day BETWEEN 1 AND 5"), primary_key=True),
        Column("period", Integer, CheckConstraint("period IN (1, 2, 3, 4)"), primary_key=True),
    )
    schools = ForeignKey("schools.id")
    Table("teachers", metadata, Column("school", schools, primary_key=True), Column("no", Integer, primary_key=True))
    Table(
        "lessons",
        metadata,
        *(Column(name, Integer, primary_key=True) for name in ("school", "day", "period", "teacher")),
        ForeignKeyConstraint(["day", "period"], ["slots.day", "slots.period"]),
        ForeignKeyConstraint(["school", "teacher"], ["teachers.school", "teachers.no"]),
    )
    found = counts(metadata)
    assert (found["slots"], found["teachers"]) == (20, 300)
    assert found["lessons"] >= 900


def test_keys_that_none_but_a_search_combines_leave_more_than_a_few_rows():
    metadata = schema_of(("schools", ()), ("slots", ()))
    for name in ("rooms", "teachers", "classes"):
        school = Column("school", ForeignKey("schools.id"), primary_key=True)
        Table(name, metadata, school, Column("no", Integer, primary_key=True))
    parts = ("room", "teacher", "class")
    Table(
        "lessons",
        metadata,
        Column("school", Integer, primary_key=True),
        Column("slot", ForeignKey("slots.id"), primary_key=True),
        Column("room", Integer, primary_key=True),
        Column("teacher", Integer, nullable=False),
        Column("class", Integer, nullable=False),
        *(
            ForeignKeyConstraint(["school", part], [f"{table}.school", f"{table}.no"])
            for part, table in zip(parts, ("rooms", "teachers", "classes"), strict=True)
        ),
        UniqueConstraint("school", "slot", "teacher"),
        UniqueConstraint("school", "slot", "class"),
    )
    assert counts(metadata, rows=20)["lessons"] > 60


def test_why_not_every_combination_is_taken():
    metadata = schema_of(("teams", ()), ("people", ()))
    columns = [Column(f"{name}_id", ForeignKey(f"{name}.id"), primary_key=True) for name in ("teams", "people")]
    Table("members", metadata, *columns)
    made = generate_from_schema(schema_from_models(metadata), rows=4)
    assert made.notes == (
        "members: 8 rows, since (teams_id, people_id) leaves room for 16, "
        "of which no more are taken unless their number is stated",
    )


def test_what_nobody_sized_grows_until_stated_rows_find_a_place():
    metadata = schema_of(("orgs", ()))
    for name in ("people", "projects"):
        org = Column("org_id", ForeignKey("orgs.id"), primary_key=True)
        Table(name, metadata, org, Column("id", Integer, primary_key=True))
    Table(
        "members",
        metadata,
        *(Column(name, Integer, primary_key=True) for name in ("org_id", "person_id", "project_id")),
        ForeignKeyConstraint(["org_id", "person_id"], ["people.org_id", "people.id"]),
        ForeignKeyConstraint(["org_id", "project_id"], ["projects.org_id", "projects.id"]),
    )
    found = counts(metadata, counts={"members": 300})
    assert found["members"] == 300
    assert found["people"] < 300
    with pytest.raises(CapacityError, match="members"):
        counts(metadata, counts={"members": 300, "people": 10, "projects": 10})


def test_each_row_of_a_stated_table_finds_one_of_its_own():
    metadata = schema_of(("passports", ()), ("teams", ()))
    passport = Column("passport_id", ForeignKey("passports.id"), nullable=False, unique=True)
    Table(
        "people", metadata, passport, Column("team_id", ForeignKey("teams.id"), primary_key=True), Column("no", Integer)
    )
    holder = Column("holder", ForeignKey("people.team_id"), unique=True, nullable=False)
    Table("visas", metadata, Column("id", Integer, primary_key=True), holder)
    found = counts(metadata, counts={"visas": 700})
    assert found["visas"] == 700
    assert min(found[name] for name in ("people", "passports", "teams")) >= 700


@pytest.mark.parametrize("rows", [-1, True, 2**40])
def test_rows_that_no_table_can_have_are_told_by_name(rows: int) -> None:
    with pytest.raises(GenerationError, match=r"rows must be a whole number from 0 to 2\*\*40, not"):
        counts(schema_of(("users", ()), ("orders", ("users",))), rows=rows)


@pytest.mark.parametrize("between", [(), ("staff",)])
def test_what_each_row_of_a_cycle_has_one_of_is_there_as_often(between: tuple[str, ...]) -> None:
    metadata = MetaData()
    late = {"deferrable": True, "initially": "DEFERRED"}
    back = ForeignKey("stadiums.id", **late)
    Table("teams", metadata, Column("id", Integer, primary_key=True), Column("stadium_id", back, nullable=False))
    above = "teams"
    for name in (*between, "stadiums"):
        key = Column(f"{above.removesuffix('s')}_id", ForeignKey(f"{above}.id", **late), nullable=False)
        Table(name, metadata, Column("id", Integer, primary_key=True), key)
        above = name
    tables = generate_from_schema(schema_from_models(metadata), rows=200)
    assert len(tables["teams"]) == len(tables["stadiums"])
    assert len({*tables["teams"]["stadium_id"].tolist()}) > 100
