"""A story beside models: which columns its shares and states land on, and what the rows then hold."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from pytest_misata.api import generate_from_schema
from pytest_misata.errors import StoryError
from pytest_misata.schema.config import Generator
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.story.reader import StoryWarning
from tests.story.schemas import SCHEMAS


def tables(name, story, **options):
    return generate_from_schema(schema_from_models(SCHEMAS[name]()), story=story, **options)


def shares(data, table, column):
    values = [row[column] for row in data[table].rows()]
    return {value: count / len(values) for value, count in Counter(values).items()}


def about(expected):
    return pytest.approx(expected, abs=0.0006)


@pytest.mark.parametrize(
    ("schema", "story", "place", "expected"),
    [
        ("django", "4000 users, 20% inactive", ("auth_user", "is_active"), {False: 0.2, True: 0.8}),
        ("django", "4000 users, 20% of them active", ("auth_user", "is_active"), {True: 0.2, False: 0.8}),
        ("django", "4000 users with a churn rate of 15%", ("auth_user", "is_active"), {False: 0.15, True: 0.85}),
        ("django", "4000 comments, a quarter of them spam", ("blog_comment", "spam"), {True: 0.25, False: 0.75}),
        ("chinook", "4000 invoices, 30% unpaid", ("Invoice", "IsPaid"), {False: 0.3, True: 0.7}),
        ("chinook", "4000 invoices, 80% of invoices are paid", ("Invoice", "IsPaid"), {True: 0.8, False: 0.2}),
        ("prefixed", "4000 users, 20% churned", ("tbl_user", "churned"), {"Y": 0.2, "N": 0.8}),
        (
            "prefixed",
            "4000 tickets, 10% open and 20% in progress",
            ("tbl_support_ticket", "state"),
            {"open": 0.1, "in_progress": 0.2, "closed": 0.7},
        ),
        ("staff", "1200 managers and 2800 engineers", ("employees", "kind"), {"manager": 0.3, "engineer": 0.7}),
        ("staff", "4000 employees, 30% managers", ("employees", "kind"), {"manager": 0.3, "engineer": 0.7}),
        (
            "german",
            "4000 orders, 20% storniert, 70% bezahlt",
            ("bestellungen", "status"),
            {"storniert": 0.2, "bezahlt": 0.7, "offen": 0.1},
        ),
        (
            "tenants",
            "4000 users, 20% churned, 10% suspended",
            ("accounts", "status"),
            {"cancelled": 0.2, "suspended": 0.1, "active": 0.7},
        ),
        ("tenants", "4000 memberships, 5% admins", ("memberships", "role"), {"admin": 0.05, "owner": 0.475}),
        ("tenants", "4000 projects, 10% archived", ("projects", "status"), {"archived": 0.1, "active": 0.9}),
        ("sqlmodel", "4000 heroes, one in four heroes retired", ("hero", "retired"), {True: 0.25, False: 0.75}),
    ],
)
def test_a_share_lands_on_the_column_that_has_such_a_value(schema, story, place, expected):
    found = shares(tables(schema, story), *place)

    assert {value: found[value] for value in expected} == about(expected)


@pytest.mark.parametrize(
    ("schema", "story", "table", "column", "there"),
    [
        ("django", "4000 users, 10% deleted", "auth_user", "deleted_at", 0.1),
        ("chinook", "4000 invoices, 8% refunds", "Invoice", "RefundedAt", 0.08),
        ("chinook", "4000 invoices without refunds", "Invoice", "RefundedAt", 0),
        ("chinook", "4000 invoices, 60% not refunded", "Invoice", "RefundedAt", 0.4),
        ("prefixed", "4000 users, half of the users are suspended", "tbl_user", "suspended_on", 0.5),
    ],
)
def test_a_share_lands_on_the_moment_at_which_it_happened(schema, story, table, column, there):
    found = shares(tables(schema, story), table, column)

    assert 1 - found.get(None, 0) == about(there)


def test_a_moment_that_is_there_comes_after_the_row_itself():
    rows = tables("django", "500 users, 40% deleted")["auth_user"].rows()

    gone = [row for row in rows if row["deleted_at"] is not None]
    assert gone
    assert all(row["deleted_at"] >= row["date_joined"] for row in gone)


def test_a_share_of_a_table_said_goes_to_that_table():
    data = tables("tenants", "2000 users and 2000 projects, 40% of projects are active")

    assert shares(data, "projects", "status")["active"] == about(0.4)
    assert shares(data, "accounts", "status")["active"] > 0.6


def test_a_share_goes_to_the_table_named_last_that_has_such_a_value():
    data = tables("tenants", "2000 projects, 2000 users, 40% active")

    assert shares(data, "accounts", "status")["active"] == about(0.4)
    assert shares(data, "projects", "status")["active"] > 0.6


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("2000 users, 30% on the pro plan and 70% on free", {"pro": 0.3, "free": 0.7}),
        ("2000 users: 25% gold, 75% on the silver plan", {"gold": 0.25, "silver": 0.75}),
        ("2000 users, 40% on the gold plan", {"gold": 0.4}),
    ],
)
def test_a_share_of_a_lookup_table_makes_its_rows(story, expected):
    data = tables("prefixed", story)
    names = dict(zip(data["tbl_plan"]["plan_id"], data["tbl_plan"]["plan_name"], strict=True))
    found = Counter(names[key] for key in data["tbl_user"]["plan_id"])

    assert {name: found[name] / 2000 for name in expected} == about(expected)
    assert set(expected) <= set(names.values())


def test_a_lookup_table_of_a_stated_size_is_left_alone():
    with pytest.warns(StoryWarning, match="tbl_plan cannot have just the rows pro, free"):
        data = tables("prefixed", "20 users, 50 plans, 30% on the pro plan and 70% on the free plan")

    assert data.counts["tbl_plan"] == 50


def test_a_table_of_people_is_no_lookup_table():
    metadata = sa.MetaData()
    identified = sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("users", metadata, identified, sa.Column("first_name", sa.String(40)))
    owned = sa.Column("user_id", sa.ForeignKey("users.id"), nullable=False)
    sa.Table("orders", metadata, sa.Column("id", sa.Integer, primary_key=True), owned)
    with pytest.warns(StoryWarning, match="25% inactive users"):
        data = generate_from_schema(schema_from_models(metadata), story="200 users, 25% inactive users")

    assert "inactive" not in {name.lower() for name in data["users"]["first_name"] if name}
    assert data.counts["users"] == 200


def test_a_text_without_a_list_of_values_takes_those_of_the_story():
    data = tables("prefixed", "2000 orders, 30% on the gold tier and 70% on bronze")

    assert shares(data, "TBLORDERS", "tier") == about({"gold": 0.3, "bronze": 0.7})


def test_values_that_are_not_legal_are_told():
    with pytest.warns(StoryWarning, match="30% on the gold role"):
        data = tables("tenants", "200 memberships, 30% on the gold role")

    assert set(data["memberships"]["role"]) == {"owner", "admin", "viewer"}


def test_a_number_of_rows_of_one_state_is_a_share():
    data = tables("tenants", "3000 active users and 1000 suspended users")

    assert data.counts["accounts"] == 4000
    assert shares(data, "accounts", "status") == about({"active": 0.75, "suspended": 0.25})


def test_a_state_beside_shares_of_the_same_column_is_told():
    with pytest.warns(StoryWarning, match="shares of accounts.status are stated beside it"):
        data = tables("tenants", "3000 active users with 20% churn")

    assert shares(data, "accounts", "status")["cancelled"] == about(0.2)


def test_weights_of_a_steered_column_stay_for_what_the_story_does_not_say():
    schema = schema_from_models(SCHEMAS["tenants"]())
    schema.table("memberships").column("role").choose({"owner": 1, "admin": 3, "viewer": 6})
    data = generate_from_schema(schema, story="4000 memberships, 10% owners")

    assert shares(data, "memberships", "role") == about({"owner": 0.1, "admin": 0.3, "viewer": 0.6})


def test_a_column_that_is_made_in_its_own_way_is_left_alone():
    schema = schema_from_models(SCHEMAS["tenants"]())
    schema.table("accounts").column("status").generator = Generator("constant", {"value": "active"})
    with pytest.warns(StoryWarning, match="20% suspended"):
        data = generate_from_schema(schema, story="40 users, 20% suspended")

    assert set(data["accounts"]["status"]) == {"active"}


def test_shares_over_the_whole_are_an_error():
    with pytest.raises(StoryError, match="'60% suspended' and '70% active' cannot both hold"):
        tables("tenants", "40 users, 60% suspended and 70% active")


def test_a_share_moves_no_other_column():
    plain, told = tables("django", "300 users"), tables("django", "300 users, 20% inactive")

    assert list(plain["auth_user"]["username"]) == list(told["auth_user"]["username"])
    assert list(plain["blog_post"]["author_id"]) == list(told["blog_post"]["author_id"])


def test_a_state_lands_on_a_status_that_lists_none_of_the_table_spoken_of():
    data = tables("tenants", "2000 users, 2000 audit logs, 20% failed")

    assert shares(data, "audit_log", "status")["failed"] == about(0.2)


@pytest.mark.parametrize("length", [3, 4])
def test_a_value_that_is_too_long_for_the_column_is_told(length):
    metadata = sa.MetaData()
    column = sa.Column("tier", sa.String(length), nullable=False)
    sa.Table("customers", metadata, sa.Column("id", sa.Integer, primary_key=True), column)
    with pytest.warns(StoryWarning, match="80% on the silver tier"):
        data = generate_from_schema(schema_from_models(metadata), story="40 customers, 80% on the silver tier")

    assert max(map(len, data["customers"]["tier"])) <= length


@pytest.mark.parametrize("steered", [False, True])
def test_rows_have_the_columns_of_the_class_that_they_are_said_to_be_of(steered: bool) -> None:
    schema = schema_from_models(SCHEMAS["staff"]())
    if steered:
        schema.table("employees").column("kind").make("choice", values=["manager", "engineer"], weights=[1, 9])
    story = "200 employees" if steered else "200 employees, of whom 20 are managers"
    rows = list(generate_from_schema(schema, story=story)["employees"].rows())
    assert 5 < sum(row["kind"] == "manager" for row in rows) < 40
    assert all(row["language"] is None for row in rows if row["kind"] == "manager")
    assert all(row["budget"] is None for row in rows if row["kind"] == "engineer")
    assert any(row["language"] for row in rows)


def test_a_share_in_a_country_is_one_of_all_rows() -> None:
    columns = [sa.Column("id", sa.Integer, primary_key=True), sa.Column("country", sa.String(2), nullable=True)]
    metadata = sa.MetaData()
    sa.Table("users", metadata, *columns)
    data = generate_from_schema(schema_from_models(metadata), story="400 users, 30% in Germany")
    assert sum(row["country"] == "DE" for row in data["users"].rows()) == 120


def test_a_state_is_that_of_the_table_named_behind_it() -> None:
    metadata = sa.MetaData()
    key, active = sa.Column("id", sa.Integer, primary_key=True), sa.Column("is_active", sa.Boolean, nullable=False)
    sa.Table("users", metadata, key, active)
    status = sa.Column("status", sa.Enum("active", "cancelled", name="s"), nullable=False)
    user = sa.Column("user_id", sa.ForeignKey("users.id"), nullable=False)
    sa.Table("subscriptions", metadata, sa.Column("id", sa.Integer, primary_key=True), user, status)
    story = "400 users, 800 subscriptions, 20% inactive users, 25% churned subscriptions"
    data = generate_from_schema(schema_from_models(metadata), story=story)
    assert sum(not row["is_active"] for row in data["users"].rows()) == 80
    assert sum(row["status"] == "cancelled" for row in data["subscriptions"].rows()) == 200
