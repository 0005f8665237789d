from __future__ import annotations

import pytest
from sqlalchemy import select

from billing import Subscription, User, churn, monthly_revenue


def test_revenue_is_that_of_the_running_subscriptions(misata_session):
    everything = misata_session.scalars(select(Subscription)).all()
    running = [subscription for subscription in everything if subscription.ended_at is None]
    assert running
    assert sum(monthly_revenue(misata_session).values()) == sum(subscription.mrr for subscription in running)


def test_only_paid_plans_bring_revenue(misata_session):
    assert set(monthly_revenue(misata_session)) == {"starter", "pro", "enterprise"}


def test_churn_is_about_what_the_story_says(misata_session):
    assert churn(misata_session) == pytest.approx(0.20, abs=0.05)


def test_nobody_who_left_has_a_running_subscription(misata_session):
    left = misata_session.scalars(select(User).where(User.status == "churned")).all()
    assert left
    assert [user.email for user in left if any(each.ended_at is None for each in user.subscriptions)] == []
