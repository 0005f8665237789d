"""What is one row's at a time: rooms, cars, copies of a book."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pytest_misata as misata
from pytest_misata.engine.keys.layout import Layout
from pytest_misata.engine.tables import Tables
from pytest_misata.errors import SchemaError
from pytest_misata.schema.config import Turns
from pytest_misata.story.domain import read_domain

DOCK = """
name = "dock"
title = "dock"
example = "A dock with 4 berths and 60 calls"
main = "calls"
words = ["dock"]

[tables.berths]
rows = 4
[tables.berths.columns]
id = { type = "integer", kind = "serial" }
cranes = { type = "integer", kind = "at_once", turns = "loads.a_crane_each", spare = [1] }

[tables.ships]
per = "calls"
ratio = "1/3"
[tables.ships.columns]
id = { type = "integer", kind = "serial" }
registered_at = { type = "datetime", kind = "moment", leads = ["calls.moored_at"] }

[tables.calls]
[tables.calls.turns]
one_ship_at_a_time = { of = "berth_id", begin = "moored_at", end = "left_at" }
[tables.calls.columns]
id = { type = "integer", kind = "serial" }
ship_id = { references = "ships.id", owner = true, per_parent = "3" }
berth_id = { references = "berths.id", in_turn = true, spread = "skewed" }
moored_at = { type = "datetime", kind = "moment", sequence = "berth_id", turn_days = "1/4", season = "travel" }
left_at = { type = "datetime", kind = "moment", after = ["moored_at"], within_days = 3, until_next = true }

[tables.loads]
[tables.loads.turns]
a_crane_each = { of = "berth_id", begin = ["day", "starts_at"], minutes = "minutes", at_once = "cranes" }
[tables.loads.columns]
id = { type = "integer", kind = "serial" }
berth_id = { references = "berths.id", owner = true, per_parent = "90" }
day = { type = "date", kind = "moment", last_days = 20 }
starts_at = { type = "time", kind = "clock", low = 8, high = 17 }
minutes = { type = "integer", kind = "uniform", low = 30, high = 240 }
"""


def dock(rows=60, **counts):
    return Tables(read_domain(DOCK, "dock.toml").schema(), rows=rows, counts=counts)


@settings(deadline=None)
@given(
    st.integers(1, 150), st.integers(1, 3000), st.sampled_from(["3", "1/2", None]), st.sampled_from(["even", "heavy"])
)
def test_no_two_children_of_a_parent_share_a_part(parents, children, ratio, spread):
    said = None if ratio is None else Fraction(ratio)
    layout = Layout(42, ("t", "c"), parents=parents, children=children, ratio=said, spread=spread)
    rows = np.arange(children, dtype=np.int64)
    place = layout.place(rows)
    turn = layout.turn(rows, place)
    assert ((turn.begin >= 0) & (turn.begin < turn.end) & (turn.end <= turn.parts)).all()
    order = np.lexsort((turn.begin / turn.parts, place.parent))
    begin, end, parts, parent = (values[order] for values in (turn.begin, turn.end, turn.parts, place.parent))
    alike = parent[1:] == parent[:-1]
    assert (end[:-1] * parts[1:] <= begin[1:] * parts[:-1])[alike].all()


@pytest.mark.parametrize("calls", [1, 5, 60, 61, 77, 900, 9000])
def test_rows_take_what_they_point_at_in_turn_whoever_owns_them(calls):
    tables = dock(calls)
    assert tables.check() == []
    assert len(tables["calls"]) == calls


def test_any_rows_on_their_own_are_the_same():
    tables = dock(300)
    every = list(tables["calls"].rows(0, 300))
    assert list(tables["calls"].rows(120, 140)) == every[120:140]


@pytest.mark.parametrize(("rooms", "bookings"), [(80, 1200), (80, 1300), (7, 2000), (40, 15), (1, 400)])
def test_a_room_has_one_stay_at_a_time_for_any_counts(rooms, bookings):
    tables = misata.generate(f"A hotel with {rooms} rooms and {bookings} bookings")
    assert tables.check() == []


def test_a_row_that_takes_what_is_taken_is_told():
    schema = misata.parse("A hotel with 5 rooms and 60 bookings")
    schema.table("bookings").column("check_out").make("shift", of="check_in", days=40)
    schema.table("bookings").column("status").choose(["checked_out"])
    schema.table("bookings").rules.clear()
    found = [one for one in misata.generate_from_schema(schema).check() if one.rule == "one_stay_at_a_time_in_a_room"]
    assert found[0].count > 20
    assert set(found[0].values) == {"room_id", "check_in", "check_out"}


def test_there_are_as_many_as_are_taken_at_one_time():
    tables = dock()
    cranes, loads = tables["berths"]["cranes"], list(tables["loads"].rows(0, len(tables["loads"])))
    begins = [(one["berth_id"], one["day"], one["starts_at"].hour * 60 + one["starts_at"].minute) for one in loads]
    most = {
        berth: max(
            sum(
                of == berth and day == on and since <= at < since + load["minutes"]
                for (of, day, since), load in zip(begins, loads, strict=True)
            )
            for own, on, at in begins
            if own == berth
        )
        for berth in {one[0] for one in begins}
    }
    assert {berth: cranes[berth - 1] for berth in most} == most


def test_a_mistake_in_turns_is_told():
    schema = misata.parse("A hotel with 5 rooms and 60 bookings")
    schema.table("bookings").turns = [Turns("room_id", ("check_in",), name="stays")]
    with pytest.raises(SchemaError, match="turns stays: `of` is the column of a foreign key, and one of `end`"):
        misata.generate_from_schema(schema).check()
    with pytest.raises(
        SchemaError, match=r"calls: turns: one_ship_at_a_time: no column 'left'; did you mean 'left_at'"
    ):
        read_domain(DOCK.replace('end = "left_at"', 'end = "left"'), "dock.toml")
