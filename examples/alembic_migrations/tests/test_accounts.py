from __future__ import annotations

from sqlalchemy import text


def test_the_newest_revision_is_there(misata_connection):
    assert misata_connection.scalar(text("SELECT version_num FROM alembic_version")) == "0002"


def test_the_story_sizes_the_tables(misata_connection):
    assert misata_connection.scalar(text("SELECT count(*) FROM accounts")) == 40
    assert misata_connection.scalar(text("SELECT count(*) FROM invoices")) == 120


def test_rows_of_the_migrations_are_kept_and_referred_to(misata_connection, misata_report):
    prices = dict(misata_connection.execute(text("SELECT code, monthly_price FROM plans")).all())
    assert prices == {"free": 0, "team": 29, "business": 99}
    assert set(misata_connection.scalars(text("SELECT plan_code FROM accounts"))) <= set(prices)
    assert set(misata_report.table_rows) == {"accounts", "invoices"}


def test_what_the_migrations_demand_holds(misata_connection):
    late = "SELECT count(*) FROM invoices WHERE due_on < issued_on OR amount < 0"
    assert misata_connection.scalar(text(late)) == 0


def test_a_change_that_is_committed_is_gone_afterwards(misata_session):
    misata_session.execute(text("DELETE FROM invoices"))
    misata_session.commit()
