"""When rows came to be in a state, put into a schema: the cancellations of "10% cancelled in June".

The column that tells of the state lies in these days, and what leads up to it in its row so that it can. Where none
tells it, the table gets one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.schema.types import ColumnType
from pytest_misata.story.english.naming import split_name, stem
from pytest_misata.story.facts import AnyFact, Rate, Unplaced
from pytest_misata.story.placing.windows import Days, birth_column, bound, moment_options, older, plain, reach
from pytest_misata.story.rates import values_together


def place_states(schema: SchemaConfig, facts: Sequence[Rate], story: str, *, dated: bool) -> Iterator[AnyFact]:
    """What each share became that is said to have come to be in some days; `dated` where the story says when all is."""
    yield from (fact for fact in facts if fact.span is None)
    since: list[tuple[Rate, Days]] = []
    for fact in facts:
        days = fact.span.days(schema.reference_date, schema.history_days) if fact.span else None
        why = _refused(schema, fact, days, dated=dated) if days else None
        if why:
            yield Unplaced(fact.start, fact.end, why)
        elif days:
            since.append((fact, days))
    for place in dict.fromkeys((*fact.column, fact.value) for fact, _ in since):
        alike = [(fact, days) for fact, days in since if (*fact.column, fact.value) == place]
        told = _date(schema, schema.tables[place[0]], alike, story)
        yield from (replace(fact, since=f"{told} {plain(days)}") for fact, days in alike)


def _refused(schema: SchemaConfig, fact: Rate, days: Days, *, dated: bool) -> str | None:
    """Why rows cannot have come to be in a state in some days, if they cannot."""
    begin = schema.reference_date - dt.timedelta(days=schema.history_days)
    if birth_column(schema.tables[fact.hook.table]) is None:
        return f"no column of {fact.hook.table} tells when anything happened"
    if days[0] >= days[1] or (dated and not begin <= days[0] < days[1] <= schema.reference_date):
        return f"the data is {plain((begin, schema.reference_date))}"
    return None


# --- the column that tells it ---


def _told_by(table: TableConfig, fact: Rate, said: str) -> str | None:
    """The moment that is there in rows of the state: the one called so, else the one of the fewest states."""
    found: list[tuple[bool, int, str]] = []
    values = set(values_together(fact.value))
    for name in table.columns:
        states = _states(moment_options(table, name).get("when", {}), fact.hook.column)
        if values <= states:
            called = any(stem(part) == stem(word) for part in split_name(name) for word in said.lower().split())
            found.append((not called, len(states), name))
    return min(found)[2] if found else None


def _states(when: Mapping[str, Any], column: str) -> set[str]:
    return {as_value(value) for value in when.get(column, ())}


def as_value(value: Any) -> str:
    """A value of a column as a story's shares have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _added(table: TableConfig, born: str, fact: Rate, story: str) -> str:
    """A column of its own for when rows came to be in a state of which none tells."""
    days = table.columns[born].type.kind == "date"
    words = [word for word in story[fact.start : fact.end].lower().split() if stem(word) == stem(fact.value)]
    word = next(iter(words), fact.hook.column.removeprefix("is_") if fact.value == "true" else fact.value)
    name = f"{word.replace(' ', '_')}_{'on' if days else 'at'}"
    if name not in table.columns:
        when = {fact.hook.column: [_typed(value) for value in values_together(fact.value)]}
        made = Generator("moment", {"after": [born], "when": when})
        kind = ColumnType("date" if days else "datetime")
        table.columns[name] = Column(name=name, type=kind, nullable=True, generator=made)
    return name


def _typed(value: str) -> Any:
    return {"true": True, "false": False}.get(value, value)


# --- the days of the rows in the state ---


def _date(schema: SchemaConfig, table: TableConfig, facts: Sequence[tuple[Rate, Days]], story: str) -> str:
    """Have a state come to be in some days, and all that its row is made of be there by then; the column that tells."""
    fact = facts[0][0]
    days = min(first for _, (first, _) in facts), max(end for _, (_, end) in facts)
    born = str(birth_column(table))
    told = _told_by(table, fact, story[fact.start : fact.end]) or _added(table, born, fact, story)
    reach(schema, *days)
    steps = dict(_steps(table, told, days))
    for name, (first, end) in steps.items():
        _narrow(table, name, fact, {"since": str(first), "until": str(end)})
    if len(facts) > 1:
        _deal(schema, table, told, facts)
    for other, column in older(schema, table, born):
        bound(other, column, None, steps.get(born, days)[1])
    return told


def _deal(schema: SchemaConfig, table: TableConfig, told: str, facts: Sequence[tuple[Rate, Days]]) -> None:
    """Share the rows of a state out among several spans."""
    rows = plan_rows(schema)[table.key] or 1
    shares = [Fraction(fact.rows, rows) if fact.rows is not None else fact.share or Fraction(0) for fact, _ in facts]
    whole = sum(shares, Fraction(0)) or Fraction(1)
    portions = [
        {"on": [f"{first}..{end - dt.timedelta(days=1)}"], "share": str(share / whole)}
        for share, (_, (first, end)) in zip(shares, facts, strict=True)
    ]
    options = {**moment_options(table, told), "portions": portions}
    table.columns[told].generator = Generator("moment", options)


def _steps(table: TableConfig, told: str, days: Days) -> Iterator[tuple[str, Days]]:
    """The days of what leads up to a state in its row, which is over soon enough, and begins late enough."""
    yield told, days
    for name in moment_options(table, told).get("before", ()):
        if name in table.columns and moment_options(table, name):
            yield name, (days[0], dt.date(2200, 1, 1))
    options = moment_options(table, told)
    for name in options.get("after", ()):
        if name in table.columns and moment_options(table, name):
            yield from _steps(table, name, _before(options, days))


def _before(options: Mapping[str, Any], days: Days) -> Days:
    """The days of what a moment comes after that leave it some time within its own, whatever the day and hour."""
    within, least = options.get("within_days"), options.get("minimum_days", 0)
    if isinstance(within, Mapping) or isinstance(least, Mapping):
        return _EVER, days[1]
    soonest = Fraction(str(least))
    latest = Fraction(str(within)) if within is not None else soonest
    begin = days[0] - dt.timedelta(days=floor(latest - (latest - soonest) / 4)) if within is not None else _EVER
    end = days[1] - dt.timedelta(days=ceil(soonest + (latest - soonest) / 4))
    return begin, max(end, begin + dt.timedelta(days=1))


_EVER = dt.date(1500, 1, 1)


def _narrow(table: TableConfig, name: str, fact: Rate, days: Mapping[str, str]) -> None:
    """Narrow a moment down in the rows of a state, whatever cases it is made by."""
    column = table.columns[name]
    options = dict(moment_options(table, name))
    state = fact.hook.column
    values = [_typed(value) for value in values_together(fact.value)]
    cases: list[dict[str, Any]] = []
    for case in options.get("cases", ()):
        cases += _split(case, state, values, days)
    narrowed = {**days, "last_days": None} if "last_days" in options and options.get("by") == state else dict(days)
    column.generator = Generator("moment", {**options, "cases": [*cases, {"when": {state: values}, **narrowed}]})


def _split(
    case: Mapping[str, Any], state: str, values: Sequence[Any], days: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """A case for the rows of a state, and one for the others that it is about."""
    own = case["when"].get(state)
    if "kind" in case or (own is not None and not set(own) & set(values)):
        yield dict(case)
        return
    among = [value for value in values if own is None or value in own]
    yield {**case, "when": {**case["when"], state: among}, **days}
    rest = None if own is None else [value for value in own if value not in values]
    if rest is None or rest:
        yield {**case, "when": case["when"] if rest is None else {**case["when"], state: rest}}
