"""What a story does not name is no more than what it counts of it."""

import pytest

from pytest_misata.api import generate

pytestmark = pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")


@pytest.mark.parametrize(
    ("story", "parents", "child"),
    [
        ("A hospital with 400 admissions", ["patients", "doctors"], "admissions"),
        ("An IoT platform with 50 devices, each with 4 sensors", ["sites", "gateways"], "sensors"),
        ("A SaaS company with 30 support tickets", ["users"], "support_tickets"),
    ],
)
def test_parents_that_nobody_named_are_no_more_than_their_children(story, parents, child):
    counts = dict(generate(story, seed=7).counts)

    assert all(counts[parent] <= counts[child] for parent in parents)


def test_how_many_children_there_are_of_each_holds():
    counts = dict(generate("A hospital with 400 admissions, 0.2 admissions per patient", seed=7).counts)

    assert counts["patients"] == 2000


@pytest.mark.parametrize(
    ("story", "table"),
    [
        ("A restaurant with 18 tables for 4 guests and 30 dishes", "guests"),
        ("A restaurant with 60 reservations, 15% for more than 6 people", "guests"),
    ],
)
def test_so_many_people_at_a_time_are_no_count(story, table):
    assert len(generate(story, seed=7)[table]) > 6


@pytest.mark.parametrize("emails", [2_000, 100_000])
def test_there_are_as_many_as_pairs_need(emails):
    """An email of a campaign goes to a contact once."""
    tables = generate(f"An email marketing tool with 25 campaigns and {emails} emails", seed=7)

    assert tables.counts["sends"] == emails
    assert 25 * tables.counts["contacts"] >= emails
