"""A small schema that uses most of the engine, for the tests of this folder."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from pytest_misata.schema.config import Column, ForeignKey, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.types import BOOLEAN, DATE, DATETIME, INTEGER, MONEY, TEXT, ColumnType, string


def column(name: str, type_: ColumnType, kind: str | None = None, *, nullable: bool = False, **options: Any) -> Column:
    return Column(name, type_, nullable, Generator(kind, options) if kind else None)


def table(name: str, *columns: Column, key: str = "id", **settings: Any) -> TableConfig:
    return TableConfig(name, {column.name: column for column in columns}, primary_key=(key,), **settings)


def users() -> TableConfig:
    return table(
        "users",
        column("id", INTEGER, "serial"),
        column("full_name", string(100), "full_name"),
        column("email", string(254), "email"),
        column("gender", string(10), "gender"),
        column("city", string(60), "city"),
        column("postcode", string(12), "postcode"),
        column("birth_date", DATE, "birth_date"),
        column("created_at", DATETIME, "moment", growth="growing", hours="business"),
        column("bio", TEXT, "sentence", nullable=True, null_rate="0.25"),
        column("score", ColumnType("float", scale=3), "normal", mean=50, sd=10),
        uniques=[("email",)],
    )


def subscriptions() -> TableConfig:
    return table(
        "subscriptions",
        column("id", INTEGER, "serial"),
        column("user_id", INTEGER),
        column("plan", string(10), "choice", values=["free", "pro", "team"], weights=[6, 3, 1]),
        column(
            "status",
            string(12),
            "choice",
            values=["active", "cancelled"],
            weights=[0, 1],
            cases=[{"when": {"@last": [True]}, "weights": [8, 2]}],
        ),
        column("started_at", DATETIME, "moment", sequence=True),
        column(
            "ended_at",
            DATETIME,
            "moment",
            nullable=True,
            after=["started_at"],
            until_next=True,
            when={"status": ["cancelled"]},
        ),
        column("price", MONEY, "lognormal", median=49, sigma="0.8", maximum=5000),
        column("is_active", BOOLEAN, "map", of="status", values={"active": True}, default=False),
        foreign_keys=[ForeignKey(("user_id",), "users", ("id",), owner=True, per_parent=Fraction(3))],
    )


def invoices() -> TableConfig:
    return table(
        "invoices",
        column("id", INTEGER, "serial"),
        column("subscription_id", INTEGER),
        column("user_id", INTEGER, "copy", of="subscription_id.user_id"),
        column("number", string(12), "code", pattern="INV-######"),
        column("seats", INTEGER, "choice", values=[1, 2, 5], weights=[5, 3, 1]),
        column("amount", MONEY, "product", of=["seats", "subscription_id.price"]),
        column("issued_at", DATETIME, "moment"),
        foreign_keys=[
            ForeignKey(
                ("subscription_id",), "subscriptions", ("id",), owner=True, per_parent=Fraction(3, 2), minimum=1
            ),
            ForeignKey(("user_id",), "users", ("id",)),
        ],
        uniques=[("number",)],
    )


def shop() -> SchemaConfig:
    """Users with subscriptions with invoices."""
    return SchemaConfig({"users": users(), "subscriptions": subscriptions(), "invoices": invoices()}, main="users")
