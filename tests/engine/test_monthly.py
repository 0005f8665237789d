"""Amounts whose sums by month are stated: exact to the smallest unit, and the same in any slice."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_misata import generate_from_schema
from pytest_misata.errors import GenerationError
from pytest_misata.schema.config import ForeignKey, SchemaConfig
from pytest_misata.schema.types import DATETIME, INTEGER, MONEY
from tests.engine.schemas import column, table

SUMS = {f"2025-{month:02}": 50_000 + 13_636 * (month - 1) for month in range(1, 13)}
MADE = {"of": "lognormal", "options": {"median": 80, "sigma": "0.9"}}


def sales(rows=3000, moment=None, **options):
    config = table(
        "sales",
        column("id", INTEGER, "serial"),
        column("at", DATETIME, "moment", **(moment or {"since": "2025-01-01"})),
        column("amount", MONEY, "monthly", by="at", **{**MADE, **options}),
    )
    return generate_from_schema(SchemaConfig({"sales": config}, main="sales"), rows=rows)["sales"]


def by_month(moments, amounts):
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for moment, amount in zip(moments.astype("datetime64[M]").astype(str), amounts, strict=True):
        sums[moment] += Decimal(f"{amount:.2f}")
    return dict(sums)


def test_sums_are_exact_to_the_cent():
    made = sales(sums=SUMS)
    assert by_month(made["at"], made["amount"]) == SUMS
    assert min(made["amount"]) > 0


@settings(derandomize=True, deadline=None, max_examples=15)
@given(st.lists(st.integers(1, 10**9), min_size=12, max_size=12), st.integers(200, 1500))
def test_any_sums_are_exact(cents, rows):
    sums = {f"2025-{month + 1:02}": f"{cents[month] / 100:.2f}" for month in range(12)}
    made = sales(rows=rows, sums=sums)
    expected = {name: Decimal(amount) for name, amount in sums.items()}
    assert {name: total for name, total in by_month(made["at"], made["amount"]).items() if total} == expected


def test_any_slice_is_the_same_alone():
    whole = [row["amount"] for row in sales(sums=SUMS).rows()]
    made = sales(sums=SUMS)
    assert [row["amount"] for row in made.rows(2500, 2600)] == whole[2500:2600]
    assert [row["amount"] for part in made.batches(700) for row in part.rows()] == whole


def test_months_grow_by_the_rate_and_keep_what_there_is():
    made = sales(rows=20_000, growth={"factor": "1.05", "every": "month"})
    sums = sorted(by_month(made["at"], made["amount"]).items())
    for (_, before), (_, after) in pairwise(sums):
        assert abs(after - before * Decimal("1.05")) <= Decimal("0.03")
    plain = column("amount", MONEY, "lognormal", median=80, sigma="0.9")
    config = table("sales", column("id", INTEGER, "serial"), plain)
    natural = generate_from_schema(SchemaConfig({"sales": config}, main="sales"), rows=20_000)["sales"]["amount"]
    assert sum(total for _, total in sums) == sum(Decimal(f"{amount:.2f}") for amount in natural)


def test_other_months_have_the_level_of_the_nearest():
    made = sales(rows=9000, moment={}, sums={"2025-06": 10_000})
    amounts = np.array([float(amount) for amount in made["amount"]])
    inside = made["at"].astype("datetime64[M]").astype(str) == "2025-06"
    assert by_month(made["at"], made["amount"])["2025-06"] == 10_000
    assert 0.8 < np.median(amounts[~inside]) / np.median(amounts[inside]) < 1.25


def test_the_shape_of_amounts_is_kept():
    logs = np.log([float(amount) for amount in sales(rows=5000, sums=dict.fromkeys(SUMS, 500_000))["amount"]])
    assert 0.8 < logs.std() < 1.0


def test_a_month_without_rows_is_named():
    made = sales(rows=5, moment={"since": "2025-06-01"}, sums=SUMS)
    with pytest.raises(GenerationError, match=r"sales\.amount: its sum in 2025-01 is to be 50000, and none of 5 rows"):
        _ = made["amount"]


def test_lines_add_up_exactly_with_their_quantities():
    orders = table("orders", column("id", INTEGER, "serial"), column("at", DATETIME, "moment", since="2025-01-01"))
    choice = {"of": "choice", "options": {"values": [1, 2, 3, 7], "weights": [1, 3, 3, 3]}}
    lines = table(
        "lines",
        column("id", INTEGER, "serial"),
        column("order_id", INTEGER),
        column("quantity", INTEGER, "closing", by="order_id.at", **choice),
        column("price", MONEY, "monthly", by="order_id.at", quantity="quantity", sums=SUMS, **MADE),
        column("amount", MONEY, "product", of=["quantity", "price"]),
        foreign_keys=[ForeignKey(("order_id",), "orders", ("id",), owner=True, per_parent=2)],
    )
    made = generate_from_schema(SchemaConfig({"orders": orders, "lines": lines}, main="orders"), rows=800)
    at = made["orders"]["at"][made["lines"]["order_id"] - 1]
    assert by_month(at, made["lines"]["amount"]) == SUMS
    assert set(made["lines"]["quantity"].tolist()) == {1, 2, 3, 7}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "state the sums of months or their growth"),
        ({"growth": {"factor": 2, "every": "week"}}, "growth by months is by the month"),
    ],
)
def test_what_is_missing_is_named(options, message):
    with pytest.raises(GenerationError, match=message):
        _ = sales(rows=3, **options)["amount"]
