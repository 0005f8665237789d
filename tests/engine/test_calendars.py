"""Moments follow the calendar they are given: growth, seasons, weekdays, hours and days that stand out."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata import generate_from_schema
from pytest_misata.engine.calendars import Calendar, Rhythm
from pytest_misata.engine.events import days_of
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import ForeignKey, SchemaConfig
from pytest_misata.schema.types import DATE, DATETIME, INTEGER
from tests.engine.schemas import column, table


def moments(rows=6000, type_=DATETIME, **options):
    """The column `at` of a table that has nothing else."""
    config = table("t", column("id", INTEGER, "serial"), column("at", type_, "moment", **options))
    return generate_from_schema(SchemaConfig({"t": config}, main="t"), rows=rows)["t"]["at"]


def counted(values, unit):
    return dict(sorted(Counter(values.astype(f"datetime64[{unit}]").astype(str).tolist()).items()))


def weekdays(values):
    return np.bincount((values.astype("datetime64[D]").astype(int) + 3) % 7, minlength=7)


def hours(values):
    return np.bincount(values.astype("datetime64[h]").astype(int) % 24, minlength=24)


def test_years_that_double_have_their_exact_share():
    made = moments(rows=7000, since="2024-01-01", growth={"factor": "2", "every": "year"}, exact=True)
    assert counted(made, "Y") == {"2024": 2333, "2025": 4667}


def test_growth_a_month_is_that_of_the_counts_of_months():
    made = counted(moments(since="2025-01-01", growth={"factor": "1.05", "every": "month"}, exact=True), "M")
    first = 6000 * 0.05 / (1.05**12 - 1)
    for number, count in enumerate(made.values()):
        assert abs(count - first * 1.05**number) <= 1


def test_months_have_the_weights_stated_for_them():
    levels = {"2025-03": 1, "2025-04": 2, "2025-06": 5}
    assert counted(moments(rows=800, growth=levels, exact=True), "M") == {
        "2025-03": 100,
        "2025-04": 200,
        "2025-06": 500,
    }


def test_days_that_are_alike_get_as_many_rows():
    made = counted(moments(rows=40 * 366, since="2024-01-01", until="2025-01-01", exact=True), "D")
    assert len(made) == 366
    assert set(made.values()) == {40}


def test_weekdays_do_not_change_what_a_month_has():
    levels = {f"2025-{month:02}": 1 for month in range(1, 13)}
    made = moments(growth=levels, weekdays="weekdays", hours="office", exact=True)
    assert set(counted(made, "M").values()) == {500}
    assert weekdays(made)[5:].tolist() == [0, 0]


def test_a_season_is_the_same_each_year():
    made = moments(rows=30_000, season=[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4], exact=True, since="2024-01-01")
    months = counted(made, "M")
    assert months["2024-12"] == pytest.approx(months["2025-12"], abs=2)
    assert months["2025-12"] == pytest.approx(4 * months["2025-10"], abs=8)


def test_a_day_that_stands_out_has_so_many_times_as_much():
    made = counted(moments(rows=20_000, events=[{"on": "black_friday", "times": "8"}], exact=True), "D")
    ordinary = made["2024-03-05"]
    assert abs(made["2024-11-29"] - 8 * ordinary) <= 8
    assert abs(made["2025-11-28"] - 8 * ordinary) <= 8


def test_a_month_may_be_quiet():
    made = counted(moments(rows=12_000, events=[{"on": "2025-08", "times": "1/3"}], exact=True), "M")
    assert made["2025-08"] * 3 == pytest.approx(made["2025-07"], abs=4)
    assert made["2024-08"] == pytest.approx(made["2024-07"], abs=2)


def test_draws_follow_the_calendar_too():
    made = moments(rows=20_000, weekdays=[1, 1, 1, 1, 1, 0, 0], hours="office")
    assert weekdays(made)[5:].sum() == 0
    assert hours(made)[:8].sum() + hours(made)[17:].sum() == 0


def test_dates_follow_the_calendar():
    assert weekdays(moments(type_=DATE, weekdays="only"))[:5].sum() == 0


def test_children_follow_the_calendar_after_their_parents():
    made = life(moment={"after": ["person_id.joined_at"], "weekdays": "weekdays", "hours": "office", "sequence": True})
    joined = made["people"]["joined_at"][made["visits"]["person_id"] - 1]
    at = made["visits"]["at"]
    assert (at >= joined).all()
    assert weekdays(at)[5:].sum() <= 5


def test_parents_come_before_children_that_are_dealt():
    made = life(parent={"leads": ["visits.at"]}, moment={"since": "2025-01-01", "exact": True})
    at, key = made["visits"]["at"], made["visits"]["person_id"]
    assert (made["people"]["joined_at"][key - 1] < at).all()
    assert set(counted(at, "D").values()) == {2}


def life(*, parent=None, moment):
    """People and their visits, 730 of them."""
    people = table(
        "people", column("id", INTEGER, "serial"), column("joined_at", DATETIME, "moment", **(parent or {})), rows=300
    )
    people.born = "joined_at"
    visits = table(
        "visits",
        column("id", INTEGER, "serial"),
        column("person_id", INTEGER),
        column("at", DATETIME, "moment", **moment),
        rows=730,
    )
    visits.foreign_keys.append(ForeignKey(("person_id",), "people", ("id",), owner=True))
    return generate_from_schema(SchemaConfig({"people": people, "visits": visits}, main="people"))


def test_slices_and_longer_tables_have_the_same_moments():
    options = {"growth": "2", "season": "retail", "weekdays": "office", "hours": "business"}
    whole = moments(rows=3000, exact=True, **options)
    assert (moments(rows=5000, exact=True, **options)[:2944] == whole[:2944]).all()
    config = table("t", column("id", INTEGER, "serial"), column("at", DATETIME, "moment", exact=True, **options))
    made = generate_from_schema(SchemaConfig({"t": config}, main="t"), rows=3000)["t"]
    assert [row["at"] for row in made.rows(1000, 1010)] == [row["at"] for row in made.rows()][1000:1010]
    assert generate_from_schema(SchemaConfig({"t": config}, main="t"), rows=3000)["t"]["at"][5] == whole[5]


@settings(derandomize=True, deadline=None)
@given(
    low=st.integers(0, 364 * 86_400),
    span=st.integers(1, 86_400 * 30),
    week=st.lists(st.integers(0, 9), min_size=7, max_size=7).filter(any),
    bits=st.integers(0, 2**64 - 1),
)
def test_a_moment_lies_where_it_may(low, span, week, bits):
    made = Calendar(Rhythm(weekdays=tuple(week), hours="office"), dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    start = (dt.date(2025, 1, 1) - dt.date(1970, 1, 1)).days * 86_400 + low
    at = made.between(np.array([start]), np.array([start + span]), np.array([bits], dtype=np.uint64))
    assert start <= at[0] < start + span


def test_many_moments_are_found_as_few_are():
    made = Calendar(Rhythm(hours="evening", weekdays="office"), dt.date(2024, 1, 1), dt.date(2026, 1, 1))
    units = np.arange(0, 2**40, 2**40 // 9999, dtype=np.int64)
    assert (made.seconds(units) == np.concatenate([made.seconds(part) for part in np.array_split(units, 9)])).all()


@pytest.mark.parametrize(
    ("name", "year", "first", "days"),
    [
        ("black_friday", 2024, "2024-11-29", 1),
        ("cyber_monday", 2025, "2025-12-01", 1),
        ("easter", 2025, "2025-04-13", 8),
        ("memorial_day", 2025, "2025-05-26", 1),
        ("christmas", 2023, "2023-12-01", 24),
        ("2024-03", 2024, "2024-03-01", 31),
        ("02-29", 2025, "2025-02-28", 1),
        ("06..08", 2025, "2025-06-01", 92),
        ("2024-12-30..2025-01-02", 2024, "2024-12-30", 2),
    ],
)
def test_events_have_their_days(name, year, first, days):
    found = list(days_of(name, [year]))
    assert (str(found[0]), len(found)) == (first, days)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"growth": "quickly"}, r't\.at: growth is "steady", "growing", a factor'),
        ({"growth": {"factor": 2, "every": "decade"}}, r"t\.at: growth is by the day"),
        ({"season": "monsoon"}, r"t\.at: seasons are one of retail"),
        ({"weekdays": [1, 2]}, r"t\.at: weekdays are 7 weights"),
        ({"hours": "lunch"}, r"t\.at: hours are one of business"),
        ({"events": [{"on": "black_fridy", "times": 2}]}, r"t\.at: no event 'black_fridy': did you mean"),
        ({"growth": {"2019-01": 1}}, r"t\.at: nothing happens on any day from"),
    ],
)
def test_what_a_calendar_can_not_be_is_named(options, message):
    with pytest.raises(GenerationError, match=message):
        moments(rows=5, **options)
