from __future__ import annotations

import pytest
from sqlmodel import Session


@pytest.fixture
def session(misata_connection):
    with Session(misata_connection, join_transaction_mode="create_savepoint") as session:
        yield session
