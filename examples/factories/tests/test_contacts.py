from __future__ import annotations

import pytest
from sqlalchemy import func, select

from crm import Contact, Deal


@pytest.mark.parametrize("attempt", [1, 2])
def test_new_contacts_beside_the_seeded_ones(misata_session, contact_factory, attempt):
    made = contact_factory.create_batch(50)
    misata_session.commit()
    assert [contact.id for contact in made] == list(range(101, 151))
    emails = misata_session.scalars(select(Contact.email)).all()
    assert len(emails) == len(set(emails)) == 150


def test_a_deal_of_a_seeded_contact(misata_session, deal_factory):
    contact = misata_session.get(Contact, 7)
    before = len(contact.deals)
    deal = deal_factory.build(contact=contact)
    misata_session.add(deal)
    misata_session.commit()
    assert deal.id == 251
    held = select(func.count()).select_from(Deal).where(Deal.contact_id == 7)
    assert misata_session.scalar(held) == before + 1
