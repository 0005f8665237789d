"""Statuses of what is still to come, or under way, which only rows of late have: `[[settled]]` in `data/lives.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_misata.engine.meanings.lookup import choice_of
from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.plans import course_of
from pytest_misata.engine.meanings.rows import is_tied, readable
from pytest_misata.engine.meanings.stages import END, MOMENTS, NOWHERE, START
from pytest_misata.engine.meanings.states import is_begun, is_pending, is_well_over
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.listed import checked_values


def settled(table: TableConfig, column: Column, usual: Generator) -> Generator | None:
    """A status that is a late one in rows that are not; None for other columns."""
    if usual.kind != "choice" or words_of(column.name)[-1:] not in {("status",), ("state",)} or is_tied(table, column):
        return None
    listed = checked_values(table, column)
    usual = choice_of(table, column, listed) if listed else usual
    days, by = _days(table), _beginning(table, column)
    values: Sequence[Any] = usual.options["values"]
    pending, over = _sorted(values)
    if days is None or by is None or not pending or not over:
        return None
    weights = usual.options.get("weights") or [1] * len(values)
    most, next_ = (max(some, key=lambda value: weights[[*values].index(value)]) for some in (over, pending))
    coming = {"ahead": next_, "over": [value for value in values if is_begun(value)]}
    options = {"of": "choice", "options": dict(usual.options), "by": by, "last_days": dict.fromkeys(pending, days)}
    return Generator("settled", {**options, "settled": most, **coming})


def settled_values(generator: Generator) -> Sequence[Any]:
    """The statuses that a generator of such a column gives."""
    values: Sequence[Any] = generator.options["options"]["values"]
    return values


def _sorted(values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The statuses of what has not begun, and of what came to a good end."""
    return [value for value in values if is_pending(value)], [value for value in values if is_well_over(value)]


def _days(table: TableConfig) -> int | None:
    entries: Sequence[Mapping[str, Any]] = toml_file("lives.toml")["settled"]
    nouns = {*nouns_of(table.name)}
    return next((entry["days"] for entry in entries if not nouns.isdisjoint(entry["tables"])), None)


def _beginning(table: TableConfig, column: Column) -> str | None:
    """The moment at which what a row stands for begins, or else since which the row is there."""
    course = course_of(table)
    known = [
        other.name
        for other in readable(table, column)
        if other.type.kind in MOMENTS and not other.nullable and other.name in course.stages
    ]
    starts = [name for name in known if course.stages[name].rank == START and course.stages[name] is not NOWHERE]
    begun = [*starts, *(name for name in known if name == table.born)]
    # What is there with some statuses only may come before neither.
    early = min((course.stages[other.name].rank for other in _perhaps(table)), default=END)
    return next((name for name in begun if name not in course.facts and course.stages[name].rank <= early), None)


def _perhaps(table: TableConfig) -> list[Column]:
    """The moments that may be NULL."""
    stages = course_of(table).stages
    return [column for column in table.columns.values() if column.nullable and column.name in stages]
