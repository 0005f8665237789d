"""Accounts and their plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    plans = op.create_table(
        "plans",
        sa.Column("code", sa.String(20), primary_key=True),
        sa.Column("monthly_price", sa.Numeric(8, 2), nullable=False),
    )
    op.bulk_insert(
        plans,
        [
            {"code": "free", "monthly_price": 0},
            {"code": "team", "monthly_price": 29},
            {"code": "business", "monthly_price": 99},
        ],
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("company", sa.String(80), nullable=False),
        sa.Column("email", sa.String(120), nullable=False, unique=True),
        sa.Column("plan_code", sa.String(20), sa.ForeignKey("plans.code"), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("accounts")
    op.drop_table("plans")
