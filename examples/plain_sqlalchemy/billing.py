"""Billing of a subscription product: who pays what, and leaving."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    status: Mapped[str]
    churned_at: Mapped[dt.datetime | None]
    subscriptions: Mapped[list[Subscription]] = relationship(back_populates="user", order_by="Subscription.started_at")


class Subscription(Base):
    __tablename__ = "subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    plan: Mapped[str]
    status: Mapped[str]
    mrr: Mapped[Decimal]
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    user: Mapped[User] = relationship(back_populates="subscriptions")


def monthly_revenue(session: Session) -> dict[str, Decimal]:
    """What running subscriptions bring in a month, by plan."""
    revenue = select(Subscription.plan, func.sum(Subscription.mrr).label("total")).group_by(Subscription.plan)
    return {row.plan: row.total for row in session.execute(revenue.where(Subscription.ended_at.is_(None)))}


def churn(session: Session) -> float:
    """The share of users who have left."""
    users = session.scalar(select(func.count()).select_from(User)) or 0
    left = session.scalar(select(func.count()).select_from(User).where(User.churned_at.is_not(None))) or 0
    return left / users


def leave(session: Session, user: User, moment: dt.datetime) -> None:
    """End everything of a user, and commit."""
    user.status, user.churned_at = "churned", moment
    for subscription in user.subscriptions:
        if subscription.ended_at is None:
            subscription.status, subscription.ended_at = "cancelled", moment
    session.commit()
