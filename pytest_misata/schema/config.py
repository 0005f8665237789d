"""What a database looks like: tables, columns, keys and constraints, from wherever they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from pytest_misata.errors import SchemaError
from pytest_misata.schema.types import ColumnType

REFERENCE_DATE = dt.date(2026, 1, 1)
"""The day taken for today. The clock is never read, so the same seed gives the same dates for ever."""


@dataclass(frozen=True, slots=True)
class Generator:
    """How a column's values are made: a kind in the registry of `engine.kinds`, with its options."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Column:
    """One column: its type, whether it may be NULL, and how it is made."""

    name: str
    type: ColumnType
    nullable: bool = False
    generator: Generator | None = None
    """None: made from what the column's name and type mean."""

    def choose(self, weights: Mapping[Any, float] | Sequence[Any]) -> Column:
        """Draw from these values, by weight (a mapping) or evenly (a sequence)."""
        pairs = weights if isinstance(weights, Mapping) else dict.fromkeys(weights, 1)
        if not pairs:
            raise SchemaError(f"{self.name}: choose() needs at least one value")
        options = {"values": list(pairs), "weights": list(pairs.values())}
        self.generator = Generator("choice", options)
        return self

    def make(self, kind: str, /, **options: Any) -> Column:
        """Make the column by a kind of the registry, with that kind's options."""
        self.generator = Generator(kind, options)
        return self


Spread = Literal["even", "skewed", "heavy"]


@dataclass(slots=True)
class ForeignKey:
    """Columns that point at a parent table, and how children are spread over the parents.

    One foreign key of a table may be its `owner`: the parent whose row count decides the table's
    own, with `per_parent` children each on average and never fewer than `minimum`. The others
    are references: each row picks a parent on its own, popular ones more often.
    """

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    owner: bool = False
    per_parent: Fraction | None = None
    minimum: int = 0
    spread: Spread = "skewed"
    null_rate: Fraction = Fraction(0)
    deferred: bool = False
    """Written after all rows are there, since its parents come later: how a cycle of foreign keys is cut."""
    on_delete: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint, in SQL that every supported database reads."""

    sql: str
    name: str | None = None


@dataclass(slots=True)
class TableConfig:
    """One table: columns, keys, constraints, and where its row count comes from.

    The row count is, in this order: stated by the caller; `rows` when given; that of the owning parent
    times `per_parent`; that of the table named in `scale` times its ratio.
    """

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    uniques: list[tuple[str, ...]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    indexes: list[tuple[str, ...]] = field(default_factory=list)
    rows: int | None = None
    fixed: bool = False
    """The rows are those listed in the schema (a lookup table): `rows` cannot be restated."""
    scale: tuple[str, Fraction] | None = None
    schema: str | None = None
    description: str = ""

    def column(self, name: str) -> Column:
        """The column of that name, to be looked at or steered."""
        try:
            return self.columns[name]
        except KeyError:
            raise _unknown("column", f"{self.name}.{name}", name, self.columns) from None

    @property
    def owner(self) -> ForeignKey | None:
        """The foreign key whose parent decides how many rows this table has."""
        return next((key for key in self.foreign_keys if key.owner), None)

    def foreign_key(self, column: str) -> ForeignKey | None:
        """The foreign key that `column` is part of."""
        return next((key for key in self.foreign_keys if column in key.columns), None)


@dataclass(frozen=True, slots=True)
class Fact:
    """A phrase of the story and what it became."""

    phrase: str
    meaning: str
    understood: bool = True


@dataclass(slots=True)
class SchemaConfig:
    """A database to be made: its tables and what is known about them.

    `main` is the table that `rows` sizes; `source` is the SQLAlchemy metadata a schema was read from, if any.
    """

    tables: dict[str, TableConfig] = field(default_factory=dict)
    main: str | None = None
    name: str = "schema"
    story: str | None = None
    facts: list[Fact] = field(default_factory=list)
    locale: str = "en_US"
    reference_date: dt.date = REFERENCE_DATE
    history_days: int = 3 * 365
    """How far back from the reference date the data reaches."""
    source: Any = None

    def table(self, name: str) -> TableConfig:
        """The table of that name, to be looked at or steered."""
        try:
            return self.tables[name]
        except KeyError:
            raise _unknown("table", name, name, self.tables) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def summary(self) -> str:
        """What a person reads: tables, columns, keys, constraints and row counts."""
        from pytest_misata.schema.summary import summarize

        return summarize(self)


def _unknown(what: str, where: str, name: str, known: Mapping[str, object]) -> SchemaError:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"
    return SchemaError(f"no {what} {where}: {hint}")
