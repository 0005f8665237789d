from __future__ import annotations

import pytest

from pytest_misata.integrations.django import seed_django


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Fill the test database once, when the migrations are done."""
    with django_db_blocker.unblock():
        return seed_django(story="40 users, 200 posts, 12 tags, 300 reviews", seed=42)
