"""Whatever a story beside a schema says is a fact of the schema, understood or not; and any text is read or refused."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata.errors import MisataError, StoryError
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.story.beside import apply_story
from pytest_misata.story.english.tokens import tokenize
from tests.story.schemas import SCHEMAS

WORDS = (
    "a an the with and of in on per each every who about no without average , ; : ( ) 5 20 1,000 2.5k 20% $50 dozen "
    "half users user accounts organizations companies projects memberships role status plan gold active suspended "
    "admins archived churn Germany January 2024 two third between to growing them one log name"
).split()
TENANTS = schema_from_models(SCHEMAS["tenants"]())
sentences = st.lists(st.sampled_from(WORDS), max_size=14).map(lambda words: " ".join(["accounts", *words]))


def facts(story):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return apply_story(TENANTS, story).facts
        except StoryError as error:
            assert "\n" not in str(error)  # noqa: PT017
            return None


@settings(deadline=None)
@given(sentences)
def test_every_number_is_part_of_a_fact(story):
    found = facts(story)
    if found is not None:
        said = " ".join(fact.phrase for fact in found)
        numbers = [token for token in tokenize(story) if token.kind == "number" and not token.article]
        assert all(story[token.start : token.end] in said for token in numbers)


@settings(deadline=None)
@given(sentences)
def test_places_and_dates_are_part_of_a_fact(story):
    found = facts(story)
    if found is not None:
        said = " ".join(fact.phrase for fact in found)
        assert all(word in said for word in ("Germany", "growing", "January") if word in story)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(story):
    facts(story)


@settings(deadline=None)
@given(sentences)
def test_what_is_read_can_be_planned(story):
    from pytest_misata.schema.plan import plan_rows

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            schema = apply_story(TENANTS, story)
        except MisataError:
            return
    assert all(rows >= 0 for rows in plan_rows(schema).values())


@pytest.mark.parametrize("story", ["", "  ", None, 3])
def test_what_is_no_sentence_is_refused(story):
    if story is None:
        story = b"users"
    with pytest.raises(StoryError):
        apply_story(TENANTS, story)
