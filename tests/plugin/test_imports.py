"""Nothing heavy is imported for a suite that uses nothing of ours."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "numpy", "faker", "pandas", "psycopg", "pymysql", "click", "rich")


def heavy_modules(importtime: str) -> set[str]:
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in importtime.splitlines()}
    return names & set(HEAVY)


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import pytest_misata.plugin"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "pytest_misata.plugin" in done.stderr
    assert heavy_modules(done.stderr) == set()


def test_a_run_that_uses_nothing_of_ours_imports_nothing_heavy(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        f"""
        import sys
        import unittest

        def teardown_module():
            assert not set(sys.modules) & set({HEAVY!r})

        def test_plain(tmp_path):
            assert "pytest_misata.plugin" in sys.modules

        class TestPlain(unittest.TestCase):
            def test_method(self):
                pass

        def test_failing():
            assert not set(sys.modules) & set({HEAVY!r})
            assert False
        """
    )
    result = pytester.run(
        sys.executable, "-X", "importtime", "-m", "pytest", "-p", "pytest_misata.plugin", "--misata-seed=3"
    )
    result.assert_outcomes(passed=2, failed=1)
    assert heavy_modules(result.stderr.str()) == set()
