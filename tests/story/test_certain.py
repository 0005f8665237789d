"""What cannot be joined with certainty is named, and lands on no table that it does not speak of."""

from __future__ import annotations

import warnings

import pytest

from pytest_misata import parse

UNCERTAIN = [
    # A match is drawn by its goals.
    ("A football league with 18 teams and 300 matches, 41% draws", "41% draws", "matches.is_draw"),
    ("A quiz league with 20 teams, 300 rounds, 41% draws", "41% draws", "rounds.is_draw"),
    # A case is settled by its status, which would contradict any other column.
    ("A law firm with 600 cases, 35% won, 20% lost, the rest settled", "rest settled", "matters.is_settled"),
    # Patients are discharged by their admissions.
    (
        "A hospital with 300 patients, 20% discharged, 30% recovering, 50% admitted",
        "20% discharged",
        "patients.is_discharged",
    ),
    # Who they are is not said.
    (
        "An orchestra with 60 musicians, 30 conductors and 40 concerts, 15% students",
        "15% students",
        "conductors.is_student",
    ),
    # What all comes to follows from tips that differ.
    ("A restaurant with 900 orders, average bill 42 EUR", "average bill 42 EUR", "orders.bill"),
]


@pytest.mark.parametrize(("story", "phrase", "column"), UNCERTAIN, ids=[story for story, _, _ in UNCERTAIN])
def test_what_is_not_certain_is_named(story, phrase, column):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = parse(story)

    table, _, name = column.partition(".")
    assert phrase in {fact.phrase for fact in schema.facts if not fact.understood}
    assert name not in schema.tables[table].columns


def test_what_became_an_amount_is_not_named_besides():
    schema = parse("A toll road with 6 gates and 200 passages, tolls at 2, 5 and 9 EUR")

    assert [fact.phrase for fact in schema.facts if not fact.understood] == []
