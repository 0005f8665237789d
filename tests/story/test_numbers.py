import itertools
from fractions import Fraction

import inflect
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_misata.story.english.numbers import find_numbers

COUNTS = {
    "1000": 1000,
    "1,000": 1000,
    "1 000 000": 1_000_000,
    "1_000": 1000,
    "1.000.000": 1_000_000,
    "5k": 5000,
    "10K": 10_000,
    "2.5k": 2500,
    "2,5k": 2500,
    "1.5 million": 1_500_000,
    "2m": 2_000_000,
    "5 M": 5_000_000,
    "1bn": 10**9,
    "3 lakh": 300_000,
    "2 dozen": 24,
    "5 hundred thousand": 500_000,
    "one": 1,
    "zero": 0,
    "no": 0,
    "twenty five": 25,
    "twenty-five hundred": 2500,
    "two thousand": 2000,
    "one hundred and fifty": 150,
    "three hundred and sixty-five thousand four hundred and twelve": 365_412,
    "a hundred thousand": 100_000,
    "a dozen": 12,
    "half a dozen": 6,
    "a half-dozen": 6,
    "half a million": 500_000,
    "two and a half thousand": 2500,
    "a quarter of a million": 250_000,
    "three quarters of a million": 750_000,
    "a couple of": 2,
    "a couple of hundred": 200,
}


@pytest.mark.parametrize(("written", "value"), COUNTS.items())
def test_a_count_is_read_as_it_is_written(written, value):
    text = f"A company with {written} users"

    number = find_numbers(text)[-1]

    assert (text[number.start : number.end], number.value, number.whole) == (written, value, True)


@pytest.mark.parametrize("written", ["1.5", "1.000", "10,00"])
def test_a_decimal_number_counts_nothing(written):
    (number,) = find_numbers(f"with {written} users")
    assert not number.whole


@pytest.mark.parametrize("text", ["5km away", "version v2", "the 3rd user", "no-show", "hundreds of users", "someone"])
def test_what_only_looks_like_a_number_is_none(text):
    assert find_numbers(text) == []


def test_an_article_is_told_from_a_number():
    assert [number.article for number in find_numbers("a user and one order")] == [True, False]


def test_numbers_of_one_sentence_stay_apart():
    text = "two hundred users, fifty orders and 3 carts in 2024 100 plans"
    assert [int(number.value) for number in find_numbers(text)] == [200, 50, 3, 2024, 100]


def test_a_negative_number_keeps_its_sign():
    assert [number.value for number in find_numbers("with -5 users")] == [-5]


@given(st.integers(0, 10**12))
def test_digits_with_and_without_separators_agree(value):
    for written in (f"{value}", f"{value:,}", f"{value:_}", f"{value:,}".replace(",", "\u202f")):
        (number,) = find_numbers(f"with {written} users")
        assert (number.value, number.end - number.start) == (value, len(written))


@given(st.integers(1, 9999), st.sampled_from(["k", "K", " thousand"]))
def test_thousands_may_be_a_suffix(hundredths, suffix):
    (number,) = find_numbers(f"{hundredths / 100:.2f}{suffix} users")
    assert number.value == Fraction(hundredths, 100) * 1000


WORDS = inflect.engine()


@given(st.integers(0, 10**12 - 1))
def test_a_number_in_words_is_read_back(value):
    written = str(WORDS.number_to_words(value, comma=""))
    (number,) = find_numbers(f"exactly {written} users")
    assert number.value == value


@given(st.text())
def test_any_text_gives_numbers_in_order_with_their_places(text):
    numbers = find_numbers(text)
    assert all(0 <= number.start < number.end <= len(text) for number in numbers)
    assert all(a.end <= b.start for a, b in itertools.pairwise(numbers))
