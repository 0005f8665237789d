"""The least, the greatest and what lies between."""

from __future__ import annotations

from tests.believable.reading import read, rows


def test_the_greatest_is_above_the_least_and_the_rest_lies_between(tmp_path):
    ddl = """CREATE TABLE positions (id INTEGER PRIMARY KEY, max_salary NUMERIC(10, 2) NOT NULL,
        min_salary NUMERIC(10, 2) NOT NULL, salary NUMERIC(10, 2) NOT NULL, age_min INTEGER NOT NULL,
        age_max INTEGER NOT NULL, price_from NUMERIC(8, 2) NOT NULL, price_to NUMERIC(8, 2) NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "positions"):
        assert row["min_salary"] <= row["salary"] <= row["max_salary"]
        assert row["min_salary"] < row["max_salary"] < 2 * row["min_salary"]
        assert row["age_min"] < row["age_max"]
        assert row["price_from"] < row["price_to"]


def test_a_check_that_says_so_changes_nothing(tmp_path):
    columns = "id INTEGER PRIMARY KEY, min_players INTEGER NOT NULL, max_players INTEGER NOT NULL"
    plain = read(tmp_path, f"CREATE TABLE games ({columns})")
    checked = read(tmp_path, f"CREATE TABLE rounds ({columns}, CHECK (max_players >= min_players))")
    assert all(row["min_players"] < row["max_players"] for row in rows(plain, "games"))
    assert all(row["min_players"] < row["max_players"] for row in rows(checked, "rounds"))


def test_a_room_is_not_let_for_a_share_of_a_dollar(tmp_path):
    ddl = """CREATE TABLE rooms (id INTEGER PRIMARY KEY, rate NUMERIC(8, 2) NOT NULL);
        CREATE TABLE plans (id INTEGER PRIMARY KEY, rate_per_night NUMERIC(8, 2) NOT NULL,
            error_rate NUMERIC(4, 3) NOT NULL)"""
    tables = read(tmp_path, ddl)
    assert min(row["rate"] for row in rows(tables, "rooms")) > 20
    assert min(row["rate_per_night"] for row in rows(tables, "plans")) > 20
    assert max(row["error_rate"] for row in rows(tables, "plans")) <= 1


def test_a_product_is_rounded_to_what_its_column_holds(tmp_path):
    ddl = """CREATE TABLE lines (id INTEGER PRIMARY KEY, quantity NUMERIC(9, 3) NOT NULL,
        unit_price NUMERIC(12, 2) NOT NULL, line_total NUMERIC(12, 2) NOT NULL)"""
    for line in rows(read(tmp_path, ddl), "lines"):
        assert abs(line["quantity"] * line["unit_price"] - line["line_total"]) < 0.0051
