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
_STATUSES = frozenset({"string", "text", "enum"})
_ANY_RANK = 15
"""The place of a moment whose name says nothing: after the row was created, before it ends."""
_START, _ARRIVAL, _END = 20, 40, 50
_HOURS = "0.15"
_NIGHTS = 14


@dataclass(frozen=True, slots=True)
class Stage:
    """A place in the life of a row."""

    rank: int
    within: Any = None
    ahead: tuple[int, int] | None = None
    seldom: Fraction | None = None


_NOWHERE = Stage(_ANY_RANK)


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


def _stage(entry: Mapping[str, Any]) -> Stage:
    ahead = entry.get("ahead")
    return Stage(entry["rank"], entry.get("within"), (ahead[0], ahead[1]) if ahead else None, exact(entry["seldom"]))


@lru_cache(maxsize=16384)
def stage_of(name: str) -> Stage:
    """The place of a moment of this name: of the last word, or pair of words, that is known."""
    words = words_of(name)
    for word in words:
        if word in _leading():
            return _leading()[word]
    for at in range(len(words) - 1, -1, -1):
        found = _stages().get(" ".join(words[max(at - 1, 0) : at + 1])) or _stages().get(words[at])
        if found is not None:
            return found
    return _NOWHERE


def moment(table: TableConfig, column: Column) -> tuple[Generator, Fraction | None]:
    """How a moment of the row is made, and how seldom it is there."""
    stage = stage_of(column.name)
    period = _period(table, column)
    if period is not None:
        return period, stage.seldom
    earlier = [] if is_tied(table, column) else _earlier(table, column, stage)
    if stage.ahead is not None and column.name != table.born:
        return _ahead(stage, earlier), stage.seldom
    options: dict[str, Any] = {"hours": "business"}
    if _lasting() & set(nouns_of(table.name)):
        options["during"] = True
    if stage.rank <= _START and not _gone()[1] & set(nouns_of(table.name)):
        options["alive"] = True
    if table.born is not None and stage_of(table.born).rank > stage.rank:
        options["since_born"] = False
    if earlier:
        options["follows"] = [other.name for other in earlier]
        # Close to what came before it, where that is sure to be there.
        if stage.within is not None and any(not other.nullable for other in earlier):
            options["within_days"] = _within(table, column, stage)
        if stage.within is not None and _is_soon(table, column):
            options.pop("hours")
    when = _status(table, column)
    if when is not None:
        return Generator("moment", {**options, "when": when}), Fraction(0)
    return Generator("moment", options), stage.seldom


def _period(table: TableConfig, column: Column) -> Generator | None:
    """The end of a period that is paid for or counted by: a month after its start."""
    words = words_of(column.name)
    if "period" not in words or stage_of(column.name).rank != _END or is_tied(table, column):
        return None
    for other in readable(table, column):
        same = other.type.kind == column.type.kind and (column.nullable or not other.nullable)
        if same and "period" in words_of(other.name) and stage_of(other.name).rank == _START:
            return Generator("shift", {"of": other.name, "months": 1})
    return None


def in_order(table: TableConfig, names: Iterable[str]) -> list[tuple[str, str]]:
    """Of some columns the moments of the row's life, in pairs of an earlier and a later one."""
    columns = [table.columns[name] for name in names]
    moments = [
        c for c in columns if c.type.kind in MOMENTS and c.generator is None and stage_of(c.name) is not _NOWHERE
    ]
    moments = [column for column in moments if not is_birth(column) and not column.bound and not column.generated]
    return [
        (one.name, other.name)
        for one, other in permutations(moments, 2)
        if stage_of(one.name).rank < stage_of(other.name).rank and one.type.kind == other.type.kind
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
    found = [name for name in moments if low <= stage_of(name).rank <= high and stage_of(name) is not _NOWHERE]
    return sorted(found, key=lambda name: -stage_of(name).rank)


def _status(table: TableConfig, column: Column) -> dict[str, list[Any]] | None:
    """The status of the row that the moment goes with, and the values of it with which it is there."""
    agrees: Mapping[str, list[str]] = toml_file("lives.toml")["agrees"]
    word = next((word for word in reversed(words_of(column.name)) if word in agrees), None)
    if word is None or not column.nullable or is_tied(table, column):
        return None
    for other in readable(table, column):
        if words_of(other.name)[-1:] not in {("status",), ("state",)} or other.type.kind not in _STATUSES:
            continue
        values = [
            value for value in status_values(table, other) if str(value).lower().replace("_", " ") in agrees[word]
        ]
        if values:
            return {other.name: values}
    return None


def status_values(table: TableConfig, column: Column) -> tuple[Any, ...]:
    """The statuses a column may have."""
    from pytest_misata.engine.meaning import taken_for

    made = column.generator or taken_for(table, column).generator
    return tuple(made.options["values"]) if made.kind == "choice" else ()


def _earlier(table: TableConfig, column: Column, stage: Stage) -> list[Column]:
    """The moments of the row that lie before this one, and are made like it."""
    return [
        other
        for other in readable(table, column)
        if other.type.kind in MOMENTS and stage_of(other.name).rank < stage.rank and not is_birth(other)
    ]


def _within(table: TableConfig, column: Column, stage: Stage) -> Any:
    if not _is_soon(table, column):
        return stage.within
    return _HOURS if column.type.kind == "datetime" else _NIGHTS


def _is_soon(table: TableConfig, column: Column) -> bool:
    """Whether an end comes hours or days after its beginning, not weeks."""
    short = "time" in words_of(column.name) or bool(_SOON & {word.rstrip("s") for word in words_of(table.name)})
    return short and stage_of(column.name).rank in {_ARRIVAL, _END}


def _ahead(stage: Stage, earlier: list[Column]) -> Generator:
    assert stage.ahead is not None
    low, high = stage.ahead
    before = [other for other in earlier if stage_of(other.name).rank <= 20] or earlier
    if not before:
        return Generator("later", {"low": -90, "high": high})
    latest = max(before, key=lambda other: (not other.nullable, stage_of(other.name).rank, other.name))
    return Generator("later", {"of": latest.name, "low": low, "high": high})
