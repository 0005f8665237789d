"""What a database looks like: tables, columns, keys and constraints, from wherever they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class Default:
    """What a column gets in a row that does not state it: SQL, a plain value, or what a function gives.

    `value` is there also where `sql` is a literal of a type it can be told for.
    """

    sql: str | None = None
    value: Any = None
    function: str | None = None


@dataclass(slots=True)
class Column:
    """One column: its type, whether it may be NULL, and how it is made."""

    name: str
    type: ColumnType
    nullable: bool = False
    generator: Generator | None = None
    """None: made from what the column's name and type mean."""
    told: Generator | None = None
    """How the column is made by what other tables say, where nothing else says how: a total by its lines."""
    generated: bool = False
    """The database computes the column from others, and refuses to be given it."""
    expression: str | None = None
    """What it computes the column from, in SQL."""
    identity: Literal["always", "by default"] | None = None
    autoincrement: bool = False
    """The database numbers the rows that do not state the column."""
    sequence: str | None = None
    numbering: tuple[int, int] = (1, 1)
    """The first of the numbers that the database gives, and the step from one to the next."""
    default: Default | None = None
    """What the application fills in."""
    server_default: Default | None = None
    """What the database fills in."""
    bound: bool = False
    """Values reach the database through the bind processing of the column's type in `SchemaConfig.source`."""
    alike: bool = False
    """That processing stores the value that goes in, if in another form: a moment with a zone as one in UTC."""
    implied: bool = False
    """No column of the table: what its references have in common, which is written nowhere."""
    attribute: str | None = None
    """What the mapped class calls the column, where that is another name."""
    description: str = ""

    @property
    def opaque(self) -> bool:
        """Whether the database holds other values than those that are made."""
        return self.bound and not self.alike

    def __deepcopy__(self, memo: dict[int, Any]) -> Column:
        """A column to be steered apart from this one: the generator holds all in it that may be changed in place."""
        return replace(self, generator=deepcopy(self.generator, memo))

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


Spread = Literal["even", "moderate", "skewed", "heavy"]


@dataclass(slots=True)
class ForeignKey:
    """Columns that point at a parent table, and how children are spread over the parents.

    One foreign key of a table may be its `owner`: the parent whose row count decides the table's
    own, with `per_parent` children each on average and, where there are enough, never fewer than `minimum`. The others
    are references: each row picks a parent on its own, popular ones more often.
    """

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    owner: bool = False
    per_parent: Fraction | None = None
    minimum: int = 0
    maximum: int | None = None
    """What no parent has more of; every number from `minimum` to it is then alike often."""
    spread: Spread = "skewed"
    null_rate: Fraction = Fraction(0)
    in_turn: bool = False
    """Not the owner, but parents have children as if it were: rows take them one after another."""
    only: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """What parents have in some columns that have children at all: only matches that were played have a result."""
    deferred: bool = False
    """Written after all rows are there, since its parents come later: how a cycle of foreign keys is cut."""
    on_delete: str | None = None
    name: str | None = None
    deferrable: bool = False
    """Whether the database can be asked to check the key at the end of the transaction."""
    checked_late: bool = False
    """Checked at the end of the transaction, since its parents come later: the other way to cut a cycle."""
    inherits: bool = False
    """The row is one with its parent's: a class that extends another one's table."""
    rest: bool = False
    """Each parent has a row in one of the tables that extend it."""
    full_match: bool = False
    """MATCH FULL: the columns are NULL all together or not at all."""
    agreeing: tuple[str, ...] = ()
    """Columns of other keys in which the parent has to agree, though the database's key does not have them."""
    told_by: tuple[str, ...] = ()
    """The columns that tell the parent by themselves, where that is known of fewer than all."""

    @property
    def telling(self) -> tuple[str, ...]:
        """The columns that tell the parent: in the others it only agrees with the row."""
        return self.told_by or tuple(name for name in self.columns if name not in self.agreeing)


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint, in SQL that every supported database reads, over columns that rows state."""

    sql: str
    name: str | None = None
    implied: bool = False
    """No constraint of the table: what CHECKs of other tables ask of it."""
    written: str | None = None
    """How the database has it, where columns stand in it that are computed from others."""

    @property
    def shown(self) -> str:
        """The constraint as its table has it."""
        return self.written or self.sql


@dataclass(frozen=True, slots=True)
class Rule:
    """What has to agree in every row of a table beyond what a database can be told.

    `sql` is a condition over columns of the row, of its parents (`user_id.churned_at`) and sums over its children
    (`sum(lines.amount)`); `Tables.check()` holds the rows against it.
    """

    sql: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Turns:
    """What is one row's at a time: a room, a copy of a book, a seat, for which rows of a table take turns.

    The row has that which its foreign key column `of` points at from the moment `begin` to before the moment `end`, or
    for the `minutes` or `seconds` that a column, also one of a parent, tells; as long as it lasts where the end is
    NULL. `begin` may be a date and a time of day. Only rows that meet `where` count; `at_once` is the parent's column
    that tells how many rows at a time there may be.
    """

    of: str
    begin: tuple[str, ...]
    end: str | None = None
    minutes: str | None = None
    seconds: str | None = None
    where: str | None = None
    at_once: str | None = None
    name: str | None = None

    @property
    def told(self) -> str:
        """The rule in a line."""
        end = self.end or (f"{self.minutes} minutes later" if self.minutes else f"{self.seconds} seconds later")
        some = f", where {self.where}" if self.where else ""
        return f"{self.at_once or 'one'} at a time for each {self.of}, from {' '.join(self.begin)} to {end}{some}"


@dataclass(frozen=True, slots=True)
class UniqueIndex:
    """A unique key that is more than a list of columns: over expressions, part of the rows, or NULLs too.

    `expressions` are column names and SQL, `columns` the same with None in place of SQL; `where` is the condition rows
    come under the key by.
    """

    expressions: tuple[str, ...]
    columns: tuple[str | None, ...]
    where: str | None = None
    nulls_distinct: bool = True
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Exclude:
    """An EXCLUDE constraint: no two rows for which every operator holds between the values of its expression."""

    elements: tuple[tuple[str, str], ...]
    """Expression and operator of each part."""
    where: str | None = None
    name: str | None = None
    followed: bool = False
    """Rows are made so that it holds."""

    @property
    def agreeing(self) -> str | None:
        """The part in which rows agree that are equal in all others, where that is what it asks for."""
        differing = [part for part, operator in self.elements if operator in {"<>", "!="}]
        equal = [part for part, operator in self.elements if operator == "="]
        whole = len(differing) == 1 and len(equal) == len(self.elements) - 1
        return differing[0] if whole else None


@dataclass(frozen=True, slots=True)
class Variant:
    """A class of an inheritance hierarchy that shares a table: rows whose discriminator has this value.

    Each such row has one, of the same primary key, in every one of `tables`; `columns` are those that the class has in
    the shared table and in these, and the others are NULL.
    """

    name: str
    value: Any
    tables: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By table."""


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
    """The rows are those listed in the schema: `rows` cannot be restated."""
    further: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """How the columns of a list go on, where a story asks for more rows than are listed."""
    kept: bool = False
    """The database holds the rows already: others refer to them, and they are not written."""
    lookup: bool = False
    """A list of names that other tables refer to, such as countries: few rows, whatever the size of the rest."""
    guessed: bool = False
    """How many rows its parents have each is not stated but usual."""
    scale: tuple[str, Fraction] | None = None
    least: int = 1
    """How many rows there are at the least where `scale` says how many for each row of another table."""
    schema: str | None = None
    born: str | None = None
    """The column that tells since when a row is there: other moments of the row, and of its children, come later."""
    description: str = ""
    unique_indexes: list[UniqueIndex] = field(default_factory=list)
    """Unique keys that `uniques` cannot tell."""
    excludes: list[Exclude] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    turns: list[Turns] = field(default_factory=list)
    discriminator: str | None = None
    """The column that says which of `variants` a row is."""
    variants: list[Variant] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The table's name in `SchemaConfig.tables`: with its schema, where it has one."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

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
        """The foreign key that `column` is part of; of several the one that decides its value."""
        found = [key for key in self.foreign_keys if column in key.columns and column not in key.agreeing]
        if len(found) < 2:
            return found[0] if found else None
        from pytest_misata.schema.keys import decider

        return decider(self, column) or found[0]


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
    dialect: str | None = None
    """The database in whose words checks, defaults and expressions are written; None: in common SQL."""
    not_understood: list[str] = field(default_factory=list)
    """What was found and can not be followed, each with the name of its table."""
    holders: tuple[str, ...] = ()
    """Tables of a story's domain whose rows keep to themselves: what joins rows of others joins those of one hotel."""

    @property
    def is_of_domain(self) -> bool:
        """Whether the tables are those of a story's domain, which says itself what agrees and what comes after what."""
        return self.main is not None and self.source is None and self.dialect is None

    def table(self, name: str) -> TableConfig:
        """The table of that name, to be looked at or steered."""
        try:
            return self.tables[name]
        except KeyError:
            raise _unknown("table", name, name, self.tables) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return name in self.tables

    def __getitem__(self, name: str) -> TableConfig:
        return self.table(name)

    def summary(self) -> str:
        """What a person reads: tables, columns, keys, constraints and row counts."""
        from pytest_misata.engine.summary import summarize

        return summarize(self)


def _unknown(what: str, where: str, name: str, known: Mapping[str, object]) -> SchemaError:
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known) or 'none'}"
    return SchemaError(f"no {what} {where}: {hint}")
