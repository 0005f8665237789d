"""Rows that refer to others of their own table come after those, and belong where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_misata.engine.tables import Tables
from tests.believable.reading import as_models, by_id, read, read_from, rows

COMMENTS = """CREATE TABLE posts (id INTEGER PRIMARY KEY, title VARCHAR(80),
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(80));
    CREATE TABLE comments (id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, author_id INTEGER NOT NULL,
        parent_id INTEGER, created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        FOREIGN KEY (post_id) REFERENCES posts (id),
        FOREIGN KEY (author_id) REFERENCES users (id), FOREIGN KEY (parent_id) REFERENCES comments (id))"""


def assert_replies_follow(tables: Tables) -> None:
    comments = by_id(tables, "comments")
    replies = [row for row in comments.values() if row["parent_id"] is not None]
    assert len(comments) / 3 < len(replies) < len(comments)
    for reply in replies:
        parent = comments[reply["parent_id"]]
        assert parent["created_at"] <= reply["created_at"]
        assert parent["post_id"] == reply["post_id"]
    assert any(comments[reply["parent_id"]]["author_id"] != reply["author_id"] for reply in replies)
    assert tables.check() == []


def test_a_reply_comes_after_its_comment_and_is_of_the_same_post(database_url: str):
    assert_replies_follow(read_from(database_url, COMMENTS))


@pytest.mark.parametrize("road", [read, as_models])
def test_so_it_is_by_models(road, tmp_path: Path):
    assert_replies_follow(road(tmp_path, COMMENTS))


@pytest.mark.parametrize(
    ("table", "key", "moment"),
    [
        ("folders", "parent_id", "created_at TIMESTAMP NOT NULL"),
        ("categories", "parent_category_id", "created_on DATE NOT NULL"),
        ("tasks", "parent_task_id", "created_at TIMESTAMP NOT NULL, CHECK (created_at >= '2023-06-01')"),
        ("branches", "source_id", "opened_at TIMESTAMP NOT NULL"),
    ],
)
def test_a_part_comes_after_the_whole(tmp_path, table, key, moment):
    ddl = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {key} INTEGER REFERENCES {table} (id), {moment})"
    made, name = by_id(read(tmp_path, ddl), table), moment.split()[0]
    parts = [row for row in made.values() if row[key] is not None]
    assert len(parts) > 100
    assert all(made[part[key]][name] <= part[name] for part in parts)


def test_people_are_not_hired_in_the_order_in_which_they_report(tmp_path):
    ddl = """CREATE TABLE employees (id INTEGER PRIMARY KEY, hire_date DATE NOT NULL,
        manager_id INTEGER REFERENCES employees (id))"""
    staff = by_id(read(tmp_path, ddl), "employees")
    managed = [row for row in staff.values() if row["manager_id"] is not None]
    assert sum(staff[row["manager_id"]]["hire_date"] > row["hire_date"] for row in managed) > 50


def test_a_slice_is_the_same_alone_and_rows_stay_when_the_table_grows(tmp_path):
    ddl = """CREATE TABLE folders (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES folders (id),
        created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL)"""
    whole = rows(read(tmp_path, ddl), "folders")
    assert all(row["created_at"] <= row["updated_at"] for row in whole)
    assert list(read(tmp_path, "")["folders"].rows(200, 230)) == whole[200:230]
    assert rows(read(tmp_path, "", rows=3000), "folders")[:300] == whole


def test_long_chains_are_left_as_they_are(tmp_path):
    ddl = """CREATE TABLE versions (id INTEGER PRIMARY KEY, previous_id INTEGER UNIQUE REFERENCES versions (id),
        created_at TIMESTAMP NOT NULL);
        CREATE TABLE links (id INTEGER PRIMARY KEY, link_id INTEGER NOT NULL REFERENCES links (id),
            created_at TIMESTAMP NOT NULL)"""
    tables = read(tmp_path, ddl, rows=2000)
    for name, key in (("versions", "previous_id"), ("links", "link_id")):
        made = by_id(tables, name)
        assert all(made[row[key]]["created_at"] <= row["created_at"] for row in made.values() if row[key] is not None)


@pytest.mark.parametrize("parent", ["parent_id INTEGER", "parent_id INTEGER NOT NULL"])
@pytest.mark.parametrize("road", [read, as_models])
def test_a_row_lies_one_deeper_than_its_parent_and_its_path_goes_on_from_there(road, tmp_path: Path, parent: str):
    ddl = f"""CREATE TABLE categories (id INTEGER PRIMARY KEY, {parent} REFERENCES categories (id),
        name VARCHAR(60) NOT NULL, slug VARCHAR(60) NOT NULL, path VARCHAR(400) NOT NULL, depth INTEGER NOT NULL,
        level SMALLINT NOT NULL, mpath VARCHAR(100) NOT NULL UNIQUE)"""
    tables = road(tmp_path, ddl, counts={"categories": 250})
    categories = by_id(tables, "categories")
    for row in categories.values():
        above = None if row["parent_id"] in {None, row["id"]} else categories[row["parent_id"]]
        assert row["depth"] == row["level"] - 1 == (0 if above is None else above["depth"] + 1)
        assert row["path"] == ("" if above is None else above["path"]) + "/" + row["slug"]
        assert row["mpath"] == ("" if above is None else above["mpath"] + "/") + str(row["id"])
    assert max(row["depth"] for row in categories.values()) > 1
    assert list(tables["categories"].rows(200, 203)) == [categories[number] for number in (201, 202, 203)]


def test_folders_have_paths_of_their_names_and_files_those_of_files(tmp_path: Path):
    ddl = """CREATE TABLE folders (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES folders (id),
        name VARCHAR(60) NOT NULL, full_path TEXT NOT NULL);
        CREATE TABLE files (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folders (id),
        path TEXT NOT NULL)"""
    tables = read(tmp_path, ddl)
    assert all(row["full_path"].endswith("/" + row["name"]) for row in rows(tables, "folders"))
    assert all("." in row["path"] for row in rows(tables, "files"))


def test_the_level_of_an_employee_is_not_how_far_below_the_chief_he_is(tmp_path: Path):
    ddl = """CREATE TABLE employees (id INTEGER PRIMARY KEY, manager_id INTEGER REFERENCES employees (id),
        level INTEGER NOT NULL)"""
    assert len({row["level"] for row in rows(read(tmp_path, ddl), "employees") if row["manager_id"] is None}) > 1
