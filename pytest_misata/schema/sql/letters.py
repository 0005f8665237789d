"""Ranges that a CHECK says of a text, `aisle BETWEEN 'A' AND 'F'` or `BETWEEN '001' AND '999'`, as lists of texts."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

from pytest_misata.schema.sql.predicates import Among, And, Col, Compare, Const, Predicate, conjuncts

_MOST = 1000
"""Numerals that are listed, at the most."""


def letters_listed(predicate: Predicate) -> Predicate:
    """The predicate, with a list in place of two bounds that are letters, or as many digits.

    Longer texts lie between them, too, and none of these is meant.
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
    """The columns that are bounded by a letter or digits, with these."""
    found = {}
    for part in parts:
        match part:
            case Compare(known, Col() as column, Const(str(letter))) if known == op and (
                len(letter) == 1 or _is_numeral(letter)
            ):
                found[column] = letter
    return found


def _between(low: str, high: str) -> tuple[str, ...]:
    for alphabet in (ascii_uppercase, ascii_lowercase):
        if low in alphabet and high in alphabet:
            return tuple(alphabet[alphabet.index(low) : alphabet.index(high) + 1])
    if _is_numeral(low) and _is_numeral(high) and len(low) == len(high) and int(high) - int(low) < _MOST:
        return tuple(f"{number:0{len(low)}}" for number in range(int(low), int(high) + 1))
    return ()


def _is_counted(text: str) -> bool:
    return len(text) == 1 or _is_numeral(text)


def _is_numeral(text: str) -> bool:
    return text.isascii() and text.isdigit()
