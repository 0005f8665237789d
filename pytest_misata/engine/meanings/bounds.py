"""Numbers of a row that bound each other, as `min_salary`, `salary` and `max_salary`: `data/rows.toml`."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_misata.engine.meanings.names import words_of
from pytest_misata.engine.meanings.registry import spelled
from pytest_misata.engine.meanings.rows import is_tied, readable
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig

Words = tuple[str, ...]

_NUMBERS = frozenset({"integer", "numeric", "float"})


def bounded(table: TableConfig, column: Column) -> Generator | None:
    """How a number is made that is the greatest beside a least one, or lies between the two; None for any other."""
    if column.type.kind not in _NUMBERS or is_tied(table, column):
        return None
    words = spelled(words_of(column.name))
    least, greatest = _words("least"), _words("greatest")
    about = _rest(words, greatest)
    if about is not None:
        start = _beside(table, column, about, least)
        # Years are as far apart as the rows of a life, not as amounts are.
        near = {"low": "1", "high": "1.004"} if "year" in words else {}
        return Generator("above", {"of": start.name, **near}) if start is not None else None
    whole = _rest(words, _words("year"))
    part = _beside(table, column, whole, _words("month")) if whole else None
    if part is not None:
        low, high = _words("months")
        return Generator("above", {"of": part.name, "low": low, "high": high})
    if _rest(words, least) is not None or not words:
        return None
    kept = tuple(word for word in words if word not in _words("actual"))
    ends = _ends(table, column, kept)
    return None if ends is None else Generator("between", {"low": ends[0].name, "high": ends[1].name})


def ends_of(table: TableConfig, column: Column) -> tuple[Column, Column] | None:
    """The least and the greatest that a table has of what a column of another one holds: the salary of a job."""
    words = spelled(words_of(column.name))
    if column.type.kind not in _NUMBERS or any(_rest(words, _words(end)) is not None for end in ("least", "greatest")):
        return None
    return _ends(table, column, tuple(word for word in words if word not in _words("actual")))


def _ends(table: TableConfig, column: Column, about: Words) -> tuple[Column, Column] | None:
    low, high = (_beside(table, column, about, _words(end)) for end in ("least", "greatest"))
    return None if low is None or high is None or not about else (low, high)


def _words(name: str) -> Sequence[str]:
    words: Sequence[str] = toml_file("rows.toml")["bounds"][name]
    return words


def _rest(words: Words, ends: Sequence[str]) -> Words | None:
    """What a name says beside that it is the least, or the greatest; None where it says neither."""
    for word in (words[:1], words[-1:]):
        if word and word[0] in ends:
            return words[1:] if word == words[:1] else words[:-1]
    return None


def _beside(table: TableConfig, column: Column, about: Words, ends: Sequence[str]) -> Column | None:
    """The least, or the greatest, of the same thing."""
    for other in readable(table, column):
        fits = other.type.kind in _NUMBERS and _scale(other) <= _scale(column)
        if fits and _rest(spelled(words_of(other.name)), ends) == about:
            return other
    return None


def _scale(column: Column) -> int:
    return 0 if column.type.kind == "integer" else column.type.scale
