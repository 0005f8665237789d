from __future__ import annotations

import pytest


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_database_of_its_own_for_each_test(database, attempt):
    with database.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM users").fetchone() == (50,)
        cursor.execute("DELETE FROM subscriptions")
    database.commit()


def test_a_new_user_gets_a_free_number(database):
    copied = "first_name, last_name, job_title, country, plan, status, created_at"
    with database.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO users (email, {copied}) SELECT 'new@example.com', {copied} FROM users LIMIT 1 RETURNING id"
        )
        assert cursor.fetchone() == (51,)
