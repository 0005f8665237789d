"""Meanings of types that are neither text nor number nor moment: objects, arrays, bytes, lengths of time."""

from __future__ import annotations

from functools import lru_cache

from pytest_misata.engine.meanings.names import is_plural, singular, words_of
from pytest_misata.engine.meanings.registry import spelled
from pytest_misata.engine.texts.natives import is_known
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import Column, Generator

_LISTED = frozenset(
    "tag label keyword role skill email phone genre category language color colour ingredient allergy symptom".split()
)
_ANY_SHAPE = "record"


@lru_cache(maxsize=1)
def _shapes() -> dict[str, str]:
    return {word: name for name, entry in toml_file("objects.toml").items() for word in entry["words"]}


def object_of(column: Column) -> Generator:
    """An object, or a list of them or of plain values, that fits the name of a JSON column."""
    written = words_of(column.name)
    words = spelled(written)
    last = written[-1] if written and not column.type.objects_only else ""
    if is_plural(last) and singular(last) in _LISTED:
        return Generator("array", {"name": singular(column.name)})
    for at in range(len(words)):
        phrase = " ".join(words[at:])
        if phrase in _shapes():
            return Generator("object", {"shape": _shapes()[phrase], **_many(phrase, last)})
    for word in reversed(words):
        if word in _shapes():
            return Generator("object", {"shape": _shapes()[word]})
    return Generator("object", {"shape": _ANY_SHAPE})


_COUNTABLE = frozenset(
    {
        "address",
        "contact",
        "link",
        "item",
        "line",
        "entry",
        "attachment",
        "file",
        "image",
        "document",
        "event",
        "measurement",
        "reading",
        "schedule",
        "slot",
        "error",
        "person",
        "customer",
        "user",
        "object",
        "row",
        "record",
        "notification",
        "message",
        "sample",
        "observation",
        "recipient",
        "author",
    }
)


def _many(phrase: str, last: str) -> dict[str, bool]:
    return {"many": True} if is_plural(last) and phrase.split()[-1] in _COUNTABLE else {}


def array_of(column: Column) -> Generator:
    """An array of what the column's name is the plural of."""
    return Generator("array", {"name": singular(column.name)})


def native_of(column: Column) -> Generator:
    """A value of a type of one database; NULL where no one knows how to write one and the column may be empty."""
    type_ = column.type
    if type_.parts:
        return Generator("composite")
    if not is_known(type_.native) and column.nullable:
        return Generator("constant", {"value": None})
    return Generator("native", {})
