"""`misata plan`: what a story becomes, written nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest_misata as misata
from tests.cli.conftest import Run

STORY = "A SaaS company with 20 users"


def test_plan_shows_tables_counts_and_facts(misata_command: Run) -> None:
    done = misata_command("plan", "--story", STORY)
    assert done.exit_code == 0, done.output
    tables = misata.generate(STORY)
    for name, rows in tables.counts.items():
        assert name in done.stdout
        assert f"{rows:,}" in done.stdout
    assert "20 users" in done.stdout


def test_plan_shows_as_many_sample_rows_as_asked(misata_command: Run) -> None:
    done = misata_command("plan", "--story", STORY, "--samples", 2)
    first, second, third = misata.generate(STORY)["users"]["email"][:3]
    assert first in done.stdout
    assert second in done.stdout
    assert third not in done.stdout


def test_plan_shows_the_values_of_the_seed(misata_command: Run) -> None:
    done = misata_command("plan", "--story", STORY, "--seed", 7)
    assert misata.generate(STORY, seed=7)["users"]["email"][0] in done.stdout


def test_plan_writes_nothing(misata_command: Run, tmp_path: Path) -> None:
    misata_command("plan", "--story", STORY)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_understood_is_told(misata_command: Run) -> None:
    done = misata_command("plan", "--story", "A SaaS company with 20 happy users")
    assert "happy" in done.stderr
    assert "not understood" in done.stderr


def test_the_sentence_wins_over_rows_with_a_warning(misata_command: Run) -> None:
    done = misata_command("plan", "--story", STORY, "--rows", 99)
    assert done.exit_code == 0, done.output
    assert "20" in done.stderr
    assert "99" in done.stderr


def test_rows_that_agree_with_the_sentence_warn_of_nothing(misata_command: Run) -> None:
    assert misata_command("plan", "--story", STORY, "--rows", 20).stderr == ""
