"""Ready-made rows that point nowhere are refused on every database."""

import pytest
from sqlalchemy import create_engine, inspect, text

from pytest_misata import LoadError, seed_database


def test_a_row_without_its_parent_is_refused(database_url):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE par (id INTEGER PRIMARY KEY)"))
        connection.execute(
            text("CREATE TABLE kid (id INTEGER PRIMARY KEY, par_id INTEGER, FOREIGN KEY (par_id) REFERENCES par (id))")
        )
    rows = {"par": [{"id": 1}], "kid": [{"id": 2, "par_id": 77}]}
    with pytest.raises(LoadError, match="kid"):
        seed_database(rows, engine)
    with engine.connect() as connection:
        counts = [connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in inspect(engine).get_table_names()]
    engine.dispose()
    assert counts == [0, 0]
