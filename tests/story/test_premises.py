"""Chains: a story that counts several premises of a trade, and what is at each of them."""

import pytest

from pytest_misata.api import generate
from pytest_misata.errors import SchemaError
from pytest_misata.story.domain import domain_files, read_domain
from pytest_misata.story.reader import parse

CHAINS = [
    ("A hotel chain with 4 hotels and 200 bookings", "hotels", ["rooms"]),
    ("A restaurant chain with 5 restaurants and 300 orders", "restaurants", ["dining_tables", "staff"]),
    ("A gym chain with 6 gyms and 200 members", "gyms", ["members", "trainers"]),
    ("A school district with 4 schools and 40 teachers", "schools", ["teachers", "students"]),
    ("A library network with 3 libraries and 200 books", "libraries", ["books", "members"]),
    ("A hospital group with 3 hospitals and 100 patients", "hospitals", ["departments"]),
    ("A veterinary group with 4 clinics and 60 pets", "clinics", ["vets"]),
    ("A gym with 3 locations and 90 members", "locations", ["members", "trainers"]),
    ("A B2B SaaS with 30 accounts and 200 users", "accounts", ["users"]),
]


@pytest.mark.parametrize(("story", "premises", "there"), CHAINS)
def test_what_is_at_premises_is_at_one_of_them(story, premises, there):
    tables = generate(story, seed=5)

    for name in there:
        assert premises in {key.parent for key in tables.schema.table(name).foreign_keys}
    assert tables.check() == []


@pytest.mark.parametrize(
    ("story", "joining", "ways"),
    [
        ("A restaurant chain with 5 restaurants and 300 orders", "orders", ("table_id", "server_id")),
        ("A library network with 3 libraries and 200 books", "loans", ("member_id", "book_id")),
    ],
)
def test_what_joins_rows_joins_those_of_one_place(story, joining, ways):
    tables = generate(story, seed=5)
    (premises,) = tables.schema.holders
    held = [places(tables, joining, way, premises) for way in ways]
    pairs = [pair for pair in zip(*held, strict=True) if None not in pair]

    assert pairs
    assert all(one == other for one, other in pairs)


def places(tables, joining, way, premises):
    """The place that a key of each row leads to."""
    name = tables.schema.table(joining).foreign_key(way).parent
    (key,) = (key for key in tables.schema.table(name).foreign_keys if key.parent == premises)
    held = dict(zip(tables[name]["id"].tolist(), tables[name][key.columns[0]].tolist(), strict=True))
    return [held.get(value) for value in tables[joining][way].tolist()]


def test_each_place_has_what_a_single_one_has():
    one, five = (
        generate(story) for story in ("A restaurant with 60 orders", "A chain of restaurants with 5 restaurants")
    )

    assert len(five["dining_tables"]) == 5 * len(one["dining_tables"])


def test_rooms_in_a_house_are_no_premises():
    """The studios of one gym are not what members belong to."""
    schema = parse("A gym with 300 members, 12 studios and 40 complaints per studio")

    assert "studios" not in {key.parent for key in schema.table("members").foreign_keys}


def test_places_are_called_as_such_places_are():
    tables = generate("A school district with 6 schools and 40 teachers", seed=2)

    kinds = {"School", "College", "Academy", "University", "Institute"}
    assert {name.split()[-1] for name in tables["schools"]["name"].tolist()} <= kinds


def test_premises_of_no_table_are_an_error():
    (text,) = [file.text for file in domain_files() if file.file == "gym.toml"]

    with pytest.raises(SchemaError, match=r"gym.toml: premises: no table 'memberz'; did you mean 'members'"):
        read_domain(text.replace('{ tables = ["members"', '{ tables = ["memberz"'), "gym.toml")
