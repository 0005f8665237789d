"""The time of day at which something ends, as long after its beginning as it lasts."""

from __future__ import annotations

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.meanings.registry import find
from pytest_misata.engine.meanings.rows import is_tied, readable
from pytest_misata.engine.meanings.spans import DAY, span_of
from pytest_misata.schema.config import Column, Generator, TableConfig

_STARTS, _ENDS = "opening_time", "closing_time"


def end_by_clock(table: TableConfig, column: Column, meaning: str) -> Generator | None:
    """The end of what lasts hours, where the row tells when it begins, too; None for any other column."""
    span = span_of(table) if column.type.kind == "time" and meaning == _ENDS else None
    if span is None or span.most >= DAY or is_tied(table, column):
        return None
    for other in readable(table, column):
        found = find("time", words_of(other.name), nouns_of(table.name)) if other.type.kind == "time" else None
        if found is not None and _STARTS in found.meaning.name and (column.nullable or not other.nullable):
            options = span.seconds(column.type)
            return Generator("time_after", {"of": other.name, **options, "high": min(options["high"], DAY // 2)})
    return None
