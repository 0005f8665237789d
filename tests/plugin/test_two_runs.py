"""Two runs at the same time on one database: the second says so, and the first is not disturbed."""

from __future__ import annotations

from sqlalchemy import make_url

from pytest_misata.load.databases import base_name, databases_of

TEST = """
@pytest.mark.misata(story=STORY)
def test_it(misata_session):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
"""


def test_a_database_that_another_run_holds_is_left_alone(suite, run, server_url: str) -> None:
    suite(TEST)
    url = make_url(server_url)
    release = databases_of(url).hold(base_name(url))
    assert release is not None
    result = run(f"--misata-database={server_url}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"*database '{base_name(url)}' (*) is in use by another run of pytest*MISATA_DATABASE*"]
    )
    release()
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
    run(f"--misata-database={server_url}").assert_outcomes(passed=1)
