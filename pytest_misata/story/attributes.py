"""Which columns of a schema a share may be about, and which values of them: the rates that any schema has."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.meanings.rows import is_personal
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.listed import is_checked, listed_values
from pytest_misata.schema.sql.checks import read_checks
from pytest_misata.schema.sql.predicates import columns
from pytest_misata.schema.uniqueness import unique_keys
from pytest_misata.story.domain import Lookup, domains
from pytest_misata.story.english.naming import Words, same_name, split_name, stem, without

_ASKING = frozenset("is was were are has have had did does can should flag ind bool yn".split())
"""Parts of a boolean column's name that say nothing of what it tells."""
_WHEN = frozenset("at on date time timestamp ts datetime utc when".split())
_IDENTIFYING = frozenset("id name code key slug label value type fk ref title current uuid".split())
_YES = frozenset({"y", "yes", "t", "true", "1"})
_NO = frozenset({"n", "no", "f", "false", "0"})
_CONTRARY = ("un", "in", "dis", "non")
_LABELS = ("name", "code", "slug", "key", "title", "label")

WHOLE, PART, SYNONYM, USUAL, ELSEWHERE = range(5)
"""How a phrase fits: it is the value, a part of it, another word for it, or what such a column usually holds, in a
table of that name or in others."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column and the values of it that a story may speak of, each in words."""

    table: str
    column: str
    values: tuple[tuple[str, Words, int], ...]
    """Value, words, and how well they tell it."""
    generator: Generator | None = None
    noun: Words = ()
    """What the column tells, in words: "plan"."""
    lookup: Lookup | None = None
    length: int | None = None
    """How long a value may be."""
    sorts: bool = False
    """Whether the values are what rows are: the classes that share a table."""


def attributes(schema: SchemaConfig) -> Iterator[Attribute]:
    """Every column of a schema that a share may be about; a column may have several lists of values."""
    for table in schema.tables.values():
        alone = {unique[0] for unique in unique_keys(table) if len(unique) == 1}
        for column in table.columns.values():
            if not (column.generated or column.identity or column.name in alone or column.name in table.primary_key):
                yield from _of_column(schema, table, column)


def _of_column(schema: SchemaConfig, table: TableConfig, column: Column) -> Iterator[Attribute]:
    made, found = column.generator, None
    if table.foreign_key(column.name) is not None:
        found = _of_lookup(schema, table, column)
    elif made is not None and made.kind == "variant":
        found = _of_classes(table, column)
    elif made is not None and (made.kind not in {"choice", "flag"} or made.options.get("cases")):
        return
    elif column.type.kind == "boolean":
        found = _flag(table, column)
    elif column.type.kind in {"date", "datetime"}:
        found = _presence(schema, table, column)
    elif values := listed_values(schema, table, column):
        found = _choice(table, column, values)
    elif _is_free_text(column):
        yield from _free_text(table, column)
    if found is not None:
        yield found


def noun_of(name: str) -> Words:
    """What a column tells, in words, without what says that it is an identifier."""
    return without(split_name(name), _IDENTIFYING)


# --- one kind of column each ---


def _flag(table: TableConfig, column: Column) -> Attribute:
    values = _told(without(split_name(column.name), _ASKING), "true", "false")
    generator = column.generator or Generator("flag", {"rate": "1/2"})
    return Attribute(table.key, column.name, tuple(values), generator)


def _presence(schema: SchemaConfig, table: TableConfig, column: Column) -> Attribute | None:
    """A moment that is there in the rows something happened to, as `deleted_at` is."""
    words = split_name(column.name)
    told = without(words, _WHEN)
    if not column.nullable or words[-1:] == told[-1:] or column.generator is not None:
        return None
    if _is_checked_with_others(schema, table, column):
        return None
    made = generator_for(table, column)
    if made.kind == "moment" and table.born and "after" not in made.options:
        made = Generator("moment", {**made.options, "after": [table.born]})
    return Attribute(table.key, column.name, tuple(_told(told, "true", "false")), made)


def _is_checked_with_others(schema: SchemaConfig, table: TableConfig, column: Column) -> bool:
    """Whether a CHECK ties the column to another than the row's first moment, which then decides where it is NULL."""
    if not is_checked(table, column):
        return False
    mentioned = (set(columns(reading.predicate)) for reading in read_checks(table, schema.dialect))
    return any(column.name in names and names - {column.name, table.born} for names in mentioned)


def _told(words: Words, yes: str, no: str) -> Iterator[tuple[str, Words, int]]:
    yield yes, words, WHOLE
    for size in range(1, len(words)):
        yield yes, words[size:], PART
    yield no, ("not", *words), WHOLE
    yield from ((no, (*words[:-1], lead + words[-1]), WHOLE) for lead in _CONTRARY)
    if words[-1].startswith(_CONTRARY):
        yield from ((no, (*words[:-1], words[-1].removeprefix(lead)), WHOLE) for lead in _CONTRARY)


def _choice(table: TableConfig, column: Column, values: Sequence[Any]) -> Attribute:
    generator = column.generator or Generator("choice", {"values": list(values)})
    told = _yes_and_no(column, values) or _by_name(values)
    return Attribute(table.key, column.name, tuple(told), generator, noun_of(column.name))


def _of_classes(table: TableConfig, column: Column) -> Attribute | None:
    """The classes that share a table; none where some have tables of their own, which are counted."""
    if any(variant.tables for variant in table.variants):
        return None
    values = [variant.value for variant in table.variants]
    told = [*_by_name(values), *((str(one.value), split_name(one.name), SYNONYM) for one in table.variants)]
    generator = Generator("choice", {"values": values})
    return Attribute(table.key, column.name, tuple(told), generator, noun_of(column.name), sorts=True)


def _yes_and_no(column: Column, values: Sequence[Any]) -> list[tuple[str, Words, int]]:
    """Two values that stand for true and false; none where they are something else."""
    yes = [str(value) for value in values if str(value).lower() in _YES]
    no = [str(value) for value in values if str(value).lower() in _NO]
    if len(values) != 2 or len(yes) != 1 or len(no) != 1:
        return []
    return list(_told(without(split_name(column.name), _ASKING), yes[0], no[0]))


def _by_name(values: Sequence[Any]) -> list[tuple[str, Words, int]]:
    """Each value by its words, and by a part of them that no other value has."""
    texts = [str(value) for value in values]
    # A value with a digit would be confused with another: a story's numbers are no words.
    words = {text: split_name(text.rpartition(".")[2]) for text in texts if not re.search(r"\d", text)}
    whole = [(value, said, WHOLE) for value, said in words.items() if said]
    parts: dict[Words, set[str]] = defaultdict(set)
    for value, said in words.items():
        for size in range(1, len(said)):
            parts[said[size:]].add(value)
            parts[said[:size]].add(value)
    return [*whole, *((value, said, PART) for said, found in parts.items() if len(found) == 1 for value in found)]


def _is_free_text(column: Column) -> bool:
    plain = column.type.kind in {"string", "text"} and column.generator is None
    return plain and not column.bound and not column.type.values


def _free_text(table: TableConfig, column: Column) -> Iterator[Attribute]:
    """A text without a list of values: those it has by its meaning, or a column of its name in the domains."""
    noun, meant = noun_of(column.name), _meant(table, column)
    lists = [(USUAL, meant)] if meant is not None else _usual(table, column, noun)
    if not lists:
        yield Attribute(table.key, column.name, (), None, noun, length=column.type.length)
    for rank, generator in lists:
        told = tuple((value, said, rank) for value, said, _ in _by_name(generator.options["values"]))
        yield Attribute(table.key, column.name, told, generator, noun, length=column.type.length)


def _meant(table: TableConfig, column: Column) -> Generator | None:
    """The values that the engine gives the column by its meaning, where it picks from a list."""
    meant = generator_for(table, column)
    listed = meant.kind == "choice" and not meant.options.get("distinct") and not meant.options.get("cases")
    return meant if listed else None


def _usual(table: TableConfig, column: Column, noun: Words) -> list[tuple[int, Generator]]:
    """The lists of the domains' columns of that name, those of a table of that name first."""
    found = []
    own = split_name(table.name)[-1:]
    for domain in domains():
        for hook in domain.rates:
            made = domain.generator(hook)
            if made is None or hook.rank or made.kind != "choice" or not same_name(noun, split_name(hook.column)):
                continue
            if max(len(value) for value in made.options["values"]) <= (column.type.length or 255):
                kept = {name: made.options[name] for name in ("values", "weights") if name in made.options}
                alike = any(same_name(own, name) for name in domain.names[hook.table])
                found.append((USUAL if alike else ELSEWHERE, Generator("choice", kept)))
    return sorted(found, key=lambda pair: pair[0])


def _of_lookup(schema: SchemaConfig, table: TableConfig, column: Column) -> Attribute | None:
    """A key to a short table whose rows have names: the plan of a user is one of `plans`."""
    key = table.foreign_key(column.name)
    if key is None or len(key.columns) > 1 or key.parent == table.key or column.generator is not None:
        return None
    parent = schema.tables[key.parent]
    label = _label(parent)
    if label is None or parent.foreign_keys or key.parent_columns != parent.primary_key:
        return None
    if label not in key.parent_columns and parent.columns[key.parent_columns[0]].type.kind != "integer":
        return None
    noun, values = noun_of(column.name), listed_values(schema, parent, parent.columns[label])
    usual = [] if values else _usual(table, parent.columns[label], noun)
    told = _by_name(values) if values else _by_name(usual[0][1].options["values"]) if usual else []
    told = told if values else [(value, said, USUAL) for value, said, _ in told]
    made = usual[0][1] if usual else Generator("choice", {"values": list(values)})
    return Attribute(
        table.key, column.name, tuple(told), made, noun, Lookup(parent.key, label), parent.columns[label].type.length
    )


def _label(table: TableConfig) -> str | None:
    """The column that names the rows of a short table. One of people is none: their names are no list to pick from."""
    texts = [name for name, column in table.columns.items() if column.type.kind in {"string", "text", "enum"}]
    texts = [name for name in texts if table.columns[name].generator is None]
    if any(is_personal(generator_for(table, table.columns[name]).kind) for name in texts):
        return None
    ranked = sorted((_LABELS.index(last), name) for name in texts if (last := split_name(name)[-1]) in _LABELS)
    return ranked[0][1] if ranked else next((name for name in texts if name in table.primary_key), None)


# --- by the words of a story ---


class Index:
    """Attributes by the words that tell a value of them."""

    def __init__(self, found: Collection[Attribute]) -> None:
        self._by_words: dict[tuple[str, ...], list[tuple[Attribute, str, int]]] = defaultdict(list)
        for attribute in found:
            for value, words, rank in attribute.values:
                self._by_words[_key(words)].append((attribute, value, rank))

    def find(self, said: Words) -> list[tuple[Attribute, str, int]]:
        """The values that words tell, with how well."""
        return self._by_words.get(_key(said), [])


def _key(words: Words) -> tuple[str, ...]:
    return tuple(sorted(map(stem, words)))
