"""What is done time and again to each row, or by each: so many times in each unit of a span of time."""

import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse

pytestmark = pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")


@pytest.mark.parametrize(
    ("story", "table", "rows"),
    [
        ("A dairy with 35 farms, 80 cows milked twice a day in April 2025", "milkings", 80 * 60),
        ("A waste company with 50 containers emptied three times a week in 2025", "emptyings", 50 * 156),
        ("A lab with 20 freezers inspected weekly in 2025", "inspections", 20 * 52),
        ("A zoo with 9 animals, each animal fed three times a day in June 2025", "feedings", 9 * 90),
        ("A microblogging site with 40 users who post twice a day in June 2025", "posts", 40 * 60),
        ("A gym with 25 members, daily check-ins in March 2025", "check_ins", 25 * 31),
        ("A coffee subscription with 85 subscribers, 3 plans, monthly deliveries in 2025", "deliveries", 85 * 12),
        ("A crypto exchange where 200 users make 5 trades a day in January 2025", "trades", 200 * 155),
        ("A food delivery app with 35 couriers, each delivering 12 orders a day for a week", "orders", 35 * 84),
        ("A wind farm with 40 turbines, readings every hour on 5 March 2025", "readings", 40 * 24),
        (
            "A telescope network with 4 telescopes, 3 observations per telescope per night in May 2025",
            "observations",
            4 * 93,
        ),
        # What all do together stays so.
        ("A shop with 200 customers placing 30 orders a day in May 2025", "orders", 30 * 31),
    ],
)
def test_so_many_in_each_unit_of_time(story, table, rows):
    assert len(generate(story, seed=7)[table]) == rows


@pytest.mark.parametrize(
    ("story", "rows"),
    [("A gym with 90 members and 40 classes a week", 40), ("A yoga studio with 5 classes per day", 35)],
)
def test_a_timetable_has_the_rows_of_one_week(story, rows):
    schema = parse(story)
    assert schema.tables["classes"].rows == rows
    assert all(fact.understood for fact in schema.facts)


def test_what_happens_for_years_is_no_count():
    """Without a span, what is done daily would be more than anybody asked for."""
    schema = parse("A gym with 250 members and daily check-ins")

    assert "daily check-ins" in [fact.phrase for fact in schema.facts if not fact.understood]


@pytest.mark.parametrize(
    ("story", "table", "days", "rows"),
    [
        ("A church with 200 members and a service every Sunday", "services", {6}, 157),
        ("A market with 60 stalls and a fair every Saturday", "fairs", {5}, 157),
        ("A choir with 40 singers and a rehearsal every Tuesday and Thursday", "rehearsals", {1, 3}, 313),
        ("A church with 200 members, 2 masses every Sunday", "masses", {6}, 313),
    ],
)
def test_what_is_there_on_a_day_of_every_week(story, table, days, rows):
    tables = generate(story, seed=5)
    moments = tables[table]["starts_at"].tolist()

    assert len(moments) == rows
    assert {moment.weekday() for moment in moments} == days


@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_a_day_of_what_no_table_has_is_of_nobody_else():
    facts = {fact.phrase: fact for fact in parse("A village with 300 residents, a raffle every Saturday").facts}

    assert not facts["every Saturday"].understood
