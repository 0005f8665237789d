"""A marker on a test that names no fixture of ours still has its data seeded, first of all."""

from __future__ import annotations


def test_the_applications_own_engine_sees_the_data(suite, run, sqlite_url: str) -> None:
    suite(
        f"""
from sqlalchemy import create_engine

@pytest.fixture
def app():
    engine = create_engine({sqlite_url!r})
    with engine.connect() as connection:
        yield connection.scalar(text("SELECT count(*) FROM users"))
    engine.dispose()

@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", range(2))
def test_it(app, n):
    assert app == 20
""",
        ini=f"misata_database = {sqlite_url}\n",
    )
    run().assert_outcomes(passed=2)
