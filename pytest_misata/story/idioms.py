"""States of several words that rows may be in: "on time", "out of stock"."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_misata.story.naming import Words, is_state

_IDIOMS = frozenset(
    tuple(said.split())
    for said in (
        "on time; on hold; on leave; on sale; on loan; on call; in progress; in stock; in transit; in debt; in use; "
        "at risk; under review; past due; up to date; at home; behind schedule; over budget; "
        "under budget; ahead of schedule; pro bono; in default; in arrears; in treatment; in quarantine; on strike; "
        "on probation; on parole; on display; on tour; on duty; off duty; on vacation; on holiday; on backorder; "
        "under warranty; under construction; under repair; under maintenance; under contract; under investigation; "
        "on parental leave; on maternity leave; on paternity leave; on sick leave; on unpaid leave; work in progress; "
        "in repair; in maintenance; in service; in storage; in surgery; in training; in custody; in need; in bloom; "
        "in port; in flight; in foster care; in remission; at sea; at large; on order; on hire; on board"
    ).split("; ")
)


_GOING_ON = ("ment", "tion", "sion", "ing", "review", "repair", "offer", "appeal")
"""Ends of what rows are under for a while: "under assessment"."""


def idiom(texts: Sequence[str]) -> Words:
    """The state of several words that a text begins with: "on time", "out of stock"."""
    if tuple(texts[:2]) == ("out", "of") and len(texts) > 2:
        return tuple(texts[:3])
    return next((said for size in (3, 2) if _is_idiom(said := tuple(texts[:size]))), ())


def _is_idiom(said: Words) -> bool:
    """Whether words are such a state, or one that begins with where rows are: "on trial"."""
    passing = said[:1] == ("under",) and len(said) == 2 and said[1].endswith(_GOING_ON)
    return said in _IDIOMS or passing or (len(said) > 1 and said[0] in {"in", "on"} and is_state(said))
