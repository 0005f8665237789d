"""Dates and moments by their names, in the order of a row's life: `data/lives.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import permutations
from typing import Any

from pytest_misata.engine.meanings.for_children import is_during, keys_within, tells_of_ends
from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.periods import ends_of_periods, follows_period, is_numbered
from pytest_misata.engine.meanings.plans import Course, course_of, is_appointed, is_stay
from pytest_misata.engine.meanings.rows import is_birth, is_tied, readable
from pytest_misata.engine.meanings.spans import DAY, QUARTER, Span, span_of
from pytest_misata.engine.meanings.stages import (
    ANY_RANK,
    ARRIVAL,
    END,
    MOMENTS,
    NOWHERE,
    START,
    Stage,
    planning_words,
    stage_of,
    words_of_moment,
)
from pytest_misata.engine.meanings.states import place_of, when_over, when_there
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.uniqueness import carried_by

_SOON = frozenset(
    "appointment meeting event shift session booking reservation visit lesson class call trip ride slot lecture "
    "flight stay rental".split()
)
_HOURS = "0.15"
_OFF = 90
"""The place of what comes to no good end."""
_SHORT = DAY // 2
"""Seconds that something lasts at the most all of which happens within hours."""
_NIGHTS = 14
_WRITTEN = 6
"""Days after the end of its period in which a bill is written."""


def stage_in(table: TableConfig, name: str) -> Stage:
    """The place of a column of a table: what was planned is where it was to happen, if it is told that it did."""
    return course_of(table).stages.get(name) or stage_of(name)


def moment(table: TableConfig, column: Column) -> tuple[Generator, Fraction | None]:
    """How a moment of the row is made, and how seldom it is there."""
    stage, tied = stage_in(table, column.name), is_tied(table, column)
    made = None if tied else _period(table, column) or _planned_end(table, column)
    if made is not None:
        return made, stage.seldom
    earlier = [] if tied else _earlier(table, column)
    if stage.ahead is not None and column.name != table.born:
        return _ahead(stage, earlier, _expired(table, column)), stage.seldom
    options = {"hours": "business", **beside_others(table, column, stage)}
    if column.name == table.born and is_numbered(table):
        options |= {"sequence": True, **({"monthly": True} if _is_monthly(table) else {})}
    if earlier:
        options |= _after(table, column, stage, [other.name for other in earlier])
    if not tied:
        options |= _around(table, column) | _called_off(table, column) | _stepped(table, column, stage)
    if options.get("hours") is None:
        del options["hours"]
    if stage.rank >= _OFF and not tied:
        ends = [other.name for other in readable(table, column) if _is_agreed(table, other)]
        options |= {"before": [*options.get("before", ()), *ends]} if ends else {}
    if column.name in course_of(table).planned:
        return Generator("moment", options), stage.seldom
    states = _states(table, column, stage)
    if not states and not tied and _is_under_way(table, column):
        return Generator("moment", {**options, "ongoing": True}), Fraction(0)
    return Generator("moment", {**options, **states}), stage.seldom


def _is_under_way(table: TableConfig, column: Column) -> bool:
    """Whether what a row stands for is still under way where its end is not there: it is as long as others are."""
    known: Mapping[str, Any] = toml_file("lives.toml")["under_way"]
    if not column.nullable or carried_by(table, column) is not None or not _is_end(table, column):
        return False
    if any(column.name in (index.where or "") for index in table.unique_indexes):
        # There is one that has not ended for each of what a partial index tells apart.
        return False
    stages = course_of(table).stages
    if all(table.columns[name].nullable for name, stage in stages.items() if stage.rank <= START):
        return False
    ends = not {*words_of_moment(column.name)}.isdisjoint(known["words"])
    return (ends or span_of(table) is not None) and column.name not in course_of(table).facts


def beside_others(table: TableConfig, column: Column, stage: Stage) -> dict[str, Any]:
    """What a moment has to do with the lives of the row's parents, and with its own."""
    options: dict[str, Any] = {}
    if is_during(table):
        options["during"] = True
    elif _is_part(table, column, stage) and (keys := keys_within(table)):
        options["during"] = keys
    if stage.rank <= START and not tells_of_ends(table):
        options["alive"] = True
    course = course_of(table)
    planned = column.name in course.planned or column.name in course.facts
    if planned or _is_before_birth(table, column, stage):
        options["since_born"] = False
    return options


def _is_monthly(table: TableConfig) -> bool:
    return not {*toml_file("lives.toml")["monthly"]["tables"]}.isdisjoint(nouns_of(table.name))


def _is_before_birth(table: TableConfig, column: Column, stage: Stage) -> bool:
    """Whether a moment may come before the one since which the row is there."""
    if table.born is None or table.born not in course_of(table).stages:
        return False
    return stage_in(table, table.born).rank > stage.rank or _Order(table).has(column.name, table.born)


def _is_part(table: TableConfig, column: Column, stage: Stage) -> bool:
    """Whether a moment is of what the row is about, not of what comes of it later."""
    return stage.rank <= START or stage.rank == END or column.name == table.born or "left" in words_of(column.name)


def _after(table: TableConfig, column: Column, stage: Stage, earlier: list[str]) -> dict[str, Any]:
    """After which moments it comes, and how long after them."""
    if stage.rank < START and follows_period(table) and any(name in ends_of_periods(table) for name in earlier):
        return {"follows": earlier, "minimum_days": 1, "within_days": _WRITTEN, "soon": True}
    span = span_of(table) if _is_end(table, column) else None
    if span is not None:
        least, most = span.days(column.type)
        # What lasts hours ends whenever it does.
        hours = {} if column.type.kind == "date" or span.is_long else {"hours": None}
        ahead = {"ahead_days": most} if _is_agreed(table, column) else {}
        return {"follows": earlier, "minimum_days": least, "within_days": most, "soon": True, **hours, **ahead}
    if stage.within is None:
        return {"follows": earlier}
    short = span_of(table)
    agreed = short is not None and stage.rank == START and (short.ahead or is_appointed(table))
    at_once = short is not None and short.most <= _SHORT and not agreed
    if short is not None and at_once and stage.rank < END and column.type.kind == "datetime":
        # What lasts hours has no step that takes days.
        least, most = (str(Fraction(seconds, 4 * DAY)) for seconds in (short.least, short.most))
        return {"follows": earlier, "minimum_days": least, "within_days": most, "soon": True, "hours": None}
    next_ = [other.then for name in earlier if (other := stage_in(table, name)).then is not None]
    if next_ and stage.rank == START:
        return {"follows": earlier, "within_days": next_[0], "soon": True, "hours": None}
    soon = _is_soon(table, column)
    return {"follows": earlier, "within_days": _within(column, stage, soon=soon), **({"hours": None} if soon else {})}


def _is_end(table: TableConfig, column: Column) -> bool:
    """Whether a moment is the end of what has its beginning in the row, too."""
    course, stage = course_of(table), stage_in(table, column.name)
    begun = [name for name, other in course.stages.items() if other.rank <= START and other is not NOWHERE]
    return stage.rank in {ARRIVAL, END} and bool(begun) and _ends(course, stage.rank)


def _is_agreed(table: TableConfig, column: Column) -> bool:
    """Whether the end of what lasts is agreed on beforehand, as that of a contract, and may be still to come."""
    known: Mapping[str, Any] = toml_file("lives.toml")["agreed"]
    words, stages = words_of_moment(column.name), course_of(table).stages
    if column.name not in stages or stages[column.name].rank != END:
        return False
    if column.nullable or column.name == table.born or {*nouns_of(table.name)}.isdisjoint(known["tables"]):
        return False
    last = all(stages[name].rank < END or other.nullable for name, other in _others(table, column, stages))
    return last and not {*words}.isdisjoint(known["words"])


def _others(table: TableConfig, column: Column, stages: Mapping[str, Stage]) -> Iterable[tuple[str, Column]]:
    return [(name, table.columns[name]) for name in stages if name != column.name]


def _ends(course: Course, rank: int) -> bool:
    """Whether nothing ends later: what is delivered and comes back is under way until then."""
    return rank == END or all(stage.rank != END for stage in course.stages.values())


def _planned_end(table: TableConfig, column: Column) -> Generator | None:
    """The end of what was planned, as long after its beginning as it lasts."""
    begun = course_of(table).ends.get(column.name)
    if begun is None or column.name == table.born or table.columns[begun].type.kind != column.type.kind:
        return None
    return Generator("lasting", {"of": begun, **lasting(span_of(table), column)})


def lasting(span: Span | None, column: Column) -> dict[str, Any]:
    """How long what was planned lasts: by what it is, or else hours, and days where days are told."""
    if span is not None:
        return span.seconds(column.type)
    known = toml_file("lives.toml")["plans"]["lasting"]
    low, high = known[column.type.kind]
    return {"low": low, "high": high, "step": DAY if column.type.kind == "date" else QUARTER}


def _around(table: TableConfig, column: Column) -> dict[str, Any]:
    """How near a moment lies to when it was planned to come."""
    plan = course_of(table).facts.get(column.name)
    if plan is None:
        return {}
    known: Mapping[str, Any] = toml_file("lives.toml")["around"]
    daily, span = table.columns[plan].type.kind == "date", span_of(table)
    sort = "stay" if is_stay(table) else "long" if span is not None and span.is_long else "short"
    early, late = known["days" if daily else "moments"][sort]
    hours = {"hours": "business" if daily else None}
    return {"around": plan, "early_days": early, "late_days": late, "within_days": None, **hours}


def _called_off(table: TableConfig, column: Column) -> dict[str, Any]:
    """What is cancelled is cancelled before it begins."""
    known: Mapping[str, Any] = toml_file("lives.toml")["off"]
    course = course_of(table)
    if {*words_of(column.name)}.isdisjoint(known["words"]) or {*nouns_of(table.name)}.isdisjoint(known["tables"]):
        return {}
    starts = [name for name, stage in course.stages.items() if stage.rank == START and name not in course.facts]
    begun = min((stage.rank for name, stage in course.stages.items() if name == table.born), default=START)
    order = _Order(table)
    starts = [name for name in starts if not order.has(column.name, name)]
    return {"before": starts, "follows": [], "within_days": None} if starts and begun < START else {}


def _stepped(table: TableConfig, column: Column, stage: Stage) -> dict[str, Any]:
    """What is planned is planned for a quarter of an hour, or as things of the sort are."""
    course, span = course_of(table), span_of(table)
    said = not planning_words().isdisjoint(words_of_moment(column.name)) and column.name not in course.facts
    own = said or column.name in course.planned or (span is not None and span.step and column.name not in course.facts)
    if column.type.kind == "date" or not own or stage.rank not in {START, ARRIVAL, END}:
        return {}
    return {"step_minutes": span.step if span is not None and span.step else QUARTER // 60}


def _states(table: TableConfig, column: Column, stage: Stage) -> dict[str, Any]:
    """With which statuses or flags of the row the moment is there."""
    found = when_there(table, column, stage)
    if found is None:
        return {}
    when, sure = found
    return {"when": when, "sure": sure, "null_rate": str(stage.seldom or 0)}


def _period(table: TableConfig, column: Column) -> Generator | None:
    """The end of a period that is paid for or counted by: a month after its start."""
    words = words_of(column.name)
    if "period" not in words or stage_in(table, column.name).rank != END:
        return None
    for other in readable(table, column):
        same = other.type.kind == column.type.kind and (column.nullable or not other.nullable)
        if same and "period" in words_of(other.name) and stage_in(table, other.name).rank == START:
            return Generator("shift", {"of": other.name, "months": 1})
    return None


def in_order(table: TableConfig, names: Iterable[str]) -> list[tuple[str, str]]:
    """Of some columns the moments of the row's life, in pairs of an earlier and a later one."""
    columns = [table.columns[name] for name in names]
    moments = [
        c for c in columns if c.type.kind in MOMENTS and c.generator is None and stage_in(table, c.name) is not NOWHERE
    ]
    moments = [column for column in moments if not is_birth(column) and not column.opaque and not column.generated]
    order = _Order(table)
    return [
        (one.name, other.name)
        for one, other in permutations(moments, 2)
        if one.type.kind == other.type.kind and order.has(one.name, other.name)
    ]


def _earlier(table: TableConfig, column: Column) -> list[Column]:
    """The moments of the row that lie before this one, and are made like it."""
    moments = [other for other in readable(table, column) if other.type.kind in MOMENTS]
    order = _Order(table)
    earlier = [other for other in moments if is_birth(other) or order.has(other.name, column.name)]
    # What is terminated ends before it was to end.
    return [other for other in earlier if stage_in(table, column.name).rank < _OFF or not _is_agreed(table, other)]


class _Order:
    """Which moments of a table lie before which: by their stages, and those of one status by the order of its values.

    Since a row is there, whatever that is called, comes before what is of no stage. What happened lies near what was
    planned, not behind it; and nothing leads back to where it began.
    """

    def __init__(self, table: TableConfig) -> None:
        self._course, self._born, self._periods = course_of(table), table.born, ends_of_periods(table)
        self._papers = follows_period(table)
        self._late = {name for name in self._course.stages if _is_event(table.columns[name])}
        columns = (table.columns[name] for name in self._course.stages)
        self._places = {column.name: place for column in columns if (place := place_of(table, column)) is not None}

    def has(self, one: str, other: str) -> bool:
        """Whether a moment lies before another one."""
        course = self._course
        if one in self._periods or other in self._periods:
            # What comes of a period comes when it is over.
            over = one in self._periods and self._periods[one]
            return over and other not in self._periods and (self._papers or course.stages[other].rank > 0)
        if one in course.plans and other not in course.planned:
            return False
        if other in course.planned and one not in course.planned:
            return self._leads_to(one, other)
        return self._is_before(one, other)

    def _is_before(self, one: str, other: str) -> bool:
        early, late = self._rank(one), self._rank(other)
        mine, theirs = self._places.get(one), self._places.get(other)
        if early == late and mine is not None and theirs is not None and mine[0] == theirs[0]:
            return mine[1] < theirs[1]
        born = one == self._born and self._course.stages[one] is NOWHERE
        return early < late or (born and one != other and late >= ANY_RANK)

    def _rank(self, name: str) -> int:
        """The rank of a moment: no less than those of the statuses that a row has before."""
        stages, place = self._course.stages, self._places.get(name)
        if name == self._born and stages[name] is NOWHERE and place is None:
            return 0
        if place is None:
            late = stages[name] is NOWHERE and name in self._late
            rank: int = toml_file("lives.toml")["unknown"]["rank"] if late else stages[name].rank
            return rank
        return max(stages[each].rank for each, (of, at) in self._places.items() if of == place[0] and at <= place[1])

    def _leads_to(self, one: str, plan: str) -> bool:
        """Whether a moment lies before what was planned: what leads to it, and does not follow from what happened."""
        stages = self._course.stages
        leads = one not in self._course.facts and (stages[one] is not NOWHERE or one == self._born)
        return leads and self._rank(one) < stages[plan].rank


def _is_event(column: Column) -> bool:
    """Whether a moment that may be NULL is named after something that has happened then."""
    known: Mapping[str, Any] = toml_file("lives.toml")["unknown"]
    words = words_of(column.name)
    return column.nullable and any(
        word.endswith(tuple(known["endings"])) or word in known["irregular"] for word in words
    )


def _within(column: Column, stage: Stage, *, soon: bool) -> Any:
    if not soon:
        return stage.within
    return _HOURS if column.type.kind == "datetime" else _NIGHTS


def _is_soon(table: TableConfig, column: Column) -> bool:
    """Whether an end comes hours or days after its beginning, not weeks."""
    if stage_in(table, column.name).rank not in {ARRIVAL, END}:
        return False
    known: Mapping[str, Any] = toml_file("lives.toml")["soon"]
    nouns = {*nouns_of(table.name), *(word.rstrip("s") for word in words_of(table.name))}
    if "time" in words_of(column.name) or nouns & _SOON:
        return True
    instant = column.type.kind == "datetime" and words_of(column.name)[-1:] == ("at",)
    return instant and nouns.isdisjoint(known["lasting"]) and any(map(_is_start_at, readable(table, column)))


def _is_start_at(column: Column) -> bool:
    """Whether a moment, not a day, is the beginning of something, by its name."""
    words = words_of(column.name)
    starts: list[str] = toml_file("lives.toml")["soon"]["starts"]
    return column.type.kind == "datetime" and words[-1:] == ("at",) and not {*words}.isdisjoint(starts)


def _ahead(stage: Stage, earlier: list[Column], options: Mapping[str, Any]) -> Generator:
    assert stage.ahead is not None
    low, high = stage.ahead
    earlier = [other for other in earlier if not is_birth(other)]
    before = [other for other in earlier if stage_of(other.name).rank <= 20] or earlier
    if not before:
        return Generator("later", {"low": -90, "high": high, **options})
    latest = max(before, key=lambda other: (not other.nullable, stage_of(other.name).rank, other.name))
    return Generator("later", {"of": latest.name, "low": low, "high": high, **options})


def _expired(table: TableConfig, column: Column) -> dict[str, Any]:
    """With which statuses of the row the moment has passed, and with which it has not yet."""
    found = when_over(table, column)
    return {} if found is None else {"past": found[0], "ahead": found[1]}
