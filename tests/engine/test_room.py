"""What takes time did not begin yesterday and is over: neither what begins nor what ends piles up on the last day."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.engine.tables import Tables
from pytest_misata.story.domain import read_domain

WORKS = """
name = "works"
title = "works"
example = "A works with 40 clients and 300 jobs"
main = "clients"
words = ["works"]

[tables.clients.columns]
id = { type = "integer", kind = "serial" }
joined_at = { type = "datetime", kind = "moment" }

[tables.jobs.columns]
id = { type = "integer", kind = "serial" }
client_id = { references = "clients.id", owner = true, per_parent = "10", spread = "SPREAD" }
status = { type = "enum", kind = "choice", values = ["done", "open"], weights = [OPEN] }
asked_at = { type = "datetime", kind = "moment", after = ["client_id.joined_at"] ASKED }
begun_on = { type = "date", nullable = true, kind = "moment", after = ["asked_at"], within_days = 20, DONE }
done_at = { type = "datetime", nullable = true, kind = "moment", after = ["begun_on"], minimum_days = 2, MONTH, DONE }
"""


def works(asked: str = "", *, spread: str = "skewed", weights: str = "99, 1", rows: int = 3000) -> Tables:
    text = WORKS.replace("DONE", 'when = { status = ["done"] }').replace("MONTH", "within_days = 40")
    text = text.replace("ASKED", asked).replace("SPREAD", spread).replace("OPEN", weights)
    return Tables(read_domain(text, "works.toml").schema(), rows=rows)


def by_day(tables: Tables, column: str) -> np.ndarray:
    """How many there are on each of the 60 days before the reference date, from the last one on."""
    moments = tables["jobs"][column].astype("datetime64[D]")
    ago = (np.datetime64("2026-01-01") - moments[~np.isnat(moments)]).astype(int)
    return np.bincount(ago[ago <= 60], minlength=61)[1:61]


@pytest.mark.parametrize("asked", ["", ", sequence = true", ', hours = "business"'])
@pytest.mark.parametrize("column", ["asked_at", "begun_on", "done_at"])
def test_no_day_has_twice_as_much_as_those_before(asked: str, column: str) -> None:
    days = by_day(works(asked), column)

    assert max(days[0], days[:3].mean()) < 2 * days[3:].mean()


def test_what_is_not_over_is_of_the_last_days_and_what_is_leaves_them() -> None:
    jobs = works(', last_days = { open = 5 }, by = "status"', weights="98, 2")["jobs"]
    ago = (np.datetime64("2026-01-01") - jobs["asked_at"].astype("datetime64[D]")).astype(int)
    is_open = jobs["status"] == "open"

    assert ago[is_open].max() <= 41
    assert np.bincount(ago)[1] < 2 * np.bincount(ago)[45:75].mean()
    assert (ago[~is_open] <= 2).mean() < 1 / 200


def test_children_of_which_each_parent_has_as_many_do_not_pile_up_either() -> None:
    days = by_day(works(spread="even", rows=10_000), "asked_at")

    assert days[:3].mean() < 2.2 * days[3:].mean()


def test_a_slice_is_the_same_alone() -> None:
    jobs = works(", sequence = true", rows=300)["jobs"]

    assert list(jobs.rows(1000, 1010)) == list(jobs.rows())[1000:1010]


def test_the_last_of_a_sequence_lies_in_its_last_days() -> None:
    cases = ', sequence = true, cases = [{ when = { "@last" = [true] }, final_days = 4 }]'
    jobs = works(cases, spread="even", weights="0, 1", rows=200)["jobs"]
    last = np.array([jobs["asked_at"][jobs["client_id"] == client].max() for client in np.unique(jobs["client_id"])])

    assert (last >= np.datetime64("2025-12-28")).all()
