"""Children come after those they belong to, by whatever keys it is told who these are."""

from __future__ import annotations

from pathlib import Path

from tests.believable.reading import by_id, read, rows

PEOPLE = "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP NOT NULL);"


def in_order(folder: Path, ddl: str, child: str, late: str, *early: str) -> bool:
    """Whether no child comes before what it is of; `early` are a key, the tables and keys beyond it, and a column.

    The check of the tables sees it alike.
    """
    tables = read(folder, ddl, rows=100)
    assert tables.check() == []
    found = rows(tables, child)
    values = [row[early[0]] for row in found]
    for table, name in zip(early[1::2], early[2::2], strict=True):
        beyond = by_id(tables, table)
        values = [beyond[value][name] for value in values]
    return all(row[late] >= value for row, value in zip(found, values, strict=True))


def test_by_a_column_that_a_composite_key_decides(tmp_path: Path):
    ddl = f"""{PEOPLE}
        CREATE TABLE addresses (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
            street TEXT NOT NULL, UNIQUE (id, customer_id));
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
            ship_to INTEGER NOT NULL, placed_at TIMESTAMP NOT NULL,
            FOREIGN KEY (ship_to, customer_id) REFERENCES addresses (id, customer_id))"""
    assert in_order(tmp_path, ddl, "orders", "placed_at", "customer_id", "customers", "created_at")


def test_where_the_parent_is_one_with_what_was_created(tmp_path: Path):
    ddl = """CREATE TABLE nodes (id INTEGER PRIMARY KEY, title TEXT NOT NULL, created_at TIMESTAMP NOT NULL);
        CREATE TABLE pages (id INTEGER PRIMARY KEY REFERENCES nodes (id), body TEXT NOT NULL);
        CREATE TABLE comments (id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages (id),
            body TEXT NOT NULL, created_at TIMESTAMP NOT NULL)"""
    assert in_order(tmp_path, ddl, "comments", "created_at", "page_id", "nodes", "created_at")


def test_where_the_parent_tells_nothing(tmp_path: Path):
    ddl = f"""{PEOPLE}
        CREATE TABLE wishlists (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id));
        CREATE TABLE wishes (id INTEGER PRIMARY KEY, wishlist_id INTEGER NOT NULL REFERENCES wishlists (id),
            added_at TIMESTAMP NOT NULL)"""
    path = ("wishlist_id", "wishlists", "customer_id", "customers", "created_at")
    assert in_order(tmp_path, ddl, "wishes", "added_at", *path)


def test_where_days_differ_among_siblings_of_another_parent(tmp_path: Path):
    ddl = """CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT NOT NULL, joined_on DATE NOT NULL);
        CREATE TABLE copies (id INTEGER PRIMARY KEY, barcode TEXT NOT NULL);
        CREATE TABLE loans (id INTEGER PRIMARY KEY, copy_id INTEGER NOT NULL REFERENCES copies (id),
            member_id INTEGER NOT NULL REFERENCES members (id), loaned_on DATE NOT NULL, UNIQUE (copy_id, loaned_on))"""
    assert in_order(tmp_path, ddl, "loans", "loaned_on", "member_id", "members", "joined_on")
