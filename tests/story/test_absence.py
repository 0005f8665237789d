"""What a story says there is none of: no rows of a table, and no table that is called "without"."""

import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import StoryWarning, parse


@pytest.mark.parametrize(
    "absence",
    [", without invoices", " and without any suppliers", ", excluding tickets", ", minus reviews or tickets"],
)
def test_what_a_composed_story_is_without_is_no_table(absence):
    schema = parse(f"A coworking space with 110 members{absence}", strict=True)

    assert list(schema.tables) == ["members"]
    assert any(fact.meaning == "there is no such table" for fact in schema.facts)


def test_what_a_domain_has_no_table_for_is_absent_all_the_same():
    schema = parse("A bank with 50 customers, without support tickets", strict=True)

    assert not [name for name in schema.tables if "tickets" in name]


@pytest.mark.parametrize("word", ["without", "excluding", "minus"])
def test_each_table_of_a_list_has_no_rows(word):
    tables = generate(f"A bank with 50 customers, {word} cards or loans", seed=1)

    assert tables.counts["cards"] == tables.counts["loans"] == 0


def test_what_follows_an_absence_is_there():
    assert set(parse("A coworking space with 110 members without invoices and with 10 desks").tables) == {
        "members",
        "desks",
    }


@pytest.mark.parametrize(
    ("story", "missed"),
    [
        ("A coworking space with 110 members, 20 without desks", "20 without desks"),
        ("A bank with 50 customers, 10% without loans", "10% without loans"),
        ("A SaaS with 100 users, without paused subscriptions", "without paused subscriptions"),
    ],
)
def test_what_some_rows_are_without_is_no_absence(story, missed):
    with pytest.warns(StoryWarning, match=missed):
        schema = parse(story)

    assert not [column for table in schema.tables.values() for column in table.columns if "without" in column]
