"""What a CHECK says, in a small language of our own, and its logic of three values.

Terms are `Col`, `Const`, `Arith`, `Call` and `Either`; predicates are the rest. SQL lets a row pass where a CHECK is
true or unknown. `passes` and `holds` turn that into a logic of two values, in which NULL is said outright: a formula of
`And`, `Or`, `IsNull`, `Not(IsNull)`, `Truth` and *atoms*, each to be read as "true, or one of its columns is NULL".
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Col:
    """A column of the row."""

    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """A constant: a number as int or Fraction, a str, a bool, None, or a `Span`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time; of months and years the shortest that it can be, and the longest."""

    microseconds: int
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """The moment at which the database looks."""


@dataclass(frozen=True, slots=True)
class Arith:
    """Arithmetic by one of + - * / %."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Call:
    """A function of a term, as length or year; `size` is the number that it takes besides, as of characters."""

    name: str
    of: Term
    size: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts one after another."""

    parts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """The term of the first condition that holds, else the last: CASE, COALESCE, and predicates that are counted."""

    cases: tuple[tuple[Predicate, Term], ...]
    last: Term


@dataclass(frozen=True, slots=True)
class Compare:
    """Two terms and one of = <> < <= > >=."""

    op: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Among:
    """IN a list of constants."""

    term: Term
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """A regular expression that is found in a text."""

    term: Term
    pattern: str
    folded: bool = False
    """Whether capitals do not count."""
    like: bool = False
    """It was a LIKE: some databases do not look at capitals then."""


@dataclass(frozen=True, slots=True)
class Resembles:
    """A text that columns and constants are parts of, with any text where a part is None."""

    term: Col
    parts: tuple[Col | str | None, ...]
    folded: bool = False
    """Whether capitals do not count."""


@dataclass(frozen=True, slots=True)
class IsNull:
    """A term is NULL."""

    term: Term


@dataclass(frozen=True, slots=True)
class HasKeys:
    """A JSON object has these keys."""

    term: Term
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Every element of an array is one of a list of constants."""

    term: Term
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class IsJson:
    """A text is JSON."""

    term: Term


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; unknown stays unknown."""

    part: Predicate


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts at least."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class IsTrue:
    """True, and not unknown."""

    part: Predicate


@dataclass(frozen=True, slots=True)
class Truth:
    """A predicate that is the same for every row; None is unknown."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """SQL that this language has no words for."""

    sql: str


Term = Col | Const | Today | Arith | Call | Joined | Either
Predicate = (
    Compare
    | Among
    | Matches
    | Resembles
    | IsNull
    | IsJson
    | HasKeys
    | Within
    | Not
    | And
    | Or
    | IsTrue
    | Truth
    | Unknown
)

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
CONTRARY = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
ALWAYS, NEVER = Truth(True), Truth(False)  # noqa: FBT003
TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The comparison that says the same with its sides exchanged."""


def passes(predicate: Predicate) -> Predicate:
    """The formula for "not false"."""
    match predicate:
        case And(parts):
            return every(passes(part) for part in parts)
        case Or(parts):
            return some(passes(part) for part in parts)
        case Not(IsNull(_)):
            return predicate
        case Not(Among() | Matches() | Resembles() | IsJson() | HasKeys() | Within() | Unknown()):
            return predicate
        case Not(IsTrue(part)) | Not(part):
            return passes(_contrary(part))
        case IsTrue(part):
            return holds(part)
        case Truth(value):
            return NEVER if value is False else ALWAYS
        case _:
            return predicate


def holds(predicate: Predicate) -> Predicate:
    """The formula for "true"."""
    match predicate:
        case And(parts):
            return every(holds(part) for part in parts)
        case Or(parts):
            return some(holds(part) for part in parts)
        case Not(IsTrue(part)):
            return passes(_contrary(part))
        case Not(IsNull(_)) | IsNull(_):
            return predicate
        case Not(And() | Or() | Not() | Compare() | Truth() as part):
            return holds(_contrary(part))
        case IsTrue(part):
            return holds(part)
        case Truth(value):
            return ALWAYS if value else NEVER
        case _:
            present = [Not(IsNull(Col(name))) for name in columns(predicate)]
            return every([predicate, *present])


def _contrary(predicate: Predicate) -> Predicate:
    match predicate:
        case And(parts):
            return Or(tuple(_contrary(part) for part in parts))
        case Or(parts):
            return And(tuple(_contrary(part) for part in parts))
        case Not(part):
            return part
        case Compare(op, left, right):
            return Compare(CONTRARY[op], left, right)
        case Truth(value):
            return Truth(None if value is None else not value)
        case _:
            return Not(predicate)


def every(parts: Any) -> Predicate:
    """A conjunction without what goes without saying."""
    flat = dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,)))
    flat.pop(ALWAYS, None)
    if NEVER in flat or any(isinstance(part, IsNull) and Not(part) in flat for part in flat):
        return NEVER
    kept = tuple(flat)
    return kept[0] if len(kept) == 1 else And(kept) if kept else ALWAYS


def some(parts: Any) -> Predicate:
    """A disjunction without what cannot be."""
    flat = dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,)))
    flat.pop(NEVER, None)
    if ALWAYS in flat:
        return ALWAYS
    kept = tuple(flat)
    return kept[0] if len(kept) == 1 else Or(kept) if kept else NEVER


def is_sure(predicate: Predicate) -> bool:
    """Whether it is true or false in every row, never unknown."""
    match predicate:
        case And(parts) | Or(parts):
            return all(is_sure(part) for part in parts)
        case Not(part):
            return is_sure(part)
        case Truth(value):
            return value is not None
        case _:
            return isinstance(predicate, IsNull | IsTrue)


def conjuncts(formula: Predicate) -> tuple[Predicate, ...]:
    """The parts that all have to be met."""
    return formula.parts if isinstance(formula, And) else (formula,)


def columns(node: Term | Predicate | tuple[Term | Predicate, ...]) -> list[str]:
    """The names of the columns, each once, in the order in which they are met."""
    return list(_columns(node))


# The same conditions are asked for their columns again and again while a schema is planned.
@lru_cache(maxsize=4096)
def _columns(node: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.name for found in walk(node) if isinstance(found, Col)))


def walk(node: Any) -> Iterator[Any]:
    """A term or predicate and everything in it."""
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
        return
    names = _fields(node.__class__)
    if names is not None:
        yield node
        for name in names:
            yield from walk(getattr(node, name))


@cache
def _fields(kind: type) -> tuple[str, ...] | None:
    """The names of a dataclass's fields; None for another class."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None
