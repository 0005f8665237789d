"""What a story says there is none of: "without invoices or suppliers", "excluding tickets"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_misata.story.english.inflection import singular_of
from pytest_misata.story.english.tokens import spoken
from pytest_misata.story.facts import AnyFact, Count, Subject
from pytest_misata.story.grammar.nouns import Nouns
from pytest_misata.story.grammar.saying import STOPS

LACKING = frozenset({"without", "excluding", "minus", "lacking"})
"""Words before what there is none of."""
_ANY = frozenset({"any", "the"})
_JOINTS = frozenset({"or", "nor", "and"})
_CLOSED = frozenset({"", ",", ".", ";", ")", "!", "?", "or", "nor", "and", "but", "with", "plus"})
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Absent:
    """The tokens that name what there is none of, and the table, where there is one."""

    at: int
    end: int
    table: str | None


def absent_at(nouns: Nouns, at: int) -> list[Absent]:
    """What a word such as "without" stands before; nothing where what it says is of rows: "20 without a desk"."""
    counted = at > 0 and nouns.tokens[at - 1].kind in {"number", "percent", "range"}
    if nouns.text_at(at) not in LACKING or counted:
        return []
    found = []
    while (one := _named(nouns, at + 1)) is not None:
        found.append(one)
        at = one.end
        if nouns.text_at(at) not in _JOINTS:
            break
    return found


def absences(nouns: Nouns, at: int) -> tuple[list[AnyFact], int] | None:
    """No rows of each table there is none of, and word of what has no table; and the token after them."""
    absent = absent_at(nouns, at)
    starts = [nouns.tokens[place].start for place in (at, *(one.at for one in absent[1:]))]
    facts = [_fact(start, nouns.tokens[one.end - 1].end, one.table) for start, one in zip(starts, absent, strict=False)]
    return (facts, absent[-1].end) if absent else None


def _fact(start: int, end: int, table: str | None) -> AnyFact:
    return Count(start, end, table, 0) if table else Subject(start, end, "there is no such table")


def places_absent(nouns: Nouns) -> Iterator[int]:
    """The places of all words that say what there is none of."""
    for at in range(len(nouns.tokens)):
        for one in absent_at(nouns, at):
            yield from range(at, one.end)


def _named(nouns: Nouns, at: int) -> Absent | None:
    """The noun here, in the plural; that of a table, or of what could be one."""
    at += nouns.text_at(at) in _ANY
    table = nouns.table_named(at)
    if table is not None:
        first = nouns.text_at(at - 1) not in _JOINTS
        end = at + table[1]
        return Absent(at, end, table[0]) if first or nouns.text_at(end) in _CLOSED else None
    texts, ends = spoken(nouns.tokens, at)
    size = next((size for size, text in enumerate(texts) if text in STOPS or text in _CLOSED), len(texts))
    closed = 0 < size <= _LONGEST and nouns.text_at(ends[size - 1]) in _CLOSED
    # "Without paused subscriptions" is said of a table that is there.
    closed = closed and not any(nouns.table_named(place) for place in range(at, ends[size - 1]))
    return Absent(at, ends[size - 1], None) if closed and singular_of(texts[size - 1]) else None
