from __future__ import annotations

import pytest


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_database_of_its_own_for_each_test(database, attempt):
    with database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM users").fetchone() == (50,)
        cursor.execute("DELETE FROM subscriptions")
    database.commit()


def test_a_new_user_would_get_a_free_number(database):
    with database.cursor() as cursor:
        assert cursor.execute("SELECT nextval(pg_get_serial_sequence('users', 'id'))").fetchone() == (51,)
