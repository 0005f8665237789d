"""What a story states of time, counted in the rows that are made: what these do not come to is named.

Shares of days and mean lengths are met as far as the lives of rows allow, and how far that is only the rows tell: stays
in too few rooms leave no time for half of them in July.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.calendars import cells_of_hours
from pytest_misata.engine.datemix import Portion, cells_of_days, portions_of
from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import MisataError
from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig
from pytest_misata.story.facts import Amount, AnyFact, Rate, Shape, Unplaced
from pytest_misata.story.placing.befalling import as_value
from pytest_misata.story.placing.dealing import make_room
from pytest_misata.story.placing.time_shares import portions_told
from pytest_misata.story.placing.windows import bound, older
from pytest_misata.story.rates import values_together

MOST = 300_000
"""Rows of a table at the most that are counted: all moments are made for it."""
_NEAR = Fraction(1, 50)
"""The part of a mean length by which rows may be off it."""

Moments = NDArray[Any]


def name_unmet(schema: SchemaConfig, placed: Iterable[AnyFact]) -> list[AnyFact]:
    """The facts, of which those that the rows do not come to are not understood, with what these do come to.

    Where they come to more if all that they belong to is there by then, it is.
    """
    facts = list(placed)
    try:
        why = dict(_unmet(schema, facts))
        short = [fact for at in why if isinstance(fact := facts[at], Shape)]
        sooner = _sooner(schema, short) if short else schema
        if sooner is not schema and len(again := dict(_unmet(sooner, facts))) < len(why):
            why, schema.tables, schema.history_days = again, sooner.tables, sooner.history_days
    except MisataError:
        # What cannot be made at all is told when it is.
        return facts
    return [Unplaced(fact.start, fact.end, why[at]) if at in why else fact for at, fact in enumerate(facts)]


def _sooner(schema: SchemaConfig, facts: Iterable[Shape]) -> SchemaConfig:
    """The schema in which what rows belong to is there before the first day of which a share is stated."""
    found = deepcopy(schema)
    for fact in facts:
        for name, column in fact.places:
            among = _days_of(schema, portions_of(portions_told(schema, name, [fact])))
            if among:
                make_room(found, min(among))
                for table, other in older(found, found.tables[name], column):
                    _there_by(table, other, min(among))
    return found


def _days_of(schema: SchemaConfig, portions: Iterable[Portion]) -> list[dt.date]:
    """The days of the data that portions of the calendar are of."""
    days = [schema.reference_date - dt.timedelta(days=back) for back in range(schema.history_days, 0, -1)]
    dated = [portion for portion in portions if portion.section == "on"]
    return [day for day, code in zip(days, cells_of_days(dated, days), strict=True) if code]


def _there_by(table: TableConfig, column: str, day: dt.date) -> None:
    """Have a moment lie before a day, or what it is counted from."""
    made = table.columns[column].generator
    of = str(made.options.get("of")) if made and made.kind == "later" else ""
    bound(table, of if of in table.columns else column, None, day)


def _unmet(schema: SchemaConfig, facts: list[AnyFact]) -> Iterator[tuple[int, str]]:
    shaped = {at: fact for at, fact in enumerate(facts) if isinstance(fact, Shape) and "portions" in dict(fact.options)}
    lasting = {at: fact for at, fact in enumerate(facts) if isinstance(fact, Amount) and _lasts(schema, fact)}
    since = {at: fact for at, fact in enumerate(facts) if isinstance(fact, Rate) and fact.since}
    if not (shaped or lasting or since):
        return
    tables = Tables(deepcopy(schema))
    for place in dict.fromkeys(place for fact in shaped.values() for place in fact.places):
        if tables.counts[place[0]] <= MOST:
            yield from _off_their_share(schema, tables, place, shaped)
    for at, one in since.items():
        if tables.counts[one.hook.table] <= MOST and (why := _off_their_days(tables, one)):
            yield at, why
    for at, fact in lasting.items():
        table, column = str(fact.where).split(".")
        if tables.counts[table] <= MOST and (said := _off_their_length(schema, tables, table, column)):
            yield at, said


# --- shares ---


def _off_their_share(
    schema: SchemaConfig, tables: Tables, place: tuple[str, str], facts: Mapping[int, Shape]
) -> Iterator[tuple[int, str]]:
    """The shares of one column that its moments do not have, and how many they have instead."""
    table, column = place
    said = [(at, fact) for at, fact in facts.items() if place in fact.places]
    owners = [at for at, fact in said for _ in dict(fact.options)["portions"]]
    portions = portions_of(portions_told(schema, table, [fact for _, fact in said]))
    moments = _there(tables[table][column])
    for at, portion in zip(owners, portions, strict=True):
        many, wished = _within(moments, portion), portion.share * tables.counts[table]
        if abs(many - wished) >= len(portions):
            few = "no more" if many < wished else "no fewer"
            yield at, f"the lives of {table} leave time for {few} than {many:,} of {tables.counts[table]:,} then"


def _within(moments: Moments, portion: Portion) -> int:
    """How many of some moments are in the part of the time that a portion is of."""
    if portion.of_hours:
        hours = moments.astype("datetime64[h]").astype(np.int64) % 24
        return int(np.array(cells_of_hours([portion]))[hours].sum())
    days, many = np.unique(moments.astype("datetime64[D]"), return_counts=True)
    return int(np.dot(cells_of_days([portion], days.tolist()), many)) if len(days) else 0


# --- states ---


def _off_their_days(tables: Tables, fact: Rate) -> str:
    """How many rows came to be in a state when they should have, where those are not as many as stated."""
    table, (told, _, first, _, last) = tables[fact.hook.table], fact.since.split()
    moments, whole = table[told].astype("datetime64[D]"), tables.counts[fact.hook.table]
    values = [as_value(value) for value in table[fact.hook.column].tolist()]
    inside = (moments >= np.datetime64(first)) & (moments <= np.datetime64(last))
    many = int((np.isin(values, values_together(fact.value)) & inside).sum())
    wished = Fraction(fact.rows) if fact.rows is not None else (fact.share or Fraction(0)) * whole
    return "" if abs(many - wished) < 1 else f"{many:,} of {whole:,} {fact.hook.table} are so then"


# --- lengths ---


def _lasts(schema: SchemaConfig, fact: Amount) -> Mapping[str, Any]:
    """What a column is told of how long rows last, where an amount became that."""
    table, _, column = str(fact.where).partition(".")
    made = schema.tables[table].columns[column].generator if column and table in schema.tables else Generator("null")
    said: Mapping[str, Any] = (made.options.get("lasts") if made else None) or {}
    return said


def _off_their_length(schema: SchemaConfig, tables: Tables, table: str, column: str) -> str:
    """How long rows last instead of what is stated; nothing where it is that."""
    made = schema.tables[table].columns[column].generator
    said = made.options["lasts"] if made else {}
    unit, statistic = exact(said["seconds"]), "median" if "median" in said else "mean"
    began, ended = (tables[table][name] for name in (said["since"], column))
    there = ~(_missing(began) | _missing(ended))
    lengths = _seconds(ended[there]) - _seconds(began[there])
    if not len(lengths):
        return ""
    found = Fraction(str(round(float(getattr(np, statistic)(lengths)), 6))) / unit
    target = exact(said[statistic])
    if abs(found - target) <= max(target * _NEAR, Fraction(1, 2 * len(lengths))):
        return ""
    follow = "as others follow them" if found < target else "as what they wait for takes longer"
    return f"{table} leave time for a {statistic} of {float(found):.1f} alone, {follow}"


def _there(moments: Moments) -> Moments:
    found: Moments = moments[~_missing(moments)]
    return found.astype("datetime64[s]")


def _missing(moments: Moments) -> Any:
    return np.isnat(moments.astype("datetime64[s]"))


def _seconds(moments: Moments) -> NDArray[np.int64]:
    found: NDArray[np.int64] = moments.astype("datetime64[s]").astype(np.int64)
    return found
