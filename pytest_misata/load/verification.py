"""What generated rows are held against before they are written, and what nobody can hold them against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_misata.engine.verification import unverified, verify
from pytest_misata.engine.violations import Violation
from pytest_misata.errors import LoadError
from pytest_misata.schema.sql.checks import not_understood


def verify_batch(batch: Any) -> None:
    """Raise LoadError for a row that a CHECK would refuse; only what rows were not made to meet is looked at.

    `batch` is a `Table` of the engine; rows made elsewhere are left to the database.
    """
    for violation in verify(batch) if batch.config.checks else ():
        raise LoadError(f"{violation}: {violation.sql}; {_advice(violation)}")


def _advice(violation: Violation) -> str:
    """What to do about rows for which no values were found that meet a CHECK beside all others."""
    column = next(iter(violation.values), "column")
    example = f"schema.table({violation.table!r}).column({column!r}).make('uniform', low=1, high=9)"
    return f"say how its columns are made, for example {example}, and pin no rows that break it"


def not_understood_of(tables: Any) -> tuple[str, ...]:
    """What the schema of generated tables holds that their rows were neither made for nor verified against."""
    if tables.seed is None:
        return ()
    checks = not_understood(tables.schema)
    vague = [line for line in unverified(tables) if not _told(line, checks)]
    return (*tables.schema.not_understood, *checks, *vague)


def _told(line: str, lines: Sequence[str]) -> bool:
    return any(other == line or other.startswith(f"{line} (") for other in lines)
