from __future__ import annotations

import factory
import pytest
from factory.alchemy import SQLAlchemyModelFactory
from polyfactory.factories.sqlalchemy_factory import SQLAlchemyFactory

from crm import Contact, Deal


@pytest.fixture
def contact_factory(misata_session, misata_tables):
    """By factory_boy: names and emails are those that the next generated contacts would have."""
    following = misata_tables.following("contacts", 50)

    class ContactFactory(SQLAlchemyModelFactory):
        class Meta:
            model = Contact
            sqlalchemy_session = misata_session

        class Params:
            row = factory.LazyFunction(lambda: next(following))

        full_name = factory.LazyAttribute(lambda made: made.row["full_name"])
        email = factory.LazyAttribute(lambda made: made.row["email"])

    return ContactFactory


@pytest.fixture
def deal_factory(misata_session):
    """By polyfactory: the database numbers the rows, and the test says whose deal it is."""

    class DealFactory(SQLAlchemyFactory[Deal]):
        __session__ = misata_session
        __set_primary_key__ = False
        __set_foreign_keys__ = False
        __set_relationships__ = False

    return DealFactory
