"""The name of a file and its type: where the types are listed, the names end as one of them has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_misata.engine.meanings.names import words_of
from pytest_misata.engine.meanings.registry import find, spelled
from pytest_misata.engine.meanings.rows import is_tied, readable, spelled_name
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.listed import checked_values

_TEXTS = frozenset({"string", "text", "enum"})


def type_of_file(table: TableConfig, column: Column) -> Generator | None:
    """A media type or extension that follows from the name of the row's file; None for any other column."""
    ends = _endings(column)
    if ends is None or is_tied(table, column):
        return None
    names = {spelled_name(other.name): other for other in readable(table, column) if _names_a_file(other, column)}
    source = next((names[name] for name in _known()["names"] if name in names), None)
    values = _values(table, column, ends)
    if source is None or not values:
        return None
    listed = checked_values(table, column)
    default = ends["default"] if not listed or ends["default"] in listed else next(iter(values.values()))
    room = column.type.length
    if room is not None and len(str(default)) > room:
        return None
    # A type that is too long for the column is of no particular one.
    fitting = {end: value for end, value in values.items() if room is None or len(str(value)) <= room}
    return Generator("ending", {"of": source.name, "values": fitting, "default": default})


def endings_for(table: TableConfig, column: Column) -> list[str]:
    """The endings that the name of a file may have, where a column beside it lists its types; empty for any."""
    if spelled_name(column.name) not in _known()["names"]:
        return []
    for other in readable(table, column):
        ends = _endings(other)
        if ends is not None and checked_values(table, other) and _names_a_file(column, other):
            return list(_values(table, other, ends))
    return []


def _known() -> Mapping[str, Any]:
    endings: Mapping[str, Any] = toml_file("rows.toml")["endings"]
    return endings


def _endings(column: Column) -> Mapping[str, Any] | None:
    """What goes with the endings of names, where a column is of a media type or an extension."""
    if column.type.kind not in _TEXTS:
        return None
    found = find("text", words_of(column.name), ())
    if found is None or found.meaning.name not in _known() or set(spelled(words_of(column.name))) & {"name"}:
        return None
    ends: Mapping[str, Any] = _known()[found.meaning.name]
    return ends


def _values(table: TableConfig, column: Column, ends: Mapping[str, Any]) -> dict[str, Any]:
    """The value of the column for each ending; of those that are listed, where some are."""
    listed = checked_values(table, column)
    if not listed:
        return dict(ends["values"])
    found: dict[str, Any] = {}
    for value in listed:
        for ending in _endings_of(str(value)):
            found.setdefault(ending, value)
    return found


def _endings_of(value: str) -> Sequence[str]:
    """The endings of a listed media type, extension or sort of file."""
    plain = value.lower().lstrip(".")
    known = [
        end for ends in ("mime_type", "file_extension") for end, of in _known()[ends]["values"].items() if of == plain
    ]
    sorts: Mapping[str, Sequence[str]] = _known()["sorts"]
    if plain in sorts:
        return sorts[plain]
    return list(dict.fromkeys(known)) or ([plain.rpartition("/")[2].rpartition("+")[0] or plain.rpartition("/")[2]])


def _names_a_file(name: Column, type_: Column) -> bool:
    text = name.type.kind in {"string", "text"} and not name.type.values and (name.type.length or 40) >= 40
    return text and (type_.nullable or not name.nullable)
