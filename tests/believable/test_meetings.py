"""References of a row that meet in one table agree, though no composite key says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.believable.reading import as_models, by_id, read, read_from, rows

REFUNDS = """CREATE TABLE orders (id INTEGER PRIMARY KEY, placed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL,
        FOREIGN KEY (order_id) REFERENCES orders (id));
    CREATE TABLE refunds (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, payment_id INTEGER {0},
        FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (payment_id) REFERENCES payments (id))"""


@pytest.mark.parametrize("null", ["NOT NULL", ""])
def test_a_refund_is_of_a_payment_of_its_order(database_url: str, null: str):
    tables = read_from(database_url, REFUNDS.format(null))
    payments, refunds = by_id(tables, "payments"), rows(tables, "refunds")
    paid = [refund for refund in refunds if refund["payment_id"] is not None]
    assert len(paid) > len(refunds) / 2
    assert all(payments[refund["payment_id"]]["order_id"] == refund["order_id"] for refund in paid)


@pytest.mark.parametrize("road", [read, as_models])
def test_so_it_is_over_three_tables_by_models_and_in_a_tree(road, tmp_path: Path):
    ddl = """CREATE TABLE workspaces (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE projects (id INTEGER PRIMARY KEY, workspace_id INTEGER NOT NULL REFERENCES workspaces (id));
        CREATE TABLE milestones (id INTEGER PRIMARY KEY, workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
            project_id INTEGER NOT NULL REFERENCES projects (id));
        CREATE TABLE tasks (id INTEGER PRIMARY KEY, workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
            project_id INTEGER NOT NULL REFERENCES projects (id), milestone_id INTEGER REFERENCES milestones (id),
            parent_id INTEGER REFERENCES tasks (id), code VARCHAR(20) NOT NULL, UNIQUE (workspace_id, code))"""
    tables = road(tmp_path, ddl)
    projects, milestones, tasks = (by_id(tables, name) for name in ("projects", "milestones", "tasks"))
    for task in tasks.values():
        assert projects[task["project_id"]]["workspace_id"] == task["workspace_id"]
        if task["milestone_id"] is not None:
            assert milestones[task["milestone_id"]]["project_id"] == task["project_id"]
        if task["parent_id"] is not None:
            assert tasks[task["parent_id"]]["workspace_id"] == task["workspace_id"]
    assert sum(task["milestone_id"] is not None for task in tasks.values()) > len(tasks) / 3
    assert len({(task["workspace_id"], task["code"]) for task in tasks.values()}) == len(tasks)


def test_who_comments_is_not_who_wrote_and_a_status_is_the_rows_own(tmp_path):
    ddl = """CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE statuses (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
            status_id INTEGER NOT NULL REFERENCES statuses (id));
        CREATE TABLE comments (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
            post_id INTEGER NOT NULL REFERENCES posts (id), status_id INTEGER NOT NULL REFERENCES statuses (id))"""
    tables = read(tmp_path, ddl)
    posts, comments = by_id(tables, "posts"), rows(tables, "comments")
    for name in ("user_id", "status_id"):
        assert sum(posts[row["post_id"]][name] != row[name] for row in comments) > len(comments) / 2


def test_what_leaves_no_room_is_left_as_it_is(tmp_path):
    ddl = """CREATE TABLE shelves (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE boxes (id INTEGER PRIMARY KEY, shelf_id INTEGER REFERENCES shelves (id), CHECK (shelf_id IS NULL));
        CREATE TABLE items (id INTEGER PRIMARY KEY, shelf_id INTEGER NOT NULL REFERENCES shelves (id),
            box_id INTEGER NOT NULL REFERENCES boxes (id))"""
    tables = read(tmp_path, ddl)
    assert len(tables["items"]) > 0
    assert tables.notes == ()


def test_what_is_needed_does_not_follow_what_may_be_missing(tmp_path):
    ddl = """CREATE TABLE shelves (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE boxes (id INTEGER PRIMARY KEY, shelf_id INTEGER REFERENCES shelves (id));
        CREATE TABLE items (id INTEGER PRIMARY KEY, shelf_id INTEGER NOT NULL REFERENCES shelves (id),
            box_id INTEGER NOT NULL REFERENCES boxes (id))"""
    tables = read(tmp_path, ddl)
    assert None in [row["shelf_id"] for row in rows(tables, "boxes")]
    assert None not in [row["shelf_id"] for row in rows(tables, "items")]


def test_no_two_rows_of_a_tree_share_what_tells_them_apart(tmp_path):
    ddl = """CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE profiles (account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
            parent_id INTEGER NOT NULL REFERENCES profiles (account_id))"""
    tables = read(tmp_path, ddl)
    profiles = rows(tables, "profiles")
    assert len({row["account_id"] for row in profiles}) == len(profiles) > 1


def test_a_pinned_reference_is_kept(tmp_path):
    tables = read(tmp_path, REFUNDS.format("NOT NULL"), pin={"refunds": [{"payment_id": 7, "order_id": 3}]})
    first = rows(tables, "refunds")[0]
    assert (first["payment_id"], first["order_id"]) == (7, 3)
