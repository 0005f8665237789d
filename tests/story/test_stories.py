"""What stories say is in the data: those that are known, and others in all styles."""

from __future__ import annotations

import pytest

from tests.story.scoring import FRESH, KNOWN, judge, stories


@pytest.mark.parametrize("story", [*stories(KNOWN), *stories(FRESH)], ids=lambda story: story["text"])
def test_every_fact_of_a_story_is_honoured(story):
    verdicts = judge(story)

    # What is open is named at the least.
    assert [
        one for one in verdicts if one.outcome == "dropped" or (one.outcome == "named" and "open" not in story)
    ] == []
