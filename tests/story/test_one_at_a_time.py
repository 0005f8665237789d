"""What a story composes takes turns: one appointment at a time for whom it is with."""

from __future__ import annotations

import pytest

import pytest_misata as misata


@pytest.mark.parametrize(
    ("story", "table", "key"),
    [
        ("A hair salon with 5 stylists, 100 clients and 400 appointments", "appointments", "stylist_id"),
        ("A recording studio with 3 rooms and 500 sessions", "sessions", "room_id"),
        ("A tutoring agency with 20 tutors and 900 lessons in March 2025", "lessons", "tutor_id"),
        ("A sailing club with 8 boats and 1000 trips", "trips", "boat_id"),
    ],
)
def test_nobody_is_in_two_places_at_once(story: str, table: str, key: str) -> None:
    schema = misata.parse(story)

    assert [turns.of for turns in schema.table(table).turns] == [key]
    assert misata.generate_from_schema(schema).check() == []


def test_a_town_has_several_things_at_a_time() -> None:
    assert misata.parse("A county with 4 towns and 300 concerts").table("concerts").turns == []


def test_where_there_is_no_time_for_turns_nobody_takes_any():
    tables = misata.generate("A salon with 1 stylist and 20,000 appointments")

    assert tables.schema.table("appointments").turns == []
    assert tables.check() == []


@pytest.mark.parametrize(
    "story",
    [
        "A ski resort with 18 lifts, 40 instructors and 2,500 lessons in 2024",
        "A ski resort with 6 lifts, 40 instructors and 700 lessons between December 2024 and March 2025",
    ],
)
def test_turns_keep_to_the_time_of_all_whom_a_row_is_of(story):
    assert misata.generate(story, seed=1).check() == []
