"""Places in rows, rooms of a building and keys of several columns: what tells rows apart is believable."""

from __future__ import annotations

import pytest

from tests.believable.reading import read, rows

SEATS = """CREATE TABLE {0} (id INTEGER PRIMARY KEY);
    CREATE TABLE {1} (id INTEGER PRIMARY KEY, whole_id INTEGER NOT NULL REFERENCES {0} (id), {2})"""


@pytest.mark.parametrize(
    ("names", "first", "after_a_row"),
    [
        (
            (
                "halls",
                "seats",
                "row_label VARCHAR(2) NOT NULL, seat_no INTEGER NOT NULL, UNIQUE (whole_id, row_label, seat_no)",
            ),
            ("A", 1),
            ("B", 1),
        ),
        (
            ("racks", "slots", "shelf INTEGER NOT NULL, position INTEGER NOT NULL, UNIQUE (whole_id, shelf, position)"),
            (1, 1),
            (2, 1),
        ),
    ],
)
def test_rows_of_a_room_have_several_places(tmp_path, names, first, after_a_row):
    made = rows(read(tmp_path, SEATS.format(*names), rows=4, counts={names[1]: 144}), names[1])
    for whole in {row["whole_id"] for row in made}:
        places = sorted(tuple(row.values())[2:] for row in made if row["whole_id"] == whole)
        assert places[0] == first
        assert len(places) < 13 or places[12] == after_a_row


def test_seats_of_a_plane_are_in_numbered_rows_of_six(tmp_path):
    ddl = SEATS.format("planes", "plane_seats", "seat VARCHAR(4) NOT NULL, UNIQUE (whole_id, seat)")
    made = rows(read(tmp_path, ddl, rows=2, counts={"plane_seats": 42}), "plane_seats")
    seats = sorted(row["seat"] for row in made if row["whole_id"] == made[-1]["whole_id"])
    assert seats[:8] == ["1A", "1B", "1C", "1D", "1E", "1F", "2A", "2B"][: len(seats)]


def test_rooms_of_each_building_are_numbered_floor_by_floor(tmp_path):
    ddl = SEATS.format("courthouses", "courtrooms", "room_number VARCHAR(8) NOT NULL, UNIQUE (whole_id, room_number)")
    made = rows(read(tmp_path, ddl, rows=3, counts={"courtrooms": 60}), "courtrooms")
    for whole in {row["whole_id"] for row in made}:
        numbers = sorted(row["room_number"] for row in made if row["whole_id"] == whole)
        assert numbers[:3] == ["101", "102", "103"][: len(numbers)]


@pytest.mark.parametrize("key", ["label, vintage, bottle_ml", "label, vintage"])
def test_years_in_a_key_with_a_name_are_those_of_such_things(tmp_path, key):
    ddl = f"""CREATE TABLE wines (id INTEGER PRIMARY KEY, label VARCHAR(60) NOT NULL, vintage INTEGER NOT NULL,
        bottle_ml INTEGER NOT NULL, UNIQUE ({key}))"""
    wines = rows(read(tmp_path, ddl), "wines")
    assert all(1950 <= row["vintage"] <= 2025 for row in wines)
    assert {row["bottle_ml"] for row in wines} <= {187, 375, 500, 750, 1000, 1500, 3000}
