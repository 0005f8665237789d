"""Domains: what a company of some trade keeps in its database, one data file of `story/domains` each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar

import tomli

from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Generator, SchemaConfig
from pytest_misata.story.columns import check_keys, nearest, read_remade, read_table
from pytest_misata.story.english import words
from pytest_misata.story.english.naming import same_name, split_name
from pytest_misata.story.lists import keep_listed
from pytest_misata.story.mentions import check_mentions
from pytest_misata.story.paths import bridges, path_up
from pytest_misata.story.rates import Lookup, Phrase, RateHook, implied_rates, is_barred, is_tied, values_together

__all__ = [
    "COMPOSED",
    "Domain",
    "DomainFile",
    "Lookup",
    "Phrase",
    "RateHook",
    "domain_files",
    "domain_of",
    "domains",
    "read_domain",
]

_T = TypeVar("_T")
COMPOSED = "Composed from the story"
"""How the description of a table begins that no domain file has."""
_KEYS = tuple("name title example main words otherwise usual sources history_days premises tables rates".split())
_REQUIRED = ("name", "title", "example", "main", "words", "tables")
_RATE_KEYS = ("column", "noun", "words", "sorts", "remade", "eased")


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain as read from its file. `names` has the phrases, in the singular, that name each table in a story."""

    name: str
    title: str
    example: str
    phrases: tuple[Phrase, ...]
    names: Mapping[str, tuple[Phrase, ...]]
    rates: tuple[RateHook, ...]
    usual: bool
    """Taken where a story names no domain and several have a place for all it says."""
    _schema: SchemaConfig = field(repr=False)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the domain was read from."""
    composed: bool = False
    """Made from the words of one story, of which no domain file knows the trade."""
    described: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    """What runs of a story's tokens name, by the first one: the token after, and what the words became."""
    open_: frozenset[str] = frozenset()
    """Tables of which it is not settled yet what they belong to: it may be anything."""
    _found: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was worked out of it once: `_once`."""

    @property
    def main(self) -> str:
        """The table that a story is about, which `rows` sizes."""
        return str(self._schema.main)

    @property
    def history_days(self) -> int:
        """The days that the data reaches back."""
        return self._schema.history_days

    @property
    def subject(self) -> str:
        """What the words that name the domain become, for a person to read."""
        if self.composed:
            return f"no domain of {self.title}: tables are composed from the story"
        return f"the {self.title} domain"

    @property
    def scope(self) -> str:
        """Where the tables and rates are, for the end of "no table of ..."."""
        return "the story" if self.composed else self.subject

    def related(self, child: str, parent: str) -> bool:
        """Whether rows of `child` belong to rows of `parent`, directly or through the tables that own them."""
        if child != parent and self.open_ & {child, parent}:
            return True
        table = self._schema.tables[child]
        if child == parent or any(key.parent == parent for key in table.foreign_keys):
            return child != parent
        above = table.owner is not None and self.related(table.owner.parent, parent)
        return above or bool(bridges(self._schema, child, parent))

    def is_class_of(self, child: str, parent: str) -> bool:
        """Whether rows of `child` are rows of `parent`, with more to them: bugs are issues."""
        return any(key.inherits and key.parent == parent for key in self._schema.tables[child].foreign_keys)

    def made_up(self, table: str) -> bool:
        """Whether a table is made of a noun of the story, so that nobody else knows what is in it."""
        return str(self.data["tables"][table].get("description", "")).startswith(COMPOSED) if self.data else False

    def has_column(self, said: Phrase) -> bool:
        """Whether words are the name of a column of some table."""
        tables = self._schema.tables.values()
        return any(same_name(said, split_name(name)) for table in tables for name in table.columns)

    def owner_of(self, child: str) -> str | None:
        """The table whose rows decide how many rows a table has."""
        owner = self._schema.tables[child].owner
        return owner.parent if owner and owner.parent != child else None

    def joins(self, one: str, other: str) -> bool:
        """Whether a third table joins rows of two tables."""
        return bool(bridges(self._schema, one, other))

    def sort_of(self, table: str, said: Phrase) -> tuple[RateHook, str] | None:
        """The value of a column that rows of a table have which are called so: calls are usage records of voice."""
        for hook in self.rates if said else ():
            for value, names in hook.counted.items() if hook.table == table else ():
                if any(words.length_of_match(said, name) == len(said) for name in names):
                    return hook, value
        return None

    def meet(self, one: str, other: str) -> bool:
        """Whether rows of some table lead up to both of two tables, through whatever keys."""
        return any(self._leads(name, one) and self._leads(name, other) for name in self._schema.tables)

    def _leads(self, low: str, high: str) -> bool:
        return low == high or bool(path_up(self._schema, low, high))

    def is_list(self, table: str) -> bool:
        """Whether the rows of a table are those that the domain lists."""
        return self._schema.tables[table].fixed

    def last_words(self) -> frozenset[str]:
        """The last words of what names tables, in the singular."""
        return self._once("last", lambda: frozenset(name[-1] for names in self.names.values() for name in names))

    def nouns(self) -> frozenset[str]:
        """The same, in either number."""
        last = self.last_words()
        return self._once("nouns", lambda: frozenset(last | {words.plural(word) for word in last}))

    def names_beginning(self, word: str) -> Sequence[tuple[str, Phrase]]:
        """The names of tables that begin with a word, a name of a single word in either number, each with its table."""
        return self._once("first", self._by_first_word).get(word, ())

    def _by_first_word(self) -> dict[str, list[tuple[str, Phrase]]]:
        found: dict[str, list[tuple[str, Phrase]]] = {}
        for table, names in self.names.items():
            for name in names:
                for word in words.first_words([name]):
                    found.setdefault(word, []).append((table, name))
        return found

    def last_read(self, tokens: Sequence[Any], read: Callable[[], _T]) -> _T:
        """What `read` makes of a story's tokens; what it made of them, where no other story was read in between."""
        known = self._found.get("read")
        if known is None or known[0] is not tokens:
            known = self._found["read"] = tokens, read()
        found: _T = known[1]
        return found

    def _once(self, what: str, make: Callable[[], _T]) -> _T:
        if what not in self._found:
            self._found[what] = make()
        found: _T = self._found[what]
        return found

    def generator(self, hook: RateHook) -> Generator | None:
        """How the domain makes the column of one of its rates."""
        place = hook.table, hook.column
        return hook.remade.get(place, self._schema.tables[hook.table].columns[hook.column]).generator

    def schema(self) -> SchemaConfig:
        """The schema of the domain, a copy of its own for each caller."""
        return keep_listed(self.whole_schema())

    def usual_schema(self) -> SchemaConfig:
        """The same, made once: to be looked at, and not to be changed."""
        return self._once("usual", self.schema)

    def whole_schema(self) -> SchemaConfig:
        """The schema, in which what refers to a list may refer to all of it, and not just to its usual rows."""
        return deepcopy(self._schema)


@dataclass(frozen=True, slots=True)
class DomainFile:
    """A domain as far as the head of its file tells it: what a story names it by. Most stories need no more of most."""

    file: str
    text: str = field(repr=False)
    title: str
    example: str
    phrases: tuple[Phrase, ...]
    otherwise: frozenset[str] = frozenset()
    """Words before its name that tell another trade: a dance school is no school."""
    begins: frozenset[str] = frozenset()
    """The words that its names begin with."""

    @property
    def domain(self) -> Domain:
        """The whole of it, read once."""
        return _read(self.text, self.file)


@lru_cache(maxsize=1)
def domain_files() -> tuple[DomainFile, ...]:
    """The file of every domain there is, by name."""
    folder = files("pytest_misata.story").joinpath("domains")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(_head(file.read_text("utf-8"), file.name) for file in found)


def domains() -> tuple[Domain, ...]:
    """Every domain there is, by name."""
    return tuple(found.domain for found in domain_files())


def _head(text: str, file: str) -> DomainFile:
    """What stands before the first table of a file."""
    data = tomli.loads(text[: text.index("\n[")])
    phrases = _phrases(data["words"])
    otherwise = frozenset(data.get("otherwise", ()))
    return DomainFile(file, text, data["title"], data["example"], phrases, otherwise, words.first_words(phrases))


@lru_cache(maxsize=256)
def _read(text: str, file: str) -> Domain:
    return read_domain(text, file)


def read_domain(text: str, file: str) -> Domain:
    """The domain that the text of a TOML file describes.

    Raises SchemaError, naming the file and the place in it, where anything in it is not known or not there.
    """
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise SchemaError(f"{file}: {error}") from None
    check_keys(data, _KEYS, file, required=_REQUIRED)
    return domain_of(data, file)


def domain_of(data: Mapping[str, Any], file: str) -> Domain:
    """The domain of the data of a file, or of data like it; without tables it is one to begin with."""
    schema = _schema(data, file)
    rates = [_rate(schema, rate, data["tables"], file) for rate in data.get("rates", ())]
    check_mentions(schema, file)
    return Domain(
        name=data["name"],
        title=data["title"],
        example=data["example"],
        usual=bool(data.get("usual", False)),
        phrases=_phrases(data["words"]),
        names={table: _table_names(table, config, rates) for table, config in data["tables"].items()},
        rates=(*rates, *implied_rates(schema, rates)),
        _schema=schema,
        data=data,
    )


def _schema(data: Mapping[str, Any], file: str) -> SchemaConfig:
    tables = {name: read_table(name, config, data["tables"], file) for name, config in data["tables"].items()}
    if tables and data["main"] not in tables:
        raise SchemaError(f"{file}: main: no table {data['main']!r}; {nearest(data['main'], tables)}")
    schema = SchemaConfig(tables=tables, main=data.get("main"), name=data["name"])
    schema.history_days = data.get("history_days", schema.history_days)
    schema.holders = tuple(data.get("holders", ()))
    check_keys(data.get("premises", {}), ("tables", "names"), f"{file}: premises")
    for name in data.get("premises", {}).get("tables", ()):
        if name not in tables:
            raise SchemaError(f"{file}: premises: no table {name!r}; {nearest(name, tables)}")
    return schema


def _phrases(texts: Collection[str]) -> tuple[Phrase, ...]:
    """Longest first, so that "online store" is found before "store"."""
    return tuple(sorted((words.split(text) for text in texts), key=len, reverse=True))


def _table_names(table: str, config: Mapping[str, Any], rates: Collection[RateHook]) -> tuple[Phrase, ...]:
    """The names a table is given, those of sorts of its rows, and its own where none of them is it in the singular."""
    of_sorts = [said for hook in rates if hook.table == table for said in hook.counted.values()]
    sorts = [" ".join(phrase) for said in of_sorts for phrase in said]
    names, own = _phrases([*config.get("names", ()), *sorts]), words.split(table.replace("_", " "))
    return names if any(words.length_of_match(own, name) == len(own) for name in names) else (*names, own)


def _rate(schema: SchemaConfig, data: Mapping[str, Any], tables: Mapping[str, Any], file: str) -> RateHook:
    check_keys(data, _RATE_KEYS, f"{file}: rates", required=("column",))
    table, _, column = data["column"].partition(".")
    where = f"{file}: rates: {data['column']}"
    if table not in schema.tables or column not in schema.tables[table].columns:
        raise SchemaError(f"{where}: no such column; {nearest(data['column'], _columns(schema))}")
    said, sorts = data.get("words", {}), data.get("sorts", {})
    remade = read_remade(data.get("remade", {}), tables, file)
    eased = read_remade(data.get("eased", {}), tables, file)
    made = remade.get((table, column), schema.tables[table].columns[column]).generator
    _check_values(made, {**said, **sorts}, where, own=bool(remade))
    _check_said_once([*said.items(), *sorts.items()], where)
    phrases = {value: _phrases([*said.get(value, ()), *sorts.get(value, ())]) for value in {**said, **sorts}}
    counted = {value: _phrases(texts) for value, texts in sorts.items()}
    noun = words.split(data.get("noun", ""))
    return RateHook(table, column, phrases, noun, generator=made, counted=counted, remade=remade, eased=eased)


def _check_said_once(said: Collection[tuple[str, Collection[str]]], where: str) -> None:
    """A phrase that means several values is one of all of them together."""
    means: dict[str, str] = {}
    for value, texts in said:
        for text in texts:
            other = means.setdefault(text, value)
            if other != value:
                raise SchemaError(f'{where}: {text!r} means {other!r} and {value!r}; list it for "{other}|{value}"')


def _check_values(generator: Generator | None, values: Collection[str], where: str, *, own: bool) -> None:
    """A stated share can be put into a `choice` without cases, or a `flag`.

    Of those that are made for this (`own`), some rows may follow from their parents, or their place among siblings.
    """
    told = generator is not None and (
        not generator.options.get("cases") or (own and (is_tied(generator, siblings=True) or is_barred(generator)))
    )
    if generator is None or generator.kind not in {"choice", "flag"} or not told:
        raise SchemaError(f"{where}: a rate needs a column of kind 'choice' without cases, or 'flag'")
    known = ["true"] if generator.kind == "flag" else [str(value) for value in generator.options["values"]]
    for value in (one for together in values for one in values_together(together)):
        if value not in known:
            raise SchemaError(f"{where}: no value {value!r}; {nearest(value, known)}")


def _columns(schema: SchemaConfig) -> list[str]:
    return [f"{table}.{column}" for table, config in schema.tables.items() for column in config.columns]
