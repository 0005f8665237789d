import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.errors import StoryError
from pytest_misata.story.domain import domains
from pytest_misata.story.reader import parse


@pytest.mark.parametrize(
    ("story", "name"),
    [
        ("SaaS", "saas"),
        ("A software as a service business", "saas"),
        ("An e-commerce site", "ecommerce"),
        ("an online store", "ecommerce"),
        ("A neobank", "fintech"),
        ("1,000 users and 3,000 subscriptions", "saas"),
        ("500 customers and 1200 orders", "ecommerce"),
        ("A SaaS for online shops with 50 users and 70 subscriptions", "saas"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest_misata.story.reader.StoryWarning")
def test_the_words_of_a_story_name_its_domain(story, name):
    assert parse(story).name == name


@pytest.mark.parametrize("story", ["", "  \n", "hello world", "asdf 12", "?", "12"])
def test_a_story_about_nothing_known_lists_what_it_could_say(story):
    with pytest.raises(StoryError) as error:
        parse(story)

    assert all(repr(domain.example) in str(error.value) for domain in domains())


@pytest.mark.parametrize("story", [None, 42, b"A SaaS", ["A SaaS"]])
def test_a_story_is_a_sentence(story):
    with pytest.raises(StoryError, match="a story is a sentence"):
        parse(story)


def test_a_known_table_does_not_make_an_unknown_trade_known():
    schema = parse("A tannery with 60 vats and 2500 orders in 2025")

    assert (schema.name, list(schema.tables)) == ("tannery", ["vats", "orders"])


def test_tables_that_several_domains_have_do_not_decide():
    assert list(parse("1000 users").tables) == ["users"]


def test_story_and_locale_are_kept():
    schema = parse("A SaaS with 10 users", locale="de_DE")

    assert (schema.story, schema.locale, parse("SaaS").locale) == ("A SaaS with 10 users", "de_DE", "en_US")


def test_every_reading_has_a_schema_of_its_own():
    parse("SaaS").table("users").column("plan").choose(["free"])

    assert parse("SaaS").table("users").column("plan").generator.options["values"] != ["free"]


@pytest.mark.parametrize(
    ("story", "domain"),
    [
        ("A bank", "banking"),
        ("A warehouse", "warehouse"),
        ("A fulfilment center", "warehouse"),
        ("A veterinary clinic", "veterinary"),
        ("A donations platform", "nonprofit"),
        ("A café", "cafe"),
        ("A café-restaurant", "restaurant"),
    ],
)
def test_a_domain_needs_no_numbers(story: str, domain: str) -> None:
    tables = Tables(parse(story))
    assert tables.schema.name == domain
    assert tables.check() == []


@pytest.mark.parametrize(
    ("story", "tables"),
    [
        ("A brewery with 8 beers, 45 retailers and 600 deliveries", {"beers", "retailers", "deliveries"}),
        ("A data broker with 12 banks, 3 insurers and 900 reports", {"banks", "insurers", "reports"}),
        ("A consultancy with 25 hospitals and 80 engagements", {"hospitals", "engagements"}),
    ],
)
def test_what_a_story_has_several_of_is_not_its_trade(story, tables):
    assert set(parse(story).tables) == tables


@pytest.mark.parametrize(
    ("story", "keys"),
    [
        (
            "A dance school with 8 teachers, 120 students and 30 classes",
            {"classes": ["teachers"], "students": ["classes"]},
        ),
        ("A radio station with 12 shows and 300 episodes", {"episodes": ["shows"]}),
    ],
)
def test_a_school_of_one_thing_gives_no_report_cards(story: str, keys: dict[str, list[str]]) -> None:
    tables = parse(story).tables
    assert {name: [key.parent for key in tables[name].foreign_keys] for name in keys} == keys
    assert not {"assessments", "attendance"} & set(tables)
