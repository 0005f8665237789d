import itertools
from decimal import Decimal

import pandas as pd
import pytest

from pytest_misata.api import generate


def frames(story):
    tables = generate(story, seed=42)
    return {name: pd.DataFrame(list(table.rows(0, len(table)))) for name, table in tables.items()}


@pytest.fixture(scope="module")
def saas():
    return frames("A SaaS company with 1000 users")


@pytest.fixture(scope="module")
def shop():
    return frames("An online shop with 1000 customers")


@pytest.fixture(scope="module")
def fintech():
    return frames("A fintech app with 500 users")


def with_parent(frames, child, key, parent):
    return frames[child].merge(frames[parent], left_on=key, right_on="id", suffixes=("", "_parent"))


def ordered(frame, earlier, later):
    """Whether no row has the later moment before the earlier one."""
    early, late = pd.to_datetime(frame[earlier]), pd.to_datetime(frame[later])
    return not (late < early).any()


def test_a_user_has_one_live_subscription_at_most_and_a_churned_one_none(saas):
    subscriptions = with_parent(saas, "subscriptions", "user_id", "users")
    live = subscriptions[subscriptions.status.isin(["trialing", "active", "past_due"])]

    assert live.groupby("user_id").size().max() == 1
    assert set(live.status_parent) == {"active"}
    assert (live.plan == live.plan_parent).all()


def test_subscriptions_of_a_user_follow_each_other(saas):
    lives = saas["subscriptions"].sort_values(["user_id", "started_at"])
    before = lives.groupby("user_id").ended_at.shift()

    assert not (pd.to_datetime(before) > lives.started_at).any()
    assert lives.ended_at.notna().eq(lives.status.isin(["cancelled", "expired"])).all()


def test_nothing_of_a_user_happens_before_signing_up_or_after_leaving(saas):
    for table, moment in (
        ("subscriptions", "started_at"),
        ("support_tickets", "created_at"),
        ("events", "occurred_at"),
    ):
        rows = with_parent(saas, table, "user_id", "users")
        born = "created_at_parent" if "created_at_parent" in rows else "created_at"
        assert ordered(rows, born, moment), table
        assert ordered(rows, moment, "churned_at"), table


def test_bills_are_those_of_their_subscription(saas):
    invoices = with_parent(saas, "invoices", "subscription_id", "subscriptions")

    assert (invoices.subtotal == invoices.mrr).all()
    assert (invoices.subtotal + invoices.tax == invoices.total).all()
    assert ordered(invoices, "started_at", "issued_at")
    assert ordered(invoices, "issued_at", "ended_at")
    assert invoices.paid_at.notna().eq(invoices.status == "paid").all()


def test_an_order_is_the_sum_of_its_lines(shop):
    orders, items = shop["orders"], shop["order_items"]
    lines = items.groupby("order_id").line_total.sum().reindex(orders.id)

    assert (items.quantity * items.unit_price == items.line_total).all()
    assert lines.tolist() == orders.items_total.tolist()
    assert (orders.items_total + orders.shipping + orders.tax == orders.total).all()


def test_an_order_is_paid_shipped_and_delivered_in_that_order_as_its_status_says(shop):
    orders = shop["orders"]
    steps = ["placed_at", "paid_at", "shipped_at", "delivered_at", "returned_at"]

    assert all(ordered(orders, earlier, later) for earlier, later in itertools.pairwise(steps))
    assert orders.delivered_at.notna().eq(orders.status.isin(["delivered", "returned"])).all()
    assert orders.paid_at.isna().eq(orders.status.isin(["pending", "cancelled"])).all()
    assert ordered(with_parent(shop, "orders", "customer_id", "customers"), "created_at", "placed_at")


def test_nothing_is_sold_before_it_is_in_the_range(shop):
    sold = shop["order_items"].merge(shop["orders"], left_on="order_id", right_on="id", suffixes=("_item", ""))
    sold = sold.merge(shop["products"], left_on="product_id", right_on="id", suffixes=("", "_product"))

    assert ordered(sold, "created_at", "placed_at")


def test_every_order_has_one_payment_of_its_total(shop):
    payments = with_parent(shop, "payments", "order_id", "orders")

    assert sorted(payments.order_id) == sorted(shop["orders"].id)
    assert (payments.amount == payments.total).all()


def test_a_balance_is_the_sum_of_what_came_and_went(fintech):
    moved = pd.concat([fintech["transfers"], fintech["transactions"]])
    moved = moved[moved.status == "completed"].groupby("account_id").amount.sum()
    accounts = fintech["accounts"]

    assert moved.reindex(accounts.id, fill_value=Decimal(0)).tolist() == accounts.balance.tolist()


def test_money_moves_only_while_the_account_is_open(fintech):
    for table, moment in (("transfers", "created_at"), ("transactions", "occurred_at")):
        rows = with_parent(fintech, table, "account_id", "accounts")
        assert ordered(rows, "opened_at", moment), table
        assert ordered(rows, moment, "closed_at"), table


def test_payments_leave_the_account_and_refunds_come_back(fintech):
    transactions = fintech["transactions"]

    assert (transactions.amount > 0).eq(transactions.kind == "refund").all()
    assert set(transactions[transactions.is_fraud].status) <= {"completed", "declined", "reversed"}


def test_everyone_on_a_paid_plan_has_a_subscription() -> None:
    tables = generate("A SaaS company with 3000 users")
    users, holders = tables["users"], set(tables["subscriptions"]["user_id"].tolist())
    paying = users["id"][(users["plan"] != "free") & (users["status"] == "active")].tolist()
    assert len(paying) > 500
    assert set(paying) <= holders


def test_fewer_subscriptions_than_users_are_still_made() -> None:
    tables = generate("A SaaS company with 500 users and 400 subscriptions")
    assert len(set(tables["subscriptions"]["user_id"].tolist())) > 200
