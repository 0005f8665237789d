"""The shares that a story may state of a domain: those its file lists, and those of every other list of values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.story.english import words
from pytest_misata.story.english.naming import devices_like, split_name, states_like

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
    sorts: bool = False
    """Whether its values are what rows are, so that they may be counted: the managers among people."""
    counted: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """The nouns that name the rows of the table with each value: calls are usage records of voice."""
    remade: Mapping[tuple[str, str], Column] = field(default_factory=dict)
    """The columns that are made otherwise where shares of this one are stated, by table and name."""
    eased: Mapping[tuple[str, str], Column] = field(default_factory=dict)
    """Those that are only as long as nothing is stated of them."""


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
_MEDIA = frozenset({"device", "platform"})
_LABELS = ("name", "title")
_KEYS = frozenset({"id", "code"})
_FLAGS = frozenset({"is", "has", "was", "can"})


TOGETHER = "|"
"""Between values that a phrase of a rate means together."""


def values_together(value: str) -> Sequence[str]:
    """The values that phrases of a rate mean: of most phrases it is one, and several are told apart by a bar."""
    return value.split(TOGETHER)


def implied_rates(schema: SchemaConfig, stated: Collection[RateHook]) -> Iterator[RateHook]:
    """The values of columns in their own words, where the file gives them no others."""
    known = {(hook.table, hook.column): hook for hook in stated}
    for table in schema.tables.values():
        for column in table.columns.values():
            hook = known.get((table.name, column.name))
            told = _values(column) if table.foreign_key(column.name) is None else _rows_named(schema, table, column)
            listed = {phrase for said in (hook.phrases.values() if hook else ()) for phrase in said}
            own = {value: tuple(phrase for phrase in said if phrase not in listed) for value, said in told}
            phrases = {value: said for value, said in own.items() if said}
            if phrases and not table.fixed:
                noun = tuple(word for word in split_name(column.name) if word not in _KEYS)
                yield RateHook(table.name, column.name, phrases, noun[-1:], IMPLIED)


def _rows_named(schema: SchemaConfig, table: TableConfig, column: Column) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
    """The rows of a short list that a key points at, in the words that name each: "30% in Electronics"."""
    key, made = table.foreign_key(column.name), column.generator
    parent = schema.tables[key.parent] if key else None
    if made is None or parent is None or not parent.fixed or made.kind != "choice" or not _is_free(made):
        return
    lists = {name: listed for name, one in parent.columns.items() if (listed := _listed(one))}
    labels = [list(lists[name]) for name in (*parent.primary_key, *_LABELS) if name in lists]
    keys = lists.get(parent.primary_key[0]) or range(1, (parent.rows or 0) + 1)
    for at, value in enumerate(keys):
        said = {words.split(str(label[at])) for label in labels}
        if value in made.options["values"] and any(said):
            yield str(value), tuple(sorted(filter(None, said), key=lambda phrase: (-len(phrase), phrase)))


def _listed(column: Column) -> Sequence[object]:
    made = column.generator
    return list(made.options["values"]) if made is not None and made.kind == "listed" else []


def _values(column: Column) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
    made = column.generator
    if made is not None and made.kind == "gender":
        yield from zip(made.options.get("values", GENDERS)[:2], GENDER_WORDS, strict=True)
    if made is None or made.kind not in {"choice", "flag"} or not (_is_free(made) or is_tied(made)):
        return
    if made.kind == "flag":
        name = split_name(column.name)
        yield "true", _ways(name[1:] if name[0] in _FLAGS and len(name) > 1 else name)
        return
    for value in made.options["values"]:
        if isinstance(value, str) and re.fullmatch(r"[^\W\d]+(?:[ _-][^\W\d]+)*", value):
            said = tuple(re.split("[ _-]", value.lower()))
            like = devices_like(said) if _MEDIA & {*split_name(column.name)} else ()
            yield value, tuple(sorted({*_ways(said), *like}, key=lambda phrase: (-len(phrase), phrase)))


def _is_free(made: Generator) -> bool:
    """Whether nothing but the column itself depends on its cases: none is about a state of the row or its parent."""
    conditions = [name for case in made.options.get("cases", ()) for name in case["when"]]
    return not any(name.endswith(_STATES) for name in conditions) and not any(
        "kind" in case or "values" in case for case in made.options.get("cases", ())
    )


def is_tied(made: Generator, *, siblings: bool = False) -> bool:
    """Whether the values of some rows follow from the states of their parents, and of nothing else.

    With `siblings` they may follow from their place among these, too.
    """
    return _follows_parents(made, siblings=siblings) and not _is_free(made)


def is_barred(made: Generator) -> bool:
    """Whether some parents have none of a value that others have: companies do not divorce."""
    usual = made.options.get("weights") or [1] * len(made.options.get("values", ()))
    pairs = [zip(usual, case["weights"], strict=True) for case in made.options.get("cases", ()) if "weights" in case]
    barred = any(Fraction(own) and not Fraction(other) for pair in pairs for own, other in pair)
    return barred and _follows_parents(made, siblings=False)


def _follows_parents(made: Generator, *, siblings: bool) -> bool:
    """Whether a choice has cases, each of them about parents of the row and with weights of its own for its values."""
    cases = made.options.get("cases", ())
    usual = made.options.get("values")
    told = all({"when", "weights"} == set(case) - {"values"} and case.get("values", usual) == usual for case in cases)
    of_parents = all("." in name or (siblings and name[0] == "@") for case in cases for name in case["when"])
    return bool(cases) and made.kind == "choice" and told and of_parents


@cache
def _ways(said: Phrase) -> tuple[Phrase, ...]:
    """Words for a value, and others that stand for them. What has a sex is an animal: no women, and no boys."""
    if said in {GENDER_WORDS[0][0], GENDER_WORDS[1][0]}:
        return (said,)
    return tuple(sorted({said, *states_like(said)}, key=lambda phrase: (-len(phrase), phrase)))
