"""What is told of rows that break a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHOWN = 5
"""So many of the rows that break a rule are told by number."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that rows of a table break: a CHECK, a key, an order of dates, or one that the schema declares."""

    table: str
    rule: str
    """Its name, or its SQL where it has none."""
    sql: str
    rows: tuple[int, ...]
    """The first rows that break it, from 0."""
    count: int
    """How many of the rows looked at do."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the rule is about, in the first of these rows."""

    def __str__(self) -> str:
        shown = ", ".join(f"{row + 1:,}" for row in self.rows)
        more = f" and {self.count - len(self.rows):,} more" if self.count > len(self.rows) else ""
        values = ", ".join(f"{name}={_plain(value)}" for name, value in self.values.items())
        return f"{self.table}, row{'s' * (self.count > 1)} {shown}{more}: breaks {self.rule}" + (
            f" ({values})" if values else ""
        )


def _plain(value: Any) -> str:
    """The value as a person writes it: text in quotes, the rest as it is printed."""
    return "NULL" if value is None else repr(value) if isinstance(value, str | bytes) else str(value)
