"""Dates and moments by their names, in the order of a row's life: `data/lives.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import permutations
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.rows import is_birth, is_tied, readable
from pytest_misata.engine.quantiles import exact
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig

MOMENTS = frozenset({"date", "datetime"})
_SOON = frozenset(
    "appointment meeting event shift session booking reservation visit lesson class call trip ride slot lecture "
    "flight stay rental".split()
)
_ANY_RANK = 15
"""The place of a moment whose name says nothing: after the row was created, before it ends."""
_START, _ARRIVAL, _END = 20, 40, 50
_ACTUAL, _LATE = "actual", 2
"""What happened actually comes soon after what was to happen."""
_HOURS = "0.15"
_NIGHTS = 14


@dataclass(frozen=True, slots=True)
class Stage:
    """A place in the life of a row."""

    rank: int
    within: Any = None
    ahead: tuple[int, int] | None = None
    seldom: Fraction | None = None


_NOWHERE = Stage(_ANY_RANK, within=90)


@lru_cache(maxsize=1)
def _stages() -> dict[str, Stage]:
    found: dict[str, Stage] = {}
    for entry in toml_file("lives.toml")["stage"]:
        for word in entry["words"]:
            found.setdefault(word, _stage(entry))
    return found


@lru_cache(maxsize=1)
def _leading() -> dict[str, Stage]:
    """Words that decide wherever they stand."""
    return {word: _stage(entry) for entry in toml_file("lives.toml")["stage"] for word in entry.get("leading", ())}


def planning_words() -> frozenset[str]:
    """Words before an event that say that it is planned, or that it happened in fact."""
    return frozenset(_leading())


def _stage(entry: Mapping[str, Any]) -> Stage:
    ahead = entry.get("ahead")
    return Stage(entry["rank"], entry.get("within"), (ahead[0], ahead[1]) if ahead else None, exact(entry["seldom"]))


@lru_cache(maxsize=16384)
def stage_of(name: str) -> Stage:
    """The place of a moment of this name: of the last word, or pair of words, that is known."""
    words = words_of(name)
    if words[:1] == (_ACTUAL,) and len(words) > 1:
        planned = stage_of("_".join(words[1:]))
        return Stage(planned.rank + _LATE, _leading()[_ACTUAL].within, seldom=planned.seldom)
    for word in words:
        if word in _leading():
            return _leading()[word]
    for at in range(len(words) - 1, -1, -1):
        found = _stages().get(" ".join(words[max(at - 1, 0) : at + 1])) or _stages().get(words[at])
        if found is not None:
            return found
    return _NOWHERE


def stage_in(table: TableConfig, name: str) -> Stage:
    """The same for a column of a table: what was scheduled lies in the past where it is told what happened actually."""
    words = words_of(name)
    planned = len(words) > 1 and words[0] in _leading() and words[0] != _ACTUAL
    if planned and any(words_of(other)[:1] == (_ACTUAL,) for other in table.columns):
        return stage_of("_".join(words[1:]))
    return stage_of(name)


def moment(table: TableConfig, column: Column) -> tuple[Generator, Fraction | None]:
    """How a moment of the row is made, and how seldom it is there."""
    stage = stage_in(table, column.name)
    period = _period(table, column)
    if period is not None:
        return period, stage.seldom
    earlier = [] if is_tied(table, column) else _earlier(table, column, stage)
    if stage.ahead is not None and column.name != table.born:
        return _ahead(stage, earlier, _expired(table, column)), stage.seldom
    options: dict[str, Any] = {"hours": "business"}
    if _lasting() & set(nouns_of(table.name)):
        options["during"] = True
    if stage.rank <= _START and not _gone()[1] & set(nouns_of(table.name)):
        options["alive"] = True
    if table.born is not None and stage_in(table, table.born).rank > stage.rank:
        options["since_born"] = False
    if earlier:
        options["follows"] = [other.name for other in earlier]
        if stage.within is not None:
            options["within_days"] = _within(table, column, stage)
        if stage.within is not None and _is_soon(table, column):
            options.pop("hours")
    return Generator("moment", {**options, **_states(table, column, stage)}), stage.seldom


def _states(table: TableConfig, column: Column, stage: Stage) -> dict[str, Any]:
    """With which statuses or flags of the row the moment is there."""
    from pytest_misata.engine.meanings.states import when_there

    found = when_there(table, column, stage)
    if found is None:
        return {}
    when, sure = found
    return {"when": when, "sure": sure, "null_rate": str(stage.seldom or 0)}


def _period(table: TableConfig, column: Column) -> Generator | None:
    """The end of a period that is paid for or counted by: a month after its start."""
    words = words_of(column.name)
    if "period" not in words or stage_in(table, column.name).rank != _END or is_tied(table, column):
        return None
    for other in readable(table, column):
        same = other.type.kind == column.type.kind and (column.nullable or not other.nullable)
        if same and "period" in words_of(other.name) and stage_in(table, other.name).rank == _START:
            return Generator("shift", {"of": other.name, "months": 1})
    return None


def in_order(table: TableConfig, names: Iterable[str]) -> list[tuple[str, str]]:
    """Of some columns the moments of the row's life, in pairs of an earlier and a later one."""
    columns = [table.columns[name] for name in names]
    moments = [
        c for c in columns if c.type.kind in MOMENTS and c.generator is None and stage_in(table, c.name) is not _NOWHERE
    ]
    moments = [column for column in moments if not is_birth(column) and not column.bound and not column.generated]
    return [
        (one.name, other.name)
        for one, other in permutations(moments, 2)
        if one.type.kind == other.type.kind and _precedes(table, one, other, stage_in(table, other.name))
    ]


@lru_cache(maxsize=1)
def _lasting() -> frozenset[str]:
    return frozenset(toml_file("lives.toml")["during"]["tables"])


def end_of(table: TableConfig) -> str | None:
    """The moment at which what a row stands for is over."""
    ends = _staged(table, _END, _END)
    return ends[0] if len(ends) == 1 else None


@lru_cache(maxsize=1)
def _gone() -> tuple[frozenset[str], frozenset[str]]:
    """Words of moments after which a row is not there any more, and tables whose rows tell of just that."""
    gone = toml_file("lives.toml")["gone"]
    return frozenset(gone["words"]), frozenset(gone["tables"])


def gone_of(table: TableConfig) -> list[str]:
    """The moments after which a row gets no children."""
    return [
        column.name
        for column in table.columns.values()
        if column.type.kind in MOMENTS and column.nullable and not _gone()[0].isdisjoint(words_of(column.name))
        if column.generator is None or "trails" not in column.generator.options
    ]


def start_of(table: TableConfig) -> str | None:
    """The moment at which it begins."""
    return next(iter(_staged(table, 0, _START)), None)


def _staged(table: TableConfig, low: int, high: int) -> list[str]:
    """The moments of some stages, the latest stage first."""
    moments = [column.name for column in table.columns.values() if column.type.kind in MOMENTS and not column.generated]
    stages = {name: stage_in(table, name) for name in moments}
    found = [name for name, stage in stages.items() if low <= stage.rank <= high and stage is not _NOWHERE]
    return sorted(found, key=lambda name: -stages[name].rank)


def _earlier(table: TableConfig, column: Column, stage: Stage) -> list[Column]:
    """The moments of the row that lie before this one, and are made like it."""
    moments = [other for other in readable(table, column) if other.type.kind in MOMENTS and not is_birth(other)]
    return [other for other in moments if _precedes(table, other, column, stage)]


def _precedes(table: TableConfig, other: Column, column: Column, stage: Stage) -> bool:
    """Whether a moment lies before another one, of a stage: as the statuses of the row have it, or else by its stage.

    Since a row is there, whatever that is called, comes before what is of no stage.
    """
    from pytest_misata.engine.meanings.states import place_of

    rank, born = stage_in(table, other.name).rank, other.name == table.born and stage_in(table, other.name) is _NOWHERE
    mine = place_of(table, column)
    theirs = place_of(table, other) if mine is not None else None
    if mine is not None and theirs is not None and mine[0] == theirs[0] and mine[1] != theirs[1]:
        return theirs[1] < mine[1]
    return rank < stage.rank or (born and stage.rank >= _ANY_RANK)


def _within(table: TableConfig, column: Column, stage: Stage) -> Any:
    if not _is_soon(table, column):
        return stage.within
    return _HOURS if column.type.kind == "datetime" else _NIGHTS


def _is_soon(table: TableConfig, column: Column) -> bool:
    """Whether an end comes hours or days after its beginning, not weeks."""
    if stage_in(table, column.name).rank not in {_ARRIVAL, _END}:
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


def begins_ahead(table: TableConfig, parent: TableConfig) -> str | None:
    """The beginning of what a parent stands for, where the rows of a table come to be before that."""
    if {*toml_file("lives.toml")["ahead"]["tables"]}.isdisjoint(nouns_of(table.name)):
        return None
    starts: list[str] = toml_file("lives.toml")["soon"]["starts"]
    found = _staged(parent, _START, _START)
    return next((name for name in found if not {*words_of(name)}.isdisjoint(starts)), None)


def _ahead(stage: Stage, earlier: list[Column], options: Mapping[str, Any]) -> Generator:
    assert stage.ahead is not None
    low, high = stage.ahead
    before = [other for other in earlier if stage_of(other.name).rank <= 20] or earlier
    if not before:
        return Generator("later", {"low": -90, "high": high, **options})
    latest = max(before, key=lambda other: (not other.nullable, stage_of(other.name).rank, other.name))
    return Generator("later", {"of": latest.name, "low": low, "high": high, **options})


def _expired(table: TableConfig, column: Column) -> dict[str, Any]:
    """With which statuses of the row the moment has passed, and with which it has not yet."""
    from pytest_misata.engine.meanings.states import when_over

    found = when_over(table, column)
    return {} if found is None else {"past": found[0], "ahead": found[1]}
