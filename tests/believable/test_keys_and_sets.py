"""Keys, numbers and names that follow from other rows: issues of a project, nested sets, sprints, seasons, ports."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from pytest_misata.engine.vocabulary import data_file
from tests.believable.reading import by_id, read, rows

_TRACKER = """
CREATE TABLE projects (id INTEGER PRIMARY KEY, key VARCHAR(10) NOT NULL UNIQUE, lead VARCHAR(60) NOT NULL);
CREATE TABLE sprints (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects (id),
    name VARCHAR(40) NOT NULL, start_date DATE NOT NULL, end_date DATE NOT NULL);
CREATE TABLE issues (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects (id),
    issue_key VARCHAR(20) NOT NULL UNIQUE, issue_type VARCHAR(20) NOT NULL, story_points INTEGER NOT NULL);
"""


def test_issues_are_numbered_within_their_project(tmp_path):
    tables = read(tmp_path, _TRACKER)
    projects = by_id(tables, "projects")
    assert all(re.fullmatch("[A-Z]{3,4}", row["key"]) for row in projects.values())
    keys = [row["issue_key"] for row in rows(tables, "issues")]
    assert len({*keys}) == len(keys)
    for row in rows(tables, "issues"):
        assert re.fullmatch(rf"{projects[row['project_id']]['key']}-\d+", row["issue_key"])
        assert row["story_points"] in {1, 2, 3, 5, 8, 13}
    assert {row["issue_type"] for row in rows(tables, "issues")} >= {"bug", "story", "task"}


@pytest.mark.parametrize("beside", ["", ", FOREIGN KEY (entry_id, company_id) REFERENCES entries (id, company_id)"])
def test_lines_are_numbered_within_their_entry_by_whatever_key_they_are_its(tmp_path, beside: str):
    single = "" if beside else " REFERENCES entries (id)"
    ddl = f"""CREATE TABLE companies (id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL);
        CREATE TABLE entries (id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES companies (id),
            posted_on DATE NOT NULL, UNIQUE (id, company_id));
        CREATE TABLE entry_lines (entry_id INTEGER NOT NULL{single}, line_no INTEGER NOT NULL,
            company_id INTEGER NOT NULL, amount NUMERIC(10, 2) NOT NULL, PRIMARY KEY (entry_id, line_no){beside})"""
    tables = read(tmp_path, ddl)
    numbers: dict[int, list[int]] = {}
    for line in rows(tables, "entry_lines"):
        numbers.setdefault(line["entry_id"], []).append(line["line_no"])
    assert all(sorted(found) == [*range(1, len(found) + 1)] for found in numbers.values())


def test_sprints_take_two_weeks_one_after_another(tmp_path):
    tables = read(tmp_path, _TRACKER)
    begun = set()
    for row in rows(tables, "sprints"):
        assert row["end_date"] - row["start_date"] == dt.timedelta(days=13)
        assert row["start_date"].weekday() == 0
        assert re.fullmatch(r"Sprint \d\d\.\d\d", row["name"])
        assert (row["project_id"], row["start_date"]) not in begun
        begun.add((row["project_id"], row["start_date"]))


@pytest.mark.parametrize("tree", ["", "tree_id INTEGER NOT NULL,"])
@pytest.mark.parametrize("parent", ["", "parent_id INTEGER REFERENCES categories (id),"])
def test_nested_sets_lie_in_each_other(tmp_path, tree: str, parent: str):
    ddl = f"""CREATE TABLE categories (id INTEGER PRIMARY KEY, {tree} {parent} name VARCHAR(60) NOT NULL,
        lft INTEGER NOT NULL, rgt INTEGER NOT NULL)"""
    made = by_id(read(tmp_path, ddl), "categories")
    ends = [(row.get("tree_id"), end) for row in made.values() for end in (row["lft"], row["rgt"])]
    assert len({*ends}) == len(ends)
    for row in made.values():
        assert row["lft"] < row["rgt"]
        above = made.get(row.get("parent_id"))
        if above is not None:
            assert above["lft"] < row["lft"] < row["rgt"] < above["rgt"]
            assert above.get("tree_id") == row.get("tree_id")
    roots = [row for row in made.values() if row.get("parent_id") is None]
    if parent and not tree:
        assert sum(row["rgt"] - row["lft"] + 1 for row in roots) == 2 * len(made)


def test_seasons_are_called_after_their_dates(tmp_path):
    ddl = """CREATE TABLE seasons (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, start_date DATE NOT NULL,
        end_date DATE NOT NULL)"""
    for row in rows(read(tmp_path, ddl), "seasons"):
        year = row["start_date"].year
        assert row["name"] == (str(year) if row["start_date"].month < 6 else f"{year}/{(year + 1) % 100}")


def test_ports_have_the_codes_and_countries_of_their_own(tmp_path):
    ddl = """CREATE TABLE ports (unlocode CHAR(5) PRIMARY KEY, name VARCHAR(60) NOT NULL,
        country_code CHAR(2) NOT NULL)"""
    made = rows(read(tmp_path, ddl, rows=400), "ports")
    known = {
        code: (name, country) for name, code, country in data_file("reference_lists.json")["lists"]["ports"]["rows"]
    }
    assert len({row["unlocode"] for row in made}) == 400
    assert len({row["country_code"] for row in made}) > 50
    for row in made:
        assert known.get(row["unlocode"], (row["name"], row["country_code"])) == (row["name"], row["country_code"])
        assert row["unlocode"].startswith(row["country_code"])


def test_currencies_have_their_minor_units(tmp_path):
    ddl = "CREATE TABLE currencies (code CHAR(3) PRIMARY KEY, name VARCHAR(40) NOT NULL, minor_units INTEGER NOT NULL)"
    made = {
        row["code"]: row["minor_units"] for row in rows(read(tmp_path, ddl, counts={"currencies": 30}), "currencies")
    }
    assert made["JPY"] == 0
    assert made["USD"] == 2
