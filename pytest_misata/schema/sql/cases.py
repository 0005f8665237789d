"""Predicates without CASE, COALESCE and counted truths: each way in which these can come out is a part of its own."""

from __future__ import annotations

import operator
from fractions import Fraction
from itertools import product
from typing import Any

from pytest_misata.schema.sql.predicates import (
    OPERATORS,
    Among,
    And,
    Arith,
    Call,
    Col,
    Compare,
    Const,
    Either,
    IsJson,
    IsNull,
    IsTrue,
    Matches,
    Not,
    Or,
    Predicate,
    Term,
    Truth,
    Unknown,
    columns,
    every,
    some,
    walk,
)

_CASES = 4096
"""More ways than these to read one predicate are not followed."""


def spread(predicate: Predicate) -> Predicate:
    """The same without `Either`: every way its cases can come out is a part of its own."""
    match predicate:
        case And(parts):
            return every(spread(part) for part in parts)
        case Or(parts):
            return some(spread(part) for part in parts)
        case Not(part):
            return Not(spread(part))
        case IsTrue(part):
            return IsTrue(spread(part))
        case IsNull(term):
            return some(every([*when, _null(value)]) for when, value in _ways(term))
        case Compare(op, left, right):
            sides = [(*a, *b) for a, b in product(_ways(left), _ways(right))]
            return some(every([*a, *b, _compare(op, x, y)]) for a, x, b, y in sides)
        case Among(term, values):
            return some(every([*when, _among(value, values)]) for when, value in _ways(term))
        case Matches() | IsJson():
            return Unknown(str(predicate)) if any(isinstance(found, Either) for found in walk(predicate)) else predicate
        case _:
            return predicate


Way = tuple[tuple[Predicate, ...], Term]


def _ways(term: Term) -> list[Way]:
    """The plain terms that a term can be, each with the conditions for it; exactly one of them holds."""
    match term:
        case Either(cases, last):
            ways: list[Way] = []
            before: tuple[Predicate, ...] = ()
            for condition, value in cases:
                plain = spread(condition)
                ways += [((*before, IsTrue(plain), *when), inner) for when, inner in _ways(value)]
                before = (*before, Not(IsTrue(plain)))
            ways += [((*before, *when), inner) for when, inner in _ways(last)]
        case Arith(op, left, right):
            sides = product(_ways(left), _ways(right))
            ways = [((*a, *b), _arith(op, x, y)) for (a, x), (b, y) in sides]
        case Call(name, of, size):
            ways = [(when, Call(name, inner, size)) for when, inner in _ways(of)]
        case _:
            return [((), term)]
    if len(ways) > _CASES:
        raise OverflowError("too many cases")
    return ways


def _arith(op: str, left: Term, right: Term) -> Term:
    if isinstance(left, Const) and isinstance(right, Const):
        if left.value is None or right.value is None:
            return Const(None)
        if op in "+-*" and isinstance(left.value, int | Fraction) and isinstance(right.value, int | Fraction):
            return Const({"+": operator.add, "-": operator.sub, "*": operator.mul}[op](left.value, right.value))
    return Arith(op, left, right)


def _compare(op: str, left: Term, right: Term) -> Predicate:
    if isinstance(left, Const) and isinstance(right, Const):
        if left.value is None or right.value is None:
            return Truth(None)
        if isinstance(left.value, str) == isinstance(right.value, str):
            return Truth(bool(OPERATORS[op](left.value, right.value)))
    if any(isinstance(side, Const) and side.value is None for side in (left, right)):
        return Truth(None)
    return Compare(op, left, right)


def _among(term: Term, values: tuple[Any, ...]) -> Predicate:
    if isinstance(term, Const):
        return Truth(None if term.value is None else term.value in values)
    return Among(term, values)


def _null(term: Term) -> Predicate:
    """NULL goes through every function and all arithmetic."""
    names = columns(term)
    if not names:
        return Truth(isinstance(term, Const) and term.value is None)
    return some(IsNull(Col(name)) for name in names)
