"""How far back the data reaches, and the dates that are so many days ago: they lie before it, or in it, as they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_misata.schema.config import Generator, SchemaConfig

_HIGHEST = 90
"""The last of the days of kind `later` where it is not told."""


def reach_back(schema: SchemaConfig, days: int) -> None:
    """Have the data begin so many days before the reference date.

    Dates of rows that were there before the data began were so before it begins now: nobody writes about an offer
    before it was listed. Those that lay in it lie in what there is now: orders of 2024 are of that year.
    """
    known, schema.history_days = schema.history_days, days
    for table in schema.tables.values():
        for column in table.columns.values():
            made = column.generator
            if made and made.kind == "later" and "of" not in made.options and known != days:
                column.generator = Generator("later", _moved(made.options, known, days))


def _moved(options: Mapping[str, Any], known: int, days: int) -> dict[str, Any]:
    """The options of a date in data of so many days, with those of its cases."""
    cases = [case if "of" in case else _moved(case, known, days) for case in options.get("cases", ())]
    moved = {**options, "cases": cases} if cases else {**options}
    if "low" not in options:
        return moved
    low, high = int(options["low"]), int(options.get("high", _HIGHEST))
    if high <= -known:
        earlier = max(0, days - known)
        return {**moved, "low": low - earlier, "high": high - earlier}
    if -known <= low < -days:
        latest = high if -high <= days // 2 else -(days // 2)
        return {**moved, "low": -days, "high": max(latest, -days)}
    return moved
