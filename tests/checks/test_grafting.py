"""Texts with a part that a CHECK asks for are otherwise what the column usually holds."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table, Text

from pytest_misata import GenerationError, generate_from_schema, schema_from_models

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


@pytest.mark.parametrize("length", [150, 200, 400])
def test_long_texts_are_prose(length: int) -> None:
    values = [row["bio"] for row in made(f"length(bio) >= {length}", Column("bio", Text, nullable=False))]
    assert all(len(value) >= length for value in values)
    assert sum(". " in value for value in values) > 0.9 * ROWS


def test_a_code_in_a_key_with_a_parent_has_room_below_each() -> None:
    metadata = MetaData()
    Table("flights", metadata, Column("id", Integer, primary_key=True))
    flight = Column("flight_id", ForeignKey("flights.id"), primary_key=True)
    seat = Column("seat", String(4), CheckConstraint("seat GLOB '[1-9][0-9][A-F]'"), primary_key=True)
    Table("seats", metadata, flight, seat)
    schema = schema_from_models(metadata, dialect="sqlite")
    rows = list(generate_from_schema(schema, counts={"seats": 1500})["seats"].rows())
    assert len({(row["flight_id"], row["seat"]) for row in rows}) == 1500
    assert all(re.fullmatch("[1-9][0-9][A-F]", row["seat"]) for row in rows)


def test_texts_for_a_number_are_refused_by_name() -> None:
    number = Column("number", Integer, info={"misata": {"kind": "email"}})
    with pytest.raises(GenerationError, match=r"people\.number: kind 'email' makes texts"):
        made("number > 0", number)
