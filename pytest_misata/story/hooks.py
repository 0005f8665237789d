"""The shares that a story may state of a schema: its own words, led to the columns and values that they tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from pytest_misata.schema.config import Generator, SchemaConfig
from pytest_misata.story.attributes import ELSEWHERE, SYNONYM, WHOLE, Attribute, Index, attributes
from pytest_misata.story.domain import Phrase, RateHook
from pytest_misata.story.english.naming import Words, same_name, same_state, states_like
from pytest_misata.story.english.tokens import Token
from pytest_misata.story.grammar.openings import LONGEST_VALUE, Opened, Openings
from pytest_misata.story.grammar.saying import Names, longest_first, said_runs


class Rates:
    """Builds the hooks by which shares that the story states find their columns."""

    def __init__(self, schema: SchemaConfig, story: str, tokens: list[Token], names: Names) -> None:
        self._story, self._tokens, self._names = story, tokens, names
        self._attributes = list(attributes(schema))
        self._index = Index(self._attributes)
        self._runs = list(dict.fromkeys(said_runs(tokens, LONGEST_VALUE)))

    def hooks(self) -> Iterator[RateHook]:
        """One hook for each column and how well phrases fit it."""
        phrases: dict[tuple[int, int], dict[str, list[Phrase]]] = defaultdict(lambda: defaultdict(list))
        by_id = {id(attribute): attribute for attribute in self._attributes}
        for run in self._runs:
            for attribute, value, rank in self._best_by_table(run):
                phrases[id(attribute), rank][value].append(run)
        for (which, rank), values in phrases.items():
            yield self._hook(by_id[which], rank, values)
        for opened in self._opened():
            hook = self._hook(opened.attribute, WHOLE, {value: [run] for value, run in opened.phrases()})
            yield replace(hook, generator=Generator("choice", {"values": opened.values()}))

    def _opened(self) -> Iterator[Opened]:
        """The columns that get values which only the story has."""

        def is_known(run: Words) -> bool:
            return any(rank < ELSEWHERE for _, _, rank in self._best_by_table(run))

        yield from Openings(self._story, self._tokens, self._names, self._attributes, is_known).read()

    def _hook(self, attribute: Attribute, rank: int, values: dict[str, list[Phrase]]) -> RateHook:
        return RateHook(
            attribute.table,
            attribute.column,
            {value: longest_first(runs) for value, runs in values.items()},
            self._noun(attribute),
            rank,
            attribute.generator,
            attribute.lookup,
            attribute.sorts,
        )

    def _best_by_table(self, run: Words) -> list[tuple[Attribute, str, int]]:
        hits = self._index.find(run)
        for state in states_like(run):
            hits = hits + [(found, value, max(rank, SYNONYM)) for found, value, rank in self._index.find(state)]
        best: dict[str, tuple[Attribute, str, int]] = {}
        for hit in hits:
            known = best.get(hit[0].table)
            if known is None or hit[2] < known[2]:
                best[hit[0].table] = hit
        return list(best.values())

    def _noun(self, attribute: Attribute) -> Phrase:
        """How the story calls the column: "plan" for `plan_name`."""
        if not attribute.noun:
            return ()
        wanted = (attribute.noun, attribute.noun[-1:])
        return next(
            (run for run in self._runs if any(same_name(run, noun) or same_state(run, noun) for noun in wanted)), ()
        )
