"""The short names that a story has for what it counts by longer ones."""

from __future__ import annotations

from collections.abc import Collection

from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.naming import Words
from pytest_misata.story.english.verbs import is_participle
from pytest_misata.story.grammar.nouns import Nouns

_BEFORE = frozenset({"and", "with", "where", "but"})


def head_said(nouns: Nouns, said: Words, others: Collection[Words]) -> Words:
    """The last noun of several, where more is said of it: the permit of "700 building permits, permits issued"."""
    head = (singular_of(said[-1]) or said[-1],)
    if len(said) < 2 or sum(words[-1:] == head for words in others) != 1:
        return ()
    return head if any(_is_said(nouns, at, said[-1]) for at in range(1, len(nouns.tokens))) else ()


def _is_said(nouns: Nouns, at: int, noun: str) -> bool:
    """Whether a noun begins a clause here, and what was done to it follows."""
    begins = nouns.tokens[at - 1].kind == "stop" or nouns.text_at(at - 1) in _BEFORE
    done = is_participle(nouns.text_at(at + 1))
    return begins and done and nouns.text_at(at) == noun and not nouns.table_named(at)
