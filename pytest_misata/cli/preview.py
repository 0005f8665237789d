"""`misata plan`: what a story became, for a person to read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

if TYPE_CHECKING:
    from pytest_misata.engine.tables import Table, Tables

UNWATCHED_WIDTH = 1000
"""Columns of text when the output goes to a file or a pipe: nothing is cut there."""


def show_plan(tables: Tables, *, samples: int) -> None:
    """Print the schema with its row counts and facts, and the first `samples` rows of each table.

    Behind each column stands what it is taken for.
    """
    from pytest_misata.engine.meaning import describe
    from pytest_misata.engine.summary import summarize

    console = Console(width=None if sys.stdout.isatty() else UNWATCHED_WIDTH)
    console.print(Text(summarize(tables.schema, tables=tables, meaning=describe)))
    for table in tables.values():
        if samples and len(table):
            console.print(_sample(table, min(samples, len(table)), seed=tables.seed))


def _sample(table: Table, samples: int, *, seed: int) -> Grid:
    title = f"{table.name}: {samples} of {len(table):,} rows, seed {seed}"
    grid = Grid(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for name in table.columns:
        grid.add_column(Text(name), no_wrap=True)
    for row in table.rows(0, samples):
        grid.add_row(*(_cell(value) for value in row.values()))
    return grid


def _cell(value: Any) -> Text:
    return Text("NULL", style="dim") if value is None else Text(str(value))
