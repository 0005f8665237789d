"""What a story's numbers leave no room for is given up by name; everything else still holds."""

import warnings

import pytest

from pytest_misata.api import generate, generate_from_schema
from pytest_misata.story.domain import domains
from pytest_misata.story.reader import StoryWarning, parse


def missed(story):
    """The phrases that are named as not understood."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoryWarning)
        return [fact.phrase for fact in parse(story).facts if not fact.understood]


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A gym with one member and 30,000 check-ins", "one member"),
        ("A restaurant with 10 tables and 10,000 reservations", "10 tables"),
        ("A real estate agency with one agent and 3,000 listings", "one agent"),
        ("A shop with 100 orders and 30 order lines", "30 order lines"),
    ],
)
def test_numbers_that_leave_no_room_are_named(story, phrase):
    assert missed(story) == [phrase]


@pytest.mark.parametrize(
    "story", ["A shop with 100 orders and 1 review", "A podcast network with 1 follow and 300 hosts"]
)
def test_there_are_as_many_of_what_nobody_counted_as_the_others_need(story):
    assert missed(story) == []
    assert generate(story).check() == []


@pytest.mark.parametrize(
    "story",
    [
        "A streaming service with 500 profiles and 20,000 views in March 2024",
        "A gym with 300 members and 5,000 check-ins in March 2024",
        "A gym with one member and 3,000 check-ins",
    ],
)
def test_where_there_is_time_for_all_nothing_is_given_up(story):
    assert missed(story) == []
    assert generate(story).check() == []


def test_few_see_many():
    doctors = generate("A hospital with 700 patients and 20,000 appointments")["doctors"]

    assert 20 < len(doctors) < 100


def test_a_story_that_leaves_no_room_is_refused_strictly():
    with pytest.raises(Exception, match=r"10 tables.*no time"):
        parse("A restaurant with 10 tables and 10,000 reservations", strict=True)


def bound_pairs():
    """For a fifth of the domains, a story of few rows of which there are many others that take turns of them."""
    for domain in domains()[::5]:
        schema = domain.schema()
        for table in schema.tables.values():
            for key in table.foreign_keys:
                if any(turns.of == key.columns[0] for turns in table.turns):
                    parent, child = (name.replace("_", " ") for name in (key.parent, table.key))
                    yield f"{domain.title} with 2 {parent} and 700 {child}"


@pytest.mark.parametrize("story", list(bound_pairs()))
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_no_rule_is_broken_where_few_have_much_to_do(story):
    assert generate(story).check() == []


@pytest.mark.parametrize("orders", [1000, 1500, 2000, 4000])
def test_machines_have_time_for_any_number_of_orders(orders):
    """Also where machines have no whole number of them each."""
    tables = generate(f"A factory with 40 machines and {orders} work orders", seed=42)

    assert all(fact.understood for fact in tables.schema.facts)
    assert tables.check() == []


@pytest.mark.filterwarnings("ignore::pytest_misata.StoryWarning")
def test_a_time_that_is_too_short_for_one_after_another_is_named() -> None:
    schema = parse("A dental clinic with 4 dentists, 600 patients and 2400 appointments in March 2025")
    named = [fact for fact in schema.facts if not fact.understood]
    assert [fact.phrase for fact in named] == ["4 dentists"]
    assert generate_from_schema(schema, seed=42).check() == []


@pytest.mark.parametrize(
    "story",
    [
        "A freight company with 300 shipments, average weight of 8000 kg",
        "A telecom with 500 lines, 60% on the family plan and 40% on the unlimited plan",
    ],
)
def test_what_is_stated_keeps_to_the_parents(story):
    assert missed(story) == []
    assert generate(story).check() == []


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A freight company with 300 shipments, average weight of 30000 kg", "average weight of 30000 kg"),
        ("A sports league with 100 matches, average attendance of 70,000", "average attendance of 70,000"),
    ],
)
def test_what_parents_leave_no_room_for_is_named(story, phrase):
    assert missed(story) == [phrase]
    with pytest.warns(StoryWarning):
        assert generate(story).check() == []
