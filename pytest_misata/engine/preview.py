"""The first rows of a table, as text and as HTML."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_misata.engine.tables import Table

_ROWS = 5
_WIDTH = 24


def text_table(table: Table) -> str:
    """A heading and the first rows in columns."""
    names, rows = list(table.columns), _first_rows(table)
    widths = [max(len(name), *(len(row[at]) for row in rows), 0) for at, name in enumerate(names)] if rows else []
    lines = [f"<Table {table.name}: {len(table):,} rows, {len(names)} columns>"]
    for row in [names, *rows] if rows else []:
        lines.append("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    return "\n".join(lines)


def html_table(table: Table) -> str:
    """The same for notebooks."""
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in _first_rows(table))
    caption = f"<caption>{escape(table.name)}: {len(table):,} rows</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _first_rows(table: Table) -> list[list[str]]:
    return [[_short(value) for value in row.values()] for row in islice(table.rows(0, _ROWS), _ROWS)]


def _short(value: object) -> str:
    text = "NULL" if value is None else str(value)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 3] + "..."
