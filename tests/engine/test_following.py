"""The rows a table would have next: nothing unique in them is taken."""

from __future__ import annotations

import pytest

from pytest_misata.api import generate
from pytest_misata.errors import GenerationError


@pytest.mark.parametrize(
    ("story", "table", "uniques"),
    [
        ("A SaaS company with 100 users", "users", ["id", "email"]),
        ("An online shop with 300 customers", "customers", ["id", "email"]),
        ("A clinic with 50 patients", "patients", ["id", "email", "chart_number"]),
        ("A library with 80 books", "books", ["id"]),
    ],
)
def test_unique_values_are_none_that_a_row_has(story: str, table: str, uniques: list[str]) -> None:
    tables = generate(story)
    following = list(tables.following(table, 70))
    assert len(following) == 70
    for column in uniques:
        new = {row[column] for row in following}
        assert len(new) == 70
        assert not new & {row[column] for row in tables[table].rows()}


def test_foreign_keys_point_at_rows_that_are_there() -> None:
    tables = generate("A SaaS company with 30 users")
    assert {row["user_id"] for row in tables.following("subscriptions", 20)} <= set(tables["users"]["id"].tolist())


def test_pins_stay_where_they_are() -> None:
    tables = generate("A SaaS company with 5 users", pin={"users": [{"email": "alice@example.com"}]})
    assert "alice@example.com" not in {row["email"] for row in tables.following("users", 20)}


def test_a_table_that_lists_its_rows_has_none() -> None:
    with pytest.raises(GenerationError, match="services"):
        generate("A clinic with 5 patients").following("services", 1)
