"""Planning reads a schema once: what is told by the schema alone is not worked out again for each question."""

from __future__ import annotations

import cProfile
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint

from pytest_misata import SchemaConfig, Tables, generate_from_schema, schema_from_models
from pytest_misata.engine.summary import summarize

TABLES = 12


def schema_of(tables: int) -> SchemaConfig:
    """Tables that refer to the one before, with a CHECK about a key, one about a number and one that orders two."""
    metadata = MetaData()
    for number in range(tables):
        parent = [Column("parent_id", ForeignKey(f"t{number - 1}.id"), nullable=False)] if number else []
        Table(
            f"t{number}",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("email", String(80), nullable=False, unique=True),
            Column("low", Integer, nullable=False),
            Column("high", Integer, nullable=False),
            *parent,
            CheckConstraint("low BETWEEN 1 AND 500"),
            CheckConstraint("high > low"),
        )
    return schema_from_models(metadata, dialect="postgresql")


def calls_of(work: Callable[[], object]) -> Counter[str]:
    """How often each function of the package is called, as `module.function`."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return Counter(
        {
            f"{Path(entry.code.co_filename).stem}.{entry.code.co_name}": entry.callcount
            for entry in profile.getstats()
            if not isinstance(entry.code, str) and "pytest_misata" in entry.code.co_filename
        }
    )


def test_the_checks_of_a_table_are_read_once_and_equal_ones_of_others_with_them() -> None:
    schema = schema_of(TABLES)
    calls = calls_of(lambda: Tables(schema))
    assert calls["rules.parts_of"] == TABLES
    assert calls["checks.parse_condition"] <= 4, "two texts, over the columns of the first table and of the others"
    assert calls["reading._typed"] <= 10


def test_a_summary_of_planned_tables_reads_nothing_again() -> None:
    tables = Tables(schema_of(TABLES))
    calls = calls_of(lambda: summarize(tables.schema, tables=tables))
    assert calls["rules.parts_of"] == calls["rules.rules_of"] == calls["sizes.planned_world"] == 0
    assert calls["verification.fates"] == TABLES


def test_where_keys_and_checks_have_nothing_in_common_only_what_is_checked_is_made() -> None:
    schema = schema_of(2)
    calls = calls_of(lambda: Tables(schema))
    assert 0 < calls["world.cells"] <= 2 * 2 * 2, (
        "low and high of each table, with its CHECK and without; no email, no key"
    )


def test_a_copy_is_steered_apart() -> None:
    schema = schema_of(1)
    schema.table("t0").column("low").choose([1, 2])
    copy = deepcopy(schema)
    copy.table("t0").column("high").choose([7])
    generator = copy.table("t0").column("low").generator
    assert generator is not None
    generator.options["values"].append(3)
    assert schema.table("t0").column("high").generator is None
    assert schema.table("t0").column("low").generator != generator
    assert copy.table("t0").column("low").type is schema.table("t0").column("low").type


def test_rows_that_none_can_be_found_for_are_not_looked_for_one_by_one() -> None:
    metadata = MetaData()
    name = Column("name", String(40), nullable=False)
    Table("files", metadata, Column("id", Integer, primary_key=True), name, CheckConstraint("md5(name) LIKE 'ffffff%'"))
    schema = schema_from_models(metadata, dialect="postgresql")
    calls = calls_of(lambda: list(Tables(schema)["files"].rows()))
    assert calls["attempts.__init__"] <= 3 + 3, "the first rows, once for the plan and once for the rows"


def test_unique_numbers_are_looked_up_all_at_once() -> None:
    metadata = MetaData()
    for name in ("teachers", "rooms", "slots"):
        Table(name, metadata, Column("id", Integer, primary_key=True))
    keys = [Column(f"{name}_id", ForeignKey(f"{name}s.id"), nullable=False) for name in ("teacher", "room", "slot")]
    alone = [UniqueConstraint(f"{name}_id", "slot_id") for name in ("teacher", "room")]
    Table("lessons", metadata, Column("id", Integer, primary_key=True), *keys, *alone)
    counts = {"teachers": 12, "rooms": 10, "slots": 20, "lessons": 150}
    schema = schema_from_models(metadata)
    made: list[Tables] = []
    calls = calls_of(lambda: made.append(generate_from_schema(schema, counts=counts)))
    rows = list(made[0]["lessons"].rows())
    assert len({(row["teacher_id"], row["slot_id"]) for row in rows}) == len(rows) == counts["lessons"]
    assert len({(row["room_id"], row["slot_id"]) for row in rows}) == len(rows)
    assert calls["conditions.values"] <= 4 * counts["lessons"]
