"""What is somebody's, or some room's, at a time: a stylist has one appointment, a stage one concert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pytest_misata.schema.config import SchemaConfig
from pytest_misata.story.composing.tables import is_composed, parents_of
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import at_one_place, kind_of
from pytest_misata.story.facts import AnyFact, When

_ALONE = frozenset({"person", "thing"})
"""Kinds of parents that are in one place at a time."""
_THERE = Fraction(2, 3)
"""The share of the days for which whom they belong to has been there at the least."""
_A_DAY = 2
"""Rows of one parent a day, on average, for which there is time: some parents have several times as many."""


def days_of(facts: Sequence[AnyFact]) -> int:
    """The days that the data of a story lies in: the shortest span that it tells, or all that there are."""
    usual = SchemaConfig()
    spans = [fact.span.days(usual.reference_date, usual.history_days) for fact in facts if isinstance(fact, When)]
    return min([usual.history_days, *((end - start).days for start, end in spans)])


def take_turns(config: dict[str, Any], tables: Mapping[str, Any], days: int) -> None:
    """Keep the rows of a composed table apart that take the time of whom, or what, they belong to. Changes the tables.

    Whom they belong to has been there for a while, so that there is time for all of them. Where these `days` have no
    time for so many, they are left as they are.
    """
    columns = config["columns"]
    owner = next((name for name, column in columns.items() if column.get("owner")), None)
    made = columns.get(config.get("born", ""), {})
    if owner is None or "duration_minutes" not in columns or made.get("kind") != "moment":
        return
    if Fraction(columns[owner]["per_parent"]) > _A_DAY * days:
        return
    parent = columns[owner]["references"].partition(".")[0]
    if is_composed(tables[parent]) and _is_alone(parent):
        made |= {"spaced_by": owner, "spaced_minutes": "duration_minutes"}
        turns = {"of": owner, "begin": config["born"], "minutes": "duration_minutes"}
        config["turns"] = {f"one_at_a_time_for_each_{owner.removesuffix('_id')}": turns}
        for name in filter(lambda name: is_composed(tables[name]), parents_of(config)):
            tables[name]["columns"].get(tables[name].get("born", ""), {})["room_days"] = int(_THERE * days)


def _is_alone(table: str) -> bool:
    """Whether rows of a table are in one place at a time."""
    last = table.split("_")[-1]
    return kind_of(table) in _ALONE or (singular_of(last) or last) in at_one_place()
