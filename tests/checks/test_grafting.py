"""Texts with a part that a CHECK asks for are otherwise what the column usually holds."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, String, Table

from pytest_misata import generate_from_schema, schema_from_models

ROWS = 200


def made(check: str, column: Column, *others: Column) -> list[dict[str, str]]:
    metadata = MetaData()
    Table("people", metadata, Column("id", Integer, primary_key=True), *others, column, CheckConstraint(check))
    return list(generate_from_schema(schema_from_models(metadata), counts={"people": ROWS})["people"].rows())


@pytest.mark.parametrize("unique", [False, True])
def test_addresses_are_made_of_the_name_at_the_host(unique: bool) -> None:
    names = [Column(name, String(40), nullable=False) for name in ("first_name", "last_name")]
    rows = made("email LIKE '%@acme.com'", Column("email", String(80), nullable=False, unique=unique), *names)
    assert all(row["email"].endswith("@acme.com") for row in rows)
    assert len({row["email"] for row in rows}) == ROWS
    plain = [row for row in rows if (row["first_name"] + row["last_name"]).isascii() and row["last_name"].isalpha()]
    assert len(plain) > ROWS / 2
    assert all(row["email"].startswith(row["first_name"].lower()) for row in plain)


@pytest.mark.parametrize(
    ("name", "check", "usual"),
    [
        ("path", "path LIKE '/srv/%'", r"/srv/\w+/.+"),
        ("company", "company LIKE '% GmbH'", r".*[A-Z][\w'-]+ GmbH"),
        ("job_title", "job_title LIKE '%Fleet%'", r"Fleet [A-Z].*"),
        ("sku", "sku LIKE 'SKU-%'", r"SKU-[A-Z0-9-]+"),
    ],
)
def test_what_is_asked_for_stands_beside_what_is_usual(name: str, check: str, usual: str) -> None:
    column = Column(name, String(120), nullable=False)
    values = [row[name] for row in made(check, column)]
    assert sum(bool(re.fullmatch(usual, value)) for value in values) > 0.8 * ROWS
