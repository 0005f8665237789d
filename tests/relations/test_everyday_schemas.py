"""Schemas as teams write them, in which constraints meet: nothing refused, short, or in one branch only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

import pytest_misata as misata


def loaded(*ddl: str, rows: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table after they were loaded into it."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        for statement in ddl:
            connection.exec_driver_sql(statement)
    tables = misata.generate_from_schema(misata.schema_from_db(engine), rows=rows, seed=7)
    misata.seed_database(tables, engine)
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").mappings().all() for name in tables}
    return {name: [dict(row) for row in each] for name, each in found.items()}


COPIES = "CREATE TABLE copies (id INTEGER PRIMARY KEY)"
LOANS = """
    CREATE TABLE loans (id INTEGER PRIMARY KEY, copy_id INTEGER NOT NULL REFERENCES copies, lent_on DATE NOT NULL,
    returned_on DATE, status VARCHAR(10) NOT NULL, CHECK (status IN ('open', 'returned')),
    CHECK (returned_on >= lent_on), CHECK ((status = 'returned') = (returned_on IS NOT NULL)))
"""


@pytest.mark.parametrize("where", ["returned_on IS NULL", "status = 'open'"])
def test_a_copy_is_lent_time_and_again_and_open_once(where: str) -> None:
    rows = loaded(COPIES, LOANS, f"CREATE UNIQUE INDEX one_open ON loans (copy_id) WHERE {where}", rows=100)["loans"]
    assert len(rows) == 300
    per_copy = Counter(row["copy_id"] for row in rows if row["returned_on"] is None)
    assert max(per_copy.values()) == 1
    assert all((row["status"] == "returned") == (row["returned_on"] is not None) for row in rows)


def test_lines_of_an_order_are_counted_and_each_product_is_in_it_once() -> None:
    rows = loaded(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY)",
        "CREATE TABLE products (sku VARCHAR(12) PRIMARY KEY)",
        "CREATE TABLE order_lines (order_id INTEGER NOT NULL REFERENCES orders, line_no SMALLINT NOT NULL "
        "CHECK (line_no BETWEEN 1 AND 50), sku VARCHAR(12) NOT NULL REFERENCES products, "
        "PRIMARY KEY (order_id, line_no), UNIQUE (order_id, sku))",
        rows=100,
    )["order_lines"]
    assert len(rows) == 300
    numbers: dict[int, list[int]] = {}
    for row in rows:
        numbers.setdefault(row["order_id"], []).append(row["line_no"])
    assert all(sorted(each) == [*range(1, len(each) + 1)] for each in numbers.values())


def test_days_differ_among_the_children_of_one_parent_whoever_else_has_a_date() -> None:
    rows = loaded(
        "CREATE TABLE departments (id INTEGER PRIMARY KEY, head_id INTEGER REFERENCES employees)",
        "CREATE TABLE employees (id INTEGER PRIMARY KEY, department_id INTEGER NOT NULL REFERENCES departments, "
        "hired_on DATE NOT NULL)",
        "CREATE TABLE absences (id INTEGER PRIMARY KEY, employee_id INTEGER NOT NULL REFERENCES employees, "
        "first_day DATE NOT NULL, approved_by INTEGER REFERENCES employees, UNIQUE (employee_id, first_day))",
        rows=900,
    )["absences"]
    assert len(rows) == 2700


def test_parents_of_one_table_that_are_to_differ_are_left_out_where_there_are_no_two() -> None:
    ddl = (
        "CREATE TABLE animals (id INTEGER PRIMARY KEY, dam INTEGER REFERENCES animals, "
        "sire INTEGER REFERENCES animals, CHECK (dam <> sire))"
    )
    rows = loaded(ddl, rows=3000)["animals"]
    assert len(rows) == 3000
    assert sum(row["dam"] is not None and row["sire"] is not None for row in rows) > 2000


def _parents(rows: Sequence[dict[str, Any]]) -> dict[int, int | None]:
    return {row["id"]: row["parent_id"] for row in rows}


def test_names_unique_below_a_parent_leave_a_forest() -> None:
    rows = loaded(
        "CREATE TABLE categories (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES categories, "
        "name VARCHAR(60) NOT NULL)",
        "CREATE UNIQUE INDEX siblings ON categories (coalesce(parent_id, 0), lower(name))",
        rows=100,
    )["categories"]
    parents = _parents(rows)
    assert None in parents.values()
    assert all(parent != own for own, parent in parents.items())


def test_a_pair_that_is_there_or_not_is_there_where_it_may_be() -> None:
    rows = loaded(
        "CREATE TABLE teams (code CHAR(3) PRIMARY KEY)",
        "CREATE TABLE players (id INTEGER PRIMARY KEY, team_code CHAR(3) REFERENCES teams, "
        "shirt_no INTEGER CHECK (shirt_no BETWEEN 1 AND 99), CHECK ((team_code IS NULL) = (shirt_no IS NULL)), "
        "UNIQUE (team_code, shirt_no))",
        rows=100,
    )["players"]
    assert sum(row["team_code"] is not None for row in rows) > 100


def test_listed_numbers_with_decimals() -> None:
    ddl = (
        "CREATE TABLE courses (id INTEGER PRIMARY KEY, credits NUMERIC(3, 1) NOT NULL CHECK (credits IN (2.5, 5, 7.5)))"
    )
    assert {float(row["credits"]) for row in loaded(ddl, rows=50)["courses"]} == {2.5, 5.0, 7.5}


def test_a_lookup_table_stays_small_where_its_rows_may_have_a_head() -> None:
    tables = loaded(
        "CREATE TABLE regions (id INTEGER PRIMARY KEY, name VARCHAR(40), head_id INTEGER REFERENCES managers)",
        "CREATE TABLE managers (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL)",
        "CREATE TABLE stores (id INTEGER PRIMARY KEY, region_id INTEGER NOT NULL REFERENCES regions)",
        rows=50,
    )
    assert {name: len(rows) for name, rows in tables.items()} == {"managers": 50, "regions": 10, "stores": 50}
