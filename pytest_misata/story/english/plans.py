"""Plans that somebody is on, as a story speaks of them: "on pro", "on the growth plan"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from pytest_misata.story.data import word_lists
from pytest_misata.story.english.naming import Words
from pytest_misata.story.english.tokens import Token

_LEADS = frozenset({"the", "a", "an", "our", "its", "their"})
_CLOSES = frozenset("and or but while with at in since where who plus for".split())
_NO_PLANS = frozenset(
    "daily weekly fortnightly monthly quarterly annual annually yearly lifetime paid paying same different any one "
    "every payment treatment care meal diet training savings pension instalment retirement repayment action".split()
)
"""Words of which no plan is called, but how it is paid, or what is planned."""
_LONGEST = 3


def _data() -> Mapping[str, Any]:
    return word_lists("plans.toml")


@cache
def _ladder() -> Mapping[str, int]:
    return {name: rank for rank, names in enumerate(_data()["ladder"]) for name in names}


def rank_of(plan: str) -> int | None:
    """Where a plan stands among others, by its name: the dearer, the higher; None where the name does not tell."""
    return next((_ladder()[word] for word in (plan, *plan.replace("_", " ").split()) if word in _ladder()), None)


def is_plan_noun(word: str) -> bool:
    """Whether a word is what plans are called behind their name: "the free tier"."""
    return word in _data()["nouns"]


def is_for_some(plan: str) -> bool:
    """Whether a plan tells by its name who it is for, or when, so that no other plan takes its place easily."""
    return plan.replace("_", " ") in _data()["for_some"]


def other_plan(said: Collection[Words]) -> Words:
    """What plan rows are on of which it is not said."""
    return next((name,) for name in _data()["others"] if (name,) not in said)


def plan_on(tokens: Sequence[Token], at: int) -> tuple[Words, int] | None:
    """The plan that rows are beyond doubt on, and the token after it, where "on" stands at a place."""
    if at >= len(tokens) or tokens[at].text != "on":
        return None
    start = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].text in _LEADS)
    words: list[str] = []
    for end, token in enumerate(tokens[start : start + _LONGEST], start):
        if words and is_plan_noun(token.text):
            return None if _NO_PLANS & {*words} else (tuple(words), end + 1)
        if token.kind != "word" or (words and token.text in _CLOSES):
            break
        words.append(token.text)
    after = start + 1
    closed = after >= len(tokens) or tokens[after].kind != "word" or tokens[after].text in _CLOSES
    named = bool(words) and words[0] in _ladder() and words[0] not in _data()["media"]
    return (tuple(words[:1]), after) if named and closed else None
