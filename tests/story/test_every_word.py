"""Every word of a story that says something is part of a fact, or named as not understood, whatever is put into it."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata.errors import StoryError
from pytest_misata.story.english.introductions import introduction
from pytest_misata.story.english.tokens import tokenize
from pytest_misata.story.grammar.leftovers import FILLER
from pytest_misata.story.reader import parse
from tests.story.scoring import stories

SAID = [story["text"] for story in stories()]
CLAUSES = """
    sold by auction | with a purple roof | of whom 30 speak Danish | 7% shrinkage | beyond the river | 12 zorbulons
    every second Tuesday | at 80 degrees | half of them left-handed | who never complain | under the bridge
    costing 12 shillings | since the merger | 3 floors up | loved by critics | between 4 and 9 metres | twice weekly
    except in Wales | 99.9% uptime | without windows | mostly barefoot | averaging 14 knots | a tenth unpaid
    rated 4.5 stars | for weddings | born in 1980 | 40% to Oslo | in the autumn of 2024 | on Mars | upside down
""".replace("\n", "|").split("|")
WORDS = re.compile(r"[^\W\d_]+|\d[\d.,]*\d|\d")
clauses = st.sampled_from([clause.strip() for clause in CLAUSES if clause.strip()])


def silent(story: str) -> list[str]:
    """The words of a story that are no part of any fact and of no phrase that was not understood."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            facts = parse(story).facts
        except StoryError:
            return []
    covered = [False] * len(story)
    for fact in facts:
        for found in re.finditer(re.escape(fact.phrase), story):
            covered[found.start() : found.end()] = [True] * len(fact.phrase)
    tokens = tokenize(story)
    begun = tokens[introduction(tokens) - 1].end if introduction(tokens) else 0
    return [
        story[token.start : token.end]
        for token in tokens
        if token.start >= begun
        and token.kind not in {"stop", "symbol"}
        and not (token.article or token.text in FILLER)
        and not any(covered[token.start : token.end])
    ]


@pytest.mark.parametrize("story", SAID)
def test_no_word_of_a_known_story_is_dropped(story: str) -> None:
    assert silent(story) == []


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.sampled_from(SAID), clauses, st.integers(0, 30), st.sampled_from([" ", ", ", " and ", "; "]))
def test_no_word_of_a_clause_put_into_a_story_is_dropped(story: str, clause: str, at: int, joint: str) -> None:
    words = story.rstrip(".").split(" ")
    place = min(at + 1, len(words))
    assert silent(" ".join(words[:place]) + joint + clause + " " + " ".join(words[place:])) == []
