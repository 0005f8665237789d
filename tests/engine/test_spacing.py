"""Moments of one person, machine or line are kept apart, within the time in which each may be."""

from __future__ import annotations

import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.story.domain import read_domain

PHONES = """
name = "phones"
title = "phones"
example = "Phones with 4 lines and 60 calls"
main = "lines"
words = ["phones"]

[tables.lines.columns]
id = { type = "integer", kind = "serial" }
activated_at = { type = "datetime", kind = "moment", last_days = 2, room_days = "0.7" }

[tables.calls.turns]
one_at_a_time = { of = "line_id", begin = "begun_at", seconds = "seconds" }

[tables.calls.columns]
id = { type = "integer", kind = "serial" }
line_id = { references = "lines.id", KEY }
begun_at = { type = "datetime", kind = "moment", after = ["line_id.activated_at"], BY, hours = "evening" }
seconds = { type = "integer", kind = "uniform", low = 600, high = 3600 }
"""

OWNED = 'owner = true, per_parent = "6", spread = "even"'
PICKED = 'nullable = true, null_rate = "0.5"'


def calls(key: str = OWNED, by: str = 'spaced_by = "line_id", spaced_seconds = "seconds"', rows: int = 40) -> Tables:
    text = PHONES.replace("KEY", key).replace("BY", by)
    text = text.replace("[tables.calls.turns]", '[tables.calls]\nper = "lines"\nratio = "6"\n[tables.calls.turns]')
    return Tables(
        read_domain(text if key == PICKED else text.replace('per = "lines"\nratio = "6"\n', ""), "p").schema(),
        rows=rows,
    )


@pytest.mark.parametrize("key", [OWNED, PICKED])
@pytest.mark.parametrize("rows", [1, 40])
def test_no_line_has_two_calls_at_once_and_none_before_it_is_there(key: str, rows: int) -> None:
    assert calls(key, rows=rows).check() == []


def test_without_a_distance_lines_would() -> None:
    (violation,) = calls(by="step_minutes = 1").check()

    assert violation.rule == "one_at_a_time"


def test_what_is_nobodys_takes_nobodys_time() -> None:
    free, spaced = (calls(PICKED, **by)["calls"] for by in ({"by": "step_minutes = 1"}, {}))
    nobodys = [line is None for line in free["line_id"]]

    assert (free["begun_at"][nobodys] == spaced["begun_at"][nobodys]).all()


def test_a_slice_is_the_same_alone() -> None:
    table = calls()["calls"]

    assert list(table.rows(100, 110)) == list(table.rows())[100:110]
