"""Nouns that name a sort of the rows of a table count the rows of that sort, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from pytest_misata.api import generate
from pytest_misata.story.reader import parse


def _sorts(story: str, column: str) -> Mapping[str, int]:
    table, name = column.split(".")
    return Counter(str(cell) for cell in generate(story)[table][name].tolist())


@pytest.mark.parametrize(
    ("story", "column", "sorts"),
    [
        ("A telecom with 200 customers and 12 calls per customer", "usage_records.kind", {"voice": 2400}),
        ("A telecom with 20 customers, each with 6 calls", "usage_records.kind", {"voice": 120}),
        (
            "A telecom with 200 customers, 12 calls per customer and 5 texts per customer",
            "usage_records.kind",
            {"voice": 2400, "sms": 1000},
        ),
        ("A public transport operator with 50 trams", "vehicles.mode", {"tram": 50}),
        ("A public transport operator with 30 buses and 60 trams", "vehicles.mode", {"bus": 30, "tram": 60}),
        ("A vet with 20 cats and 10 dogs", "pets.species", {"cat": 20, "dog": 10}),
        ("A vet with 90 parrots and 40 rabbits", "pets.species", {"bird": 90, "rabbit": 40}),
        ("A CRM with 200 calls and 100 meetings", "activities.kind", {"call": 200, "meeting": 100}),
        ("A law firm with 5 partners and 20 associates", "lawyers.title", {"partner": 5, "associate": 20}),
        ("A streaming service with 30 films and 5 series", "titles.kind", {"movie": 30, "series": 5}),
        ("A bank with 300 mortgages", "loans.kind", {"mortgage": 300}),
    ],
)
def test_a_sort_is_counted_exactly(story: str, column: str, sorts: Mapping[str, int]) -> None:
    assert _sorts(story, column) == sorts
    assert all(fact.understood for fact in parse(story).facts)


def test_a_noun_for_several_values_is_of_none_of_the_others() -> None:
    counted = _sorts("A logistics company with 40 trucks and 10 vans", "vehicles.kind")
    assert counted["van"] == 10
    assert counted["articulated"] + counted["rigid"] == 40


def test_the_usual_name_counts_all_rows_but_beside_another_sort() -> None:
    assert len(_sorts("A university with 200 professors", "professors.rank")) == 4
    counted = _sorts("A university with 3 lecturers and 20 professors", "professors.rank")
    assert (counted["lecturer"], counted.total()) == (3, 23)


def test_so_many_of_a_sort_are_some_of_more_rows() -> None:
    counted = _sorts("A public transport operator with 50 vehicles, 30 of them buses", "vehicles.mode")
    assert (counted["bus"], counted.total()) == (30, 50)


@pytest.mark.parametrize(
    ("story", "phrase"),
    [
        ("A telecom with 500 calls and 300 SMS, 10% of the calls roaming", "10% of the calls roaming"),
        (
            "A university with 20 professors, 5 lecturers, each lecturer teaches 4 courses",
            "each lecturer teaches 4 courses",
        ),
        ("A CRM with 20 deals, each with 3 calls and 2 meetings", "2 meetings"),
    ],
)
@pytest.mark.filterwarnings("ignore:not understood")
def test_what_is_said_of_one_sort_alone_is_named(story: str, phrase: str) -> None:
    assert phrase in [fact.phrase for fact in parse(story).facts if not fact.understood]


@pytest.mark.parametrize(
    ("story", "table", "rows"),
    [
        ("A bank with 12 loan officers and 300 loans", "loan_officers", 12),
        ("A hotel with 8 room attendants", "room_attendants", 8),
        ("A shop with 40 customer complaints", "customer_complaints", 40),
        ("An accounting firm with 3 expense reports", "expense_reports", 3),
    ],
)
def test_a_noun_before_what_is_counted_only_narrows_it_down(story: str, table: str, rows: int) -> None:
    assert parse(story).table(table).rows == rows
    assert all(fact.understood for fact in parse(story).facts)


def test_ways_to_serve_are_a_column_and_the_tables_go_with_it() -> None:
    orders = generate("A cafe with 500 orders, 30% eat in and 70% to go")["orders"]
    kinds, tables = orders["kind"].tolist(), orders["table_id"].tolist()
    assert Counter(map(str, kinds)) == {"dine_in": 150, "takeaway": 350}
    assert all(
        (str(kind) == "dine_in") == (table == table and table is not None)
        for kind, table in zip(kinds, tables, strict=True)
    )


def test_a_state_of_the_only_people_may_be_followed_by_an_and() -> None:
    members = generate("A climbing club with 200 members, 15% students and 3,000 visits")["members"]
    assert sum(members["is_student"].tolist()) == 30


def test_paintings_are_artworks_that_are_painted_and_waiters_staff_who_serve() -> None:
    media = _sorts("A museum with 40 paintings and 20 sculptures", "artworks.medium")
    assert (media["oil on canvas"] + media["watercolour"], media["sculpture"], media.total()) == (40, 20, 60)
    assert _sorts("A restaurant with 12 waiters and 4 bartenders", "staff.role") == {"server": 12, "bartender": 4}
