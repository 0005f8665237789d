"""Shares of the rows that lie at some time, put into a schema: "a quarter of them on Saturdays"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from pytest_misata.engine.calendars import cells_of_hours
from pytest_misata.engine.datemix import Portion, cells_of_days, portions_of, raked
from pytest_misata.errors import GenerationError, StoryError
from pytest_misata.schema.config import SchemaConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.story.facts import Shape

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_REST = "rest"


def portions_told(schema: SchemaConfig, table: str, facts: Sequence[Shape]) -> list[dict[str, Any]]:
    """The shares that shapes tell of a table, as options of its moment; "the rest" is what those before it leave."""
    found: list[dict[str, Any]] = []
    rows = plan_rows(schema)[table] if any(_said(fact) for fact in facts) else 0
    for fact in facts:
        for section, what, share, count in _said(fact):
            left = 1 - sum((Fraction(one["share"]) for one in found if section in one), Fraction(0))
            part = (
                Fraction(count, max(rows, count)) if count is not None else Fraction(left if share == _REST else share)
            )
            found.append({section: list(what), "share": str(part)})
    return found


def unmet(schema: SchemaConfig, table: str, facts: Sequence[Shape], story: str) -> Iterator[tuple[Shape, str]]:
    """The shapes whose shares cannot be, and why. Raises StoryError where several contradict each other."""
    days = [schema.reference_date - dt.timedelta(days=back) for back in range(schema.history_days, 0, -1)]
    for fact in facts:
        why = _refused(portions_told(schema, table, [fact]), days)
        if why is None and any(count and count > plan_rows(schema)[table] for _, _, _, count in _said(fact)):
            why = f"there are {plan_rows(schema)[table]:,} {table}"
        if why is not None:
            yield fact, why
    said = [fact for fact in facts if _said(fact) and _refused(portions_told(schema, table, [fact]), days) is None]
    if len(said) > 1 and _refused(portions_told(schema, table, said), days) is not None:
        first, *_, last = said
        quotes = " and ".join(repr(story[fact.start : fact.end]) for fact in (first, last))
        raise StoryError(f"the story contradicts itself: {quotes} cannot both hold")


def _said(fact: Shape) -> Sequence[tuple[str, Sequence[str], str, int | None]]:
    found: Sequence[tuple[str, Sequence[str], str, int | None]] = dict(fact.options).get("portions", ())
    return found


def _refused(told: Sequence[dict[str, Any]], days: Sequence[dt.date]) -> str | None:
    """Why shares cannot be, if they cannot."""
    try:
        portions = portions_of(told)
        for of_hours, part in groupby(sorted(portions, key=_of_hours), key=_of_hours):
            own = list(part)
            codes = cells_of_hours(own) if of_hours else cells_of_days(own, days)
            raked([1] * len(codes), codes, own)
    except GenerationError as error:
        return str(error)
    return None


def _of_hours(portion: Portion) -> bool:
    return portion.of_hours


def portion_in_words(section: str, what: Sequence[str], share: str, count: int | None) -> str:
    """So many of the rows, and when."""
    many = f"{count:,}" if count is not None else "the rest" if share == _REST else _percent(Fraction(share))
    when = {
        "on": f"on {', '.join(what)}",
        "weekdays": f"on {', '.join(_DAYS[int(day)] for day in what if section == 'weekdays')}",
        "hours": f"in the {', '.join(what)} hours",
    }
    return f"{many} of the rows {when[section]}"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"
