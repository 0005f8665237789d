"""Moments that tell what was to happen, and those that tell what did: `planned_start` and `started_at`, an `arrival`
and `checked_in_at`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.stages import (
    ARRIVAL,
    END,
    MOMENTS,
    NOWHERE,
    START,
    Stage,
    stage_of,
    stage_of_words,
    words_of_moment,
)
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import TableConfig

Words = tuple[str, ...]

_STEM = 4
_BEGUN = Stage(START, within=30)
_DONE = Stage(END, within=60)


@dataclass(frozen=True, slots=True)
class Course:
    """How the moments of a table go together."""

    stages: Mapping[str, Stage]
    """The place of each, that of what was planned being the one at which it was to happen."""
    facts: Mapping[str, str]
    """What was planned, by what happened, or what was expected later."""
    planned: frozenset[str]
    """What was planned of a row of which it is told what happened."""
    ends: Mapping[str, str]
    """When what was planned was to begin, by when it was to end."""

    @property
    def plans(self) -> frozenset[str]:
        """What was planned, and is told to have happened by another moment."""
        return frozenset(self.facts.values())


def course_of(table: TableConfig) -> Course:
    """How the moments of a table go together, by their names."""
    columns = (column for column in table.columns.values() if column.type.kind in MOMENTS and not column.generated)
    moments = tuple((column.name, column.type.kind == "date") for column in columns)
    return _course(moments, is_stay(table), is_appointed(table))


def is_appointed(table: TableConfig) -> bool:
    """Whether a row takes place when it is scheduled, and has a status that tells whether it did."""
    entries: list[Mapping[str, Any]] = toml_file("lives.toml")["settled"]
    status = any(words_of(name)[-1:] in {("status",), ("state",)} for name in table.columns)
    nouns = {*nouns_of(table.name)}
    return status and any(not nouns.isdisjoint(entry["tables"]) for entry in entries)


def is_stay(table: TableConfig) -> bool:
    """Whether somebody who arrives in such a row stays there, rather than leaves from elsewhere before."""
    known: Mapping[str, Any] = toml_file("lives.toml")["stays"]
    there = not {*known["tables"]}.isdisjoint(nouns_of(table.name))
    return there and not any(word in known["unless"] for name in table.columns for word in words_of_moment(name))


@lru_cache(maxsize=4096)
def _course(moments: tuple[tuple[str, bool], ...], stay: bool, appointed: bool) -> Course:  # noqa: FBT001
    events = {name: _Event.of(name, daily=daily, stay=stay) for name, daily in moments}
    facts: dict[str, str] = {}
    for plan in events:
        fact = next(_facts_of(plan, events, facts), None)
        if fact is not None:
            facts[fact] = plan
    planned = {plan: _place(facts, plan, events) for plan in facts.values()}
    for plan in [*planned]:
        # What is estimated is near what was scheduled.
        others = [name for name, other in events.items() if other.planned and name not in planned]
        for name in others:
            if _is_alike(events[name].words, events[plan].words):
                facts[name], planned[name] = plan, planned[plan]
    # What begins as planned ends as planned, too, whatever is told of the one or the other.
    if planned:
        spans = {name: each.stage for name, each in events.items() if each.stage.rank in {START, ARRIVAL, END}}
        planned |= {name: stage for name, stage in spans.items() if events[name].planned and name not in planned}
    stages = {name: stage_of(name) if each.planned else each.stage for name, each in events.items()}
    if appointed and all(stage.rank != START for stage in stages.values()):
        stages |= {name: _BEGUN for name, each in events.items() if each.planned and _is_vague_start(name, each)}
    # Of what is of no place something comes in the end.
    unplaced = {name for pair in facts.items() if planned.get(pair[1]) is NOWHERE for name in pair}
    planned = {name: stage if stage is not NOWHERE else _DONE for name, stage in planned.items()}
    stages |= dict.fromkeys(unplaced, _DONE) | _beside_others(events)
    return Course({**stages, **planned}, facts, frozenset(planned), _ends(events, planned, facts))


def _beside_others(events: Mapping[str, _Event]) -> dict[str, Stage]:
    """The places of what comes after others where the row tells of them: `[[beside]]`."""
    entries: list[Mapping[str, Any]] = toml_file("lives.toml")["beside"]
    told = {word for event in events.values() for word in event.words}
    return {
        name: stage_of_words((entry["as"],))
        for name, event in events.items()
        for entry in entries
        if event.words[-1:] and event.words[-1] in entry["words"] and not told.isdisjoint(entry["others"])
    }


def _ends(events: Mapping[str, _Event], planned: Mapping[str, Stage], facts: Mapping[str, str]) -> dict[str, str]:
    """The beginnings of what was planned, by its ends."""
    plans = [name for name, event in events.items() if (event.planned or name in planned) and name not in facts]
    start = next((name for name in plans if events[name].stage.rank == START), None)
    ends = [name for name in plans if events[name].stage.rank in {ARRIVAL, END}]
    return {} if start is None else dict.fromkeys(ends, start)


@dataclass(frozen=True, slots=True)
class _Event:
    words: Words
    """What happens, without words that say when, or that it is planned."""
    stage: Stage
    planned: bool
    actual: bool
    daily: bool

    @classmethod
    def of(cls, name: str, *, daily: bool, stay: bool) -> _Event:
        known: Mapping[str, Any] = toml_file("lives.toml")["plans"]
        words, said = words_of_moment(name), {*known["words"], *known["facts"]}
        if stay:
            alike: Mapping[str, str] = toml_file("lives.toml")["stays"]["alike"]
            words = tuple(part for word in words for part in alike.get(word, word).split())
        actual = any(word in known["facts"] for word in words)
        planned = not actual and any(word in said for word in words)
        event = tuple(word for word in words if word not in said)
        stage = stage_of_words(event)
        return cls(tuple(word for word in event if word not in known["plain"]), stage, planned, actual, daily)

    @property
    def happened(self) -> bool:
        return self.actual or any(
            word.endswith("ed") or word in toml_file("lives.toml")["plans"]["past"] for word in self.words
        )


def _facts_of(plan: str, events: Mapping[str, _Event], taken: Mapping[str, str]) -> Iterator[str]:
    """The moments that tell that what was planned happened, those first that say so in the same words."""
    mine = events[plan]
    if mine.actual or (mine.happened and not mine.planned):
        return
    free = {name: other for name, other in events.items() if name not in taken and name != plan and not other.planned}
    alike = [name for name, other in free.items() if _is_alike(mine.words, other.words)]
    if not mine.planned:
        spans = mine.stage.rank in {START, ARRIVAL, END}
        yield from (name for name in alike if spans and (events[name].happened or mine.daily > events[name].daily))
        return
    yield from alike
    ranks: list[int] = toml_file("lives.toml")["plans"]["ends"] if not mine.words else [mine.stage.rank]
    if _is_vague_start(plan, mine):
        ranks = [START]
    for rank in ranks:
        yield from (name for name, other in free.items() if other.stage.rank == rank and other.stage is not NOWHERE)


def _is_vague_start(plan: str, event: _Event) -> bool:
    """Whether a plan says of nothing but when it is to begin: `scheduled_for`."""
    return not event.words and not {*words_of_moment(plan)}.isdisjoint(toml_file("lives.toml")["plans"]["starts"])


def _is_alike(one: Words, other: Words) -> bool:
    """Whether two names are about one event: arrival and arrived, check in and checked in."""
    return len(one) == len(other) > 0 and all(_are_alike(*pair) for pair in zip(one, other, strict=True))


def _are_alike(one: str, other: str) -> bool:
    short = min(len(one), len(other))
    return one[: max(short - 1, 1)] == other[: max(short - 1, 1)] if short > _STEM else one[:short] == other[:short]


def _place(facts: Mapping[str, str], plan: str, events: Mapping[str, _Event]) -> Stage:
    """The place of what was planned: the one of what happened."""
    if events[plan].stage is not NOWHERE:
        return events[plan].stage
    return next(events[fact].stage for fact, planned in facts.items() if planned == plan)
