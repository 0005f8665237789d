"""A progress bar for work that lasts, when somebody is watching."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

DELAY = 1.0
"""Seconds of work before the bar is drawn."""


class Progress:
    """Counts rows; draws a bar on standard error after a second, if that is a terminal."""

    def __init__(self, what: str, *, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._begin = time.monotonic()
        self._tables: dict[str, int] = {}
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self._done += rows
        if self._bar is None and self._is_due():
            self._draw()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._done)

    def of_table(self, table: str, done: int, _total: int) -> None:
        """So many rows of this table are done, as `seed_database` tells it."""
        self.advance(done - self._tables.get(table, 0))
        self._tables[table] = done

    def _is_due(self) -> bool:
        return sys.stderr.isatty() and time.monotonic() - self._begin > DELAY

    def _draw(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar

        self._bar = Bar(*Bar.get_default_columns(), console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(self._what, total=self._total)
        self._bar.start()
