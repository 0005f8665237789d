"""Nouns that one table is called by, and that a story counts beside each other: "50 devices with 4 sensors each"."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from pytest_misata.story.composing.breakdowns import parted
from pytest_misata.story.domain import Domain, domain_of
from pytest_misata.story.english.naming import Words, singular, synonyms
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.grammar.nouns import Nouns

_FILE = "the tables that a story tells apart"


class Counted(Nouns):
    """Finds the nouns that a story counts, each with the table that it names."""

    def find(self) -> Iterator[tuple[str, Words, int, bool]]:
        """The table and the noun of every number that counts rows; how many, and whether it is a noun for a sort."""
        parts = parted(self.tokens)
        for at in range(len(self.tokens)):
            counted = self._counted_noun(at)
            if counted is None or counted[0].article or parts & {at, at + 1}:
                continue
            size = self._size(counted[2], counted[1])
            if size:
                *before, last = [word for word in self._said(counted[2] - size, counted[2]) if word != "-"]
                sort = self.sort_at(counted[2] - size)
                yield counted[1], (*before, singular(last)), int(counted[0].value), sort is not None

    def _size(self, end: int, table: str) -> int:
        """How many tokens before a place name a table."""
        spans = (size for size in range(4, 0, -1) if size <= end)
        return next((size for size in spans if self._table(end - size) == (table, size)), 0)


def told_apart(tokens: list[Token], domain: Domain) -> Domain:
    """The domain in which of several nouns that a story counts only one is the table's: its own name, or the first."""
    nouns: dict[str, list[Words]] = {}
    found = list(Counted(tokens, domain).find())
    for table, noun, rows, of_sort in found:
        wholes = [many for other, _, many, part in found if other == table and not part]
        if of_sort and rows <= max(wholes, default=rows):
            # Trams beside buses are vehicles as these are, and trams beside more vehicles are some of them.
            continue
        if noun not in nouns.setdefault(table, []):
            nouns[table].append(noun)
    others = {table: _others(table, said) for table, said in nouns.items() if len(said) > 1}
    if not any(others.values()):
        return domain
    data = deepcopy(dict(domain.data))
    for table, said in others.items():
        config = data["tables"][table]
        config["names"] = [name for name in config.get("names", ()) if _words(name) not in said]
    for rate in data.get("rates", ()):
        said = others.get(rate["column"].partition(".")[0], [])
        rate["sorts"] = {value: _without(names, said) for value, names in rate.get("sorts", {}).items()}
    return replace(domain_of(data, _FILE), composed=domain.composed, described=domain.described)


def _without(names: list[str], said: list[Words]) -> list[str]:
    return [name for name in names if _words(name) not in said]


def _others(table: str, said: list[Words]) -> list[Words]:
    own = _words(table.replace("_", " "))
    kept = next((noun for noun in said if noun == own), said[0])
    return [noun for noun in said if noun != kept and not _is_same(noun, kept)]


def _is_same(noun: Words, kept: Words) -> bool:
    """Whether one noun is the other, said shorter ("100 support tickets", "10 tickets"), or a word for it anywhere."""
    return noun in synonyms(kept) or noun[-len(kept) :] == kept or kept[-len(noun) :] == noun


def _words(name: str) -> Words:
    *before, last = name.replace("-", " ").split()
    return (*before, singular(last))
