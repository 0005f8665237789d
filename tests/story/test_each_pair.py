"""A row for each row of one table and each of another, and rows of which those of another are many."""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse

PAIRS = [
    ("A contest with 5 judges, 12 couples, one mark per judge per couple", "marks", ("judge_id", "couple_id"), 60),
    (
        "A contest with 5 judges, 12 couples, one mark for each couple from each judge",
        "marks",
        ("judge_id", "couple_id"),
        60,
    ),
    (
        "A survey with 9 questions, 40 respondents, 1 answer per respondent and per question",
        "answers",
        ("respondent_id", "question_id"),
        360,
    ),
]


@pytest.mark.parametrize(("story", "table", "keys", "rows"), PAIRS)
def test_there_is_one_of_each_pair(story, table, keys, rows):
    found = generate(story, strict=True)[table]
    pairs = set(zip(*(found[key].tolist() for key in keys), strict=True))
    assert len(found) == len(pairs) == rows


def test_several_of_each_pair_are_there_and_numbered():
    marks = generate("A contest with 5 judges, 12 couples, 2 marks per judge per couple", strict=True)["marks"]
    found = Counter(zip(marks["judge_id"].tolist(), marks["couple_id"].tolist(), strict=True))
    assert set(found.values()) == {2}
    assert len(found) == 60
    assert Counter(marks["number"].tolist()) == {1: 60, 2: 60}


def test_a_part_of_one_for_each_pair_is_named():
    with pytest.warns(UserWarning, match="how many marks there are for each of so many couples is not told"):
        parse("A contest with 5 judges, 12 couples, 2 to 4 marks per judge per couple")


LENT = [
    ("A seed bank with 60 gardeners borrowing 3 packets each and 1,100 packets", "gardener_packets", "gardener_id", 3),
    ("A racing club with 48 pilots, 16 races, each pilot in 4 races", "pilot_races", "pilot_id", 4),
]


@pytest.mark.parametrize(("story", "table", "key", "each"), LENT)
def test_what_is_done_with_rows_of_which_there_are_others_is_a_table(story, table, key, each):
    found = generate(story, strict=True)[table][key].tolist()
    assert {found.count(one) for one in found} == {each}


def test_what_rows_own_contradicts_another_number_of_them():
    with pytest.raises(ValueError, match="contradicts itself"):
        parse("A shop with 100 customers with 3 orders each, and 500 orders")
