"""Women, men and people who are neither; and the sex of animals."""

from __future__ import annotations

from collections import Counter

import pytest

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.errors import GenerationError, SchemaError
from pytest_misata.schema.config import Column, ColumnType, Generator, SchemaConfig, TableConfig

STORIES = [
    (
        "A dating app with 5,000 profiles, 70% male, 25% female",
        "profiles",
        "gender",
        {"male": 3500, "female": 1250, "other": 250},
    ),
    ("A gym with 500 members, 30% men, 60% women", "members", "gender", {"male": 150, "female": 300, "other": 50}),
    (
        "A school with 200 students, 49% boys and 49% girls",
        "students",
        "gender",
        {"male": 98, "female": 98, "other": 4},
    ),
    (
        "A falconry centre with 40 birds, 70% male and 25% female",
        "birds",
        "sex",
        {"male": 28, "female": 10, "unknown": 2},
    ),
    ("A stud farm with 40 horses, 60% of them female", "horses", "sex", {"male": 16, "female": 24}),
]


@pytest.mark.parametrize(("story", "table", "column", "rows"), STORIES)
def test_what_women_and_men_leave_is_neither(story, table, column, rows):
    assert Counter(generate(story, strict=True)[table][column].tolist()) == rows


def test_a_slice_has_the_same_people():
    people = generate("A dating app with 300 profiles, 70% male, 25% female")["profiles"]
    assert [row["gender"] for row in people.rows(100, 140)] == people["gender"].tolist()[100:140]


def test_men_and_animals_are_told_apart():
    tables = generate("A stud farm with 40 horses, 60% of them female, 12 jockeys, 50% women, 25% men", strict=True)
    assert Counter(tables["jockeys"]["gender"].tolist()) == {"female": 6, "male": 3, "other": 3}
    assert Counter(tables["horses"]["sex"].tolist()) == {"female": 24, "male": 16}


@pytest.mark.parametrize("options", [{"neither": "0.1"}, {"women": "0.5", "neither": "0.1"}])
def test_a_share_of_neither_takes_one_of_women_and_a_third_value(options):
    columns = {
        "id": Column("id", ColumnType("integer"), generator=Generator("serial")),
        "gender": Column("gender", ColumnType("string", length=10), generator=Generator("gender", options)),
    }
    schema = SchemaConfig(tables={"people": TableConfig("people", columns=columns, primary_key=("id",), rows=3)})
    with pytest.raises((GenerationError, SchemaError), match="neither goes with one of women"):
        generate_from_schema(schema)["people"]["gender"]
