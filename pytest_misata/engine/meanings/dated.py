"""What moments have to do with those of other tables: a meter is there before its first bill, and what is asked for is
sent within days.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_misata.engine.meaning import taken_for
from pytest_misata.engine.meanings.for_children import gone_of, is_during, is_within
from pytest_misata.engine.meanings.lives import moment, stage_in
from pytest_misata.engine.meanings.names import nouns_of, singular, words_of
from pytest_misata.engine.meanings.periods import ends_of_periods, follows_period
from pytest_misata.engine.meanings.plans import course_of
from pytest_misata.engine.meanings.registry import find
from pytest_misata.engine.meanings.rows import is_tied
from pytest_misata.engine.meanings.stages import ANY_RANK, ARRIVAL, END, MOMENTS, START
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.order import is_cut
from pytest_misata.schema.uniqueness import carried_by

_STEPS = frozenset({8, 10, 25, 30, 40, 45})
"""The places of steps that come of what was asked for."""
_AHEAD, _LONG_AHEAD = 30, 400
"""Days ahead that something is booked for at the most, and those that it may end ahead."""
_OVER = frozenset({END, 90})
"""The places of the end of what a row stands for."""


def date(schema: SchemaConfig) -> None:
    """Say of moments how they keep to those of other tables (`Column.told`). Changes the schema."""
    for table in schema.tables.values():
        table.born = _written(table) or table.born
    for table in schema.tables.values():
        for path, name in _first_days(table):
            _before(schema, table, f"{path}.{name}")
        days = _soon_after(schema, table)
        if days is not None and table.born is not None:
            soon = {} if days == toml_file("lives.toml")["sequel"]["day"] else {"soon": True}
            _tell(table, table.columns[table.born], within_days=days, **soon)
        begun, *ends = _still_to_come(schema, table) or [""]
        if begun:
            _tell(table, table.columns[begun], ahead_days=_AHEAD)
        for name in ends:
            _tell(table, table.columns[name], ahead_days=_LONG_AHEAD, ahead_with=begun)


def _written(table: TableConfig) -> str | None:
    """The moment at which a paper about a period is there: when it was written, not when its period began."""
    ends = ends_of_periods(table) if follows_period(table) else {}
    if table.born not in ends:
        return None
    moments = [name for name in course_of(table).stages if name not in ends and not table.columns[name].nullable]
    plain = [name for name in moments if stage_in(table, name).ahead is None and table.columns[name].generator is None]
    return min(plain, key=lambda name: stage_in(table, name).rank, default=None)


def _first_days(table: TableConfig) -> Iterator[tuple[str, str]]:
    """The first days of periods that tile the time of a row's owner."""
    for name, last in ends_of_periods(table).items():
        if not last:
            yield table.key, name


def _before(schema: SchemaConfig, table: TableConfig, path: str) -> None:
    """Have the owner of a table, and those it belongs to in turn, begin before a moment of children, and end after."""
    key, seen = table.owner, {table.key}
    while key is not None and key.parent not in seen and not is_cut(key):
        parent = schema.table(key.parent)
        seen.add(parent.key)
        if parent.born is not None:
            _tell(parent, parent.columns[parent.born], leads=[path])
        for name in _overs(parent):
            _tell(parent, parent.columns[name], trails=[path])
        key, path = parent.owner, f"{parent.key}.{path}"


def _soon_after(schema: SchemaConfig, table: TableConfig) -> Any:
    """In how many days rows follow what was asked for in a parent: a shipment its requisition, a line its order."""
    known, born = toml_file("lives.toml")["sequel"], table.born
    keys = [key for key in table.foreign_keys if key.parent != table.key and not is_cut(key)]
    asked = [key for key in keys if _is_asked(schema.table(key.parent))]
    key = next((key for key in asked if key.owner), asked[0] if asked else None)
    if born is None or key is None:
        return None
    stage = stage_in(table, born)
    if any(singular(word) in known["parts"] for word in words_of(table.name)[-1:]):
        days = [parent for parent in _others(schema, table, key) if parent.born and _is_day(parent)]
        return (known["day"] if days else known["at_once"]) if stage.rank <= ANY_RANK or days else None
    if stage.rank in _STEPS:
        return stage.within
    return known["days"] if not {*known["tables"]}.isdisjoint(nouns_of(table.name)) and stage.rank < START else None


def _others(schema: SchemaConfig, table: TableConfig, key: ForeignKey) -> list[TableConfig]:
    """What a row refers to beside what it belongs to."""
    return [schema.table(other.parent) for other in table.foreign_keys if other is not key]


def _is_day(table: TableConfig) -> bool:
    return table.born is not None and table.columns[table.born].type.kind == "date"


def _is_asked(table: TableConfig) -> bool:
    """Whether rows ask for something, by their name or by what they begin with."""
    known = toml_file("lives.toml")["sequel"]
    if table.born is None or table.columns[table.born].type.kind not in MOMENTS:
        return False
    begun = not {*words_of(table.born)}.isdisjoint(known["begun"])
    return begun or not {*known["asking"]}.isdisjoint(nouns_of(table.name))


def _still_to_come(schema: SchemaConfig, table: TableConfig) -> list[str]:
    """The beginning and the end of what may still be to come, by its status: bookings, appointments, flights.

    None where the row or others tell of what happened in any case.
    """
    begun = next((start for column in table.columns.values() if (start := _settled_by(table, column))), None)
    if begun is None or table.columns[begun].generator is not None:
        return []
    stages = course_of(table).stages
    ends = [name for name, stage in stages.items() if stage.rank > START and not table.columns[name].nullable]
    if any(stages[name].rank not in {ARRIVAL, END} or not _follows(table, name, begun) for name in ends):
        return []
    children = [child for child in schema.tables.values() if any(key.parent == table.key for key in child.foreign_keys)]
    if any(is_during(child) or is_within(child.name, table.name) for child in children):
        return []
    return [begun, *ends] if begun != table.born or not any(child.born for child in children) else []


def _follows(table: TableConfig, name: str, begun: str) -> bool:
    """Whether a moment that is made as planned comes after another one."""
    made = moment(table, table.columns[name])[0].options
    return name not in course_of(table).facts and begun in (made.get("of"), *made.get("follows", ()))


def _settled_by(table: TableConfig, column: Column) -> str | None:
    """The moment at which what a row stands for begins, for the status that tells whether it is still to come."""
    if words_of(column.name)[-1:] not in {("status",), ("state",)} or column.generator is not None:
        return None
    made = taken_for(table, column).generator
    return str(made.options["by"]) if made.kind == "settled" else None


def _overs(table: TableConfig) -> list[str]:
    """The moments that may be there after which a row has no more periods."""
    stages = course_of(table).stages
    late = [name for name, stage in stages.items() if stage.rank in _OVER and table.columns[name].nullable]
    return list(dict.fromkeys([*gone_of(table), *late]))


def _tell(table: TableConfig, column: Column, **options: Any) -> None:
    """Add to what is told of a moment that its meaning makes; lists to those that are there."""
    made = _moment(table, column)
    if made is None:
        return
    known = dict(made.options)
    for name, value in options.items():
        known[name] = [*known.get(name, []), *value] if isinstance(value, list) else value
    column.told = Generator("moment", known)


def _moment(table: TableConfig, column: Column) -> Generator | None:
    """How a moment is made, with its share of NULLs; None for one that is made in another way."""
    stated = column.generator is not None or column.generated or column.opaque or is_tied(table, column)
    if stated or table.fixed or carried_by(table, column) is not None or column.name in ends_of_periods(table):
        return None
    if column.told is not None:
        return column.told if column.told.kind == "moment" else None
    if column.type.kind not in MOMENTS or find(column.type.kind, words_of(column.name), nouns_of(table.name)):
        return None
    made, seldom = moment(table, column)
    if made.kind != "moment":
        return None
    rate = {"null_rate": str(seldom)} if column.nullable and seldom and not made.options.get("ongoing") else {}
    return Generator("moment", {**rate, **made.options})
