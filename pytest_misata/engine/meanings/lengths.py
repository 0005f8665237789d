"""Columns that tell how long something took, beside its beginning and its end: `data/rows.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.plans import Course, course_of
from pytest_misata.engine.meanings.registry import find, spelled
from pytest_misata.engine.meanings.rows import is_tied, readable
from pytest_misata.engine.meanings.stages import ARRIVAL, END, MOMENTS, START, words_of_moment
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig

_TYPES = frozenset({"integer", "numeric", "float", "interval"})


def length_of(table: TableConfig, column: Column) -> Generator | None:
    """How a column that tells the time between two moments of the row is made; None for any other column."""
    if column.type.kind not in _TYPES or is_tied(table, column):
        return None
    unit = _unit(column)
    if unit is None:
        return None
    between = _delay(table, column) if _is_delay(column) else _beginning_and_end(table, column, unit)
    if between is None:
        return None
    first, last = between
    days = first.type.kind == "date" and last.type.kind == "date"
    known: Mapping[str, Any] = toml_file("rows.toml")["lengths"]
    if days and column.type.kind != "interval" and unit not in {known["units"]["day"], known["units"]["night"]}:
        return None
    counted = days and "day" in spelled(words_of(column.name))
    inclusive = counted and not {*known["inclusive"]}.isdisjoint(nouns_of(table.name))
    return Generator("elapsed", {"start": first.name, "end": last.name, "seconds": unit, "inclusive": inclusive})


def _unit(column: Column) -> str | None:
    """The seconds of the unit that a column is in; None where it is no length of what happened."""
    known: Mapping[str, Any] = toml_file("rows.toml")["lengths"]
    words = spelled(words_of(column.name))
    if not words or not set(words) <= {*known["words"], *known["units"]}:
        return None
    named = next((known["units"][word] for word in reversed(words) if word in known["units"]), None)
    if named is not None:
        return str(named)
    if not set(words) & {*known["heads"]}:
        return None
    found = find(column.type.kind, words, ())
    return "1" if column.type.kind == "interval" else known["meanings"].get(found.meaning.name) if found else None


def _is_delay(column: Column) -> bool:
    """Whether a column tells how late something was."""
    return not {*toml_file("rows.toml")["lengths"]["delays"]}.isdisjoint(spelled(words_of(column.name)))


def _delay(table: TableConfig, column: Column) -> tuple[Column, Column] | None:
    """When something was to happen and when it did: the last of what was planned, or that which the name tells."""
    course, words = course_of(table), {*words_of(column.name)}
    there = {other.name: other for other in _there(table, column)}
    facts = [(plan, fact) for fact, plan in course.facts.items() if {fact, plan} <= there.keys()]
    told = [pair for pair in facts if not words.isdisjoint(words_of_moment(pair[0]))] or facts
    plan, fact = max(told, key=lambda pair: course.stages[pair[0]].rank, default=(None, None))
    return (there[plan], there[fact]) if plan is not None and fact is not None else None


def _beginning_and_end(table: TableConfig, column: Column, unit: str) -> tuple[Column, Column] | None:
    """The moments of the row between which the time lies: what happened, and of nights what was booked."""
    course, there = course_of(table), list(_there(table, column))
    planned = [other for other in there if other.name in course.planned]
    others = [other for other in there if other.name not in course.planned]
    booked = unit == toml_file("rows.toml")["lengths"]["units"]["night"]
    for moments in (planned, others) if booked else (others, planned):
        first = next(_of_rank(course, moments, START, START), None) or _begun(course, moments)
        last = next(_of_rank(course, moments, ARRIVAL, END), None)
        if first is not None and last is not None:
            return first, last
    return None


def _begun(course: Course, moments: Sequence[Column]) -> Column | None:
    """A beginning that is called by another word, as an admission is."""
    begun = {*toml_file("rows.toml")["lengths"]["begun"]}
    return next((other for other in moments if not begun.isdisjoint(words_of(other.name))), None)


def _there(table: TableConfig, column: Column) -> Iterator[Column]:
    """The moments that are there where the column has to be."""
    for other in readable(table, column):
        if other.type.kind in MOMENTS and (column.nullable or not other.nullable):
            yield other


def _of_rank(course: Course, moments: Sequence[Column], low: int, high: int) -> Iterator[Column]:
    """The moments of some stages, the latest stage first."""
    found = [other for other in moments if low <= course.stages[other.name].rank <= high]
    yield from sorted(found, key=lambda other: -course.stages[other.name].rank)
