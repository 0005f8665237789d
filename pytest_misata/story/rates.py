"""The shares that a story may state of a domain: those its file lists, and those of every other list of values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pytest_misata.schema.config import Column, Generator, SchemaConfig
from pytest_misata.story.naming import split_name, states_like

Phrase = tuple[str, ...]
"""The words of a phrase, in lower case."""


@dataclass(frozen=True, slots=True)
class RateHook:
    """A share that a story may state: which values of `table.column` it is about, and the phrases that mean each.

    `noun` is what may follow a value's phrase: "30% on the pro plan". Of hooks with equal phrases that of the lowest
    `rank` is meant.
    """

    table: str
    column: str
    phrases: Mapping[str, tuple[Phrase, ...]]
    noun: Phrase = ()
    rank: int = 0
    generator: Generator | None = None
    """How the column is made before a share is stated, where the schema does not say."""
    lookup: Lookup | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The table whose rows are the values of a foreign key, and the column of it that names each."""

    table: str
    label: str


IMPLIED = 5
"""The rank of what a domain file does not list."""
GENDERS = ("female", "male")
GENDER_WORDS: tuple[tuple[Phrase, ...], ...] = tuple(
    tuple((word,) for word in words.split()) for words in ("female women woman girls girl", "male men man boys boy")
)
_STATES = ("status", "state", "stage", "active", "cancelled", "@first", "@last")
_FLAGS = frozenset({"is", "has", "was", "can"})


def implied_rates(schema: SchemaConfig, stated: Collection[RateHook]) -> Iterator[RateHook]:
    """The values of columns in their own words, where the file gives them no others."""
    known = {(hook.table, hook.column): hook for hook in stated}
    for table in schema.tables.values():
        for column in table.columns.values():
            hook = known.get((table.name, column.name))
            phrases = {value: words for value, words in _values(column) if hook is None or value not in hook.phrases}
            if phrases and table.foreign_key(column.name) is None and not table.fixed:
                yield RateHook(table.name, column.name, phrases, split_name(column.name)[-1:], IMPLIED)


def _values(column: Column) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
    made = column.generator
    if made is not None and made.kind == "gender":
        yield from zip(made.options.get("values", GENDERS), GENDER_WORDS, strict=True)
    if made is None or made.kind not in {"choice", "flag"} or not _is_free(made):
        return
    if made.kind == "flag":
        words = split_name(column.name)
        yield "true", _ways(words[1:] if words[0] in _FLAGS and len(words) > 1 else words)
        return
    for value in made.options["values"]:
        if isinstance(value, str) and re.fullmatch(r"[^\W\d]+(?:[ _-][^\W\d]+)*", value):
            yield value, _ways(tuple(re.split("[ _-]", value.lower())))


def _is_free(made: Generator) -> bool:
    """Whether nothing but the column itself depends on its cases: none is about a state of the row or its parent."""
    conditions = [name for case in made.options.get("cases", ()) for name in case["when"]]
    return not any(name.endswith(_STATES) for name in conditions) and not any(
        "kind" in case or "values" in case for case in made.options.get("cases", ())
    )


@cache
def _ways(words: Phrase) -> tuple[Phrase, ...]:
    """Words for a value, and others that stand for them."""
    return tuple(sorted({words, *states_like(words)}, key=lambda phrase: (-len(phrase), phrase)))
