"""Each distinct dataset is generated and loaded once, and fixtures that stand on it follow it."""

from __future__ import annotations

import json
from pathlib import Path

COUNTED = """
    import pytest

    loads = []

    @pytest.fixture(scope="session")
    def misata_prepare():
        return lambda engine: loads.append(engine)

    @pytest.fixture(scope="session")
    def number_of_users(misata_engine):
        with misata_engine.connect() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM users").scalar_one()

    def pytest_terminal_summary(terminalreporter):
        terminalreporter.write_line(f"loaded {len(loads)} times")
    """


def test_tests_of_one_dataset_share_one_load_and_keep_their_ids(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY)
def test_a(misata_session): pass

@pytest.mark.misata(story="A SaaS company with 7 users")
def test_b(number_of_users):
    assert number_of_users == 7

@pytest.mark.misata(story=STORY)
@pytest.mark.parametrize("n", [1, 2])
def test_c(number_of_users, n):
    assert number_of_users == 20

@pytest.mark.misata(story="A SaaS company with 7 users")
def test_d(misata_report, number_of_users):
    assert misata_report.table_rows["users"] == number_of_users == 7

def test_e(): pass
""",
        conftest=COUNTED,
    )
    result = run("-v", "-p", "no:randomly")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines_random(
        ["test_it.py::test_a PASSED*", "test_it.py::test_c?1? PASSED*", "test_it.py::test_d PASSED*", "loaded 2 times"]
    )


def test_the_same_wishes_are_one_dataset_however_they_are_written(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY, seed=42, pin={"users": [{"id": 1}]})
def test_a(misata_seed, misata_tables): pass

@pytest.mark.misata(pin={"users": [{"id": 1}]}, story=STORY)
class TestB:
    @pytest.mark.misata(seed=42)
    def test_b(self, misata_tables): pass

def test_one_object(request):
    run = next(value for value in request.config.stash._storage.values() if hasattr(value, "datasets"))
    assert len(run.datasets._known) == 1
"""
    )
    run("-p", "no:randomly").assert_outcomes(passed=3)


def test_a_story_for_the_whole_project_needs_no_marker(suite, run) -> None:
    suite(
        """
def test_a(misata_session, misata_seed, misata_schema):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 20
    assert misata_seed == 9
    assert "users" in misata_schema

@pytest.mark.misata(story="A SaaS company with 5 users")
def test_b(misata_session, misata_seed):
    assert misata_session.scalar(text("SELECT count(*) FROM users")) == 5
    assert misata_seed == 9

def test_c(request):
    assert len(request.getfixturevalue("misata_tables")["users"]) == 20
""",
        ini="misata_story = A SaaS company with 20 users\nmisata_seed = 9\n",
    )
    run().assert_outcomes(passed=3)


def test_counts_and_rows_of_the_marker_reach_the_data(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story="A SaaS company", rows=11, counts={"subscriptions": 4})
def test_it(misata_tables):
    assert len(misata_tables["users"]) == 11
    assert len(misata_tables["subscriptions"]) == 4
"""
    )
    run().assert_outcomes(passed=1)


def test_tables_alone_open_no_database(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story=STORY)
def test_it(misata_tables):
    assert len(misata_tables["users"]) == 20
""",
        conftest="""
    import pytest

    @pytest.fixture(scope="session")
    def misata_database():
        return "postgresql://nobody@127.0.0.1:1/no_such_test"
    """,
    )
    run().assert_outcomes(errors=1)
    result = run("--misata-report=report.json")
    assert json.loads(Path("report.json").read_text())["seedings"] == []
    result.stdout.no_fnmatch_line("*Traceback*")


def test_rows_of_the_project_yield_to_a_number_in_the_story_and_rows_of_the_marker_warn(suite, run) -> None:
    suite(
        """
@pytest.mark.misata(story="A SaaS company with 5 users")
def test_a(misata_tables):
    assert len(misata_tables["users"]) == 5

@pytest.mark.misata(story="A SaaS company")
def test_b(misata_tables):
    assert len(misata_tables["users"]) == 8

@pytest.mark.misata(story="A SaaS company with 5 users", rows=8)
def test_c(misata_tables):
    assert len(misata_tables["users"]) == 5
""",
        ini="misata_rows = 8\n",
    )
    result = run("-p", "no:randomly")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*StoryWarning: not understood in the story: 'rows=8'*"])
