"""A test may throw away the driver's connection below its own."""

from __future__ import annotations

TESTS = """
@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_connection(misata_connection, turn):
    assert misata_connection.scalar(text("SELECT count(*) FROM users")) == 20
    misata_connection.execute(text("DELETE FROM subscriptions"))
    misata_connection.invalidate()


@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("turn", range(2))
def test_session(misata_session, turn):
    assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) > 0
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.invalidate()
"""


def test_what_a_test_invalidates_is_no_error(suite, run, server_url: str) -> None:
    suite(TESTS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=4)
