"""The same CHECK in the spellings of several databases is the same predicate."""

from __future__ import annotations

import pytest

from pytest_misata.schema.sql.checks import read_check
from pytest_misata.schema.sql.predicates import (
    And,
    Col,
    Compare,
    Const,
    IsNull,
    Matches,
    Not,
    Or,
    Predicate,
    Unknown,
    columns,
    holds,
    passes,
    walk,
)

COLUMNS = ("a", "b", "price", "status", "Odd name", "flag", "at")


def read(sql: str, dialect: str | None = None) -> Predicate:
    return passes(read_check(sql, COLUMNS, dialect))


@pytest.mark.parametrize(
    "spellings",
    [
        [("price >= 0", None), ("((price >= (0)::numeric))", "postgresql"), ("`price` >= 0", "mariadb")],
        [
            ("status IN ('a', 'b')", None),
            ("((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))", "postgresql"),
            ("`status` in ('a',_utf8mb4'b')", "mysql"),
            ("\"status\" IN ('a', 'b')", "sqlite"),
        ],
        [
            ("(a IS NULL) = (b IS NULL)", None),
            ("`a` is null = (`b` is null)", "mariadb"),
            ("((a IS NULL) = (b IS NULL))", "postgresql"),
        ],
        [("a BETWEEN 1 AND 5", None), ("((a >= 1) AND (a <= 5))", "postgresql"), ("`a` between 1 and 5", "mysql")],
        [("NOT (a = 1 OR b = 2)", None), ("a <> 1 AND b <> 2", None), ("`a` <> 1 and `b` <> 2", "mysql")],
        [("status LIKE 'a%'", None), ("((status)::text ~~ 'a%'::text)", "postgresql")],
        [
            ("(a IS NOT NULL AND b IS NULL) OR (a IS NULL AND b IS NOT NULL)", None),
            ("num_nonnulls(a, b) = 1", "postgresql"),
            ("(((a IS NOT NULL))::integer + ((b IS NOT NULL))::integer) = 1", "postgresql"),
            ("(`a` is not null) + (`b` is not null) = 1", "mysql"),
        ],
    ],
)
def test_spellings(spellings: list[tuple[str, str | None]]) -> None:
    read_as = {str(read(sql, dialect)) for sql, dialect in spellings}
    assert len(read_as) == 1
    assert "Unknown" not in read_as.pop()


def test_a_column_of_an_odd_name() -> None:
    assert columns(read('"Odd name" > 1')) == ["Odd name"]
    assert columns(read("`Odd name` > 1", "mysql")) == ["Odd name"]


def test_columns_are_found_whatever_their_capitals() -> None:
    assert columns(read("PRICE > 1 AND Status = 'x'")) == ["price", "status"]


def test_what_is_not_a_column_is_not_understood() -> None:
    assert isinstance(read("nothing > 1"), Unknown)


def test_one_part_that_is_not_understood_leaves_the_others() -> None:
    formula = read("price > 1 AND frobnicate(a)")
    assert isinstance(formula, And)
    assert formula.parts[0] == Compare(">", Col("price"), Const(1))
    assert isinstance(formula.parts[1], Unknown)


def test_a_comparison_passes_where_it_is_unknown_and_holds_only_where_it_is_true() -> None:
    atom = Compare(">", Col("a"), Const(1))
    assert passes(atom) == atom
    assert holds(atom) == And((atom, Not(IsNull(Col("a")))))


def test_a_case_asks_for_truth_of_its_conditions() -> None:
    formula = read("CASE WHEN status = 'x' THEN a > 0 ELSE b IS NULL END")
    assert isinstance(formula, Or)
    first, second = formula.parts
    assert Not(IsNull(Col("status"))) in walk(first)
    assert Not(IsNull(Col("status"))) not in walk(second)


def test_too_many_cases_are_not_followed() -> None:
    names = tuple(f"c{number}" for number in range(20))
    sql = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in names) + " = 1"
    assert isinstance(read_check(sql, names), Unknown)


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("a NOT GLOB '*[^0-9a-f]*'", "sqlite"),
        ("NOT (a GLOB '*[^0-9a-f]*')", "sqlite"),
        ("a !~ '[^0-9a-f]'", "postgresql"),
        ("NOT a ~ '[^0-9a-f]'", "postgresql"),
    ],
)
def test_without_a_letter_outside_a_class_is_of_the_class_alone(sql: str, dialect: str) -> None:
    assert passes(read(sql, dialect)) == Matches(Col("a"), "^[0-9a-f]*$")
