"""What `SchemaConfig.summary()` says of keys, constraints and sizes, and of what is not followed."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import INT4RANGE, ExcludeConstraint

from pytest_misata import schema_from_models
from pytest_misata.schema.config import SchemaConfig


def metadata() -> MetaData:
    found = MetaData()
    Table(
        "projects",
        found,
        Column("tenant", Integer, primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("name", String(40), nullable=False, server_default="new"),
        Column("twice", Integer, Computed("number * 2")),
        Index("one_name", text("lower(name)"), unique=True),
    )
    Table(
        "tasks",
        found,
        Column("id", Integer, primary_key=True),
        Column("tenant", Integer, nullable=False),
        Column("project", Integer, nullable=False),
        Column("parent_id", ForeignKey("tasks.id")),
        Column("price", Numeric(8, 2), nullable=False),
        Column("discount", Numeric(8, 2), nullable=False),
        Column("code", String(8), info={"misata": {"choose": ["ab", "cd"]}}, nullable=False),
        ForeignKeyConstraint(["tenant", "project"], ["projects.tenant", "projects.number"], name="task_project"),
        UniqueConstraint("tenant", "id"),
        CheckConstraint("discount <= price", name="less"),
        CheckConstraint("length(code) = 2", name="two"),
        CheckConstraint("frobnicate(price) > 1", name="odd"),
    )
    Table(
        "bookings",
        found,
        Column("id", Integer, primary_key=True),
        Column("during", INT4RANGE, nullable=False),
        ExcludeConstraint(("during", "-|-"), name="no_overlap", using="gist"),
    )
    return found


def schema() -> SchemaConfig:
    return schema_from_models(metadata(), dialect="postgresql")


def test_keys_are_told_with_their_names_and_columns() -> None:
    lines = schema().summary().splitlines()
    assert "  primary key (tenant, number)" in lines
    assert "  foreign key task_project (tenant, project) -> projects (tenant, number)" in lines
    assert "  unique (tenant, id)" in lines
    assert "  unique one_name (lower(name))" in lines
    assert any(line.startswith("  parent_id") and line.endswith("-> tasks.id") for line in lines)


def test_each_check_is_told_with_what_becomes_of_it() -> None:
    lines = schema().summary().splitlines()
    assert "  check less: discount <= price [met]" in lines
    assert "  check two: length(code) = 2 [verified]" in lines
    assert "  check odd: frobnicate(price) > 1 [not understood]" in lines


def test_what_is_not_followed_is_named_in_one_place() -> None:
    section = schema().summary().partition("not followed:\n")[2]
    assert "  tasks: CHECK odd (frobnicate(price) > 1)" in section
    assert "no_overlap" in section
    assert "CHECK less" not in section


def test_the_columns_that_the_database_fills_are_told() -> None:
    lines = schema().summary().splitlines()
    assert any(line.startswith("  twice") and "computed by the database" in line for line in lines)
    assert any(line.startswith("  name") and "default 'new'" in line for line in lines)


def test_row_counts_are_those_of_the_plan() -> None:
    from pytest_misata import generate_from_schema

    text_ = schema().summary()
    for name, table in generate_from_schema(schema()).items():
        assert f"{name} ({len(table):,} rows)" in text_


def test_a_schema_that_cannot_be_filled_is_shown_with_the_reason() -> None:
    found = MetaData()
    Table("a", found, Column("x", Integer, nullable=False), CheckConstraint("x > 5 AND x < 3", name="never"))
    lines = schema_from_models(found).summary().splitlines()
    assert "cannot be filled: a: no row can meet CHECK never" in lines[0]
    assert "  check never: x > 5 AND x < 3 [impossible]" in lines
