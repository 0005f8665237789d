"""The progress bar: for work that lasts, when somebody watches."""

from __future__ import annotations

import io
import sys

import pytest

from pytest_misata.cli import progress
from pytest_misata.cli.progress import Progress


class Screen(io.StringIO):
    """Standard error that is, or is not, a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def drawn(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, delay: float) -> str:
    screen = Screen(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "DELAY", delay)
    monkeypatch.setenv("TERM", "xterm")
    with Progress("loading", total=100) as bar:
        bar.advance(50)
        bar.advance(50)
    return screen.getvalue()


def test_long_work_on_a_terminal_draws_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "loading" in drawn(monkeypatch, terminal=True, delay=0)


def test_short_work_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, terminal=True, delay=60) == ""


def test_nobody_watching_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, terminal=False, delay=0) == ""


def test_rows_of_several_tables_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    bar = Progress("loading", total=30)
    monkeypatch.setattr(bar, "advance", counted.append)
    for table, done in (("users", 5), ("users", 10), ("orders", 20)):
        bar.of_table(table, done, 20)
    assert counted == [5, 5, 20]
