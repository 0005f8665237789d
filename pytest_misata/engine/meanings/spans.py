"""How long what the rows of a table stand for lasts: `[[span]]` in `data/lives.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pytest_misata.engine.meanings.names import nouns_of, words_of
from pytest_misata.engine.vocabulary import toml_file
from pytest_misata.schema.config import TableConfig
from pytest_misata.schema.types import ColumnType

DAY, QUARTER = 86_400, 900
"""Seconds."""
_NIGHTS = frozenset({("nights",), ("night",)})
"""The last words of the names of columns that say that a row is a stay."""
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": DAY}


@dataclass(frozen=True, slots=True)
class Span:
    """How long something lasts, in seconds, and to how many minutes its beginning and its end are set."""

    least: int
    most: int
    step: int = 0
    ahead: bool = False
    """Whether it is agreed on days before it begins."""

    @property
    def is_long(self) -> bool:
        """Whether it lasts weeks rather than hours or days."""
        return self.most > 30 * DAY

    def days(self, type_: ColumnType) -> tuple[str, str]:
        """The least and the most in days: whole ones for dates."""
        if type_.kind == "date":
            return str(self.least // DAY), str(self.most // DAY)
        return str(Fraction(self.least, DAY)), str(Fraction(self.most, DAY))

    def seconds(self, type_: ColumnType) -> dict[str, int]:
        """The least and the most in seconds, in steps: whole days for dates."""
        step = DAY if type_.kind == "date" else self.step * 60 or min(QUARTER, self.least)
        least = self.least // step * step
        return {"low": least, "high": max(self.most // step * step, least), "step": step}


@lru_cache(maxsize=1)
def _spans() -> dict[str, Span]:
    found: dict[str, Span] = {}
    for entry in toml_file("lives.toml")["span"]:
        for table in entry["tables"]:
            found.setdefault(table, _read(entry))
    return found


def _read(entry: Mapping[str, Any]) -> Span:
    unit = next(name for name in _UNITS if name in entry)
    least, most = entry[unit]
    return Span(least * _UNITS[unit], most * _UNITS[unit], entry.get("step", 0), entry.get("ahead", False))


def span_of(table: TableConfig) -> Span | None:
    """How long a row of a table lasts, by what it is of as far as its parents tell; None where that is not known."""
    return next((_spans()[noun] for noun in _told_by(table) if noun in _spans()), None)


def _told_by(table: TableConfig) -> list[str]:
    """What the table is called, and before that what it is called with its parents: the booking of a meeting room."""
    own = nouns_of(table.name)
    called = [" ".join(words_of(name)[:-1]) for key in table.foreign_keys for name in key.columns]
    names = [*called, *(key.parent.rpartition(".")[2] for key in table.foreign_keys)]
    parents = [noun for name in names for noun in nouns_of(name)]
    nights = ["stay"] if any(words_of(name)[-1:] in _NIGHTS for name in table.columns) else []
    both = [f"{parent} {noun}" for parent in parents for noun in own]
    # More words say more, and of as many the table's own do.
    several = sorted([*(noun for noun in own if " " in noun), *both], key=lambda name: -name.count(" "))
    return [*several, *nights, *own]
