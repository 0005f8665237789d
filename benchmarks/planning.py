"""How long it takes to read, plan and describe a schema as large as MusicBrainz's.

The schema is made up: by default 375 tables, 762 foreign keys and some 2,500 columns, with composite and unique keys,
CHECKs, references of tables to themselves and cycles of two. Prints seconds for `schema_from_models`, for planning
(`Tables`) and for `summary()`; `--profile` prints where they are spent.

    python benchmarks/planning.py --tables 375 --foreign-keys 762
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

import pytest_misata as misata

T = TypeVar("T")

_COLUMNS = (
    ("name", String(120), "length(name) > 0"),
    ("comment", String(255), None),
    ("edits_pending", Integer(), "edits_pending >= 0"),
    ("last_updated", DateTime(timezone=True), None),
    ("begin_date", Date(), None),
    ("end_date", Date(), "end_date >= begin_date"),
    ("ended", Boolean(), None),
    ("position", SmallInteger(), "position BETWEEN 1 AND 500"),
    ("amount", Numeric(10, 2), "amount >= 0"),
    ("description", Text(), None),
    ("status", String(10), "status IN ('open', 'done', 'void')"),
)


def large_schema(tables: int, foreign_keys: int, columns: int, *, seed: int = 1) -> MetaData:
    """A schema of so many tables, foreign keys and columns, the same for the same seed."""
    chance = random.Random(seed)
    own = max(1, (columns - foreign_keys) // tables - 2)
    per_table = [foreign_keys // tables + (number < foreign_keys % tables) for number in range(tables)]
    metadata = MetaData()
    for number in range(tables):
        _table(metadata, number, per_table[number], own, chance)
    for number in range(0, tables - 1, 40):
        _cycle(metadata, number)
    return metadata


def _table(metadata: MetaData, number: int, keys: int, own: int, chance: random.Random) -> None:
    name = f"table_{number}"
    found = chance.sample(_COLUMNS, min(own, len(_COLUMNS)))
    names = {column for column, _, _ in found}
    parts: list[object] = [Column("id", Integer, primary_key=True), Column("gid", Uuid, nullable=False)]
    parts += [Column(column, type_, nullable=chance.random() < 0.4) for column, type_, _ in found]
    checks = [check for _, _, check in found if check and ("begin_date" not in check or "begin_date" in names)]
    parts += [CheckConstraint(check) for check in checks]
    parts.append(UniqueConstraint("gid"))
    for key in range(keys if number else 0):
        parent = number if chance.randrange(40) == 0 else chance.randrange(number)
        column = f"parent_{key}"
        parts.append(Column(column, Integer, nullable=parent == number or chance.random() < 0.3))
        parts.append(ForeignKeyConstraint([column], [f"table_{parent}.id"]))
    if keys > 1 and number and chance.randrange(3) == 0:
        parts.append(UniqueConstraint("parent_0", "parent_1"))
    Table(name, metadata, *parts)  # type: ignore[arg-type]


def _cycle(metadata: MetaData, number: int) -> None:
    """A key from a table to the next one, which refers to it too."""
    first, second = metadata.tables[f"table_{number}"], metadata.tables[f"table_{number + 1}"]
    for table, other, nullable in ((first, second, True), (second, first, False)):
        table.append_column(Column("latest", Integer, nullable=nullable))
        name = f"{table.name}_latest"
        table.append_constraint(ForeignKeyConstraint(["latest"], [f"{other.name}.id"], name=name, use_alter=True))


def timed(name: str, work: Callable[[], T]) -> T:
    """What some work gives; how long it took is printed."""
    start = time.perf_counter()
    result = work()
    print(f"{name:<20} {time.perf_counter() - start:6.2f} s")
    return result


def main() -> None:
    """Make the schema and time each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=375)
    parser.add_argument("--foreign-keys", type=int, default=762)
    parser.add_argument("--columns", type=int, default=2500)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    metadata = large_schema(options.tables, options.foreign_keys, options.columns)
    keys = sum(len(table.foreign_key_constraints) for table in metadata.tables.values())
    columns = sum(len(table.columns) for table in metadata.tables.values())
    print(f"{len(metadata.tables)} tables, {keys} foreign keys, {columns:,} columns")
    schema = timed("schema_from_models", lambda: misata.schema_from_models(metadata, dialect="postgresql"))
    profile = cProfile.Profile()
    if options.profile:
        profile.enable()
    tables = timed("planning", lambda: misata.generate_from_schema(schema))
    text = timed("summary", schema.summary)
    profile.disable()
    print(f"{sum(tables.counts.values()):,} rows planned, {text.count(chr(10)):,} lines of summary")
    if options.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
