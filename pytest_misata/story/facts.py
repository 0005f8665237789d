"""What a story says, one kind of fact a class: how many, how many each, which share; and what has no place yet."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from pytest_misata.story.domain import RateHook
from pytest_misata.story.english.dates import Span


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact and the words of the story that state it: those from `start` to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Subject(Stated):
    """Words that name the domain, or a table without saying anything of it."""

    meaning: str
    is_domain: bool = False
    narrowed: bool = False
    """Other nouns say that it is a domain of its own kind: "dance school"."""


@dataclass(frozen=True, slots=True)
class Count(Stated):
    """So many rows of a table. `qualifier` is what narrows them down: "300 users [in Germany]"."""

    table: str
    rows: int
    qualifier: str = ""
    value: tuple[RateHook, str] | None = None
    """The value of a column that the qualifier is: "500 [active] users"."""
    located: bool = False
    """The qualifier is a country, of which another fact tells."""


@dataclass(frozen=True, slots=True)
class Ratio(Stated):
    """So many rows of `child` for each row of `parent`: exactly as many where `each`, otherwise on average.

    `bounds` are the least and the most that any parent has; `number` is then the middle of them, or where there is no
    most half as many more than the least.
    """

    child: str
    parent: str
    number: Fraction
    each: bool = False
    bounds: tuple[int, int | None] | None = None
    some: bool = False
    """Only a share of the parents, which `number` is, has rows, and one each."""
    compared: bool = False
    """It compares the sizes of two tables, whatever belongs to what: "twice as many orders as customers"."""
    every: tuple[int, str] | None = None
    """The number is that of so many units of time each: "24 readings per meter per day"."""
    span: Span | None = None
    """The span in which it is so many in each unit of time, where not in all of the data."""
    done: bool = False
    """It is what rows do with those of the child, of which there may be more: "borrowing 4 books each"."""
    across: str | None = None
    """It is so many for each row of this table, too: "one grade per pupil per subject"."""
    times: int = 1
    """How many there are of each pair of such rows."""


@dataclass(frozen=True, slots=True)
class Rate(Stated):
    """A share of the rows of the hook's table that have a value in its column, or so many `rows`; else the rest."""

    hook: RateHook
    value: str
    share: Fraction | None
    rows: int | None = None
    span: Span | None = None
    """When they came to have it, where that is said: "10% cancelled in June"."""
    since: str = ""
    """The column that tells that, and the days that it became."""

    @property
    def column(self) -> tuple[str, str]:
        """The table and the column it is about."""
        return self.hook.table, self.hook.column


@dataclass(frozen=True, slots=True)
class When(Stated):
    """The span of time in which rows of `table` came to be, or, where it is None, in which everything happened.

    `born` tells that it is only about when the rows came to be: "users who signed up in 2024".
    """

    span: Span
    table: str | None = None
    born: bool = False
    days: str = ""
    """The days that it became, in words."""


@dataclass(frozen=True, slots=True)
class Where(Stated):
    """The country of so many `rows` of `table`, of a `share` of them, or all; without a table of all that has one."""

    country: str
    table: str | None = None
    rows: int | None = None
    share: Fraction | None = None
    role: str = ""
    """Where they come from (`origin`) or go to (`destination`), rather than where they are."""


@dataclass(frozen=True, slots=True)
class Currency(Stated):
    """The currency, by its code, that all amounts are in."""

    code: str
    implied: bool = False
    """An amount is in it: "2,500 EUR"."""


@dataclass(frozen=True, slots=True)
class Amount(Stated):
    """The mean, the median or the bounds of the amounts that `noun` names; `where` is the table, then the column."""

    statistic: Literal["mean", "median", "bounds"]
    noun: tuple[str, ...]
    where: str | None
    low: Fraction
    high: Fraction
    unit: str = ""
    """What it is measured in, in the singular: "minute"."""
    among: tuple[Fraction, ...] = ()
    """The only amounts there are, of which the bounds are the least and the most."""


@dataclass(frozen=True, slots=True)
class Aged(Stated):
    """A `share` of the people of `table`, or so many `rows`, are from `low` to `high` years old, and nobody else is.

    Nobody is `edge` years old, which is neither over nor under it. `where` is the column it became.
    """

    table: str
    low: int
    high: int
    edge: int | None = None
    share: Fraction | None = None
    rows: int | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Dealt(Stated):
    """So many rows of `table` in each of several spans of time, in whole months, and none in others."""

    table: str
    parts: tuple[tuple[Span, int], ...]


Options = tuple[tuple[str, Any], ...]
"""Options of a calendar, all of which can be keys."""


@dataclass(frozen=True, slots=True)
class Pace(Stated):
    """So many rows of `table` in each `unit` of time, in a span or in all that the data reaches over."""

    table: str
    number: Fraction
    unit: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Shape(Stated):
    """How what happens to `table`, or what is paid (`money`), runs over time; without a table what the data is about.

    `options` are those of a calendar. `levels` are how many, or how much, at first and at last, in `step` months each
    over a span, or in all of it where that is 0. `became` is what it became, in words.
    """

    table: str | None
    money: bool
    options: Options = ()
    levels: tuple[Fraction, Fraction] | None = None
    span: Span | None = None
    step: int = 1
    vague: bool = False
    """It is not said how much; whatever says it goes before."""
    became: str = ""
    events: bool = False
    """Without a table: of all that happens, rather than of the main table."""
    undated: bool = False
    """No time is said for its levels: they are those of all the data."""
    places: tuple[tuple[str, str], ...] = ()
    """The tables and columns of moments that it became; of what is paid, those of the amounts."""


@dataclass(frozen=True, slots=True)
class Unplaced(Stated):
    """Words that say something for which there is no place yet, and why."""

    reason: str


AnyFact = Subject | Count | Ratio | Rate | When | Where | Currency | Amount | Aged | Pace | Dealt | Shape | Unplaced
