"""What is done time and again to each row, or by each: so many times in each unit of a span of time."""

import pytest

from pytest_misata.api import generate
from pytest_misata.schema.plan import plan_rows
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
        # What is held for everybody is one for all.
        ("A choir with 50 singers and weekly meetings in 2024", "meetings", 52),
        ("A parish with 300 members and a monthly rehearsal in 2024", "rehearsals", 12),
        # Of very many those that hold them are looked at.
        ("A poultry farm with 6 barns and 40,000 hens, daily inspections in March 2025", "inspections", 6 * 31),
        ("A zoo with 6 enclosures and 30 animals, daily feedings in March 2025", "feedings", 30 * 31),
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


def test_what_happens_for_years_is_of_the_latest_days():
    """All that is done daily in the years of the data would be more than anybody asked for."""
    tables = generate("A gym with 250 members and daily check-ins", seed=3)
    assert len(tables["check_ins"]) == 250 * 30
    assert tables.check() == []


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


@pytest.mark.parametrize(
    ("story", "child", "rows"),
    [
        ("A pension fund with 50 members and monthly contributions", "contributions", 50 * 12),
        ("A water company with 30 meters read quarterly", "readings", 30 * 4),
        ("A water company with 30 meters, each read every quarter", "readings", 30 * 4),
        ("A farm with 6 cows milked every day for two weeks", "milkings", 6 * 14),
        ("A power plant with 4 turbines inspected every week", "inspections", 4 * 12),
        ("A city with 40 bins emptied twice a week", "emptyings", 40 * 24),
        ("A landlord with 12 tenants, each paying rent monthly", "rents", 12 * 12),
        ("A clinic with 20 patients, each having an appointment every month in 2025", "appointments", 20 * 12),
    ],
)
def test_what_is_done_time_and_again_is_of_lately_where_no_time_is_said(story: str, child: str, rows: int) -> None:
    schema = parse(story)
    assert all(fact.understood for fact in schema.facts)
    assert plan_rows(schema)[child] == rows


@pytest.mark.parametrize(
    ("story", "meaning"),
    [
        ("A translation agency with 1,400 jobs, average 2,300 words per job", "jobs.length_words: mean 2,300"),
        ("A translation agency with 1,400 jobs averaging 2,300 words", "jobs.length_words: mean 2,300"),
        ("A publisher with 40 books, average 320 pages per book", "books.pages: mean 320"),
        ("A lab with 300 speed tests, median download 85 Mbps", "speed_tests.download_mbps: median 85"),
    ],
)
def test_what_is_measured_is_not_counted(story: str, meaning: str) -> None:
    schema = parse(story)
    assert meaning in [fact.meaning for fact in schema.facts]
    assert not {"words", "pages", "mbps"} & set(schema.tables)


def test_last_summer_is_the_latest_that_is_over() -> None:
    facts = {fact.phrase: fact.meaning for fact in parse("A hostel with 2,000 bookings last summer").facts}
    assert facts["last summer"] == "all data: from 2025-06-01 to 2025-08-31"
