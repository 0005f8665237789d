"""Columns that hold a year are real years, in the order in which things happen."""

from __future__ import annotations

import pytest

from tests.believable.reading import as_models, read, rows, share

NOW = 2026


@pytest.mark.parametrize(
    ("first", "second", "least", "most"),
    [
        ("born_year", "died_year", 1, 94),
        ("birth_year", "graduation_year", 18, 28),
        ("founded_year", "dissolved_year", 0, 60),
        ("model_year", "purchase_year", 0, 12),
        ("year_built", "year_renovated", 0, 60),
        ("opened_year", "closed_year", 0, 60),
        ("year_from", "year_to", 0, 60),
    ],
)
@pytest.mark.parametrize("road", [read, as_models])
def test_years_come_in_order_and_lie_in_the_past(road, tmp_path, first: str, second: str, least: int, most: int):
    ddl = f"CREATE TABLE things (id INTEGER PRIMARY KEY, {second} INTEGER NOT NULL, {first} SMALLINT NOT NULL)"
    things = rows(road(tmp_path, ddl), "things")
    assert all(1850 <= row[first] <= row[second] <= NOW for row in things)
    assert share(things, lambda row: least <= row[second] - row[first] <= most) > 0.8
    assert len({row[second] - row[first] for row in things}) > 5


def test_years_agree_with_a_date_of_birth_and_say_when_it_was_written(tmp_path):
    ddl = """CREATE TABLE teachers (id INTEGER PRIMARY KEY, date_of_birth DATE NOT NULL, degree_year INTEGER NOT NULL);
        CREATE TABLE poems (id INTEGER PRIMARY KEY, year_created INTEGER NOT NULL, published_year INTEGER)"""
    tables = read(tmp_path, ddl)
    for row in rows(tables, "teachers"):
        assert 19 <= NOW - row["date_of_birth"].year <= 67
        assert 0 <= row["degree_year"] - row["date_of_birth"].year <= 28
    for row in rows(tables, "poems"):
        assert 1870 < row["year_created"] <= (row["published_year"] or NOW) <= NOW


def test_what_ended_did_so_in_few_rows_and_whoever_is_old_enough_died(tmp_path):
    ddl = """CREATE TABLE painters (id INTEGER PRIMARY KEY, born_year INTEGER, died_year INTEGER);
        CREATE TABLE clubs (id INTEGER PRIMARY KEY, founded_year INTEGER, dissolved_year INTEGER)"""
    tables = read(tmp_path, ddl)
    assert 0.1 < share(rows(tables, "clubs"), lambda row: row["dissolved_year"] is not None) < 0.3
    assert 0.4 < share(rows(tables, "painters"), lambda row: row["died_year"] is not None) < 0.8


def test_years_of_experience_are_no_year(tmp_path):
    ddl = "CREATE TABLE guides (id INTEGER PRIMARY KEY, years_of_experience INTEGER NOT NULL)"
    assert max(row["years_of_experience"] for row in rows(read(tmp_path, ddl), "guides")) < 60
