"""What leaves its home comes back next, from where it went to, and one way is over before the next begins."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.errors import GenerationError
from pytest_misata.story.domain import domains, read_domain

FERRIES = """
name = "ferries"
title = "ferries"
example = "Ferries with 4 boats and 60 crossings"
main = "boats"
words = ["ferries"]

[tables.boats.columns]
id = { type = "integer", kind = "serial" }
minutes = { type = "integer", kind = "constant", value = 600 }

[tables.crossings.turns]
one_at_a_time = { of = "boat_id", begin = "day", minutes = "boat_id.minutes" }

[tables.crossings.columns]
id = { type = "integer", kind = "serial" }
boat_id = { references = "boats.id", owner = true, per_parent = "9", spread = "skewed" }
way = { type = "string(4)", kind = "there_and_back", there = ["AB", "AC"], back = ["BA", "CA"], weights = [3, 1] }
day = { type = "date", kind = "moment", sequence = true, turn_days = 1 }
"""


def crossings(rows: int = 40, text: str = FERRIES, **counts: int) -> Tables:
    return Tables(read_domain(text, "ferries.toml").schema(), rows=rows, counts=counts)


def ways(tables: Tables) -> list[list[str]]:
    """The ways of each boat, one after another."""
    found: dict[int, list[tuple[object, str]]] = {}
    for row in tables["crossings"].rows():
        found.setdefault(row["boat_id"], []).append((row["day"], row["way"]))
    return [[way for _, way in sorted(each)] for each in found.values()]


@pytest.mark.parametrize("rows", [1, 40, 200])
@pytest.mark.parametrize("more", [0, 7])
def test_each_leaves_from_where_the_last_one_came_to(rows: int, more: int) -> None:
    tables = crossings(rows, crossings=rows * 9 + more)

    assert all(one[1] == other[0] for each in ways(tables) for one, other in pairwise(each))
    assert all(each[0][0] == "A" for each in ways(tables))
    assert tables.check() == []


def test_ways_are_as_often_as_they_weigh() -> None:
    there = [way for each in ways(crossings(300)) for way in each[::2]]

    assert 0.7 < there.count("AB") / len(there) < 0.8


def test_a_slice_is_the_same_alone() -> None:
    table = crossings()["crossings"]

    assert list(table.rows(100, 120)) == list(table.rows())[100:120]


def test_lists_of_other_lengths_are_told() -> None:
    with pytest.raises(GenerationError, match=r"crossings\.way: there_and_back needs an owner"):
        next(iter(crossings(text=FERRIES.replace('["BA", "CA"]', '["BA"]'))["crossings"].rows()))


def test_an_aircraft_flies_on_from_where_it_is() -> None:
    airline = next(domain for domain in domains() if domain.name == "airline")
    tables = Tables(airline.schema(), rows=20_000)
    routes = {row["id"]: (row["origin"], row["destination"]) for row in tables["routes"].rows()}
    flown: dict[int, list[tuple[object, int]]] = {}
    for row in tables["flights"].rows():
        flown.setdefault(row["aircraft_id"], []).append((row["flight_date"], row["route_id"]))

    # Of two flights on one day it is not told which was first.
    legs = [[(day, *routes[route]) for day, route in sorted(flights)] for flights in flown.values()]
    followed = [one[2] == other[1] for each in legs for one, other in pairwise(each) if one[0] != other[0]]
    assert sum(followed) > 0.95 * len(followed) > 100


@pytest.mark.parametrize(("rows", "harbours"), [(1, 3), (40, 3), (500, 5)])
def test_there_are_so_many_at_the_least(rows: int, harbours: int) -> None:
    sized = '[tables.harbours]\nper = "boats"\nratio = "1/100"\nleast = 3\n[tables.harbours.columns]\n'
    text = FERRIES.replace(
        "[tables.crossings.turns]", f'{sized}id = {{ type = "integer", kind = "serial" }}\n\n[tables.crossings.turns]'
    )

    assert len(crossings(rows, text)["harbours"]) == harbours
