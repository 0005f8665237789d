"""Unique keys of foreign keys and short lists of values, one over another."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from pytest_misata import CapacityError, generate_from_schema, schema_from_models
from tests.relations.filled import column, filled, rows

KINDS = Enum("home", "work", "other", name="kind")


def parents(*names: str) -> MetaData:
    metadata = MetaData()
    for name in names:
        Table(name, metadata, Column("id", Integer, primary_key=True), Column("label", String(30)))
    return metadata


def reference(name: str, parent: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, ForeignKey(f"{parent}.id"), nullable=nullable)


@pytest.mark.parametrize(
    "uniques",
    [
        [("a_id", "b_id")],
        [("b_id", "c_id")],
        [("a_id", "b_id", "c_id")],
        [("a_id", "b_id"), ("b_id", "c_id")],
        [("a_id", "b_id"), ("b_id", "c_id"), ("a_id", "c_id")],
        [("a_id", "kind")],
        [("a_id", "kind"), ("b_id", "kind")],
        [("a_id", "kind"), ("a_id", "flag")],
        [("a_id", "kind", "flag"), ("c_id", "flag")],
        [("kind", "flag")],
        [("kind", "flag", "small")],
        [("a_id", "small"), ("a_id", "b_id")],
        [("a_id", "optional_id"), ("optional_id", "kind")],
        [("a_id",), ("b_id", "kind")],
    ],
    ids=str,
)
def test_overlapping_unique_keys_are_met(uniques):
    metadata = parents("a", "b", "c")
    Table(
        "things",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("a_id", "a"),
        reference("b_id", "b"),
        reference("c_id", "c"),
        reference("optional_id", "c", nullable=True),
        Column("kind", KINDS, nullable=False),
        Column("flag", Boolean, nullable=False),
        Column("small", Integer, nullable=False),
        *(UniqueConstraint(*names) for names in uniques),
        CheckConstraint("small BETWEEN 1 AND 4"),
    )
    with filled(metadata) as connection:
        assert column(connection, "SELECT count(*) FROM things")[0] > 0
        if uniques != [("kind", "flag")]:
            assert column(connection, "SELECT count(*) FROM things")[0] > 6


def test_an_association_table_is_denser_than_its_parents_and_not_full():
    metadata = parents("posts", "topics")
    link = [Column(name, ForeignKey(f"{name}s.id"), primary_key=True) for name in ("post", "topic")]
    Table("post_topics", metadata, *link)
    with filled(metadata) as connection:
        assert rows(connection, "SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM topics)") == [(100, 10)]
        assert 200 <= column(connection, "SELECT count(*) FROM post_topics")[0] <= 600
        assert column(connection, "SELECT count(DISTINCT topic) FROM post_topics") == [10]


def test_a_chain_of_unique_references_to_its_own_table():
    metadata = MetaData()
    Table(
        "steps",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("previous_id", ForeignKey("steps.id"), unique=True),
        Column("first_id", ForeignKey("steps.id"), nullable=False),
    )
    with filled(metadata) as connection:
        assert 50 < column(connection, "SELECT count(previous_id) FROM steps")[0] < 100
        assert column(connection, "SELECT count(*) FROM steps WHERE previous_id >= id") == [0]


def test_of_rows_with_one_key_only_one_comes_under_a_partial_index():
    metadata = parents("users")
    table = Table(
        "addresses",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("user_id", "users"),
        Column("kind", KINDS, nullable=False),
        Column("is_default", Boolean, nullable=False),
        Column("removed_at", DateTime),
    )
    for name, columns, where in (
        ("one_default", ["user_id"], "is_default"),
        ("one_each", ["user_id", "kind"], "removed_at IS NULL"),
    ):
        Index(name, *(table.c[name] for name in columns), unique=True, sqlite_where=text(where))
    with filled(metadata) as connection:
        assert column(connection, "SELECT count(*) FROM addresses") == [300]
        assert column(connection, "SELECT count(*) FROM addresses WHERE is_default") == column(
            connection, "SELECT count(DISTINCT user_id) FROM addresses"
        )
        assert 100 < column(connection, "SELECT count(*) FROM addresses WHERE removed_at IS NULL")[0] < 300


@pytest.mark.parametrize(
    ("types", "where"),
    [
        ({"ported": DateTime, "cancelled": DateTime}, "ported IS NULL AND cancelled IS NULL"),
        (
            {"is_active": Boolean, "deactivated_at": DateTime, "deleted_at": DateTime},
            "is_active AND deleted_at IS NULL",
        ),
        ({"started": DateTime, "ended": DateTime}, "started IS NOT NULL AND ended IS NULL"),
    ],
)
@pytest.mark.parametrize("checks", [False, True])
def test_the_condition_of_a_partial_index_may_be_about_columns_that_follow_each_other(types, where, checks):
    metadata = parents("users")
    table = Table(
        "requests",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("user_id", "users"),
        *(Column(name, type_) for name, type_ in types.items()),
    )
    Index("one_open", table.c.user_id, unique=True, sqlite_where=text(where))
    if checks and "ported" in types:
        table.append_constraint(CheckConstraint("ported IS NULL OR cancelled IS NULL"))
    with filled(metadata, rows=2000) as connection:
        assert column(connection, "SELECT count(*) FROM requests") == [6000]
        assert column(connection, f"SELECT count(*) FROM requests WHERE {where}")[0] > 10


def test_two_partial_indexes_may_state_one_condition_in_different_order():
    metadata = parents("users", "numbers")
    table = Table(
        "requests",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("user_id", "users"),
        reference("number_id", "numbers"),
        Column("ported", DateTime),
        Column("cancelled", DateTime),
    )
    for name, where in (
        ("user_id", "ported IS NULL AND cancelled IS NULL"),
        ("number_id", "cancelled IS NULL AND ported IS NULL"),
    ):
        Index(f"one_{name}", table.c[name], unique=True, sqlite_where=text(where))
    with filled(metadata, rows=2000) as connection:
        assert column(connection, "SELECT count(*) FROM requests") == [6000]


def test_nulls_that_are_not_distinct_are_not_made():
    metadata = parents("users")
    Table(
        "badges",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("user_id", "users", nullable=True),
        Column("code", String(12)),
        UniqueConstraint("user_id", "code", postgresql_nulls_not_distinct=True),
    )
    badges = generate_from_schema(schema_from_models(metadata, dialect="postgresql"))["badges"]
    pairs = {(row["user_id"], row["code"]) for row in badges.rows()}
    assert len(pairs) == len(badges)
    assert all(None not in pair for pair in pairs)


def test_a_column_of_another_unique_key_does_not_keep_rows_out_of_a_partial_index():
    metadata = parents("users")
    Table(
        "badges",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("user_id", "users"),
        Column("code", String(12)),
        UniqueConstraint("code", postgresql_nulls_not_distinct=True),
        Index("one_each", "user_id", unique=True, postgresql_where=text("code IS NOT NULL")),
    )
    badges = generate_from_schema(schema_from_models(metadata, dialect="postgresql"))["badges"]
    codes = [row["code"] for row in badges.rows()]
    assert len(set(codes)) == len(codes)
    there = [row["user_id"] for row in badges.rows() if row["code"] is not None]
    assert len(set(there)) == len(there)


def test_where_one_null_is_the_limit_there_are_no_more_rows_than_parents():
    metadata = parents("users")
    Table(
        "badges",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("user_id", "users", nullable=True),
        reference("giver_id", "users"),
        UniqueConstraint("user_id", postgresql_nulls_not_distinct=True),
    )
    tables = generate_from_schema(schema_from_models(metadata, dialect="postgresql"), rows=12)
    holders = [row["user_id"] for row in tables["badges"].rows()]
    assert len(set(holders)) == len(holders) == len(tables["users"])


def test_where_one_null_is_the_limit_rows_of_a_table_that_refers_to_itself_are_one_chain():
    metadata = MetaData()
    Table(
        "steps",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("previous_id", "steps", nullable=True),
        UniqueConstraint("previous_id", postgresql_nulls_not_distinct=True),
    )
    steps = generate_from_schema(schema_from_models(metadata, dialect="postgresql"), rows=50)["steps"]
    previous = [row["previous_id"] for row in steps.rows()]
    assert sorted(set(previous), key=lambda key: key or 0) == [None, *range(1, 50)]


def test_stated_rows_beyond_the_combinations_are_an_error():
    metadata = parents("a")
    Table(
        "things",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("a_id", "a"),
        Column("kind", KINDS, nullable=False),
        UniqueConstraint("a_id", "kind"),
    )
    schema = schema_from_models(metadata)
    assert len(generate_from_schema(schema, counts={"a": 100, "things": 300})["things"]) == 300
    with pytest.raises(CapacityError, match=r"things\.a_id, kind can hold 300 unique values and 301 rows"):
        generate_from_schema(schema, counts={"a": 100, "things": 301})


@pytest.mark.parametrize("unique", [True, False])
def test_of_two_references_one_is_below_the_other(unique):
    metadata = parents("people")
    Table(
        "friends",
        metadata,
        Column("id", Integer, primary_key=True),
        reference("first_id", "people"),
        reference("second_id", "people"),
        *([UniqueConstraint("first_id", "second_id")] if unique else []),
        CheckConstraint("second_id > first_id"),
    )
    with filled(metadata, counts={"people": 30, "friends": 400}) as connection:
        assert column(connection, "SELECT count(*) FROM friends WHERE first_id < second_id") == [400]
        pairs = set(rows(connection, "SELECT first_id, second_id FROM friends"))
        assert len(pairs) == 400 if unique else 200 < len(pairs) < 400


def test_more_pairs_than_there_are_is_an_error():
    metadata = parents("people")
    table = Table("friends", metadata, Column("a_id", ForeignKey("people.id"), primary_key=True))
    table.append_column(Column("b_id", ForeignKey("people.id"), primary_key=True))
    table.append_constraint(CheckConstraint("a_id < b_id"))
    schema = schema_from_models(metadata)
    assert len(generate_from_schema(schema, counts={"people": 30, "friends": 435})["friends"]) == 435
    with pytest.raises(CapacityError, match=r"friends\.a_id, b_id can hold 435 unique values and 436 rows"):
        generate_from_schema(schema, counts={"people": 30, "friends": 436})


def test_an_owner_with_more_children_than_there_are_parents_to_tell_them_apart():
    metadata = MetaData()
    for name in ("users", "tags"):
        Table(name, metadata, Column("id", Integer, primary_key=True))
    keys = [Column(f"{name}_id", ForeignKey(f"{name}s.id"), nullable=False) for name in ("user", "tag")]
    Table("links", metadata, Column("id", Integer, primary_key=True), *keys, UniqueConstraint("user_id", "tag_id"))
    schema = schema_from_models(metadata)
    for key in schema.table("links").foreign_keys:
        key.owner, key.spread = key.parent == "users", "heavy"
    links = generate_from_schema(schema, counts={"users": 137, "tags": 44, "links": 375}, seed=56)["links"]
    assert len({(row["user_id"], row["tag_id"]) for row in links.rows()}) == 375
