"""Times of day of which no two rows that share a day of the same thing have the same one."""

import datetime as dt

import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.errors import GenerationError
from pytest_misata.story.domain import read_domain

STUDIO = """
name = "studio"
title = "studio"
example = "A studio with 3 tuners and 60 tunings"
main = "tunings"
words = ["studio"]

[tables.tuners]
rows = 3
[tables.tuners.columns]
id = { type = "integer", kind = "serial" }

[tables.tunings]
[tables.tunings.turns]
one_at_a_time = { of = "tuner_id", begin = ["day", "starts_at"], minutes = "minutes" }
[tables.tunings.columns]
id = { type = "integer", kind = "serial" }
tuner_id = { references = "tuners.id", kind = "choice", values = [1, 2, 3], weights = [5, 3, 2] }
day = { type = "date", kind = "moment", last_days = 20 }
minutes = { type = "integer", kind = "choice", values = [20, 30] }
[tables.tunings.columns.starts_at]
type = "time"
kind = "time_slot"
among = ["tuner_id", "day"]
low = 9
high = 17
minutes = 30
lasting = "minutes"
"""


def studio(rows, text=STUDIO):
    return Tables(read_domain(text, "studio.toml").schema(), rows=rows)


@pytest.mark.parametrize("rows", [1, 30, 400, 900])
def test_a_tuner_is_at_one_piano_at_a_time(rows):
    assert studio(rows).check() == []


def test_without_slots_a_tuner_would_be_at_two_pianos():
    text = STUDIO.replace('"time_slot"\namong = ["tuner_id", "day"]', '"clock"').replace(
        'minutes = 30\nlasting = "minutes"', ""
    )
    assert [one.rule for one in studio(400, text).check()] == ["one_at_a_time"]


def test_slots_are_those_of_the_opening_hours_as_long_as_these_suffice():
    times = studio(150)["tunings"]["starts_at"].tolist()
    assert dt.time(9) <= min(times)
    assert max(times) < dt.time(17)
    assert len({time.hour for time in times}) == 8


def test_slots_of_earlier_rows_stay_and_a_slice_is_the_same():
    few, many = studio(200)["tunings"], studio(350)["tunings"]
    assert few["starts_at"].tolist() == many["starts_at"].tolist()[:200]
    assert [row["starts_at"] for row in many.rows(120, 140)] == many["starts_at"].tolist()[120:140]


@pytest.mark.parametrize(
    ("said", "instead", "message"),
    [
        ("high = 17", "high = 9", "no slot of 30 minutes from 9 to 9"),
        ('"day"]', '"starts_at"]', "made from each other"),
    ],
)
def test_a_mistake_is_told(said, instead, message):
    with pytest.raises(GenerationError, match=message):
        studio(10, STUDIO.replace(said, instead))["tunings"]["starts_at"]


def test_what_lies_ahead_is_on_a_day_that_is_open():
    text = STUDIO.replace('"moment", last_days = 20', '"later", low = 1, high = 30, weekdays = "clinic"')
    days = studio(200, text)["tunings"]["day"].tolist()
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}


def test_room_is_left_before_the_end_where_there_is_time():
    text = STUDIO.replace("last_days = 20", "room_days = 30")
    assert max(studio(300, text)["tunings"]["day"].tolist()) < dt.date(2025, 12, 3)
    text = STUDIO.replace("last_days = 20", 'since = "2025-12-12", room_days = 30')
    days = studio(300, text)["tunings"]["day"].tolist()
    assert dt.date(2025, 12, 12) == min(days)
    assert dt.date(2025, 12, 18) < max(days) < dt.date(2025, 12, 23)
