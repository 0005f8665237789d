"""Rows refer to parents that fit them: who works in the ward, what the machine can make."""

from __future__ import annotations

import numpy as np
import pytest

from pytest_misata.api import generate
from pytest_misata.engine.tables import Table, Tables
from pytest_misata.errors import GenerationError
from pytest_misata.story.domain import domains, read_domain

WARD = """
name = "ward"
title = "ward"
example = "A ward with 40 carers and 300 rounds"
main = "carers"
words = ["ward"]

[tables.carers.columns]
id = { type = "integer", kind = "serial" }
floor = { type = "enum", kind = "choice", values = ["first", "second", "third"] }
grade = { type = "enum", kind = "choice", values = ["nurse", "helper"] }

[tables.rounds]
per = "carers"
ratio = "10"
[tables.rounds.columns]
id = { type = "integer", kind = "serial" }
floor = { type = "enum", kind = "choice", values = ["first", "second", "attic"] }
[tables.rounds.columns.carer_id]
references = "carers.id"
kind = "matching"
on = { floor = "floor" }
where = { grade = ["nurse"] }
spread = "skewed"
"""


def ward(text: str = WARD, rows: int = 40) -> Tables:
    return Tables(read_domain(text, "ward.toml").schema(), rows=rows)


def of_parent(tables: Tables, table: str, key: str, parent: str, column: str) -> np.ndarray:
    return tables[parent][column][tables[table][key].astype(int) - 1]


def test_a_row_has_a_parent_that_is_like_it() -> None:
    tables = ward()
    floors, grades = (of_parent(tables, "rounds", "carer_id", "carers", name) for name in ("floor", "grade"))
    there = tables["rounds"]["floor"] != "attic"

    assert (floors == tables["rounds"]["floor"])[there].all()
    assert set(grades) == {"nurse"}
    assert len(set(tables["rounds"]["carer_id"][there].tolist())) > 5


def test_where_none_is_like_it_any_will_do() -> None:
    assert ward(WARD.replace('["nurse"]', '["surgeon"]')).check() == []


def test_a_slice_is_the_same_alone() -> None:
    rounds = ward()["rounds"]

    assert list(rounds.rows(200, 210)) == list(rounds.rows())[200:210]


def test_it_is_for_foreign_keys() -> None:
    text = WARD.replace(
        'floor = { type = "enum", kind = "choice", values = ["first", "second", "attic"] }',
        'floor = { type = "integer", kind = "matching" }',
    )
    with pytest.raises(GenerationError, match="foreign key"):
        ward(text)["rounds"]["floor"]


def test_no_paralegal_has_a_case_of_the_own() -> None:
    firm = generate("A law firm with 20 lawyers and 60 clients")

    assert "paralegal" not in set(of_parent(firm, "matters", "lawyer_id", "lawyers", "title"))


@pytest.mark.parametrize(
    ("story", "table", "pairs"),
    [
        ("A factory with 40 machines and 600 work orders", "work_orders", ("machine_id.kind", "product_id.process")),
        (
            "A recruitment agency with 60 jobs and 300 candidates",
            "applications",
            ("job_id.field", "candidate_id.field"),
        ),
    ],
)
def test_what_belongs_together_is_alike(story: str, table: str, pairs: tuple[str, str]) -> None:
    tables = generate(story)
    one, other = (_through(tables, tables[table], path) for path in pairs)

    assert (one == other).all()


def _through(tables: Tables, table: Table, path: str) -> np.ndarray:
    key, column = path.split(".")
    parent = table.config.foreign_key(key)
    assert parent is not None
    return tables[parent.parent][column][table[key].astype(int) - 1]


HOMES = """
name = "homes"
title = "homes"
example = "An agency with 40 seekers"
main = "seekers"
words = ["homes"]

[tables.seekers.columns]
id = { type = "integer", kind = "serial" }
budget = { type = "numeric(12,0)", kind = "lognormal", median = "400000", sigma = "0.45", minimum = "100000" }

[tables.homes]
per = "seekers"
ratio = "1/2"
[tables.homes.columns]
id = { type = "integer", kind = "serial" }
price = { type = "money", kind = "lognormal", median = "365000", sigma = "0.3", minimum = "90000", maximum = "900000" }

[tables.bids.columns]
id = { type = "integer", kind = "serial" }
home_id = { references = "homes.id", owner = true, per_parent = "4" }
seeker_id = { references = "seekers.id", kind = "matching", least = { budget = "home_id.price" } }
"""


def test_who_bids_can_pay_the_price() -> None:
    tables = ward(HOMES, rows=400)
    budget = of_parent(tables, "bids", "seeker_id", "seekers", "budget").astype(float)
    price = of_parent(tables, "bids", "home_id", "homes", "price").astype(float)
    assert (budget >= np.minimum(price, float(max(tables["seekers"]["budget"])))).all()
    assert len(set(tables["bids"]["seeker_id"])) > 100


def test_siblings_have_others_as_long_as_there_are_more() -> None:
    tables = Tables(next(one for one in domains() if one.name == "recruitment").schema(), rows=600)
    pairs = list(zip(tables["applications"]["job_id"], tables["applications"]["candidate_id"], strict=True))
    fields = of_parent(tables, "applications", "candidate_id", "candidates", "field")
    assert len(set(pairs)) == len(pairs)
    assert (fields == of_parent(tables, "applications", "job_id", "jobs", "field")).all()
