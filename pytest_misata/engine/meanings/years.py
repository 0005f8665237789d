"""Columns that hold a year, in the order of a life and as far back as they go: `[[year]]` in `data/lives.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pytest_misata.engine.draws.quantiles import exact
from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.rows import is_birth, is_tied, readable
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of years, by what happened then."""

    rank: int
    back: int
    ahead: int
    least: int
    most: int
    seldom: Fraction | None
    gone: tuple[int, int]
    """How far back it goes at the least and at the most where a death is told of."""
    tables: frozenset[str]


@lru_cache(maxsize=1)
def _sorts() -> Mapping[str, Sequence[Sort]]:
    found: dict[str, list[Sort]] = {}
    for entry in toml_file("lives.toml")["year"]:
        for word in entry["words"]:
            found.setdefault(word, []).append(_read(entry))
    return found


def _read(entry: Mapping[str, Any]) -> Sort:
    return Sort(
        entry["rank"],
        entry["back"],
        entry.get("ahead", 0),
        entry.get("least", 0),
        entry.get("most", 60),
        exact(entry["seldom"]) if "seldom" in entry else None,
        (entry.get("gone", [0])[0], entry.get("gone", [entry["back"]])[-1]),
        frozenset(entry.get("tables", ())),
    )


@lru_cache(maxsize=1)
def _alone() -> frozenset[Words]:
    """Words that tell a year by themselves: somebody was `born`."""
    return frozenset((word,) for entry in toml_file("lives.toml")["year"] for word in entry.get("alone", ()))


def is_year(column: Column) -> bool:
    """Whether a number is a year, by its name."""
    words, type_ = words_of(column.name), column.type
    if not (type_.kind == "integer" and type_.bits > 8) and not (type_.kind == "numeric" and not type_.scale):
        return False
    return (
        words in _alone()
        or words[-1:] == ("year",)
        or (words[:1] == ("year",) and len(words) > 1 and words[1] in {*_sorts(), "of"})
    )


def year_of(table: TableConfig, column: Column) -> tuple[Generator, Fraction | None] | None:
    """How a year of which the name tells what happened then is made, and how seldom it is there."""
    sort = _sort(table, column) if is_year(column) and not is_tied(table, column) else None
    if sort is None:
        return None
    after = list(_earlier(table, column, sort))
    options: dict[str, Any] = {"ahead": sort.ahead} if sort.ahead else {}
    if after:
        return Generator("year", {**options, "after": after, "least": sort.least, "most": sort.most}), sort.seldom
    if any(_is_over(table, other) for other in table.columns.values()):
        ago, back = sort.gone
    else:
        # Those who were born then have come of age.
        ago, back = 0 if sort.rank else sort.least, sort.back
    return Generator("year", {"ahead": sort.ahead - ago, "back": back - ago}), sort.seldom


_OVER = 95
"""The place of a death."""


def _is_over(table: TableConfig, column: Column) -> bool:
    sort = _sort(table, column)
    return sort is not None and sort.rank >= _OVER


def _sort(table: TableConfig, column: Column) -> Sort | None:
    if not is_year(column):
        return None
    nouns = {*nouns_of(table.name)}
    for word in reversed(words_of(column.name)):
        sorts = _sorts().get(word, ())
        found = next((sort for sort in sorts if sort.tables & nouns or not sort.tables), None)
        if found is not None:
            return found
    return None


def _earlier(table: TableConfig, column: Column, sort: Sort) -> Iterator[str]:
    """The columns of the row that tell years before this one, and the date of somebody's birth."""
    for other in readable(table, column):
        found = _sort(table, other)
        born = found is None and other.type.kind in {"date", "datetime"} and is_birth(other)
        if (found is not None and found.rank < sort.rank) or (born and sort.rank > 0):
            yield other.name
