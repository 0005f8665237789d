"""Columns that tell how long something took, beside its beginning and its end: `data/rows.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_misata.engine.meanings.lives import MOMENTS, stage_of
from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.registry import find, spelled
from pytest_misata.engine.meanings.rows import is_tied, readable
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig

_TYPES = frozenset({"integer", "numeric", "float", "interval"})
_START, _ARRIVAL, _END = 20, 40, 50


def length_of(table: TableConfig, column: Column) -> Generator | None:
    """How a column that tells the time between two moments of the row is made; None for any other column."""
    if column.type.kind not in _TYPES or is_tied(table, column):
        return None
    unit = _unit(column)
    if unit is None:
        return None
    start, end = _moments(table, column, _START, _START), _moments(table, column, _ARRIVAL, _END)
    first, last = next(start, None), next(end, None)
    if first is None or last is None:
        return None
    days = first.type.kind == "date" and last.type.kind == "date"
    known: Mapping[str, Any] = toml_file("rows.toml")["lengths"]
    if days and column.type.kind != "interval" and unit not in {known["units"]["day"], known["units"]["night"]}:
        return None
    counted = days and "day" in spelled(words_of(column.name))
    inclusive = counted and not {*known["inclusive"]}.isdisjoint(nouns_of(table.name))
    return Generator("elapsed", {"start": first.name, "end": last.name, "seconds": unit, "inclusive": inclusive})


def _unit(column: Column) -> str | None:
    """The seconds of the unit that a column is in; None where it is no length of what happened."""
    known: Mapping[str, Any] = toml_file("rows.toml")["lengths"]
    words = spelled(words_of(column.name))
    if not words or not set(words) <= {*known["words"], *known["units"]}:
        return None
    named = next((known["units"][word] for word in reversed(words) if word in known["units"]), None)
    if named is not None:
        return str(named)
    if not set(words) & {*known["heads"]}:
        return None
    found = find(column.type.kind, words, ())
    return "1" if column.type.kind == "interval" else known["meanings"].get(found.meaning.name) if found else None


def _moments(table: TableConfig, column: Column, low: int, high: int) -> Iterator[Column]:
    """The moments of some stages, the latest stage first, that are there where the column has to be."""
    found = [other for other in readable(table, column) if other.type.kind in MOMENTS]
    found = [other for other in found if low <= stage_of(other.name).rank <= high]
    found = [other for other in found if column.nullable or not other.nullable]
    yield from sorted(found, key=lambda other: -stage_of(other.name).rank)
