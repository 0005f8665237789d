import warnings

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata.errors import StoryError
from pytest_misata.story.choose import choose
from pytest_misata.story.english.tokens import tokenize
from pytest_misata.story.reader import parse

WORDS = (
    "a an the with and of in on per each every who about no without average , ; : ( ) 5 20 1,000 2.5k 20% $50 dozen "
    "users customers orders subscriptions invoice tickets plan pro free churn fraud returns Germany January 2024 2023 "
    "two half between to active refunds spike growing them"
).split()
sentences = st.lists(st.sampled_from(WORDS), max_size=14).map(lambda words: " ".join(["SaaS", *words]))


@settings(deadline=None, derandomize=True)
@given(sentences)
def test_every_number_of_a_story_is_part_of_a_fact(story):
    tokens = tokenize(story)
    spans = [(fact.start, fact.end) for fact in choose(story, tokens).facts]

    numbers = [token for token in tokens if token.kind not in {"word", "stop", "symbol"} and not token.article]
    assert all(any(start <= token.start and token.end <= end for start, end in spans) for token in numbers)


@settings(deadline=None, derandomize=True)
@given(sentences)
def test_every_place_name_of_a_story_is_part_of_a_fact(story):
    tokens = tokenize(story)
    spans = [(fact.start, fact.end) for fact in choose(story, tokens).facts]

    places = [token for token in tokens if token.text in {"germany", "spike", "growing"}]
    assert all(any(start <= token.start and token.end <= end for start, end in spans) for token in places)


@settings(deadline=None, derandomize=True)
@given(st.one_of(st.text(), sentences))
def test_any_text_is_read_or_refused_by_a_story_error(story):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            schema = parse(story)
        except StoryError as error:
            assert "\n" not in str(error)  # noqa: PT017
        else:
            assert schema.tables


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_tokens_cover_all_but_blanks(text):
    tokens = tokenize(text)
    rest = list(text)
    for token in tokens:
        rest[token.start : token.end] = [""] * (token.end - token.start)
    assert "".join(rest).strip() == ""
