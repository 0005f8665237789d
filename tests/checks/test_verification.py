"""What is not made to fit is verified, and what cannot be verified is named."""

from __future__ import annotations

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.verification import unverified, verify
from pytest_misata.schema.config import Check
from pytest_misata.schema.sql.checks import not_understood
from tests.checks.tables import made, schema


def test_a_violation_names_table_constraint_row_and_count() -> None:
    config = schema("price money", "price > 50")
    config.table("t").column("price").make("uniform", low=0, high=100)
    (violation,) = verify(generate_from_schema(config, rows=400)["t"])
    assert (violation.table, violation.rule, violation.sql) == ("t", "CHECK c1", "price > 50")
    assert 120 < violation.count < 280
    first, *others = violation.rows
    assert str(violation).startswith(f"t, rows {first + 1}, ")
    price = violation.values["price"]
    assert str(violation).endswith(f" and {violation.count - len(others) - 1} more: breaks CHECK c1 (price={price})")


def test_rows_are_counted_from_the_start_of_the_table() -> None:
    config = schema("price money", "price > 50")
    config.table("t").column("price").make("listed", values=[60] * 30 + [10])
    *_, last = generate_from_schema(config, rows=31)["t"].batches(10)
    (violation,) = verify(last)
    assert violation.rows == (30,)


def test_unknown_passes_as_in_sql() -> None:
    config = schema("price money?", "price > 50")
    config.table("t").column("price").make("listed", values=[None])
    assert verify(generate_from_schema(config, rows=5)["t"]) == []


def test_pinned_rows_are_verified() -> None:
    tables = generate_from_schema(schema("price money", "price > 50"), rows=20, pin={"t": [{"price": 1}]})
    (violation,) = verify(tables["t"])
    assert (violation.rows, violation.count) == ((0,), 1)


@pytest.mark.parametrize("sql", ["sqrt(x) > 2", "length(md5(s)) = 32", "(x & 3) = 0", "s > 'm'"])
def test_what_is_not_understood_is_evaluated(sql: str) -> None:
    tables = made("x int, s str", sql, rows=20)
    assert unverified(tables) == []
    assert verify(tables["t"]) == []
    assert f"CHECK {sql}" not in tables.schema.summary()


@pytest.mark.parametrize("sql", ["x > (SELECT 1)", "cbrt(x) = 2", "frobnicate(s)", "this is not SQL ("])
def test_what_is_not_understood_is_named(sql: str) -> None:
    tables = made("x int, s str", sql, "x > 3", rows=20)
    assert unverified(tables) == ["t: CHECK c1"]
    assert verify(tables["t"]) == []
    assert min(tables["t"]["x"]) > 3


def test_what_cannot_be_evaluated_for_such_values_is_not_called_verified() -> None:
    tables = made("x int, day date", "day - x = starts_of(day)", "reverse(x) = 'ab'", rows=20)
    assert unverified(tables) == ["t: CHECK c1", "t: CHECK c2"]
    assert "c2: reverse(x) = 'ab' [not understood]" in tables.schema.summary()


def test_a_summary_of_what_cannot_be_read() -> None:
    config = schema("x int", "x > 3", "cbrt(x) > 2", "sqrt(x) > 2")
    config.table("t").checks.append(Check("foo(x)"))
    assert not_understood(config) == ["t: CHECK c2 (cbrt(x) > 2)", "t: CHECK (foo(x))"]


def test_what_is_understood_of_a_disjunction_is_enough() -> None:
    tables = made("x int", "x > 10 OR sqrt(x) > 2")
    assert min(tables["t"]["x"]) > 10
    assert unverified(tables) == []


def test_numbers_beyond_64_bits_are_compared_exactly() -> None:
    config = schema("x bigint, y bigint", "x * y > 1")
    config.table("t").column("x").make("constant", value=2**61)
    config.table("t").column("y").make("constant", value=2**61)
    assert verify(generate_from_schema(config, rows=2)["t"]) == []
