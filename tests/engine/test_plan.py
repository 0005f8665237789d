import pytest

from pytest_misata import generate_from_schema
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig, TableConfig
from pytest_misata.schema.plan import plan_rows
from pytest_misata.schema.types import INTEGER
from tests.engine.schemas import shop


def test_sizes_follow_the_relationships():
    assert plan_rows(shop(), rows=1000) == {"users": 1000, "subscriptions": 3000, "invoices": 4500}


def test_stated_counts_win_and_their_children_follow():
    assert plan_rows(shop(), rows=10, counts={"subscriptions": 100}) == {
        "users": 10,
        "subscriptions": 100,
        "invoices": 150,
    }


def test_a_stated_child_sizes_its_parents():
    assert plan_rows(shop(), counts={"invoices": 900}) == {"users": 200, "subscriptions": 600, "invoices": 900}


def test_the_default_is_a_thousand():
    assert plan_rows(shop())["users"] == 1000


def test_nothing_is_a_count():
    assert plan_rows(shop(), rows=0) == {"users": 0, "subscriptions": 0, "invoices": 0}


def test_an_empty_child_does_not_empty_its_parents():
    assert plan_rows(shop(), counts={"invoices": 0, "subscriptions": 0}) == {
        "users": 1000,
        "subscriptions": 0,
        "invoices": 0,
    }


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({"user": 3}, r"counts\['user'\]: no such table; did you mean 'users'\?"),
        ({"users": -1}, "must be a whole number"),
        ({"users": True}, "must be a whole number"),
        ({"users": 0, "subscriptions": 5}, "subscriptions: 5 rows need a row of users, which is to have none"),
    ],
)
def test_numbers_that_cannot_hold_are_refused(counts, message):
    with pytest.raises(GenerationError, match=message):
        plan_rows(shop(), counts=counts)


def test_an_upward_size_leaves_room_for_the_minimum():
    for invoices in range(1, 200):
        planned = plan_rows(shop(), counts={"invoices": invoices})
        assert planned["subscriptions"] <= invoices


def linked() -> SchemaConfig:
    keys = [ForeignKey((f"{name}_id",), f"{name}s", ("id",)) for name in ("user", "group")]
    columns = {key.columns[0]: Column(key.columns[0], INTEGER) for key in keys}
    tables = {f"{name}s": TableConfig(f"{name}s", {"id": Column("id", INTEGER)}, ("id",)) for name in ("user", "group")}
    return SchemaConfig({**tables, "links": TableConfig("links", columns, tuple(columns), keys)})


def test_a_table_that_joins_others_has_several_rows_for_each_of_all_of_them():
    for counts in ({"users": 1000, "groups": 20}, {"users": 20, "groups": 1000}):
        assert len(generate_from_schema(linked(), counts=counts)["links"]) == 4000


def test_a_number_of_rows_that_stated_children_overrule_is_noted():
    tables = generate_from_schema(linked(), rows=50, counts={"links": 1000})
    assert tables.notes == ("rows=50 does not size users (250): stated tables below ask for another number",)
    assert generate_from_schema(linked(), rows=50).notes == ()


def test_a_number_of_rows_is_not_lowered_by_stated_children():
    tables = generate_from_schema(linked(), rows=50, counts={"links": 100})
    assert dict(tables.counts) == {"users": 50, "groups": 50, "links": 100}
    assert dict(generate_from_schema(linked(), counts={"links": 100}).counts)["users"] == 25
    assert tables.notes == ()


def test_a_table_that_joins_others_has_no_more_rows_than_a_unique_key_to_one_of_them_leaves_room_for():
    schema = linked()
    schema.table("links").uniques = [("user_id",)]
    tables = generate_from_schema(schema, counts={"users": 6, "groups": 20})
    assert 0 < len(tables["links"]) <= 6
