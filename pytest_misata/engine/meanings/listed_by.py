"""What a column may hold by what another one of the row says: breeds by species. `[[listed_by]]` of `rows.toml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_misata.engine.meanings.rows import is_tied, readable, spelled_name
from pytest_misata.engine.meanings.states import status_values
from pytest_misata.engine.texts.terms import has_terms
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.schema.types import ColumnType

_TEXTS = frozenset({"string", "text", "enum"})


def listed_by(table: TableConfig, column: Column, usual: Generator) -> Generator | None:
    """How a column is made that depends on another one, with `usual` where that says nothing; None for any other."""
    name = spelled_name(column.name)
    for entry in toml_file("rows.toml")["listed_by"]:
        if name not in entry["names"] or (column.type.kind in _TEXTS) is not entry["text"] or is_tied(table, column):
            continue
        for other in readable(table, column):
            if spelled_name(other.name) in entry["by"] and other.type.kind in _TEXTS:
                cases = list(_cases(table, column, other, entry["cases"]))
                if cases:
                    return Generator(usual.kind, {**usual.options, "cases": cases})
    return None


def _cases(table: TableConfig, column: Column, by: Column, known: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What is made otherwise, with the values of the other column by which it is."""
    values = {str(value).lower(): value for value in status_values(table, by)}
    for value, made in known.items():
        found = [values[each] for each in value.split("|") if each in values]
        if found and _fits(made, column.type):
            yield {"when": {by.name: found}, **made}


def _fits(made: Mapping[str, Any], type_: ColumnType) -> bool:
    """Whether a column has room for what is listed."""
    length = type_.length
    if made["kind"] == "term":
        return has_terms(made["of"], None, length)
    return length is None or all(len(str(value)) <= length for value in made.get("values", ()))
