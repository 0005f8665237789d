"""What is somebody's, or some room's, at a time: a stylist has one appointment, a stage one concert."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_misata.story.composing.inflection import singular_of
from pytest_misata.story.composing.lexicon import at_one_place, kind_of
from pytest_misata.story.composing.tables import is_composed

_ALONE = frozenset({"person", "thing"})
"""Kinds of parents that are in one place at a time."""
_ROOM_DAYS = 30


def take_turns(config: dict[str, Any], tables: Mapping[str, Any]) -> None:
    """Keep the rows of a composed table apart that take the time of whom, or what, they belong to. Changes the tables.

    Whom they belong to has been there for a while, so that there is time for all of them.
    """
    columns = config["columns"]
    owner = next((name for name, column in columns.items() if column.get("owner")), None)
    made = columns.get(config.get("born", ""), {})
    if owner is None or "duration_minutes" not in columns or made.get("kind") != "moment":
        return
    parent = columns[owner]["references"].partition(".")[0]
    if is_composed(tables[parent]) and _is_alone(parent):
        made |= {"spaced_by": owner, "spaced_minutes": "duration_minutes"}
        turns = {"of": owner, "begin": config["born"], "minutes": "duration_minutes"}
        config["turns"] = {f"one_at_a_time_for_each_{owner.removesuffix('_id')}": turns}
        tables[parent]["columns"].get(tables[parent].get("born", ""), {})["room_days"] = _ROOM_DAYS


def _is_alone(table: str) -> bool:
    """Whether rows of a table are in one place at a time."""
    last = table.split("_")[-1]
    return kind_of(table) in _ALONE or (singular_of(last) or last) in at_one_place()
