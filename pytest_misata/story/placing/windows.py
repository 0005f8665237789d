"""Spans of time, put into a schema: the days that all data lies in, or those in which rows of a table came to be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_misata.engine.meaning import generator_for
from pytest_misata.errors import StoryError
from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig
from pytest_misata.schema.relations import birth_of
from pytest_misata.story.facts import AnyFact, Unplaced, When
from pytest_misata.story.placing.histories import reach_back

Days = tuple[dt.date, dt.date]

_FIRST, _LAST = dt.date(1500, 1, 1), dt.date(2200, 1, 1)


def place_windows(schema: SchemaConfig, facts: Collection[When], quote: str) -> Iterator[AnyFact]:
    """What each span became. Raises StoryError where two spans of one table contradict.

    A span is that of all data: the reference date is then its end. Where there are several, or the story says so
    ("who signed up in 2024"), it is the one in which the rows of its table came to be; what follows may come later.
    """
    reference, history = schema.reference_date, schema.history_days
    spans: dict[When, Days] = {}
    for fact in facts:
        first, end = fact.span.days(reference, history)
        if not _FIRST <= first < end <= _LAST:
            yield Unplaced(fact.start, fact.end, f"no days lie from {first} to before {end}; today is {reference}")
        elif not _has_moments(schema):
            yield Unplaced(fact.start, fact.end, "the schema has no column of dates")
        else:
            spans[fact] = first, end
    for fact in _of_nobody(spans, schema.main):
        del spans[fact]
        yield Unplaced(fact.start, fact.end, f"the story says of the {schema.main} that they came at another time")
    _agree(spans, schema.main, quote)
    if len(set(spans.values())) == 1 and not any(fact.born for fact in spans):
        first, end = next(iter(spans.values()))
        schema.reference_date = end
        reach_back(schema, (end - first).days)
        spread_over(schema)
        yield from (replace(fact, table=None, days=plain(spans[fact])) for fact in spans)
    else:
        yield from (_place_births(schema, fact, *days) for fact, days in spans.items())


def spread_over(schema: SchemaConfig) -> None:
    """Have what happens one after another do so in all of the data, rather than in the last days of it as is usual."""
    for table in schema.tables.values():
        for column in table.columns.values():
            options = moment_options(table, column.name)
            if options.get("sequence") and isinstance(options.get("last_days"), int):
                kept = {name: value for name, value in options.items() if name != "last_days"}
                column.generator = Generator("moment", kept)


def _place_births(schema: SchemaConfig, fact: When, first: dt.date, end: dt.date) -> AnyFact:
    """The span in which the rows of a table came to be, and their parents with them or before."""
    table = schema.tables.get(fact.table or schema.main or "")
    born = birth_column(table) if table else None
    if table is None or born is None:
        return Unplaced(fact.start, fact.end, f"no column of {fact.table or schema.main} tells when rows came to be")
    # What was built long before the data begins says nothing of when its owners came.
    long_ago = end <= schema.reference_date - dt.timedelta(days=schema.history_days)
    before = list(older(schema, table, born)) if not long_ago else []
    if long_ago and table.born is None:
        return Unplaced(fact.start, fact.end, f"no column of {table.key} tells when rows came to be so long ago")
    if any(_first_day(*one) >= end for one in before):
        return Unplaced(fact.start, fact.end, f"the rows that {table.key} belong to come later")
    if long_ago:
        days = {"low": (first - schema.reference_date).days, "high": (end - schema.reference_date).days - 1}
        table.columns[born].generator = Generator("later", days)
        # Since when they are there for those they belong to is not told any more: who guards a painting came later.
        table.born = None
        return replace(fact, table=f"{table.key}.{born}", days=plain((first, end)))
    bound(table, born, first, end)
    for other, column in before:
        bound(other, column, None, end)
    for name in moment_options(table, born).get("before", ()):
        for other, column in place_of(schema, table, name):
            bound(other, column, end, None)
    reach(schema, first, end)
    return replace(fact, table=f"{table.key}.{born}", days=plain((first, end)))


def birth_column(table: TableConfig) -> str | None:
    """The column that tells since when rows are there: the one declared, or the first moment that every row has."""
    if table.born and _moment(table, table.born):
        return table.born
    own = [name for name, column in table.columns.items() if not column.nullable and _moment(table, name)]
    first = [
        name for name in own if not any("." not in other for other in moment_options(table, name).get("after", ()))
    ]
    return next(iter(first), None)


def _moment(table: TableConfig, column: str) -> Generator | None:
    """How a column of dates is made, if by the kind `moment`."""
    if table.columns[column].type.kind not in {"date", "datetime"}:
        return None
    made = table.columns[column].generator or generator_for(table, table.columns[column])
    return made if made.kind == "moment" else None


def moment_options(table: TableConfig, column: str) -> Mapping[str, Any]:
    """The options of a moment; none of a column that is no moment."""
    made = _moment(table, column)
    return made.options if made else {}


def older(schema: SchemaConfig, table: TableConfig, column: str) -> Iterator[tuple[TableConfig, str]]:
    """The moments that a moment comes after: those it names, or the births of the parents, and those before these."""
    seen = {(table.key, column)}
    waiting = [(table, column)]
    while waiting:
        for found in _before(schema, *waiting.pop()):
            if (found[0].key, found[1]) not in seen:
                seen.add((found[0].key, found[1]))
                waiting.append(found)
                yield found


def _before(schema: SchemaConfig, table: TableConfig, column: str) -> Iterator[tuple[TableConfig, str]]:
    options = moment_options(table, column)
    for name in (*options.get("after", ()), *options.get("follows", ())):
        yield from place_of(schema, table, name)
    if not options.get("after"):
        for key in table.foreign_keys:
            parent = schema.tables[key.parent]
            born = birth_of(parent)
            if born and parent.key != table.key and not key.deferred:
                yield parent, born


def place_of(schema: SchemaConfig, table: TableConfig, name: str) -> Iterator[tuple[TableConfig, str]]:
    """The table and column of `column`, or of `key.column`, in which the column may be of a parent's parent."""
    column, _, rest = name.partition(".")
    if not rest:
        yield table, column
        return
    key = table.foreign_key(column)
    if key is not None:
        yield from place_of(schema, schema.tables[key.parent], rest)


def _first_day(table: TableConfig, column: str) -> dt.date:
    since = moment_options(table, column).get("since")
    return dt.date.fromisoformat(since) if since else _FIRST


def bound(table: TableConfig, column: str, first: dt.date | None, end: dt.date | None) -> None:
    """Narrow down a moment, which may be bounded already."""
    made = _moment(table, column)
    if made is None:
        return
    options = dict(made.options)
    if first is not None:
        options["since"] = max(options.get("since", ""), str(first))
    if end is not None:
        options["until"] = min(options.get("until", str(end)), str(end))
    table.columns[column].generator = Generator("moment", options)


def reach(schema: SchemaConfig, first: dt.date, end: dt.date) -> None:
    """Let the data reach from the first day of a span to its last."""
    start = min(first, schema.reference_date - dt.timedelta(days=schema.history_days))
    schema.reference_date = max(end, schema.reference_date)
    reach_back(schema, (schema.reference_date - start).days)


def _agree(spans: dict[When, Days], main: str | None, story: str) -> None:
    """Raises StoryError where rows would have to come to be in each of two spans of which none is within the other."""
    facts: Sequence[When] = list(spans)
    for one in facts:
        for other in facts:
            alike = (one.table or main) == (other.table or main)
            if one.start < other.start and alike and not _nested(spans[one], spans[other]):
                first, second = (story[fact.start : fact.end] for fact in (one, other))
                raise StoryError(f"the story contradicts itself: {first!r} and {second!r} cannot both hold")


def _of_nobody(spans: Mapping[When, Days], main: str | None) -> list[When]:
    """The spans said of nothing in particular, where the rows of the main table are said to have come in another."""
    born = [days for fact, days in spans.items() if fact.born and fact.table == main]
    return [
        fact for fact, days in spans.items() if fact.table is None and any(not _nested(days, other) for other in born)
    ]


def _nested(one: Days, other: Days) -> bool:
    first, end = max(one[0], other[0]), min(one[1], other[1])
    return (first, end) in {one, other}


def plain(days: Days) -> str:
    """The days that lie in a span, in words."""
    return f"from {days[0]} to {days[1] - dt.timedelta(days=1)}"


def _has_moments(schema: SchemaConfig) -> bool:
    return any(
        column.type.kind in {"date", "datetime"}
        for table in schema.tables.values()
        for column in table.columns.values()
    )
