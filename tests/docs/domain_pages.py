"""Write the pages of the domains: `docs/domains.md`, and one page each in `docs/domains/`, with samples of every table.

    python tests/docs/domain_pages.py

A test says when they are no longer what this would write.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_misata.engine.tables import Table, Tables
from pytest_misata.schema.config import TableConfig
from pytest_misata.story.domain import Domain, domains

DOCS = Path(__file__).resolve().parents[2] / "docs"
ROWS = 60
"""Rows of the main table; what is shown of each table lies evenly in it."""
NARROW = 9
"""Tables of so many columns at the most are shown with a line for each row, others with one for each column."""
_MANY, _FEW, _LONGEST = 10, 3, 90

_HEAD = """# Domains

What a story may be about. Each is one data file in `pytest_misata/story/domains/`, with its tables, columns, words,
rules and the sources of its figures; [Add a domain](add-a-domain.md) tells how they are written. The page of each shows
rows of all its tables, and the [rules](coherence.md) that they keep. `misata plan --story "..."` shows the tables of a
story.

| domain | a story | tables |
|---|---|---|
"""


def pages() -> dict[str, str]:
    """The text of every page, by its path in `docs/`."""
    return {"domains.md": listing(), **{path_of(domain): page(domain) for domain in domains()}}


def path_of(domain: Domain) -> str:
    """Where the page of a domain is, in `docs/`."""
    return f"domains/{domain.name}.md"


def listing() -> str:
    """The page that lists all domains."""
    return _HEAD + "".join(map(_line, domains()))


def _line(domain: Domain) -> str:
    tables = ", ".join(f"`{name}`" for name in domain.schema().tables)
    return f"| [{domain.title}]({path_of(domain)}) | {domain.example} | {tables} |\n"


def page(domain: Domain) -> str:
    """Everything about one domain."""
    tables = Tables(domain.schema(), rows=ROWS)
    title = domain.title[:1].upper() + domain.title[1:]
    head = f"# {title}\n\n`{domain.example}`\n\nRows out of {ROWS} `{domain.main}` of seed {tables.seed}.\n"
    return head + "".join(f"\n{section(table)}" for table in tables.values())


def section(table: Table) -> str:
    """A table: what it is, some rows, and its rules."""
    lines = [f"## {table.name}", "", f"{table.config.description}. {len(table):,} rows."]
    wide = len(table.columns) > NARROW
    rows = [{name: _shown(value) for name, value in row.items()} for row in _rows(table, _FEW if wide else _MANY)]
    lines += ["", *(_on_its_side(table, rows) if wide else _upright(table, rows))]
    return "\n".join([*lines, *_rules(table.config)]) + "\n"


def _rows(table: Table, most: int) -> Iterator[Mapping[str, Any]]:
    count = min(most, len(table))
    for number in range(count):
        at = number * len(table) // count
        yield from table.rows(at, at + 1)


def _upright(table: Table, rows: list[dict[str, str]]) -> Iterator[str]:
    yield _cells(table.columns)
    yield _cells(["---"] * len(table.columns))
    for row in rows:
        yield _cells(list(row.values()))


def _on_its_side(table: Table, rows: list[dict[str, str]]) -> Iterator[str]:
    yield _cells(["", *("" for _ in rows)])
    yield _cells(["---"] * (len(rows) + 1))
    for column in table.columns:
        yield _cells([f"**{column}**", *(row[column] for row in rows)])


def _cells(texts: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(texts)} |"


def _rules(table: TableConfig) -> Iterator[str]:
    if table.rules or table.turns:
        yield from ("", "Rules:", "")
    for rule in table.rules:
        yield f"- {str(rule.name).replace('_', ' ')}: `{rule.sql}`"
    for turns in table.turns:
        yield f"- {str(turns.name).replace('_', ' ')}: {turns.told}"


def _shown(value: Any) -> str:
    """The value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    text = str(value).replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def main() -> None:
    """Write them all."""
    (DOCS / "domains").mkdir(exist_ok=True)
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
