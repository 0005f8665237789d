"""What a story says, one kind of fact a class: how many, how many each, which share; and what has no place yet."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pytest_misata.story.domain import RateHook


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


@dataclass(frozen=True, slots=True)
class Count(Stated):
    """So many rows of a table. `qualifier` is what narrows them down: "300 users [in Germany]"."""

    table: str
    rows: int
    qualifier: str = ""
    value: tuple[RateHook, str] | None = None
    """The value of a column that the qualifier is: "500 [active] users"."""


@dataclass(frozen=True, slots=True)
class Ratio(Stated):
    """So many rows of `child` for each row of `parent`: exactly as many where `each`, otherwise on average."""

    child: str
    parent: str
    number: Fraction
    each: bool = False


@dataclass(frozen=True, slots=True)
class Rate(Stated):
    """A share of the rows of the hook's table that have a value in its column."""

    hook: RateHook
    value: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Unplaced(Stated):
    """Words that say something for which there is no place yet, and why."""

    reason: str


AnyFact = Subject | Count | Ratio | Rate | Unplaced
