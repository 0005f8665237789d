"""Columns that what they are about, or those beside them, give another meaning than their name alone."""

from __future__ import annotations

import re

import pytest

from pytest_misata import generate_from_schema
from pytest_misata.engine.meaning import generator_for
from pytest_misata.engine.texts.terms import terms
from pytest_misata.schema.config import Check, Column, SchemaConfig, TableConfig
from pytest_misata.schema.types import DATETIME, INTEGER, MONEY, ColumnType, string


def unsaid(name: str, /, **types: ColumnType) -> list[dict]:
    columns = {"id": Column("id", INTEGER), **{column: Column(column, type_) for column, type_ in types.items()}}
    table = TableConfig(name, columns, ("id",))
    return list(generate_from_schema(SchemaConfig({name: table}, main=name), rows=200)[name].rows())


def test_names_of_employees_and_departments_may_have_their_initial() -> None:
    employees = unsaid("emp", ename=string(10), job=string(9), sal=ColumnType("numeric", precision=7, scale=2))
    departments = unsaid("dept", dname=string(14))
    assert {row["dname"] for row in departments} <= set(terms("department"))
    assert all(row["ename"].isalpha() and row["ename"][0].isupper() for row in employees)
    assert {"Clerk", "Salesman", "Analyst"} <= {row["job"] for row in employees}
    assert all(row["sal"] % 100 == 0 for row in employees)


def test_jobs_with_salaries_are_occupations_and_others_are_runs() -> None:
    occupations = unsaid("job", title=string(40), min_salary=INTEGER, max_salary=INTEGER)
    assert any(row["title"].endswith(" Manager") for row in occupations)
    assert not any(row["title"].endswith(" Manager") for row in unsaid("job", title=string(40), started_at=DATETIME))


@pytest.mark.parametrize("table", ["company", "firms", "orgs", "corporation"])
def test_legal_names_of_organisations_are_those_of_companies(table: str) -> None:
    columns = {name: Column(name, string(90)) for name in ("Legal Name", "trade_name")}
    config = TableConfig(table, columns)
    assert {generator_for(config, column).kind for column in columns.values()} == {"company"}


def test_somebody_was_born_in_a_year() -> None:
    for row in unsaid("author", born=ColumnType("integer", bits=16), died=ColumnType("integer", bits=16)):
        assert 1850 < row["born"] < row["died"] < 2027


@pytest.mark.parametrize(
    ("table", "columns", "words"),
    [
        ("insurance_product", {}, "Insurance Cover"),
        ("product", {"base_premium": MONEY}, "Insurance Cover"),
        ("bank_products", {}, "Account Card Deposit"),
        ("loan_product", {}, "Loan Mortgage"),
    ],
)
def test_products_are_those_of_their_trade(table: str, columns: dict, words: str) -> None:
    for row in unsaid(table, name=string(80), **columns):
        assert any(word in row["name"] for word in words.split())


def test_bills_are_not_paid_by_gift_card() -> None:
    for table, key in (("bill_payments", "amount"), ("payments", "lease_id")):
        methods = {row["method"] for row in unsaid(table, method=string(20), **{key: INTEGER})}
        assert {"direct debit", "bank transfer"} <= methods
        assert not methods & {"gift card", "paypal", "apple pay", "invoice"}


@pytest.mark.parametrize("number", ["house_no", "house_number", "street_number"])
def test_a_street_beside_a_house_number_has_none(number: str) -> None:
    rows = unsaid("addresses", street=string(80), **{number: string(8)})
    assert not any(any(mark.isdigit() for mark in row["street"]) for row in rows)
    assert all(row["street"] == row["street"].strip(" ,-/.") for row in rows)
    assert any(any(mark.isdigit() for mark in row["street"]) for row in unsaid("addresses", street=string(80)))


def test_a_unique_number_of_fixed_length_is_written_as_usual() -> None:
    column = Column("ssn", ColumnType("string", length=11, fixed=True))
    config = TableConfig("clients", {"id": Column("id", INTEGER), "ssn": column}, ("id",), uniques=[("ssn",)])
    config.checks.append(Check("ssn LIKE '___-__-____'"))
    rows = generate_from_schema(SchemaConfig({"clients": config}), rows=300)["clients"].rows()
    assert all(re.fullmatch(r"\d{3}-\d\d-\d{4}", row["ssn"]) for row in rows)
