"""Ranges of letters that a CHECK says of a text, `aisle BETWEEN 'A' AND 'F'`, as the list of these letters."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from pytest_misata.schema.predicates import Among, And, Col, Compare, Const, Predicate, conjuncts


def letters_listed(predicate: Predicate) -> Predicate:
    """The predicate, with a list in place of two bounds that are letters.

    Longer texts lie between two letters, too, and none of them is meant.
    """
    parts = conjuncts(predicate)
    lows, highs = _bounds(parts, ">="), _bounds(parts, "<=")
    listed = {column: _between(low, highs[column]) for column, low in lows.items() if column in highs}
    lists = [Among(column, letters) for column, letters in listed.items() if letters]
    if not lists:
        return predicate
    told = {list_.term for list_ in lists}
    kept = [part for part in parts if not told & {*_bounds([part], ">="), *_bounds([part], "<=")}]
    return lists[0] if len(lists) == 1 and not kept else And((*kept, *lists))


def _bounds(parts: Sequence[Predicate], op: str) -> dict[Col, str]:
    """The columns that are bounded by a letter, with the letter."""
    found = {}
    for part in parts:
        match part:
            case Compare(known, Col() as column, Const(str(letter))) if known == op and len(letter) == 1:
                found[column] = letter
    return found


def _between(low: str, high: str) -> tuple[str, ...]:
    for alphabet in (ascii_uppercase, ascii_lowercase):
        if low in alphabet and high in alphabet:
            return tuple(alphabet[alphabet.index(low) : alphabet.index(high) + 1])
    return ()
