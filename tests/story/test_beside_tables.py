"""A story beside models: which tables its words name, how many rows each gets, and how the rest follows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from pytest_misata.api import generate_from_schema
from pytest_misata.errors import StoryError
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.story.reader import StoryWarning
from tests.story.schemas import SCHEMAS, tenants


def counts(name, story, **options):
    """The row counts, where every word of the story is understood: a StoryWarning is an error in this suite."""
    return generate_from_schema(schema_from_models(SCHEMAS[name]()), story=story, **options).counts


@pytest.mark.parametrize(
    ("schema", "story", "expected"),
    [
        ("django", "A SaaS company with 500 users", {"auth_user": 500, "blog_post": 1500}),
        ("django", "A blog with 20 members and 200 blog posts", {"auth_user": 20, "blog_post": 200}),
        ("django", "40 accounts and three groups", {"auth_user": 40, "auth_group": 3}),
        ("django", "posts: 60, comments: 70", {"blog_post": 60, "blog_comment": 70}),
        ("django", "30 sessions", {"django_session": 30}),
        ("django", "A blog with 5 authors and 3 posts per author", {"auth_user": 5, "blog_post": 15}),
        ("chinook", "A music store with 59 customers", {"Customer": 59, "Invoice": 177}),
        ("chinook", "8 employees, 59 clients, 350 songs", {"Employee": 8, "Customer": 59, "Track": 350}),
        ("chinook", "70 invoice lines", {"InvoiceLine": 70}),
        ("prefixed", "12 users and 30 support tickets", {"tbl_user": 12, "tbl_support_ticket": 30}),
        ("prefixed", "12 customers, 30 tickets, no orders", {"tbl_user": 12, "tbl_support_ticket": 30, "TBLORDERS": 0}),
        ("prefixed", "90 purchases", {"TBLORDERS": 90, "tbl_user": 30}),
        ("german", "An online shop with 40 customers and 90 orders", {"benutzer": 40, "bestellungen": 90}),
        ("german", "50 products and 70 line items", {"artikel": 50, "bestellpositionen": 70}),
        ("german", "25 Benutzer, 60 Bestellungen", {"benutzer": 25, "bestellungen": 60}),
        ("tenants", "30 users and 4 companies", {"accounts": 30, "organizations": 4}),
        ("tenants", "5 tenants", {"organizations": 5}),
        ("qualified", "20 users", {"shop.users": 20, "shop.orders": 60}),
        ("qualified", "20 crm users and 30 shop users", {"crm.users": 20, "shop.users": 30}),
        ("sqlmodel", "30 heroes and 4 hero teams", {"hero": 30, "heroteam": 4}),
        ("tracker", "60 bugs", {"bugs": 60, "features": 60, "issues": 180, "users": 60}),
        ("tracker", "20 users, 60 bugs and 30 features", {"users": 20, "bugs": 60, "features": 30, "issues": 180}),
        ("tracker", "200 issues, 60 bugs and no features", {"bugs": 60, "features": 0, "issues": 200}),
        ("tracker", "200 issues, half of them bugs", {"issues": 200, "bugs": 100}),
        ("tracker", "100 issues, 60% bugs and 40% features", {"issues": 100, "bugs": 60, "features": 40}),
        ("tracker", "100 issues, 30 of them bugs", {"issues": 100, "bugs": 30}),
        ("tracker", "20 users with 3 bugs each", {"users": 20, "bugs": 60, "issues": 180}),
    ],
)
def test_words_find_tables(schema, story, expected):
    assert expected.items() <= counts(schema, story).items()


@pytest.mark.parametrize(
    ("schema", "story", "expected"),
    [
        ("django", "50 users with 4 posts each", {"auth_user": 50, "blog_post": 200}),
        ("django", "10 users, each with 5 posts, each with 7 comments", {"blog_post": 50, "blog_comment": 350}),
        ("django", "50 users with 2 groups each", {"auth_user_groups": 100}),
        ("chinook", "7 invoices per customer, 100 customers", {"Invoice": 700}),
        ("chinook", "20 playlists with 12 tracks each", {"PlaylistTrack": 240}),
        ("chinook", "6 employees with 10 customers each", {"Customer": 60}),
        ("prefixed", "each user has 2 support tickets and 4 orders", {"tbl_support_ticket": 200, "TBLORDERS": 400}),
        ("german", "40 customers, 2 orders per customer, 3 line items per order", {"bestellpositionen": 240}),
        ("tenants", "20 companies, 5 members per company", {"memberships": 100}),
        ("tenants", "30 users, each with 2 projects", {"projects": 60}),
        ("sqlmodel", "5 hero teams with 6 heroes each", {"heroteam": 5, "hero": 30}),
    ],
)
def test_ratios_set_the_key_between_two_tables(schema, story, expected):
    assert expected.items() <= counts(schema, story).items()


def test_each_parent_has_exactly_as_many():
    tables = generate_from_schema(schema_from_models(SCHEMAS["chinook"]()), story="6 employees with 10 customers each")

    assert sorted(tables["Customer"]["SupportRepId"]) == [number for number in range(1, 7) for _ in range(10)]


def test_an_order_of_several_tables_down_is_divided_by_those_between():
    sizes = counts("german", "40 customers with 12 line items per customer")

    assert sizes["bestellpositionen"] == 480


def test_rows_size_the_main_table_where_the_story_has_no_number():
    assert counts("django", "3 posts per user", rows=7)["blog_post"] == 21
    assert counts("django", "A SaaS company", rows=7)["auth_user"] == 7


def test_rows_beside_a_number_of_the_story_are_told_of():
    with pytest.warns(StoryWarning, match=r"'rows=7' \(the story itself says 20 auth_user\)"):
        assert counts("django", "20 users", rows=7)["auth_user"] == 20


def test_counts_win_over_the_story():
    assert counts("django", "20 users", counts={"auth_user": 5})["auth_user"] == 5


def test_tables_that_nothing_sizes_grow_with_the_main_one_and_shrink_with_it():
    sizes = [counts("german", f"{users} users")["artikel"] for users in (5, 50, 500, 50_000)]

    assert sizes == [20, 50, 100, 5000]


@pytest.mark.parametrize(
    "name",
    """user users User Users USERS accounts account tbl_user TBLUSERS tblUser t_users auth_user app_users appuser
    accounts_customuser CustomUser user_account UserAccount member people person customers clients users_tbl core_user
    benutzer""".split(),
)
@pytest.mark.parametrize("story", ["A SaaS company with 500 users", "500 members with 2 orders each"])
def test_users_are_found_under_any_name(name, story):
    metadata = sa.MetaData()
    for other in ("group", "product", "user_group_association", "user_log"):
        sa.Table(other, metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
    owner = sa.Column("owner", sa.ForeignKey(f"{name}.id"), nullable=False)
    sa.Table("purchase", metadata, sa.Column("id", sa.Integer, primary_key=True), owner)

    assert generate_from_schema(schema_from_models(metadata), story=story).counts[name] == 500


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("org", "organisations"),
        ("tblOrg", "organizations"),
        ("emp", "employees"),
        ("inv", "invoices"),
        ("prod", "products"),
    ],
)
def test_abbreviated_names_are_found(name, said):
    metadata = sa.MetaData()
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("country", metadata, sa.Column("id", sa.Integer, primary_key=True))

    assert generate_from_schema(schema_from_models(metadata), story=f"23 {said}").counts[name] == 23


def test_two_tables_that_fit_equally_are_both_named():
    with pytest.warns(StoryWarning, match=r"'users' \(could be a_user or b_user; a_user is taken"):
        sizes = counts_of_twins("30 users")
    assert sizes == {"a_user": 30, "b_user": 30}


def counts_of_twins(story):
    metadata = sa.MetaData()
    for name in ("b_user", "a_user"):
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
    return generate_from_schema(schema_from_models(metadata), story=story).counts


def test_of_two_tables_that_fit_the_one_that_others_refer_to_is_taken():
    assert counts("qualified", "20 users")["shop.users"] == 20


@pytest.mark.parametrize("story", ["500 spaceships", "A lighthouse", "colourless green ideas", "20% of nothing"])
def test_a_story_that_names_nothing_of_the_schema_says_what_could_be_said(story):
    with pytest.raises(StoryError, match=r"It has organizations, accounts, .*: say for example '500 organizations'"):
        counts("tenants", story)


def test_a_story_contradicting_itself_is_an_error():
    with pytest.raises(StoryError, match="'20 users' and '30 members' cannot both hold"):
        counts("django", "20 users and 30 members")


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("20 users and 50 spaceships", "50 spaceships"),
        ("A Turkish company with 20 users", "Turkish"),
        ("20 users with 3 permissions each", "3 permissions each"),
        ("20 users, each with 3 permissions", "each with 3 permissions"),
        ("20 users, 3 posts per spaceship", "3 posts per spaceship"),
        ("20 users until 1850", "until 1850"),
    ],
)
def test_what_has_no_place_is_told(story, phrase):
    with pytest.warns(StoryWarning, match=phrase):
        schema = generate_from_schema(schema_from_models(SCHEMAS["django"]()), story=story).schema

    assert [fact.phrase for fact in schema.facts if not fact.understood] == [phrase]
    assert f"{phrase!r}" in schema.summary().partition("not understood:")[2]


def test_the_schema_that_was_given_stays_as_it_is():
    schema = schema_from_models(tenants())
    before = schema.summary()
    generate_from_schema(schema, story="30 users, 20% churned, 4 projects per user")

    assert schema.summary() == before
    assert schema.story is None


def test_a_longer_name_leaves_no_doubt_about_a_shorter_one_in_it():
    metadata = sa.MetaData()
    for name in ("artist_credit", "release_credit"):
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
    schema = schema_from_models(metadata)

    assert generate_from_schema(schema, story="30 release credits").counts["release_credit"] == 30
    with pytest.warns(StoryWarning, match=r"'credits' \(could be artist_credit or release_credit; artist_credit is"):
        generate_from_schema(schema, story="30 credits")


@pytest.mark.parametrize("story", ["", " \n"])
def test_an_empty_story_is_told_the_tables_it_could_name(story: str) -> None:
    schema = schema_from_models(tenants())
    names = [table.name for table in schema.tables.values()]
    with pytest.raises(
        StoryError, match=f"the story is empty. The schema has {', '.join(names)}: say .* '500 {names[0]}'"
    ):
        generate_from_schema(schema, story=story)
