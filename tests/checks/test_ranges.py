"""Ranges that a CHECK leaves: of numerals in texts, of amounts far from the usual, and beside another column."""

from __future__ import annotations

from statistics import median

from tests.checks.tables import made, rows_of


def test_numerals_between_two_of_the_same_length() -> None:
    rows = rows_of(made("site_no short", "site_no BETWEEN '001' AND '999'", rows=300))
    assert all(len(row["site_no"]) == 3 and 1 <= int(row["site_no"]) <= 999 for row in rows)
    assert len({row["site_no"] for row in rows}) > 100


def test_amounts_whose_bounds_lie_far_from_the_usual_ones_spread_between_them() -> None:
    budgets = [row["budget"] for row in rows_of(made("budget money", "budget BETWEEN 10000 AND 5000000"))]
    assert 10_000 <= min(budgets) < 60_000
    assert 500_000 < max(budgets) <= 5_000_000
    prices = [row["fee"] for row in rows_of(made("fee money", "fee >= 10000"))]
    assert median(prices) > 20_000
    assert max(prices) > 100_000


def test_a_value_between_shares_of_another_is_there_and_lies_anywhere_between_them() -> None:
    rows = rows_of(
        made(
            "list_price money, sold_price money?",
            "sold_price IS NULL OR sold_price BETWEEN list_price * 0.7 AND list_price * 1.3",
        )
    )
    shares = [row["sold_price"] / row["list_price"] for row in rows if row["sold_price"] is not None]
    assert len(shares) > 400
    assert min(shares) < 0.8
    assert max(shares) > 1.2


def test_remainders_of_numbers_below_zero_have_their_sign() -> None:
    rows = rows_of(made("x int", "x % 2 <= 0", "x IN (-50, -39, -35)"))
    assert {row["x"] for row in rows} == {-50, -39, -35}
    assert all(row["x"] in (10, 13) for row in rows_of(made("x int", "x % 3 > 0", "x IN (-50, -49, 10, 12, 13)")))
