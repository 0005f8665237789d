"""How stories begin before they say anything: "I am building", "We run", "Imagine", "Please simulate"."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_misata.story.english.tokens import Token

_SPEAKERS = frozenset({"i", "we", "you", "i'm", "we're", "i've", "we've", "let's", "let", "imagine", "suppose", "say"})
_ASKING = frozenset(
    "please can could would simulate model seed populate fill mock consider picture think give make create build "
    "generate prepare".split()
)
_GOING_ON = frozenset(
    "am are is have have've run runs own owns operate operates building making creating developing launching starting "
    "working on testing running opening planning preparing simulating modelling modeling need want wants would like to "
    "us me you build make create seed simulate test model of think about that there for got".split()
)


def introduction(tokens: Sequence[Token]) -> int:
    """How many tokens at the beginning of a story say only that somebody speaks, or asks for data."""
    if not tokens or tokens[0].text not in _SPEAKERS | _ASKING:
        return 0
    end = 1
    while end < len(tokens) and tokens[end].text in _GOING_ON | _SPEAKERS | _ASKING:
        end += 1
    return end
