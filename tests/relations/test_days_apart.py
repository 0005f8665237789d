"""Days on which something is of a parent once: each child has its own, however few are left since the parent began."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from pytest_misata import generate_from_schema, schema_from_db, seed_database

METERS = """CREATE TABLE meters (id INTEGER PRIMARY KEY, installed_on DATE NOT NULL);
    CREATE TABLE visits (id INTEGER PRIMARY KEY, meter_id INTEGER NOT NULL REFERENCES meters (id),
        visited_on DATE NOT NULL, UNIQUE (meter_id, visited_on));
    CREATE TABLE readings (meter_id INTEGER NOT NULL REFERENCES meters (id), read_on DATE NOT NULL, kwh INTEGER,
        PRIMARY KEY (meter_id, read_on))"""


@pytest.mark.parametrize(
    "counts",
    [{"meters": 1000}, {"meters": 1000, "visits": 7005, "readings": 12000}, {"meters": 300, "visits": 40}],
)
def test_children_of_a_parent_have_days_of_their_own(database_engine: Engine, counts: dict[str, int]) -> None:
    with database_engine.begin() as connection:
        for statement in METERS.split(";"):
            connection.execute(text(statement))
    tables = generate_from_schema(schema_from_db(database_engine), counts=counts)
    assert seed_database(tables, database_engine).table_rows == dict(tables.counts)
    installed = dict(zip(tables["meters"]["id"], tables["meters"]["installed_on"], strict=True))
    for name, day in (("visits", "visited_on"), ("readings", "read_on")):
        assert all(row[day] >= installed[row["meter_id"]] for row in tables[name].rows())
