"""Figures over time, made into counts: 40 orders a day, 100 orders in January to 500 in December."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from pytest_misata.engine.calendars import profile
from pytest_misata.engine.growth import power_of
from pytest_misata.errors import StoryError
from pytest_misata.schema.config import SchemaConfig, TableConfig
from pytest_misata.story.english.dates import Span, months_on
from pytest_misata.story.facts import AnyFact, Count, Dealt, Pace, Ratio, Shape, When
from pytest_misata.story.paths import is_joined
from pytest_misata.story.placing.windows import birth_column

_PER_DAY = {"minute": 1440, "hour": 24}
_DAYS = {"day": 1, "week": 7}
_STEADY = frozenset({*_PER_DAY, *_DAYS})
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_YEAR = Fraction(1461, 4)
_WEEK = frozenset(name.casefold() for names in (calendar.day_name, calendar.day_abbr) for name in names)
_EVENTS = re.compile(r"sign-?\s?ups?|registrations?|new|joiners?|hires?", re.IGNORECASE)


def paced(schema: SchemaConfig, facts: Sequence[AnyFact], story: str) -> Iterator[AnyFact]:
    """The facts, in which paces and levels of rows are counts, each with the shape that its rows have over time."""
    window = _window(schema, facts)
    for fact in facts:
        if isinstance(fact, Pace):
            yield from _counted(schema, fact, _window_of(schema, facts, 1, fact.unit), facts)
        elif isinstance(fact, Ratio) and fact.every is not None:
            yield from _each_in_time(schema, fact, *fact.every, _window_of(schema, facts, *fact.every))
        elif isinstance(fact, Dealt):
            yield from _dealt(schema, fact, story)
        elif isinstance(fact, Shape) and fact.levels is not None:
            days = fact.span.days(window[1], schema.history_days) if fact.span else window
            dated = replace(fact, span=Span(*days), undated=fact.span is None)
            yield from [dated] if fact.money or fact.table is None else _levelled(schema, dated, story)
        else:
            yield fact


def _window(schema: SchemaConfig, facts: Sequence[AnyFact]) -> tuple[dt.date, dt.date]:
    """The whole months that all data lies in."""
    stated = _stated_window(schema, facts)
    months = round(schema.history_days * 12 / _YEAR)
    return stated or (months_on(schema.reference_date, -months), schema.reference_date)


def _stated_window(schema: SchemaConfig, facts: Sequence[AnyFact]) -> tuple[dt.date, dt.date] | None:
    """The days that the story says that all data lies in."""
    reference, history = schema.reference_date, schema.history_days
    spans = [fact.span.days(reference, history) for fact in facts if isinstance(fact, When) and not fact.born]
    return spans[0] if len(set(spans)) == 1 else None


def _window_of(schema: SchemaConfig, facts: Sequence[AnyFact], count: int, unit: str) -> tuple[dt.date, dt.date]:
    """The days that a number in each unit of time is of: what is so many a year is of the last one, if nothing is said.

    Some data reaches back ten years, in which few of those who are there now were.
    """
    if unit == "year" and _stated_window(schema, facts) is None:
        return months_on(schema.reference_date, -12 * count), schema.reference_date
    return _window(schema, facts)


def _counted(
    schema: SchemaConfig, fact: Pace, window: tuple[dt.date, dt.date], facts: Sequence[AnyFact]
) -> Iterator[AnyFact]:
    if fact.unit in _DAYS and _is_timetable(schema.tables[fact.table]):
        yield Count(fact.start, fact.end, fact.table, round(fact.number * 7 / _DAYS[fact.unit]))
        return
    first, end = fact.span.days(window[1], schema.history_days) if fact.span else window
    known = next((one.rows for one in facts if isinstance(one, Count) and one.table == fact.table), None)
    if known is not None and fact.span is None:
        first = _back(end, known / fact.number, fact.unit)
    units = _units(first, end, fact.unit) if fact.unit != "day" else Fraction(_open_days(first, end, fact, facts))
    rows = known if known is not None and fact.span is None else round(fact.number * units)
    growth = "steady" if fact.unit in _STEADY else (("factor", "1"), ("every", "month"))
    yield Count(fact.start, fact.end, fact.table, rows)
    yield Shape(fact.start, fact.end, fact.table, money=False, options=(("growth", growth),), span=Span(first, end))


def _is_timetable(table: TableConfig) -> bool:
    """Whether the rows of a table are there every week anew, each on a day of it: the classes of a gym."""
    listed = ({str(value).casefold() for value in column.type.values} for column in table.columns.values())
    return birth_column(table) is None and any(values and values <= _WEEK for values in listed)


def _open_days(first: dt.date, end: dt.date, fact: Pace, facts: Sequence[AnyFact]) -> int:
    """The days of a span but those of the week on which there is nothing: "700 meals a day on weekdays"."""
    said = [
        dict(one.options).get("weekdays") for one in facts if isinstance(one, Shape) and one.table in {None, fact.table}
    ]
    weeks = [profile("weekdays", one, 7) or [1] * 7 for one in said if one is not None]
    days = (first + dt.timedelta(days=number) for number in range((end - first).days))
    return sum(all(week[day.weekday()] for week in weeks) for day in days)


def _each_in_time(
    schema: SchemaConfig, fact: Ratio, count: int, unit: str, window: tuple[dt.date, dt.date]
) -> Iterator[AnyFact]:
    """So many for each parent in each unit of time: that times the units there are, dealt out evenly."""
    first, end = fact.span.days(window[1], schema.history_days) if fact.span else window
    times = _units(first, end, unit) / count
    low, high = fact.bounds or (0, None)
    bounds = fact.bounds and (round(low * times), None if high is None else round(high * times))
    number = Fraction(round(fact.number * times)) if fact.each else fact.number * times
    yield replace(fact, number=number, bounds=bounds)
    if birth_column(schema.tables[fact.child]) is None or not is_joined(schema, fact.child, fact.parent):
        return
    growth = "steady" if unit in _STEADY else (("factor", "1"), ("every", "month"))
    yield Shape(fact.start, fact.end, fact.child, money=False, options=(("growth", growth),), span=Span(first, end))


def _dealt(schema: SchemaConfig, fact: Dealt, story: str) -> Iterator[AnyFact]:
    """The rows of all spans together, and how many of them each month has."""
    levels: dict[str, int] = {}
    for span, rows in fact.parts:
        days = Span(*span.days(schema.reference_date, schema.history_days))
        part = Shape(fact.start, fact.end, fact.table, money=False, levels=(Fraction(rows),) * 2, span=days, step=0)
        months = list(monthly_levels(schema, part))
        if levels.keys() & set(months):
            raise StoryError(
                f"the story contradicts itself: {story[fact.start : fact.end]!r} speaks of one month twice"
            )
        count = len(months)
        levels |= {month: rows * (at + 1) // count - rows * at // count for at, month in enumerate(months)}
    span = _whole(levels)
    growth = tuple((month, str(levels.get(month, 0))) for month in _months_of(span))
    yield Count(fact.start, fact.end, fact.table, sum(levels.values()))
    yield Shape(fact.start, fact.end, fact.table, money=False, options=(("growth", growth),), span=span)


def _months_of(span: Span) -> Iterator[str]:
    month, end = span.first, span.end
    while month is not None and end is not None and month < end:
        yield f"{month:%Y-%m}"
        month = months_on(month, 1)


def _units(first: dt.date, end: dt.date, unit: str) -> Fraction:
    """How many days, weeks, months, ... a span has; months are whole ones where it begins and ends with one."""
    days = Fraction((end - first).days)
    if unit in _PER_DAY:
        return days * _PER_DAY[unit]
    if unit in _DAYS:
        return days / _DAYS[unit]
    months = (end.year - first.year) * 12 + end.month - first.month
    whole = first.day == end.day
    return (Fraction(months) if whole else days * 12 / _YEAR) / _MONTHS[unit]


def _back(end: dt.date, units: Fraction, unit: str) -> dt.date:
    """The day so many units before another."""
    units, unit = (units / _PER_DAY[unit], "day") if unit in _PER_DAY else (units, unit)
    if unit in _DAYS:
        return end - dt.timedelta(days=max(1, round(units * _DAYS[unit])))
    return months_on(end, -max(1, round(units * _MONTHS[unit])))


def _levelled(schema: SchemaConfig, fact: Shape, story: str) -> Iterator[AnyFact]:
    """So many rows in each month; of things that stay, so many in all by the end of each month."""
    levels = {name: round(level) for name, level in monthly_levels(schema, fact).items()}
    assert fact.table is not None
    quote = story[fact.start : fact.end]
    low, high = fact.levels or (Fraction(0), Fraction(0))
    if schema.tables[fact.table].owner is None and low < high and not _EVENTS.search(quote):
        running = list(levels.values())
        levels = {name: level - before for (name, level), before in zip(levels.items(), [0, *running], strict=False)}
    growth = tuple((name, str(level)) for name, level in levels.items())
    yield Count(fact.start, fact.end, fact.table, sum(levels.values()))
    yield replace(fact, options=(("growth", growth),), levels=None, span=_whole(levels))


def _whole(levels: dict[str, int]) -> Span:
    first, last = (dt.date.fromisoformat(f"{name}-01") for name in (min(levels), max(levels)))
    return Span(first, months_on(last, 1))


def monthly_levels(schema: SchemaConfig, fact: Shape) -> dict[str, Fraction]:
    """What each month has, by its name: from the first level to the last in even steps, or as it grows."""
    low, high = fact.levels or (Fraction(0), Fraction(0))
    growth = dict(fact.options).get("growth")
    span = fact.span or Span()
    first, end = span.days(schema.reference_date, schema.history_days)
    months = max(1, (end.year - first.year) * 12 + end.month - first.month)
    own = fact.step or months
    steps = max(1, months // own)
    found: dict[str, Fraction] = {}
    for step in range(steps):
        level = low * power_of(dict(growth), step * own) if growth else low + (high - low) * step / max(steps - 1, 1)
        size = own if step < steps - 1 else months - own * (steps - 1)
        for number in range(size):
            upto, before = (cents(level * part / size) for part in (number + 1, number))
            month = months_on(first.replace(day=1), step * own + number)
            found[f"{month:%Y-%m}"] = Fraction(upto - before)
    return found


def sums_of(schema: SchemaConfig, fact: Shape) -> dict[str, Decimal]:
    """What each month, or each run of months that a level is stated for, has together."""
    levels = list(monthly_levels(schema, fact).items())
    size = fact.step or len(levels)
    parts = [levels[start : start + size] for start in range(0, len(levels), size)]
    return {
        part[0][0] if len(part) == 1 else f"{part[0][0]}..{part[-1][0]}": cents(
            sum((amount for _, amount in part), Fraction(0))
        )
        for part in parts
    }


def cents(amount: Fraction) -> Decimal:
    """To two places."""
    return Decimal(round(amount * 100)) / 100
