"""What is told of an event of the row, as `discharge_reason` beside `discharged_at`: it is there when the event is."""

from __future__ import annotations

from pytest_misata.engine.meanings.names import words_of
from pytest_misata.engine.meanings.rows import is_tied, readable
from pytest_misata.engine.meanings.stages import MOMENTS
from pytest_misata.engine.meanings.states import TOLD, is_alike
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, TableConfig

_MOMENT = frozenset("at on date time day datetime timestamp".split())


def event_of(table: TableConfig, column: Column) -> str | None:
    """The moment of the event that a column tells more about; None where it is about none, or that is always there."""
    words = words_of(column.name)
    tells = len(words) > 1 and (words[-1] in TOLD or "by" in words)
    named: list[str] = toml_file("lives.toml")["events"].get(words[-1], []) if words else []
    if not (tells or named) or not column.nullable or is_tied(table, column):
        return None
    for other in readable(table, column):
        event = words_of(other.name)
        if (
            other.type.kind in MOMENTS
            and other.nullable
            and (any(word in named for word in event[:1]) or (tells and _same_event(words[0], event)))
        ):
            return other.name
    return None


def _same_event(word: str, words: tuple[str, ...]) -> bool:
    return words[-1:] != () and words[-1] in _MOMENT and len(words) > 1 and is_alike(word, words[0])
