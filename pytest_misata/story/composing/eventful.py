"""Nouns that nobody knows, and that stand for what happens: there are far more of them than of anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pytest_misata.story.composing.candidates import Candidate
from pytest_misata.story.english.lexicon import Noun, noun_of

_TIMES = 5
"""How many times as many as of what there is most of besides."""
_ANY = "attempt"
"""A noun of which no more is known than that it happens."""


def eventful(candidates: Sequence[Candidate], counts: Mapping[str, int]) -> list[Candidate]:
    """The candidates, of which those of no known kind happen to the others: "40 repositories and 9,000 commits".

    One thing of which there is more than of another may be anything; of what happens there is more than of two.
    """
    return [
        replace(one, noun=_happening(one.noun)) if not one.noun.known and _abounds(one.table, counts) else one
        for one in candidates
    ]


def _abounds(table: str, counts: Mapping[str, int]) -> bool:
    others = [rows for name, rows in counts.items() if name != table and rows]
    return len(others) > 1 and counts.get(table, 0) >= _TIMES * max(others)


def _happening(noun: Noun) -> Noun:
    return replace(noun_of((_ANY,)), words=noun.words) if noun.kind.name == "thing" else noun
