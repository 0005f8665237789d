"""After a run nothing of ours is left: no open connection, no file, no database."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = """
@pytest.mark.misata(story=STORY)
def test_a(misata_session, misata_connection): pass

@pytest.mark.misata(story="A SaaS company with 4 users")
def test_b(misata_engine):
    misata_engine.connect().close()

@pytest.mark.misata(story="A SaaS company with 4 users")
def test_c(misata_session):
    assert False
"""


def test_no_warning_about_resources(suite, run_alone, server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    suite(TESTS)
    result = run_alone(f"--misata-database={server_url}")
    result.assert_outcomes(passed=2, failed=1)
    assert "ResourceWarning" not in result.stdout.str() + result.stderr.str()


def test_the_temporary_database_is_removed(suite, run_apart, pytester: pytest.Pytester) -> None:
    suite(TESTS)
    run_apart("--basetemp=base").assert_outcomes(passed=2, failed=1)
    assert list(Path(pytester.path / "base").rglob("*.db*")) == []
