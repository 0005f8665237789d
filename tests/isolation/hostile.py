"""Hostile tests in random order: each finds the database as it was seeded, whatever the one before it did.

Copied into the suite that `suite.py` writes. MISATA_HOSTILE_TESTS says how many there are.
"""

from __future__ import annotations

import os
import unittest

import deeds
import fingerprints
import pytest
from sqlalchemy import text

COUNT = int(os.environ["MISATA_HOSTILE_TESTS"])
KIND = os.environ["MISATA_HOSTILE_KIND"]
IN_MEMORY = os.environ.get("MISATA_HOSTILE_MEMORY") == "1"

pytestmark = pytest.mark.misata(story="A SaaS company with 20 users")

ENGINE_DEEDS = [deed for deed in deeds.ON_ENGINE[KIND] if not IN_MEMORY or deed.__name__ in deeds.IN_MEMORY_TOO]


@pytest.fixture(scope="session")
def seeded(misata_engine):
    """What every test is to find."""
    return fingerprints.content(misata_engine)


@pytest.fixture(autouse=True)
def untouched(seeded, misata_engine) -> None:
    """The very subject: an error here, before the test, is the failure of isolation."""
    found = fingerprints.content(misata_engine)
    assert fingerprints.differences(seeded, found) == []
    # The connections that tests are handed are as new, too.
    with misata_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM notes")) == 3
        assert fingerprints.session_state(connection) == []


def ends_badly(turn: int) -> None:
    """Every seventh test fails."""
    if turn % 7 == 6:
        raise RuntimeError("in the middle")


@pytest.mark.parametrize("turn", range(COUNT // 4))
def test_on_an_engine(misata_engine, turn):
    ENGINE_DEEDS[turn % len(ENGINE_DEEDS)](misata_engine, turn)
    ends_badly(turn)


@pytest.mark.parametrize("turn", range(COUNT // 8))
def test_commit(misata_engine, turn):
    deeds.commit(misata_engine, turn)
    ends_badly(turn)


@pytest.mark.parametrize("turn", range(COUNT // 8))
def test_definitions(misata_engine, turn):
    deeds.commit_ddl(misata_engine, turn)
    ends_badly(turn)


@pytest.mark.parametrize("turn", range(COUNT // 8))
def test_on_a_session(misata_session, turn):
    connection = misata_session.connection()
    deeds.rows(connection, turn)
    [misata_session.commit, misata_session.rollback, misata_session.flush][turn % 3]()
    ends_badly(turn)
    deeds.rows(misata_session.connection(), turn + 1)


@pytest.mark.parametrize("turn", range(COUNT // 8))
def test_on_a_connection(misata_connection, turn):
    deeds.ddl(misata_connection, turn)
    [misata_connection.commit, misata_connection.rollback, misata_connection.close][turn % 3]()
    ends_badly(turn)


@pytest.mark.parametrize("turn", range(COUNT // 16))
def test_out_of_the_transaction(misata_session, turn):
    connection = misata_session.connection()
    deeds.rows(connection, turn)
    raw = connection.connection.dbapi_connection
    raw.commit()
    ends_badly(turn)


@pytest.mark.misata(isolation="restore")
@pytest.mark.parametrize("turn", range(COUNT // 8))
def test_on_a_session_that_really_commits(misata_session, turn):
    deeds.rows(misata_session.connection(), turn)
    misata_session.commit()
    deeds.rows(misata_session.connection(), turn + 1)
    ends_badly(turn)


class Cases(unittest.TestCase):
    """Tests of unittest, one for each turn."""

    @pytest.fixture(autouse=True)
    def _given(self, misata_engine, misata_connection):
        self.engine, self.connection = misata_engine, misata_connection


def _case(turn: int):
    def test(case: Cases) -> None:
        if turn % 2:
            deeds.commit(case.engine, turn)
        else:
            deeds.rows(case.connection, turn)
            case.connection.commit()
        ends_badly(turn)

    return test


for _turn in range(COUNT // 16):
    setattr(Cases, f"test_{_turn}", _case(_turn))


@pytest.mark.parametrize("turn", range(COUNT - COUNT // 4 - 5 * (COUNT // 8) - 2 * (COUNT // 16)))
def test_that_reads(misata_session, turn):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    ends_badly(turn)
