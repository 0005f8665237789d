"""Tables for nouns, written as a domain file writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any

from pytest_misata.engine.meaning import generator_for
from pytest_misata.schema.config import Column, Generator, TableConfig
from pytest_misata.story.columns import read_type
from pytest_misata.story.domain import COMPOSED
from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.lexicon import Noun, recent, said_of
from pytest_misata.story.english.naming import Words, states_like
from pytest_misata.story.english.words import plural

Data = dict[str, Any]


def table_of(noun: Noun, table: str) -> Data:
    """The table that holds a noun, without the keys to others."""
    columns = {name: finished(table, name, _dated(column, noun.columns)) for name, column in noun.columns.items()}
    born = next((name for name, column in columns.items() if column["kind"] == "moment"), None)
    return {
        **({"born": born} if born else {}),
        "description": f"{COMPOSED}: each row is one {noun.name}",
        "names": _names(noun, table),
        "columns": {"id": {"type": "integer", "kind": "serial"}, **columns},
    }


def is_composed(config: Mapping[str, Any]) -> bool:
    """Whether a table is made of a noun of the story, so that nobody else knows what is in it."""
    return str(config.get("description", "")).startswith(COMPOSED)


def _dated(column: Mapping[str, Any], columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is in a state that does not last came to be of late."""
    states = columns.get("status", {}).get("values", ())
    days = {state: recent()[state] for state in states if state in recent()}
    if column.get("kind") != "moment" or not days:
        return column
    return {**column, "last_days": days, "by": "status"}


def redated(column: Mapping[str, Any], states: Collection[str]) -> Data:
    """A moment, as late as the states ask for that rows can be in."""
    days = {state: recent()[state] for state in states if state in recent()}
    kept = {name: option for name, option in column.items() if name not in {"last_days", "by"}}
    return {**kept, "last_days": days, "by": column["by"]} if days else kept


def _names(noun: Noun, table: str) -> list[str]:
    """The noun, and the plural it was named by where no rule gives that."""
    said = table.replace("_", " ")
    return [noun.name] if plural(noun.words[-1]) == said.split()[-1] else [noun.name, said]


def finished(table: str, name: str, column: Mapping[str, Any]) -> Data:
    """A column with its kind: that stated, or what its name means to the engine."""
    if "kind" in column:
        return dict(column)
    type_ = read_type(column["type"], f"{table}.{name}")
    made = generator_for(TableConfig(table), Column(name, type_))
    return {**column, **written(made)}


def written(made: Generator) -> Data:
    """A generator as domain files write it."""
    return {"kind": made.kind, **made.options}


def there_before(tables: Mapping[str, Any], table: str) -> None:
    """Let the rows of a table be older than all data: with the year in which each opened, and no moment since."""
    config = tables[table]
    if config.get("born") != _CREATED:
        return
    year = finished(table, _OPENED, {"type": "integer", "kind": "year", **_YEARS})
    columns = config["columns"].items()
    config["columns"] = dict((_OPENED, year) if name == _CREATED else (name, made) for name, made in columns)
    del config["born"]


_CREATED, _OPENED = "created_at", "opened_year"
_YEARS = {"low": 1985, "high": 2021}


def key_of(parent: str, parents: Mapping[str, Any], each: Fraction | None) -> Data:
    """A column that points at a parent; with `each` the parent decides how many rows there are."""
    (column,) = parents[parent].get("primary_key", ["id"])
    key: Data = {"references": f"{parent}.{column}", "spread": "skewed"}
    return key | ({"owner": True, "per_parent": str(each)} if each is not None else {})


def parents_of(config: Mapping[str, Any]) -> list[str]:
    """The tables that a table has keys to."""
    return [column["references"].partition(".")[0] for column in config["columns"].values() if "references" in column]


def rates_of(table: str, columns: Mapping[str, Any]) -> Iterator[Data]:
    """The shares that a story may state of a composed table: of every list of values, and every flag."""
    *before, last = table.split("_")
    said = said_of((*before, singular_of(last) or last))
    for name, column in columns.items():
        if name in said and set(said[name]) <= set(column.get("values", ())):
            yield {"column": f"{table}.{name}", "words": said[name]}
        elif column.get("kind") == "flag":
            words = tuple(name.removeprefix("is_").split("_"))
            yield {"column": f"{table}.{name}", "words": {"true": _ways(words)}}
        elif column.get("kind") == "choice" and all(isinstance(value, str) for value in column["values"]):
            told = {value: _ways(tuple(value.replace("-", " ").split("_"))) for value in column["values"]}
            yield {"column": f"{table}.{name}", "noun": name.replace("_", " "), "words": told}


def _ways(words: Words) -> list[str]:
    return [" ".join(words), *(" ".join(other) for other in states_like(words) if len(other) <= 2)]
