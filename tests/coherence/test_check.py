"""`Tables.check()`: the rules that hold, and how those that do not are told."""

from __future__ import annotations

import datetime as dt

import pytest

from pytest_misata import generate, generate_from_schema
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import (
    Check,
    Column,
    ForeignKey,
    Generator,
    Rule,
    SchemaConfig,
    TableConfig,
    UniqueIndex,
)
from pytest_misata.schema.types import DATE, DATETIME, INTEGER, MONEY, string


def column(name: str, type_, kind: str, *, nullable: bool = False, **options) -> Column:
    return Column(name, type_, nullable, Generator(kind, options))


def shop(*rules: str, **columns: Column) -> SchemaConfig:
    """Five orders with two lines each; `columns` replace those of the orders, or of the lines where `line_` leads."""
    orders = TableConfig("orders", primary_key=("id",), rows=5)
    lines = TableConfig("lines", primary_key=("id",))
    for one in (
        column("id", INTEGER, "serial"),
        column("status", string(10), "listed", values=["open", "paid", "paid", "open", "paid"]),
        column("created_at", DATETIME, "moment"),
        column("updated_at", DATETIME, "moment", after=["created_at"]),
        column("total", MONEY, "total", of="lines.amount"),
    ):
        orders.columns[one.name] = columns.get(one.name, one)
    for one in (
        column("id", INTEGER, "serial"),
        Column("order_id", INTEGER),
        column("amount", MONEY, "uniform", low=1, high=50),
        column("created_on", DATE, "moment", after=["order_id.created_at"]),
    ):
        lines.columns[one.name] = columns.get(f"line_{one.name}", one)
    lines.foreign_keys.append(ForeignKey(("order_id",), "orders", ("id",), owner=True, per_parent=2, minimum=1))
    orders.rules = [Rule(rule) for rule in rules]
    return SchemaConfig({"orders": orders, "lines": lines}, main="orders")


def rules_broken(schema: SchemaConfig, **options) -> list[str]:
    return [f"{found.table}: {found.rule}" for found in generate_from_schema(schema, **options).check()]


def test_a_domain_holds_together() -> None:
    assert generate("A SaaS company with 200 users").check() == []


@pytest.mark.parametrize(
    "rule",
    [
        "total = sum(lines.amount)",
        "count(lines.id) >= 1",
        "min(lines.amount) <= max(lines.amount)",
        "total >= sum(lines.amount) filter (where lines.amount > 25)",
        "updated_at >= created_at",
        "status in ('open', 'paid') or total = 0",
        "count(lines.id) filter (where lines.order_id.status = 'open') = 0 or status = 'open'",
        "cast(updated_at as date) >= cast(created_at as date)",
    ],
)
def test_a_rule_that_holds(rule: str) -> None:
    assert rules_broken(shop(rule)) == []


@pytest.mark.parametrize(
    "rule",
    [
        "total < sum(lines.amount)",
        "count(lines.id) = 0",
        "total = sum(lines.amount) filter (where lines.amount > 25)",
        "updated_at < created_at",
        "status = 'open'",
        "count(lines.id) filter (where lines.order_id.status = 'open') = 0",
    ],
)
def test_a_rule_that_does_not_hold(rule: str) -> None:
    assert rules_broken(shop(rule)) == [f"orders: {rule}"]


def test_a_rule_looks_at_parents_of_parents() -> None:
    schema = shop()
    parts = TableConfig("parts", primary_key=("id",), rules=[Rule("line_id.order_id.status = 'open'", "open only")])
    parts.columns = {"id": column("id", INTEGER, "serial"), "line_id": Column("line_id", INTEGER)}
    parts.foreign_keys.append(ForeignKey(("line_id",), "lines", ("id",), owner=True, per_parent=1))
    schema.tables["parts"] = parts
    (violation,) = generate_from_schema(schema).check()
    assert (violation.rule, violation.values) == ("open only", {"line_id.order_id.status": "paid"})


def test_a_violation_names_table_rows_rule_and_values() -> None:
    (violation,) = generate_from_schema(shop("status = 'open'")).check()
    assert (violation.table, violation.rows, violation.count) == ("orders", (1, 2, 4), 3)
    assert str(violation) == "orders, rows 2, 3, 5: breaks status = 'open' (status='paid')"


def test_only_the_first_rows_are_told() -> None:
    schema = shop("total < 0")
    schema.tables["orders"].columns["status"] = column("status", string(10), "constant", value="open")
    (violation,) = generate_from_schema(schema, counts={"orders": 40_000}).check()
    assert (violation.rows, violation.count) == ((0, 1, 2, 3, 4), 40_000)
    assert str(violation).startswith("orders, rows 1, 2, 3, 4, 5 and 39,995 more: breaks total < 0")


def test_what_is_unknown_passes_as_in_a_check() -> None:
    schema = shop("closed_at > created_at")
    schema.tables["orders"].columns["closed_at"] = column("closed_at", DATETIME, "constant", nullable=True, value=None)
    assert rules_broken(schema) == []


def test_there_is_no_greatest_of_no_children() -> None:
    assert rules_broken(shop("max(lines.amount) < 0"), counts={"lines": 0}) == []
    assert rules_broken(shop("sum(lines.amount) < 0"), counts={"lines": 0}) == ["orders: sum(lines.amount) < 0"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("totl = 1", "no column orders.totl"),
        ("total = sum(lines.amont)", "no column lines.amont"),
        ("total = sum(rows.amount)", "sum(lines.amount)"),
        ("status.name = 'x'", "orders.status points at no other table"),
        ("total = sum(orders.total)", "0 foreign keys of orders point at orders"),
        ("sqrt(total) = 2", "not understood"),
        ("this is not SQL (", "not SQL"),
    ],
)
def test_a_rule_that_cannot_be_read_is_an_error_that_names_it(rule: str, said: str) -> None:
    with pytest.raises(SchemaError, match=r"orders: rule ") as error:
        generate_from_schema(shop(rule)).check()
    assert said in str(error.value)


def test_an_order_of_dates_that_no_rule_states() -> None:
    early = column("updated_at", DATETIME, "moment", before=["created_at"], since_born=False)
    assert rules_broken(shop(updated_at=early)) == ["orders: updated_at after created_at"]


def test_a_child_is_not_there_before_its_parent() -> None:
    schema = shop(line_created_on=column("created_on", DATE, "constant", value=dt.date(2010, 1, 1)))
    schema.tables["lines"].born = "created_on"
    assert rules_broken(schema) == ["lines: created_on after order_id.created_at"]


def test_a_child_is_not_there_before_what_its_parent_belongs_to() -> None:
    schema = shop()
    orders, parts = schema.tables["orders"], TableConfig("parts", primary_key=("id",), born="created_on")
    orders.born = "created_at"
    del schema.tables["lines"].columns["created_on"]
    made = column("created_on", DATE, "constant", value=dt.date(2010, 1, 1))
    parts.columns = {"id": column("id", INTEGER, "serial"), "line_id": Column("line_id", INTEGER), "created_on": made}
    parts.foreign_keys = [ForeignKey(("line_id",), "lines", ("id",), owner=True, per_parent=1, minimum=1)]
    schema.tables["parts"] = parts
    assert rules_broken(schema) == ["parts: created_on after line_id.order_id.created_at"]


def test_a_primary_key_that_repeats() -> None:
    schema = shop()
    schema.tables["lines"].columns["id"] = column("id", INTEGER, "listed", values=[*range(1, 10), 3])
    (violation,) = generate_from_schema(schema).check()
    assert violation.rule == "PRIMARY KEY (id)"
    assert (violation.rows, violation.values) == ((2, 9), {"id": 3})


def test_a_unique_key_that_repeats() -> None:
    schema = shop()
    schema.tables["orders"].uniques.append(("status",))
    schema.tables["orders"].columns["status"] = column("status", string(10), "constant", value="open")
    assert "orders: UNIQUE (status)" in rules_broken(schema)


def test_a_partial_key_counts_the_rows_of_its_condition() -> None:
    schema = shop()
    orders = schema.tables["orders"]
    orders.unique_indexes = [UniqueIndex(("status",), ("status",), where="status = 'open'")]
    (violation,) = generate_from_schema(schema).check()
    assert violation.rows == (0, 3)


def test_a_key_that_points_nowhere() -> None:
    schema = shop()
    schema.tables["lines"].columns["order_id"].make("choice", values=[1, 99])
    del schema.tables["lines"].columns["created_on"]
    found = [one for one in generate_from_schema(schema).check() if one.rule.startswith("FOREIGN KEY")]
    assert [one.rule for one in found] == ["FOREIGN KEY (order_id) -> orders (id)"]
    assert found[0].values == {"order_id": 99}


def test_a_null_where_there_is_to_be_none() -> None:
    schema = shop()
    schema.tables["orders"].columns["status"] = column("status", string(10), "listed", values=["open", None] * 3)
    assert rules_broken(schema) == ["orders: NOT NULL status"]


def test_checks_are_held_against_all_rows() -> None:
    schema = shop()
    schema.tables["orders"].checks.append(Check("total < 0", "cheap"))
    assert rules_broken(schema) == ["orders: CHECK cheap"]
