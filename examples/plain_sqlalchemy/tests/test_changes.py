from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from billing import User, churn, leave

TODAY = dt.datetime(2026, 1, 1)


@pytest.mark.parametrize("attempt", [1, 2])
def test_leaving_ends_every_subscription_and_is_undone_after_the_test(misata_session, misata_tables, attempt):
    before = churn(misata_session)
    assert before == misata_tables["users"]["status"].tolist().count("churned") / 200
    user = misata_session.scalars(select(User).where(User.status == "active").order_by(User.id)).first()
    leave(misata_session, user, TODAY)
    assert all(subscription.ended_at is not None for subscription in user.subscriptions)
    assert churn(misata_session) > before


@pytest.mark.misata(story="A SaaS company with 10 users", seed=7)
def test_a_test_may_have_a_dataset_of_its_own(misata_session, misata_report):
    assert misata_report.table_rows["users"] == 10
    assert len(misata_session.scalars(select(User)).all()) == 10
