"""unittest.TestCase classes with the marker."""

from __future__ import annotations

TESTS = """
import unittest

class Base(unittest.TestCase):
    __test__ = False

    @pytest.fixture(autouse=True)
    def _take(self, misata_session, misata_report):
        self.session, self.report = misata_session, misata_report

    def users(self):
        return self.session.scalar(text("SELECT count(*) FROM users"))

    def use(self, expected):
        self.assertEqual(self.users(), expected)
        self.assertEqual(self.report.table_rows["users"], expected)
        self.session.execute(text("DELETE FROM subscriptions"))
        self.session.commit()


@pytest.mark.misata(story=STORY)
class TestTwenty(Base):
    __test__ = True

    def test_a(self):
        self.use(20)

    def test_b(self):
        self.assertGreater(self.session.scalar(text("SELECT count(*) FROM subscriptions")), 0)
        self.use(20)


@pytest.mark.misata(story="A SaaS company with 5 users")
class TestFive(Base):
    __test__ = True

    def test_a(self):
        self.use(5)

    @pytest.mark.misata(story="A SaaS company with 6 users")
    def test_nearer(self):
        self.use(6)


@pytest.mark.misata(story=STORY)
def test_function(misata_engine):
    with misata_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 20
"""


def test_a_test_case_finds_the_data_of_its_marker(suite, run, server_url: str) -> None:
    suite(TESTS)
    run(f"--misata-database={server_url}").assert_outcomes(passed=5)


def test_under_xdist(suite, run) -> None:
    suite(TESTS)
    run("-n", "2").assert_outcomes(passed=5)


def test_a_story_for_the_whole_project_reaches_test_cases(suite, run) -> None:
    suite(
        """
import unittest

class TestIt(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _take(self, misata_session):
        self.session = misata_session

    def test_a(self):
        self.assertEqual(self.session.scalar(text("SELECT count(*) FROM users")), 20)
""",
        ini="misata_story = A SaaS company with 20 users\n",
    )
    run().assert_outcomes(passed=1)


def test_a_marker_that_names_no_fixture_seeds_before_setup_class(suite, run, sqlite_url: str) -> None:
    suite(
        f"""
import sqlite3, unittest
from sqlalchemy import make_url

@pytest.mark.misata(story=STORY, url={sqlite_url!r})
class TestIt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.raw = sqlite3.connect(make_url({sqlite_url!r}).database)

    @classmethod
    def tearDownClass(cls):
        cls.raw.close()

    def test_a(self):
        self.assertEqual(self.raw.execute("SELECT count(*) FROM users").fetchone(), (20,))
"""
    )
    run().assert_outcomes(passed=1)
