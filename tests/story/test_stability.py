"""What a domain's other columns do when one is added or moved: nothing."""

from __future__ import annotations

import pytest

import pytest_misata as misata
from pytest_misata import Column, Generator, Table
from pytest_misata.schema.types import DATETIME

STORIES = ["A SaaS company with 150 users", "An online shop with 150 customers", "A fintech app with 150 users"]


def values(table: Table, column: str) -> list[str]:
    return [str(value) for value in table[column]]


@pytest.mark.parametrize("story", STORIES)
def test_the_order_of_columns_changes_no_value(story: str) -> None:
    turned = misata.parse(story)
    for table in turned.tables.values():
        table.columns = dict(reversed(table.columns.items()))
    assert misata.generate_from_schema(turned).fingerprint() == misata.generate(story).fingerprint()


@pytest.mark.parametrize("story", STORIES)
def test_a_new_moment_in_front_moves_no_other_column(story: str) -> None:
    wider = misata.parse(story)
    for table in wider.tables.values():
        if not table.fixed:
            invited = Column("invited_at", DATETIME, generator=Generator("moment"))
            table.columns = {"invited_at": invited, **table.columns}
    before, after = misata.generate(story), misata.generate_from_schema(wider)
    for name, table in before.items():
        for column in table.columns:
            assert values(table, column) == values(after[name], column), f"{name}.{column}"
