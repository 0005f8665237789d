"""Moments of a row that those of its children keep to: it begins, it ends, it is not there any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pytest_misata.engine.keys.forebears import column_of
from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.plans import course_of
from pytest_misata.engine.meanings.rows import is_birth
from pytest_misata.engine.meanings.spans import span_of
from pytest_misata.engine.meanings.stages import END, MOMENTS, NOWHERE, START
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.order import is_cut


def is_during(table: TableConfig) -> bool:
    """Whether rows of a table are there while whatever they belong to lasts."""
    return not {*toml_file("lives.toml")["during"]["tables"]}.isdisjoint(nouns_of(table.name))


def keys_within(table: TableConfig) -> list[str]:
    """The keys to what the rows of a table happen in: a claim in the time of its policy, a charge in that of a stay."""
    keys = [key for key in table.foreign_keys if key.parent != table.key and not is_cut(key)]
    return [column_of(table, key) for key in keys if is_within(table.name, key.parent)]


@lru_cache(maxsize=4096)
def is_within(table: str, parent: str) -> bool:
    """Whether what the rows of a table tell of happens while rows of another one last, by their names."""
    own, theirs = {*nouns_of(table)}, {*nouns_of(parent.rpartition(".")[2])}
    pairs: list[Mapping[str, list[str]]] = toml_file("lives.toml")["within"]
    return any(not own.isdisjoint(pair["children"]) and not theirs.isdisjoint(pair["parents"]) for pair in pairs)


@dataclass(frozen=True, slots=True)
class Life:
    """The moment at which a row begins, and the one at which it ends, or how many seconds it lasts."""

    begun: str
    over: str | None
    seconds: int = 0


def life_of(table: TableConfig) -> Life | None:
    """Between which moments a row lasts: as it was planned, or else as it was; None where it does not tell."""
    course = course_of(table)
    for names in (sorted(course.planned), sorted(course.stages.keys() - course.planned)):
        stages = {name: stage for name in names if (stage := course.stages[name]).ahead is None or _expires(name)}
        starts = [name for name, stage in stages.items() if 0 <= stage.rank <= START and stage is not NOWHERE]
        begun = max(starts, key=lambda name: stages[name].rank, default=None)
        ends = [name for name, stage in stages.items() if stage.rank == END]
        ends = ends or [name for name in names if _expires(name)]
        span = span_of(table)
        if begun is not None and (ends or (span is not None and stages[begun].rank == START)):
            return Life(begun, ends[0] if ends else None, 0 if span is None else span.most)
    return None


def _expires(name: str) -> bool:
    """Whether what a row stands for does not hold any more after a moment."""
    return not {*toml_file("lives.toml")["expiring"]["words"]}.isdisjoint(words_of(name))


def birth_in(table: TableConfig) -> str | None:
    """The date of birth of somebody of whom no other beginning is told."""
    return next(
        (column.name for column in table.columns.values() if column.generator is None and is_birth(column)), None
    )


def tells_birth(table: TableConfig) -> bool:
    """Whether a row tells since when it is there."""
    return table.born is not None or birth_in(table) is not None


def end_of(table: TableConfig) -> str | None:
    """The moment at which what a row stands for is over."""
    ends = _staged(table, END, END)
    return ends[0] if len(ends) == 1 else None


@lru_cache(maxsize=1)
def _gone() -> tuple[frozenset[str], frozenset[str]]:
    """Words of moments after which a row is not there any more, and tables whose rows tell of just that."""
    gone = toml_file("lives.toml")["gone"]
    return frozenset(gone["words"]), frozenset(gone["tables"])


def tells_of_ends(table: TableConfig) -> bool:
    """Whether rows of a table tell just of the end of what they belong to."""
    return not _gone()[1].isdisjoint(nouns_of(table.name))


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
    return next(iter(_staged(table, 0, START)), None)


def _staged(table: TableConfig, low: int, high: int) -> list[str]:
    """The moments of some stages, the latest stage first."""
    stages = course_of(table).stages
    found = [name for name, stage in stages.items() if low <= stage.rank <= high and stage is not NOWHERE]
    return sorted(found, key=lambda name: -stages[name].rank)


def begins_ahead(table: TableConfig, parent: TableConfig) -> str | None:
    """The beginning of what a parent stands for, where the rows of a table come to be before that."""
    within = is_within(table.name, parent.name)
    if within or {*toml_file("lives.toml")["ahead"]["tables"]}.isdisjoint(nouns_of(table.name)):
        return None
    starts: list[str] = toml_file("lives.toml")["soon"]["starts"]
    found = _staged(parent, START, START)
    return next((name for name in found if not {*words_of(name)}.isdisjoint(starts)), None)
