"""Schemas that state tables and keys only: sizes, owners, cycles and unique values follow."""

from collections import Counter

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.errors import CapacityError, GenerationError, SchemaError
from pytest_misata.schema.config import Column, ForeignKey, SchemaConfig
from pytest_misata.schema.types import BOOLEAN, DATE, DATETIME, INTEGER, ColumnType, string
from tests.engine.schemas import column, table

STATE = ColumnType("enum", values=("new", "paid", "void"))


def key(columns, parent, parent_columns="id"):
    return ForeignKey(tuple(columns.split()), parent, tuple(parent_columns.split()))


def schema(*tables):
    return SchemaConfig({config.name: config for config in tables})


def rows_of(made, name):
    return list(made[name].rows())


def tree(*, nullable):
    return schema(
        table(
            "employees",
            column("id", INTEGER),
            column("manager_id", INTEGER, nullable=nullable),
            foreign_keys=[key("manager_id", "employees")],
        )
    )


@pytest.mark.parametrize("nullable", [True, False])
def test_a_table_that_points_at_itself_is_a_forest(nullable):
    rows = rows_of(generate_from_schema(tree(nullable=nullable), rows=1000), "employees")
    managers = {row["id"]: row["manager_id"] for row in rows}
    for start in managers:
        seen, at = set(), start
        while managers[at] not in (None, at):
            assert managers[at] < at
            assert at not in seen
            seen.add(at)
            at = managers[at]
        assert len(seen) < 15
    assert (None in managers.values()) is nullable


def test_a_cycle_is_cut_where_a_key_may_be_null():
    made = generate_from_schema(
        schema(
            table(
                "teams",
                column("id", INTEGER),
                column("lead_id", INTEGER, nullable=True),
                column("created_at", DATETIME),
                foreign_keys=[key("lead_id", "people")],
            ),
            table(
                "people",
                column("id", INTEGER),
                column("team_id", INTEGER),
                column("created_at", DATETIME),
                foreign_keys=[key("team_id", "teams")],
            ),
        ),
        rows=40,
    )
    assert list(made) == ["teams", "people"]
    assert made.schema.table("teams").foreign_keys[0].deferred
    people = {row["id"] for row in rows_of(made, "people")}
    leads = {row["lead_id"] for row in rows_of(made, "teams")}
    assert None in leads
    assert leads - {None} <= people
    teams = {row["id"]: row for row in rows_of(made, "teams")}
    assert all(row["created_at"] >= teams[row["team_id"]]["created_at"] for row in rows_of(made, "people"))


def test_a_cycle_without_a_way_out_is_named():
    tables = schema(
        table("a", column("id", INTEGER), column("b_id", INTEGER), foreign_keys=[key("b_id", "b")]),
        table("b", column("id", INTEGER), column("a_id", INTEGER), foreign_keys=[key("a_id", "a")]),
    )
    with pytest.raises(
        SchemaError, match=r"cycle in which no column may be NULL and no key is deferrable: [ab] -> [ab] -> [ab]"
    ):
        generate_from_schema(tables)


def test_a_unique_foreign_key_is_one_to_one():
    made = generate_from_schema(
        schema(
            table("users", column("id", INTEGER)),
            table(
                "profiles",
                column("id", INTEGER),
                column("user_id", INTEGER),
                foreign_keys=[key("user_id", "users")],
                uniques=[("user_id",)],
            ),
        ),
        rows=500,
    )
    users = [row["user_id"] for row in rows_of(made, "profiles")]
    assert len(users) == 350
    assert len(set(users)) == len(users)


def test_a_shared_primary_key_is_one_to_one():
    made = generate_from_schema(
        schema(
            table("people", column("id", INTEGER)),
            table("managers", column("id", INTEGER), foreign_keys=[key("id", "people")]),
        ),
        rows=300,
    )
    keys = [row["id"] for row in rows_of(made, "managers")]
    assert len(set(keys)) == len(keys) == 210


def orders():
    """A line's key is its order and its number in it; a note points at a line by both."""
    lines = table(
        "lines",
        column("order_id", INTEGER),
        column("line_no", INTEGER),
        foreign_keys=[key("order_id", "orders")],
    )
    lines.primary_key = ("order_id", "line_no")
    notes = table(
        "notes",
        column("id", INTEGER),
        column("order_id", INTEGER),
        column("line_no", INTEGER),
        foreign_keys=[key("order_id line_no", "lines", "order_id line_no")],
    )
    return schema(table("orders", column("id", INTEGER)), lines, notes)


def test_composite_keys_are_unique_and_met():
    made = generate_from_schema(orders(), rows=200)
    lines = [(row["order_id"], row["line_no"]) for row in rows_of(made, "lines")]
    assert len(set(lines)) == len(lines) == 600
    assert {number for _, number in lines} >= {1, 2, 3}
    notes = Counter((row["order_id"], row["line_no"]) for row in rows_of(made, "notes"))
    assert set(notes) <= set(lines)


@pytest.mark.parametrize(
    "carrier",
    [
        Column("name", string(40)),
        Column("email", string(90)),
        Column("sku", string(6)),
        Column("number", INTEGER),
        Column("uid", ColumnType("uuid")),
        Column("day", DATE),
        Column("state", STATE),
        Column("active", BOOLEAN),
    ],
    ids=lambda column: column.name,
)
def test_a_unique_pair_with_the_owner_is_unique(carrier):
    child = table(
        "children",
        column("id", INTEGER),
        column("owner_id", INTEGER),
        carrier,
        foreign_keys=[key("owner_id", "owners")],
        uniques=[("owner_id", carrier.name)],
    )
    made = generate_from_schema(schema(table("owners", column("id", INTEGER)), child), rows=150)
    pairs = [(row["owner_id"], row[carrier.name]) for row in rows_of(made, "children")]
    assert len(set(pairs)) == len(pairs) >= 300


@pytest.mark.parametrize("type_", [string(12), string(4), INTEGER, DATE, ColumnType("uuid")], ids=lambda t: t.kind)
def test_a_unique_column_is_unique(type_):
    things = table("things", column("id", INTEGER), Column("thing", type_), uniques=[("thing",)])
    values = [row["thing"] for row in rows_of(generate_from_schema(schema(things), rows=5000), "things")]
    assert len(set(values)) == 5000


def test_too_many_rows_for_a_unique_list_of_values():
    states = table("states", column("id", INTEGER), Column("state", STATE), uniques=[("state",)])
    assert len(generate_from_schema(schema(states), rows=3)["states"]["state"]) == 3
    with pytest.raises(CapacityError, match=r"states\.state can hold 3 unique values"):
        generate_from_schema(schema(states), counts={"states": 4})["states"]["state"]


def test_a_table_whose_size_nobody_states_holds_what_its_keys_leave_room_for():
    states = table("states", column("id", INTEGER), Column("state", STATE), uniques=[("state",)])
    made = generate_from_schema(schema(states))
    assert sorted(made["states"]["state"]) == sorted(STATE.values)
    assert made.notes == ("states: 3 rows, since (state) leaves room for 3",)


def test_texts_fit_their_columns():
    names = ("email", "full_name", "city", "notes", "company", "code", "phone", "user_agent")
    for length in (1, 2, 5, 9, 20, 40):
        config = table("t", column("id", INTEGER), *[Column(name, string(length)) for name in names])
        for row in generate_from_schema(schema(config), rows=60)["t"].rows():
            for name in names:
                assert 1 <= len(row[name]) <= length
                assert row[name] == row[name].strip()


def test_two_keys_may_both_be_one_to_one():
    seats = table(
        "seats",
        column("id", INTEGER),
        column("guest_id", INTEGER),
        column("place_id", INTEGER),
        column("plan_id", INTEGER, nullable=True),
        foreign_keys=[key("guest_id", "guests"), key("place_id", "places"), key("plan_id", "plans")],
        uniques=[("guest_id",), ("place_id",), ("plan_id",)],
    )
    parents = [table(name, column("id", INTEGER)) for name in ("guests", "places", "plans")]
    made = generate_from_schema(schema(*parents, seats), counts={"guests": 100, "places": 40, "plans": 9})
    rows = rows_of(made, "seats")
    assert len(rows) == 40
    for name in ("guest_id", "place_id", "plan_id"):
        values = [row[name] for row in rows if row[name] is not None]
        assert len(set(values)) == len(values) > 3
    with pytest.raises(GenerationError, match=r"seats\.place_id is unique: 41 rows were asked for and there are 40"):
        generate_from_schema(schema(*parents, seats), counts={"guests": 100, "places": 40, "seats": 41})


def test_a_unique_key_of_three_foreign_keys():
    links = table(
        "links",
        column("a_id", INTEGER),
        column("b_id", INTEGER),
        column("c_id", INTEGER),
        foreign_keys=[key("a_id", "a"), key("b_id", "b"), key("c_id", "c")],
    )
    links.primary_key = ("a_id", "b_id", "c_id")
    parents = [table(name, column("id", INTEGER)) for name in "abc"]
    rows = rows_of(generate_from_schema(schema(*parents, links), rows=60), "links")
    assert len({tuple(row.values()) for row in rows}) == len(rows) == 240
