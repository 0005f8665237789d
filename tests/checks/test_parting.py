"""Unique columns that CHECKs tie to a state: each state comes, and no two rows share a value."""

from __future__ import annotations

from collections import Counter

from pytest_misata import generate_from_schema
from pytest_misata.schema.config import Check, ForeignKey, SchemaConfig, TableConfig
from tests.checks.tables import columns_of, made, rows_of


def _states(columns: str, unique: tuple[str, ...], *checks: str) -> tuple[list, Counter]:
    tables = made(columns, *checks, uniques=[unique])
    assert tables.check() == []
    rows = rows_of(tables)
    return rows, Counter(row["state"] for row in rows)


def test_a_state_without_the_value() -> None:
    rows, states = _states(
        "phone str?, state short",
        ("phone",),
        "state IN ('stock', 'active', 'lost')",
        "(state = 'stock') = (phone IS NULL)",
    )
    assert min(states[state] for state in ("stock", "active", "lost")) > 10
    assert all((row["phone"] is None) == (row["state"] == "stock") for row in rows)


def test_a_state_with_texts_of_another_length() -> None:
    _, states = _states(
        "number str, state short",
        ("number",),
        "state IN ('visa', 'amex')",
        "length(number) IN (15, 16)",
        "(state = 'amex') = (length(number) = 15)",
    )
    assert min(states["visa"], states["amex"]) > 50


def test_a_state_with_another_beginning_or_range() -> None:
    _, states = _states(
        "code str, state short",
        ("code",),
        "(state = 'in' AND code LIKE 'IN-%') OR (state = 'out' AND code LIKE 'OUT-%')",
    )
    assert min(states["in"], states["out"]) > 50
    _, states = _states(
        "number int, state short",
        ("number",),
        "(state = 'old' AND number BETWEEN 1 AND 9999) OR (state = 'new' AND number >= 10000)",
    )
    assert min(states["old"], states["new"]) > 50


def test_where_one_state_has_too_few_values_the_roomy_one_is_taken() -> None:
    _, states = _states(
        "number int, state short",
        ("number",),
        "(state = 'old' AND number BETWEEN 1 AND 99) OR (state = 'new' AND number >= 100)",
    )
    assert states == {"new": 500}


def test_where_states_share_values_all_rows_are_made_alike() -> None:
    _, states = _states(
        "number int, state short",
        ("number",),
        "(state = 'old' AND number BETWEEN 1 AND 9999) OR (state = 'new' AND number >= 5000)",
    )
    assert len(states) == 1


def test_a_listed_text_is_a_state_before_a_number_is() -> None:
    tables = made(
        "state short, duration_s int",
        "state IN ('answered', 'busy', 'missed')",
        "duration_s >= 0",
        "(state = 'answered') = (duration_s > 0)",
    )
    states = Counter(row["state"] for row in rows_of(tables))
    assert min(states[state] for state in ("answered", "busy", "missed")) > 50


def test_digits_stay_digits() -> None:
    rows = rows_of(made("account_number str", "length(account_number) = 14", uniques=[("account_number",)]))
    assert len({row["account_number"] for row in rows if row["account_number"].isdecimal()}) == len(rows)


def test_a_listed_column_of_a_key_is_followed_by_the_others_of_the_row() -> None:
    """The sign of an amount follows the side of a posting, of which each transfer has both."""
    transfers = TableConfig("transfers", columns_of("id int"), primary_key=("id",))
    postings = TableConfig(
        "postings",
        columns_of("transfer_id int, side short, amount money, before money, after money"),
        primary_key=("transfer_id", "side"),
        foreign_keys=[ForeignKey(("transfer_id",), "transfers", ("id",))],
        checks=[
            Check("side IN ('D', 'C')", "sides"),
            Check("(side = 'D' AND amount < 0) OR (side = 'C' AND amount > 0)", "sign"),
            Check("after = before + amount", "sum"),
        ],
    )
    schema = SchemaConfig({"transfers": transfers, "postings": postings})
    tables = generate_from_schema(schema, counts={"transfers": 100, "postings": 180}, seed=7)
    assert tables.check() == []
    rows = rows_of(tables, "postings")
    assert min(Counter(row["side"] for row in rows).values()) > 60
    assert all((row["amount"] < 0) == (row["side"] == "D") for row in rows)
