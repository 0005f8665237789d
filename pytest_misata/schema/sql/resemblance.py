"""LIKE with a pattern that other columns are a part of: `email LIKE '%@' || domain`."""

from __future__ import annotations

from pytest_misata.schema.sql.nodes import NotUnderstood
from pytest_misata.schema.sql.predicates import Col, Const, Joined, Predicate, Resembles, Term


def resembling(term: Term, pattern: Joined | Col, escape: str, *, folded: bool) -> Predicate:
    """What the pattern says. Raises NotUnderstood where a single character may be any."""
    parts: list[Col | str | None] = []
    for part in pattern.parts if isinstance(pattern, Joined) else (pattern,):
        if isinstance(part, Col):
            parts.append(part)
        elif isinstance(part, Const) and isinstance(part.value, str):
            parts += _literal(part.value, escape)
        else:
            raise NotUnderstood
    if not isinstance(term, Col) or term in parts:
        raise NotUnderstood
    return Resembles(term, tuple(parts), folded)


def _literal(text: str, escape: str) -> list[str | None]:
    if escape in text or "_" in text:
        raise NotUnderstood
    pieces: list[str | None] = []
    for number, piece in enumerate(text.split("%")):
        pieces += [None] if number else []
        pieces += [piece] if piece else []
    return pieces
