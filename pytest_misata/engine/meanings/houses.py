"""Streets beside a column for the number of the house."""

from __future__ import annotations

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.registry import find
from pytest_misata.engine.meanings.rows import readable
from pytest_misata.schema.config import Column, Generator, TableConfig


def street_alone(table: TableConfig, column: Column, usual: Generator) -> Generator | None:
    """The street without a number, where another column of the row has that."""
    if usual.kind != "street":
        return None
    for other in readable(table, column):
        found = find(other.type.kind, words_of(other.name), nouns_of(table.name))
        if found is not None and found.meaning.name == "house_number":
            return Generator("street", {**usual.options, "bare": True})
    return None
