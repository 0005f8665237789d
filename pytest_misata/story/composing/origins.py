"""Where rows come from that no country of the data is: "40% from Syria" asks for a column of countries of origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from pytest_misata.engine.people.countries import codes
from pytest_misata.story.domain import Domain
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.facts import Where
from pytest_misata.story.grammar.areas import nationality_at, words_of_country
from pytest_misata.story.grammar.facts import Reader
from pytest_misata.story.grammar.shares import ELSEWHERE, ORIGIN

_USUAL = ("India", "Brazil", "Turkey", "Poland", "Nigeria", "Mexico")
_OTHERS = 3


class Origins(Reader):
    """Finds shares of rows that come from countries of which there are no places."""

    def find(self) -> dict[str, list[str]]:
        """The codes of the countries that shares of the rows of each table come from, where one is such a country."""
        found: dict[str, list[str]] = {}
        for table, code in (*self._located_there(), *self._called_so()):
            if code not in found.setdefault(table, []):
                found[table].append(code)
        known = set(codes())
        return {table: said for table, said in found.items() if not known.issuperset(said)}

    def _located_there(self) -> Iterator[tuple[str, str]]:
        for fact in self.read():
            told = isinstance(fact, Where) and not fact.role and (fact.share is not None or fact.rows is not None)
            if told and isinstance(fact, Where) and fact.table and len(fact.country) == len("XX"):
                yield fact.table, fact.country

    def _called_so(self) -> Iterator[tuple[str, str]]:
        """40% Syrian; 20% of them are Afghan."""
        for at in range(len(self.tokens)):
            self._mentioned = self._topics(at)
            portion = None if self.taken[at] else self.portion(at)
            start = portion.end + (self._text(portion.end) in {"are", "is", "were"}) if portion else at
            code = nationality_at(self._said(start, start + 3)) if portion else None
            table = (portion.table if portion else None) or self._last_mentioned()
            if code and table:
                yield table, code


def origins(tokens: list[Token], domain: Domain) -> dict[str, Any] | None:
    """The data of a domain with a column of countries of origin, where the story asks for one."""
    found = Origins(tokens, domain).find()
    if not found:
        return None
    data = deepcopy(dict(domain.data))
    rates = list(data.get("rates", ()))
    for table, said in found.items():
        names = {code: words_of_country(code) for code in said}
        values = {words[0].title(): list(words) for words in names.values()}
        others = [name for name in _USUAL if name not in values][:_OTHERS]
        column = {"type": "string(60)", "kind": "choice", "values": [*values, *others]}
        data["tables"][table]["columns"][ORIGIN] = column
        rates.append({"column": f"{table}.{ORIGIN}", "words": {**values, "|".join(others): _elsewhere()}})
    return {**data, "rates": rates}


def _elsewhere() -> Sequence[str]:
    return [" ".join(said) for said in ELSEWHERE]
