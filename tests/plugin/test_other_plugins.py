"""Options of pytest and other people's plugins beside ours: each dataset is loaded once, and no test's id changes."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = """
import unittest

A = pytest.mark.misata(story="A SaaS company with 20 users")
B = pytest.mark.misata(story="An online shop with 6 customers")
tries = []

@A
def test_a1(misata_session):
    assert misata_session.scalar(text("SELECT count(*) FROM subscriptions")) > 0
    misata_session.execute(text("DELETE FROM subscriptions"))
    misata_session.commit()

@B
@pytest.mark.parametrize("x", [1, 2])
def test_b1(misata_session, x):
    assert misata_session.scalar(text("SELECT count(*) FROM customers")) == 6

@A
class TestA(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _data(self, misata_session):
        self.session = misata_session

    def test_a2(self):
        self.assertEqual(self.session.scalar(text("SELECT count(*) FROM users")), 20)

@A
def test_a3(misata_engine):
    with misata_engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM subscriptions")) > 0
        connection.execute(text("DELETE FROM subscriptions"))
    tries.append(1)
    assert len(tries) != 1

def test_plain():
    pass
"""
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def misata_prepare():
    def prepare(engine):
        with open("loads.log", "a") as log:
            log.write("load ")
    return prepare
"""


@pytest.fixture
def loads(suite, pytester: pytest.Pytester):
    """How often data was loaded since the last time this was asked."""
    suite(TESTS, conftest=CONFTEST)
    log: Path = pytester.path / "loads.log"

    def count() -> int:
        found = len(log.read_text().split()) if log.exists() else 0
        log.unlink(missing_ok=True)
        return found

    return count


def test_each_dataset_once_and_ids_as_they_are(run, loads) -> None:
    result = run("-v", "-p", "no:randomly")
    result.assert_outcomes(passed=5, failed=1)
    assert loads() == 2
    names = "test_a1 test_b1[1] test_b1[2] TestA::test_a2 test_a3 test_plain".split()
    found = {line.split()[0] for line in result.outlines if line.startswith("test_it.py::")}
    assert found == {f"test_it.py::{name}" for name in names}


def test_random_order(run, loads) -> None:
    run("--randomly-seed=3").assert_outcomes(passed=5, failed=1)
    assert loads() == 2


@pytest.mark.parametrize(
    ("options", "outcomes", "loaded"),
    [
        (["-k", "test_b1"], {"passed": 2, "deselected": 4}, 1),
        (["-k", "plain"], {"passed": 1, "deselected": 5}, 0),
        (["--reruns=1"], {"passed": 6, "rerun": 1}, 2),
        # pytest-repeat leaves a TestCase alone.
        (["--count=2"], {"passed": 10, "failed": 1}, 2),
        (["-p", "no:xdist"], {"passed": 5, "failed": 1}, 2),
        (["--setup-plan"], {}, 0),
        (["--co"], {}, 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options(run, loads, options: list[str], outcomes: dict[str, int], loaded: int) -> None:
    result = run("-p", "no:randomly", *options)
    found = result.parseoutcomes()
    assert {name: found.get(name) for name in outcomes} == outcomes
    assert loads() == loaded


def test_last_failed_stepwise_and_first_failure(run, loads) -> None:
    run("-p", "no:randomly", "-x").assert_outcomes(passed=2, failed=1)
    assert loads() == 1
    run("-p", "no:randomly", "--lf").assert_outcomes(failed=1)
    assert loads() == 1
    run("-p", "no:randomly", "--sw").assert_outcomes(passed=2, failed=1)
    run("-p", "no:randomly", "--sw").assert_outcomes(failed=1)


def test_doctests(pytester: pytest.Pytester, run) -> None:
    pytester.makeini("[pytest]\nmisata_story = A SaaS company with 20 users\n")
    pytester.makepyfile(shop='"""\n>>> len(getfixture("misata_tables")["users"])\n20\n"""')
    run("--doctest-modules").assert_outcomes(passed=1)
