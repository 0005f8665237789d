"""Times of day of which no two rows that share a day of the same thing have the same one."""

import datetime as dt

import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.errors import GenerationError
from pytest_misata.story.domain import domain_files, read_domain

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


def of_domain(name, rows, **counts):
    return Tables(
        next(found.domain for found in domain_files() if found.file == f"{name}.toml").schema(),
        rows=rows,
        counts=counts,
    )


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


CABS = """
name = "cabs"
title = "cabs"
example = "A cab company with 4 cabs and 60 fares"
main = "fares"
words = ["cabs"]

[tables.cabs]
rows = 4
[tables.cabs.columns]
id = { type = "integer", kind = "serial" }

[tables.callers]
per = "fares"
ratio = "1/3"
[tables.callers.columns]
id = { type = "integer", kind = "serial" }

[tables.fares]
[tables.fares.turns]
one_fare_at_a_time = { of = "cab_id", begin = "begun_at", end = "ended_at" }
[tables.fares.columns]
id = { type = "integer", kind = "serial" }
caller_id = { references = "callers.id", owner = true, per_parent = "3" }
cab_id = { references = "cabs.id", spread = "skewed" }
begun_at = { type = "datetime", kind = "moment", last_days = 10, spaced_by = "cab_id", spaced_minutes = 60 }
ended_at = { type = "datetime", kind = "moment", after = ["begun_at"], within_days = "59/1440" }
"""


def cabs(rows, text=CABS):
    return Tables(read_domain(text, "cabs.toml").schema(), rows=rows)


@pytest.mark.parametrize("rows", [1, 60, 250])
def test_a_cab_has_one_fare_at_a_time_whoever_calls_it(rows):
    tables = cabs(rows)
    assert tables.check() == []
    every = list(tables["fares"].rows(0, rows))
    assert list(tables["fares"].rows(rows // 2, rows // 2 + 5)) == every[rows // 2 : rows // 2 + 5]


def test_moments_of_a_cab_that_are_far_enough_apart_stay():
    wished = cabs(60, CABS.replace(', spaced_by = "cab_id", spaced_minutes = 60', ""))
    assert [one.rule for one in wished.check()] == ["one_fare_at_a_time"]
    alike = cabs(60)["fares"]["begun_at"] == wished["fares"]["begun_at"]
    assert 20 < alike.sum() < 60


def test_a_text_tells_the_day_and_the_month_of_its_moment():
    text = CABS.replace(
        "ended_at = {",
        'note = { type = "string(60)", kind = "phrase", templates = ["On {weekday} {daytime} in {month}, {season}"], '
        'dated = "begun_at" }\nended_at = {',
    )
    fares = cabs(40, text.replace("last_days = 10", "last_days = 900"))["fares"]
    seasons = ("Winter", "Spring", "Summer", "Autumn")
    for note, begun in zip(fares["note"].tolist(), fares["begun_at"].tolist(), strict=True):
        day, time = note.split()[1:3]
        assert (day, note.split()[4]) == (f"{begun:%A}", f"{begun:%B},")
        assert note.endswith(seasons[begun.month % 12 // 3])
        assert (time == "morning") == (5 <= begun.hour < 11)


def test_siblings_differ_as_long_as_there_are_other_values():
    text = CABS.replace(
        "ended_at = {",
        'seat = { type = "smallint", kind = "choice", values = [1, 2, 3], distinct = "again" }\nended_at = {',
    )
    fares = cabs(396, text)["fares"]
    seats = {}
    for caller, seat in zip(fares["caller_id"].tolist(), fares["seat"].tolist(), strict=True):
        seats.setdefault(caller, []).append(seat)
    assert max(map(len, seats.values())) > 3
    assert all(len(set(found)) == min(len(found), 3) for found in seats.values())


@pytest.mark.parametrize("rows", [1, 60, 250])
def test_what_is_free_is_taken_and_all_are_taken_alike_often(rows):
    text = CABS.replace(
        'cab_id = { references = "cabs.id", spread = "skewed" }',
        'cab_id = { references = "cabs.id", kind = "free_one", begin = "begun_at", end = "ended_at" }',
    )
    text = text.replace(', spaced_by = "cab_id", spaced_minutes = 60', "").replace("rows = 4", "rows = 12")
    tables = cabs(rows, text)
    assert tables.check() == []
    had = [tables["fares"]["cab_id"].tolist().count(cab) for cab in range(1, 13)]
    assert max(had) - min(had) <= 1 + rows // 20


@pytest.mark.parametrize(
    ("domain", "table", "columns"),
    [
        ("veterinary", "visits", ("vet_id", "scheduled_on", "starts_at")),
        ("dental", "appointments", ("operatory", "scheduled_on", "starts_at")),
        ("clinic", "appointments", ("doctor_id", "scheduled_on", "starts_at")),
        ("real_estate", "viewings", ("agent_id", "viewed_on", "starts_at")),
    ],
)
def test_nobody_is_booked_twice(domain, table, columns):
    booked = of_domain(domain, 100)[table]
    moments = list(zip(*(booked[column].tolist() for column in columns), strict=True))
    assert len(set(moments)) == len(moments) > 200


def test_a_class_is_held_on_its_day():
    tables = of_domain("gym", 120)
    days = dict(zip(tables["classes"]["id"].tolist(), tables["classes"]["weekday"].tolist(), strict=True))
    held = list(zip(*(tables["class_bookings"][name].tolist() for name in ("class_id", "held_on")), strict=True))
    assert len(held) > 300
    assert all(f"{day:%A}" == days[which] for which, day in held)


def test_what_is_crowded_out_of_the_history_takes_what_it_holds_along():
    tables = of_domain("museum", 40, halls=3, exhibitions=40, tickets=400)
    assert tables.check() == []
    assert min(tables["exhibitions"]["opens_on"].tolist()) < dt.date(2022, 1, 1)
