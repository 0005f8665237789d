"""Shares said after what they are of, comparisons of values, and days that are busier than others."""

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "meanings"),
    [
        (
            "A swimming club with 120 entries, adults 60%, children 40%",
            ["entries.kind: adults in 60% of the rows", "entries.kind: children in 40% of the rows"],
        ),
        (
            "A shipping line with 900 containers, twice as many imports as exports",
            ["containers.kind: imports in 66.6667% of the rows", "containers.kind: exports in 33.3333% of the rows"],
        ),
        ("A social network with 300 members, no private profiles", ["users.is_private: true in 0% of the rows"]),
        (
            "A building firm with 22 sites, budget per site 1.5 million dollars on average",
            ["sites.budget: mean 1,500,000"],
        ),
        (
            "A solar farm: 30 panels, a power reading per panel every hour on 21 June 2024",
            ["power_readings: 24 per row of panels on average"],
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_the_values_become(story, meanings):
    told = [fact.meaning for fact in parse(story).facts]

    assert [meaning for meaning in meanings if meaning not in told] == []


@pytest.mark.parametrize(
    ("story", "days"),
    [
        ("A gym with 900 members, Mondays are busiest", {0}),
        ("A gym with 900 members, weekends busier than weekdays", {5, 6}),
        ("A gym with 900 members, Saturdays are three times as busy as other days", {5}),
        ("A gym with 900 members, Wednesdays 60% busier, Sundays closed", {2}),
        ("A gym with 900 members, Mondays and Tuesdays see twice as many check-ins", {0, 1}),
    ],
)
def test_days_that_are_busier(story, days):
    weekdays = [moment.weekday() for moment in generate(story, seed=7)["check_ins"]["checked_in_at"].tolist()]
    many = np.bincount(weekdays, minlength=7)

    assert min(many[day] for day in days) > max(many[day] for day in set(range(7)) - days)


@pytest.mark.parametrize(
    ("story", "meaning"),
    [
        (
            "A school with 40 teachers and 750 pupils, half the teachers part-time",
            "teachers.is_part_time: true in 50% of the rows",
        ),
        (
            "A kennel with 40 keepers and 750 dogs, half the keepers part-time",
            "keepers.is_part_time: true in 50% of the rows",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_what_is_of_the_rows_that_are_named_or_have_the_like(story, meaning):
    assert meaning in [fact.meaning for fact in parse(story).facts]
