"""Rows of a list beyond those that its file lists, where they can be told from these: bus routes, ledger accounts.

A file says of each column how it goes on: with numbers that are not taken, with words put together that do not stand on
the list yet, or with some values in turn. What refers to the last row of the list refers to those beyond it as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from math import gcd, prod
from string import Formatter
from typing import Any

from pytest_misata.schema.config import TableConfig


def most_further(table: TableConfig) -> int:
    """How many rows a list may have beyond those listed."""
    lengths = [len(list(_made(table, name))) for name, way in table.further.items() if "values" not in way]
    return min(lengths, default=0)


def further_values(table: TableConfig, name: str, rows: int) -> list[Any]:
    """The values of a column in the first `rows` rows beyond those listed."""
    way = table.further[name]
    return list(islice(cycle(way["values"]) if "values" in way else _made(table, name), rows))


def _made(table: TableConfig, name: str) -> Iterator[Any]:
    """The values that numbers or words make, less those that are listed."""
    made, way = table.columns[name].generator, table.further[name]
    listed = set(made.options["values"]) if made is not None else set()
    values = _numbered(way) if "numbers" in way else _worded(way["template"], way["words"])
    return (value for value in values if value not in listed)


def _numbered(way: Mapping[str, Any]) -> Iterator[str]:
    return (way["numbers"].format(number) for number in range(way["from"], way["to"] + 1, way.get("step", 1)))


def _worded(template: str, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every two of a list of words once, in whichever order: a line from the harbour to the mill goes back as well."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    sizes = [len(words[name]) for name in names]
    whole, seen = prod(sizes), set[frozenset[str]]()
    for at in range(whole):
        chosen = _chosen(at * _stride(whole) % whole, [words[name] for name in names])
        if len(set(chosen)) == len(chosen) and frozenset(chosen) not in seen:
            seen.add(frozenset(chosen))
            yield template.format(**dict(zip(names, chosen, strict=True)))


def _chosen(number: int, lists: Sequence[Sequence[str]]) -> list[str]:
    """One word of each list: the digits of a number of mixed radix."""
    chosen = []
    for words in lists:
        number, at = divmod(number, len(words))
        chosen.append(words[at])
    return chosen


def _stride(whole: int) -> int:
    """A step that comes to every number below `whole` once, and not to neighbours one after another."""
    return next((step for step in range(whole * 5 // 8, whole) if gcd(step, whole) == 1), 1)
