from collections import Counter
from fractions import Fraction

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.errors import CapacityError
from pytest_misata.schema.config import ForeignKey, SchemaConfig
from pytest_misata.schema.types import INTEGER, string
from tests.engine.schemas import column, table


def members(unique, per_parent="4", null_rate="0"):
    users = table("users", column("id", INTEGER, "serial"))
    groups = table("groups", column("id", INTEGER, "serial", start=100), rows=50)
    membership = table(
        "members",
        column("id", INTEGER, "serial"),
        column("user_id", INTEGER),
        column("group_id", INTEGER, nullable=null_rate != "0"),
        foreign_keys=[
            ForeignKey(("user_id",), "users", ("id",), owner=True, per_parent=Fraction(per_parent)),
            ForeignKey(("group_id",), "groups", ("id",), null_rate=Fraction(null_rate)),
        ],
        uniques=[("user_id", "group_id")] if unique else [],
    )
    return SchemaConfig({"users": users, "groups": groups, "members": membership}, main="users")


def test_every_reference_has_a_parent_and_popular_ones_have_more():
    groups = Counter(generate_from_schema(members(unique=False), rows=500)["members"]["group_id"].tolist())
    assert set(groups) <= set(range(100, 150))
    assert groups.most_common(1)[0][1] > 3 * sorted(groups.values())[len(groups) // 2]


@pytest.mark.parametrize("counts", [None, {"members": 2345}])
def test_pairs_are_unique_where_the_schema_says_so(counts):
    made = generate_from_schema(members(unique=True), rows=500, counts=counts)["members"]
    pairs = list(zip(made["user_id"].tolist(), made["group_id"].tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)


def test_more_pairs_than_there_are_is_an_error():
    with pytest.raises(
        CapacityError, match=r"members\.user_id, group_id can hold 25,000 unique values and 25,001 rows"
    ):
        generate_from_schema(members(unique=True), rows=500, counts={"members": 25_001})
    made = generate_from_schema(members(unique=True, per_parent="45"), rows=500)["members"]
    assert len(set(zip(made["user_id"].tolist(), made["group_id"].tolist(), strict=True))) == len(made) == 22_500


def test_a_reference_may_be_missing():
    values = generate_from_schema(members(unique=False, null_rate="0.25"), rows=500)["members"]["group_id"]
    assert 0.2 < sum(value is None for value in values) / len(values) < 0.3


def test_a_key_column_may_have_a_kind_of_its_own():
    plans = table("plans", column("code", string(9), "listed", values=["free", "pro"]), key="code", rows=2, fixed=True)
    users = table(
        "users",
        column("id", INTEGER, "serial"),
        column("plan", string(9), "choice", values=["free", "pro"], weights=[1, 1]),
        column("copied", string(9), "copy", of="plan.code"),
        foreign_keys=[ForeignKey(("plan",), "plans", ("code",))],
    )
    made = generate_from_schema(SchemaConfig({"plans": plans, "users": users}, main="users"), rows=100)["users"]
    assert set(made["plan"]) == {"free", "pro"}
    assert (made["plan"] == made["copied"]).all()
