"""What a row points at is its own where it belongs to it: a default address is one of the customer's addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text

from pytest_misata import seed_database
from tests.believable.reading import as_models, by_id, read, rows, share

CUSTOMERS = """CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(60), default_address_id INTEGER,
        FOREIGN KEY (default_address_id) REFERENCES addresses (id));
    CREATE TABLE addresses (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, city VARCHAR(60),
        FOREIGN KEY (customer_id) REFERENCES customers (id))"""
DOCUMENTS = """CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(60));
    CREATE TABLE documents (id INTEGER PRIMARY KEY, title VARCHAR(80),
        current_revision_id INTEGER UNIQUE REFERENCES revisions (id),
        first_revision_id INTEGER REFERENCES revisions (id));
    CREATE TABLE revisions (id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES documents (id),
        revision_no INTEGER NOT NULL, editor_id INTEGER NOT NULL REFERENCES users (id),
        UNIQUE (document_id, revision_no))"""


@pytest.mark.parametrize("road", [read, as_models])
def test_a_default_address_is_one_of_the_customers_own(road, tmp_path: Path):
    tables = road(tmp_path, CUSTOMERS, counts={"customers": 300, "addresses": 500})
    addresses, customers = by_id(tables, "addresses"), rows(tables, "customers")
    with_one = [row for row in customers if row["default_address_id"] is not None]
    assert all(addresses[row["default_address_id"]]["customer_id"] == row["id"] for row in with_one)
    owners = {row["customer_id"] for row in addresses.values()}
    assert share([row for row in customers if row["id"] in owners], lambda row: row in with_one) > 0.7
    assert list(tables["customers"].rows(100, 110)) == customers[100:110]


def test_the_current_revision_is_the_last_one_and_the_first_the_first(tmp_path: Path):
    tables = read(tmp_path, DOCUMENTS)
    revisions = by_id(tables, "revisions")
    for document in rows(tables, "documents"):
        own = [row["revision_no"] for row in revisions.values() if row["document_id"] == document["id"]]
        for name, picked in (("current_revision_id", max), ("first_revision_id", min)):
            if document[name] is not None:
                revision = revisions[document[name]]
                assert (revision["document_id"], revision["revision_no"]) == (document["id"], picked(own))


def test_a_pinned_part_is_picked_by_its_own_row_alone(tmp_path: Path):
    tables = read(tmp_path, CUSTOMERS, pin={"addresses": [{"customer_id": 7}, {"customer_id": 7}]})
    addresses = by_id(tables, "addresses")
    for row in rows(tables, "customers"):
        assert row["default_address_id"] is None or addresses[row["default_address_id"]]["customer_id"] == row["id"]


def test_the_circle_is_loaded_with_foreign_keys_enforced(tmp_path: Path):
    tables = read(tmp_path, CUSTOMERS)
    engine = create_engine(f"sqlite:///{tmp_path / 'misata_test_believable.db'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    seed_database(tables, engine)
    strangers = """SELECT count(*) FROM customers JOIN addresses ON addresses.id = customers.default_address_id
        WHERE addresses.customer_id <> customers.id"""
    with engine.connect() as connection:
        assert connection.execute(text(strangers)).scalar() == 0
        assert connection.execute(text("SELECT count(default_address_id) FROM customers")).scalar() > 100
    engine.dispose()
