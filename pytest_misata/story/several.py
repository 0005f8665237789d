"""States that are several values of a column: open deals are prospected, qualified, offered or negotiated.

They share what is stated of them together as they usually do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_misata.story.domain import RateHook
from pytest_misata.story.facts import AnyFact, Count, Rate
from pytest_misata.story.nouns import Nouns
from pytest_misata.story.rates import usual_parts


def of_several(facts: Sequence[AnyFact], nouns: Nouns) -> Iterator[AnyFact]:
    """The facts, in which a state that is several values of a column is of all of them."""
    for fact in facts:
        if isinstance(fact, Rate):
            yield from _shared(fact, _said(fact, fact.hook, fact.value, nouns), nouns)
        elif isinstance(fact, Count) and fact.value is not None and not fact.others:
            others = [value for value in _said(fact, *fact.value, nouns) if value != fact.value[1]]
            yield replace(fact, others=tuple(others)) if others else fact
        else:
            yield fact


def _said(fact: AnyFact, hook: RateHook, value: str, nouns: Nouns) -> list[str]:
    """The values that are said by the words which say one of them, the one itself among them."""
    places = [at for at, token in enumerate(nouns.tokens) if fact.start <= token.start < fact.end]
    sizes = {at: nouns.said_at(at, hook.phrases.get(value, ())) for at in places}
    at = max(sizes, key=lambda place: sizes[place], default=0)
    if not sizes.get(at):
        return [value]
    return [one for one, phrases in hook.phrases.items() if nouns.said_at(at, phrases) == sizes[at]]


def _shared(fact: Rate, values: Sequence[str], nouns: Nouns) -> Iterator[Rate]:
    """The share of each value; of so many rows whole ones."""
    if len(values) < 2:
        yield fact
        return
    parts = usual_parts(nouns.domain.generator(fact.hook), values)
    rows = [None] * len(values) if fact.rows is None else _whole(fact.rows, parts)
    for value, part, some in zip(values, parts, rows, strict=True):
        yield replace(fact, value=value, share=None if fact.share is None else fact.share * part, rows=some)


def _whole(rows: int, parts: Sequence[Fraction]) -> list[int]:
    """So many rows in parts, whole ones that make their sum."""
    ends = [round(rows * sum(parts[: at + 1], Fraction(0))) for at in range(len(parts))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
