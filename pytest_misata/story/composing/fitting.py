"""Which of the tables that a story speaks of a state is likely to be of: orders are for delivery, and no items are.

What is known is what the domain files know: each lists the states of its own tables, and those of one trade's orders
are those of another's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pytest_misata.story.composing.inflection import singular_of
from pytest_misata.story.composing.lexicon import Words, fits, noun_of
from pytest_misata.story.domain import Domain, domains
from pytest_misata.story.words import plural

_SAME, _ALIKE = 2, 1


@dataclass(frozen=True, slots=True)
class _Known:
    """What a state is known of: nouns, and kinds of noun."""

    nouns: frozenset[Words]
    kinds: frozenset[str]


def likely_table(words: Words, tables: Sequence[str], domain: Domain) -> str | None:
    """The table, of those spoken of, that words are most likely a state of; the last of them where nothing tells."""
    distinct = list(dict.fromkeys(reversed(tables)))
    if len(distinct) < 2 or not words:
        return next(iter(distinct), None)
    ranks = {table: _rank(words, table, domain) for table in distinct}
    return max(distinct, key=lambda table: (ranks[table], -distinct.index(table)))


def _rank(words: Words, table: str, domain: Domain) -> int:
    """How well a state is known of rows of a table: of such a noun, or of a noun of its kind."""
    kind = noun_of(_noun(table)).kind.name
    if any(kind in fits().get(word, ()) for word in words):
        return _SAME
    known = _known(words)
    if known.nouns & {*domain.names[table], _noun(table)}:
        return _SAME
    return _ALIKE if kind in known.kinds else 0


@cache
def _known(words: Words) -> _Known:
    found = [one for said in (words, (*words[:-1], plural(words[-1]))) for one in _states().get(said, ())]
    singular = (*words[:-1], singular_of(words[-1]) or words[-1])
    found += _states().get(singular, ())
    nouns = frozenset(noun for one in found for noun in one)
    return _Known(nouns, frozenset(noun_of(noun).kind.name for noun in nouns if noun_of(noun).known))


@cache
def _states() -> Mapping[Words, Sequence[tuple[Words, ...]]]:
    """The names of the tables that each state is listed for, by the words for it."""
    found: dict[Words, list[tuple[Words, ...]]] = defaultdict(list)
    for domain in domains():
        for hook in domain.rates:
            for phrases in hook.phrases.values():
                for phrase in phrases:
                    found[phrase].append(domain.names[hook.table])
    return found


def _noun(table: str) -> Words:
    *before, last = table.split("_")
    return (*before, singular_of(last) or last)
