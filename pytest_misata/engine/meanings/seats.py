"""Places in rows, as those of seats, berths and shelves: keys of an owner, a row and a number in it (`[rows_of]`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of
from pytest_misata.engine.meanings.rows import is_tied, spelled_name
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.keys import referring
from pytest_misata.schema.uniqueness import unique_keys

_TEXTS = frozenset({"string", "text"})
_ROOM = 3
"""Characters that the row, number or name of a place has at the most."""


def place_in_row(table: TableConfig, column: Column) -> Generator | None:
    """How a column of such a key is made; None for any other."""
    told = column.generator is not None or column.generated or column.opaque or column.told is not None
    if told or table.owner is None or not _fits(column) or is_tied(table, column):
        return None
    foreign, known = referring(table), toml_file("rows.toml")["rows_of"]
    for unique in unique_keys(table):
        own = [table.columns[name] for name in unique if name not in foreign]
        parts = [_part(table, each, known) for each in own]
        if column.name in unique and {*table.owner.telling} <= {*unique} and {*parts} == _PARTS.get(len(parts)):
            return Generator("seat", {"part": _part(table, column, known), "width": _width(table, known)})
    return None


_PARTS: dict[int, set[str | None]] = {1: {"seat"}, 2: {"row", "number"}}
"""What the columns of a key tell beside its owner: one of them, or two."""


def _part(table: TableConfig, column: Column, known: Mapping[str, Any]) -> str | None:
    name = spelled_name(column.name)
    parts = [part for part in ("row", "number") if name in known[part]]
    seats = name in known["seat"] and column.type.kind in _TEXTS
    if seats and not {*nouns_of(table.name)}.isdisjoint(known["tables"]):
        return "seat"
    return parts[0] if parts else None


def _width(table: TableConfig, known: Mapping[str, Any]) -> int:
    widths: Mapping[str, int] = known["width"]
    return next((widths[noun] for noun in nouns_of(table.name) if noun in widths), widths["other"])


def _fits(column: Column) -> bool:
    return column.type.kind == "integer" or (column.type.kind in _TEXTS and (column.type.length or _ROOM) >= 2)
