"""What the words of a story name in a schema: which runs of them are the names of which tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pytest_misata.schema.config import SchemaConfig
from pytest_misata.story.domain import Phrase
from pytest_misata.story.english import words
from pytest_misata.story.english.naming import Words, runs, singular
from pytest_misata.story.english.tokens import Token, spoken
from pytest_misata.story.finding import Finder, Found
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.grammar.values import RATE_JOINTS

STOPS = RATE_JOINTS | frozenset(
    "and or per each every who which that for from by has than plus no any all some this these those them they its "
    "their our my your about around over under nearly almost only just not more less at least most within during "
    "since until before after".split()
)
LONGEST_NAME = 4


def longest_first(phrases: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """Phrases, each once, so that "order item" is found before "order"."""
    return tuple(sorted(dict.fromkeys(phrases), key=len, reverse=True))


def said_runs(tokens: list[Token], longest: int) -> Iterator[Words]:
    """Every run of words of the story that neither begins nor ends with one that only joins others."""
    for at, token in enumerate(tokens):
        if token.kind != "word":
            continue
        for run in runs(spoken(tokens, at)[0], longest):
            if (run[0] not in STOPS or run[0] == "not") and run[-1] not in STOPS:
                yield run


class Names:
    """Which tables the words of the story name, in the order of the story."""

    def __init__(self, finder: Finder, schema: SchemaConfig, tokens: list[Token]) -> None:
        self.finder = finder
        self.phrases: dict[str, list[Phrase]] = {name: [] for name in schema.tables}
        self.unsure: dict[Phrase, Found] = {}
        self.mentioned: list[str] = []
        self._each = {after.text for token, after in pairwise(tokens) if token.text in {"per", "each", "every"}}
        for run in dict.fromkeys(said_runs(tokens, LONGEST_NAME)):
            self._look_up(run)

    def table(self, run: Words) -> str | None:
        """The table that a run of words names."""
        found = self.finder.find(run)
        if found is None or (found.by_synonym and run[-1] in FILLER and not self._is_meant(run)):
            return None
        return found.table

    def _is_meant(self, run: Words) -> bool:
        """Whether a word that mostly says nothing does: "20 companies", "per company", but not "A company with ..."."""
        return singular(run[-1]) != run[-1] or run[0] in self._each

    def _look_up(self, run: Words) -> None:
        table, found = self.table(run), self.finder.find(run)
        if table is None or found is None:
            return
        one = (*run[:-1], singular(run[-1]))
        self.phrases[table].append(one if words.same_noun(run[-1], one[-1]) else run)
        self.mentioned.append(table)
        if found.others:
            self.unsure[run] = found
