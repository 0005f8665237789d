"""Tables that are lists of a domain file, of which a story wants so many rows: coins, plans, routes.

A file may list more rows than there usually are. What refers to rows that are not there refers to others of its list.
Where a list goes on by rules of its own, there may be more rows than are listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pytest_misata.schema.config import Generator, SchemaConfig, TableConfig
from pytest_misata.story.further import further_values, most_further


def rows_of_list(schema: SchemaConfig, table: TableConfig) -> range:
    """How many rows there may be of a list; where another list refers to it, no fewer than there usually are."""
    first = table.rows or _length(table) if _is_in_a_list(schema, table) else 1
    return range(first, _length(table) + most_further(table) + 1)


_PICKING = frozenset({"choice", "there_and_back"})
"""Kinds of a foreign key that pick their rows from a list."""

Spoken = Mapping[tuple[str, str], Collection[str]]
"""The values of columns that a story states shares of."""


def keep_listed(schema: SchemaConfig, spoken: Spoken | None = None) -> SchemaConfig:
    """The schema itself, in which every list has as many rows as its table, and all that refers to it does so."""
    for table in schema.tables.values():
        if table.fixed and table.rows is not None and table.rows < _length(table):
            _keep(schema, table, table.rows, spoken or {})
        elif table.fixed and table.rows is not None and table.rows > _length(table):
            _lengthen(schema, table, table.rows - _length(table))
    return schema


def _lengthen(schema: SchemaConfig, table: TableConfig, rows: int) -> None:
    """Have so many rows beyond those listed, which are referred to as often as the last that is."""
    length, last = _length(table), _keys(table)[-1]
    for name in table.further:
        made = table.columns[name].generator
        listed = list(made.options["values"]) if made is not None else []
        table.columns[name].generator = Generator("listed", {"values": [*listed, *further_values(table, name, rows)]})
    for _, made in referring(schema, table):
        for one in _ways_to_pick(made):
            if again := [weight for value, weight in _weighed(one) if value == last]:
                weights = [weight for _, weight in _weighed(one)]
                one["values"] = [*one["values"], *_keys(table)[length:]]
                one["weights"] = [*weights, *again * rows]


def _keep(schema: SchemaConfig, table: TableConfig, rows: int, spoken: Spoken) -> None:
    keys = _keys(table)
    kept = [keys[at] for at in _chosen(schema, table, keys, rows, spoken)]
    for column in table.columns.values():
        if column.generator is not None and column.generator.kind == "listed":
            values = column.generator.options["values"]
            column.generator = Generator("listed", {"values": [values[keys.index(key)] for key in kept]})
    for _, made in referring(schema, table):
        for one in _ways_to_pick(made):
            if "values" in one:
                one.update(_within(one, kept, made.options.get("values", ())))
            if "there" in one:
                one.update(_ways(one, kept))


def _chosen(schema: SchemaConfig, table: TableConfig, keys: Sequence[Any], rows: int, spoken: Spoken) -> list[int]:
    """Which rows of a list are kept: the first, but of those with names of their own first what is spoken of.

    Then one for each list of rows that something may refer to: a tram goes on some route.
    """
    if _is_numbered(table) or _is_in_a_list(schema, table):
        return list(range(rows))
    wanted: dict[Any, None] = {}
    for place, _ in referring(schema, table):
        wanted |= dict.fromkeys(key for key in keys if str(key) in spoken.get(place, ()))
    for _, made in referring(schema, table):
        for one in _ways_to_pick(made):
            values = [value for value, weight in _weighed(one) if Fraction(weight)]
            wanted |= dict.fromkeys(values[:1] if not any(value in wanted for value in values) else ())
    first = [keys.index(key) for key in wanted if key in keys]
    return sorted(list(dict.fromkeys([*first, *range(len(keys))]))[:rows])


def _within(options: Mapping[str, Any], kept: Sequence[Any], usual: Collection[Any]) -> dict[str, Any]:
    """The values of a list that are kept, with their weights; where it has none of these, the usual ones or all."""
    found = [(value, weight) for value, weight in _weighed(options) if value in kept]
    if not any(Fraction(weight) for _, weight in found):
        found = [(key, 1) for key in kept if key in usual] or [(key, 1) for key in kept]
    within = {"values": [value for value, _ in found]}
    return within | ({"weights": [weight for _, weight in found]} if "weights" in options else {})


def _weighed(options: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """The values of a list, each with its weight."""
    if "values" not in options:
        return []
    values = list(options["values"])
    return list(zip(values, options.get("weights") or [1] * len(values), strict=True))


def _ways(options: Mapping[str, Any], kept: Sequence[Any]) -> dict[str, Any]:
    """The ways there and back of which both are kept; where none is, two that are, or the only one."""
    ways = zip(options["there"], options["back"], options["weights"], strict=True)
    found = [way for way in ways if {*way[:2]} <= {*kept}] or [(kept[0], kept[min(1, len(kept) - 1)], 1)]
    return {name: [way[at] for way in found] for at, name in enumerate(("there", "back", "weights"))}


def referring(schema: SchemaConfig, table: TableConfig) -> Iterator[tuple[tuple[str, str], Generator]]:
    """The columns that refer to a table, and how they pick its rows, where they pick them from lists."""
    for other in schema.tables.values():
        for key in other.foreign_keys:
            made = other.columns[key.columns[0]].generator
            if key.parent == table.key and made is not None and made.kind in _PICKING:
                yield (other.key, key.columns[0]), made


def _ways_to_pick(made: Generator) -> list[dict[str, Any]]:
    """The options that a column picks the rows of a list by, and those of its cases, with values of their own each."""
    usual: Any = made.options
    for case in usual.get("cases", ()):
        if "weights" in case and "values" in usual and "values" not in case:
            case["values"] = list(usual["values"])
    return [usual, *usual.get("cases", ())]


def _is_in_a_list(schema: SchemaConfig, table: TableConfig) -> bool:
    """Whether rows of another list, or of a mapping, refer to each of a table's."""
    made = [
        other.columns[key.columns[0]].generator
        for other in schema.tables.values()
        for key in other.foreign_keys
        if key.parent == table.key
    ]
    return any(one is not None and one.kind in {"listed", "map"} for one in made)


def _keys(table: TableConfig) -> list[Any]:
    made = table.columns[table.primary_key[0]].generator
    return list(made.options["values"]) if made and made.kind == "listed" else list(range(1, _length(table) + 1))


def _is_numbered(table: TableConfig) -> bool:
    made = table.columns[table.primary_key[0]].generator
    return made is None or made.kind != "listed"


def _length(table: TableConfig) -> int:
    lists = [column.generator for column in table.columns.values() if column.generator is not None]
    return next((len(made.options["values"]) for made in lists if made.kind == "listed"), table.rows or 0)
