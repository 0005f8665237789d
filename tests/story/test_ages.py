"""How old people are: parts of them by age, and their mean."""

from __future__ import annotations

import pytest

from pytest_misata.api import generate
from pytest_misata.errors import StoryError
from pytest_misata.story.reader import parse
from tests.story.scoring import _ages

PARTS = [
    ("A gym with 200 members, 30% under 25", range(25), 60),
    ("A bingo hall with 200 players, 40% over 65", range(66, 120), 80),
    ("A bingo hall with 200 players, 40% 65 or older", range(65, 120), 80),
    ("A choir with 200 singers, a quarter of them aged 18-25", range(18, 26), 50),
    ("A choir with 200 singers, 20% of the singers in their 30s", range(30, 40), 40),
    ("A choir with 200 singers, 12 of them under 18", range(18), 12),
]


@pytest.mark.parametrize(("story", "ages", "many"), PARTS)
def test_so_many_people_are_of_such_ages(story, ages, many):
    tables = generate(story, strict=True)
    table = next(name for name in tables if "birth_date" in tables[name].columns and len(tables[name]) == 200)
    assert sum(age in ages for age in _ages(tables, f"{table}.birth_date")) == many


def test_several_parts_of_one_table_are_all_met():
    tables = generate("A gym with 200 members, 30% under 25, 10% over 60", strict=True)
    ages = _ages(tables, "members.birth_date")
    assert sum(age < 25 for age in ages) == 60
    assert sum(age > 60 for age in ages) == 20


@pytest.mark.parametrize("word", ["average", "median"])
def test_the_middle_of_ages_is_that_stated(word):
    ages = sorted(_ages(generate(f"A bingo hall with 501 players, {word} age 61", strict=True), "players.birth_date"))
    assert (sum(ages) / len(ages) if word == "average" else ages[250]) == pytest.approx(61, abs=0.6)


def test_more_than_all_contradict():
    with pytest.raises(StoryError, match="cannot all hold"):
        parse("A gym with 200 members, 70% under 25, 60% over 60")


@pytest.mark.parametrize(
    "story",
    [
        "A shop with 100 orders, 20% over 50 EUR",
        "A depot with 90 parcels, 30% over 20 kg",
    ],
)
def test_what_has_a_unit_or_is_no_number_is_no_age(story):
    with pytest.warns(UserWarning, match="not understood"):
        schema = parse(story)
    assert not any("years old" in fact.meaning for fact in schema.facts)
