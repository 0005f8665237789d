"""What a seeding did: counts, times and everything needed to do the same again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_misata.engine.tables import Tables
    from pytest_misata.engine.violations import Violation


@dataclass(frozen=True, slots=True)
class SeedReport:
    """The outcome of `seed_database`."""

    total_rows: int
    table_rows: Mapping[str, int]
    """Rows written, by table, parents first."""
    seed: int | None
    """None for rows that were handed in ready-made."""
    engine_version: int
    fingerprint: str
    """SHA-256 over the rows, in hexadecimal: equal for equal data, whatever the database and batch size."""
    seconds: Mapping[str, float]
    """Seconds by phase: create, truncate, generate, load, complete, total."""
    created: tuple[str, ...]
    """Tables that were made."""
    truncated: tuple[str, ...]
    """Tables that were emptied."""
    dialect: str
    database: str
    """The URL, without password or query."""
    story: str | None = None
    reference_date: str | None = None
    """The day the data takes for today, in ISO form."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of this package and of those the data or the loading depends on."""
    vocabularies: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each vocabulary the data was drawn from."""
    warnings: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    """What the schema holds that the rows were neither made for nor verified against, each with its table."""

    tables: Tables | None = field(default=None, repr=False, compare=False)
    """The rows as they were generated; None for rows handed in ready-made, and for reports read from JSON."""

    @property
    def checks(self) -> list[Violation] | None:
        """The rules of coherence that rows break: `Tables.check()`. None where `tables` is.

        Looked at when first asked for: seeding takes no longer for it.
        """
        return None if self.tables is None else self.tables.check()

    @property
    def rows_per_second(self) -> float:
        """Rows over the seconds of the whole seeding."""
        total = self.seconds.get("total", 0.0)
        return self.total_rows / total if total else 0.0

    def to_json(self, *, indent: int | None = 2) -> str:
        """All of the report as a JSON object."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "tables"}
        return json.dumps(told | {"rows_per_second": round(self.rows_per_second, 1)}, indent=indent)

    @classmethod
    def from_json(cls, text: str) -> SeedReport:
        """The report that `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        values.pop("rows_per_second", None)
        for name in ("created", "truncated", "warnings", "not_understood"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)

    def __str__(self) -> str:
        seed = "" if self.seed is None else f", seed={self.seed}"
        tables = f"{len(self.table_rows)} table" + "s" * (len(self.table_rows) != 1)
        return (
            f"{self.total_rows:,} rows in {tables} of {self.database} in "
            f"{self.seconds.get('total', 0.0):.2f} s ({self.rows_per_second:,.0f} rows/s){seed}, "
            f"fingerprint={self.fingerprint[:12]}" + self._missed() + self._noted()
        )

    def _noted(self) -> str:
        count = len(self.warnings)
        return f", {count} note{'s' * (count > 1)} in report.warnings" if count else ""

    def _missed(self) -> str:
        count = len(self.not_understood)
        return (
            f", {count} constraints or types not followed"
            if count > 1
            else ", 1 constraint or type not followed" * count
        )


def left_out(table: str, arrived: int, sent: int) -> str:
    """That rows did not come to be in a table, in one sentence."""
    return (
        f"{table}: {arrived:,} of {sent:,} rows are there; the database left out the others, as one of its triggers may"
    )
