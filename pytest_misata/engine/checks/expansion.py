"""Quotients and rounded terms in comparisons, as comparisons without them.

What comes out may ask for more than what went in, never for less: every row that meets it meets the CHECK.
"""

from __future__ import annotations

from typing import Any

from pytest_misata.engine.checks.setting import NUMBERS, Setting
from pytest_misata.schema.sql.predicates import (
    TURNED,
    And,
    Arith,
    Call,
    Col,
    Compare,
    Const,
    Or,
    Predicate,
    Term,
    columns,
    every,
    some,
)

_ROUNDED = frozenset({"floor", "ceil", "trunc"})


def expanded(formula: Predicate, setting: Setting) -> Predicate:
    """The formula with its quotients multiplied out."""
    match formula:
        case And(parts):
            return every(expanded(part, setting) for part in parts)
        case Or(parts):
            return some(expanded(part, setting) for part in parts)
        case Compare(op, left, right) if _has_quotient(formula, setting):
            return _compared(op, left, right, setting)
        case _:
            return formula


def _has_quotient(formula: Compare, setting: Setting) -> bool:
    numbers = all(setting.type(name).kind in NUMBERS for name in columns(formula))
    return numbers and any(_whole(side, setting) or _divided(side) for side in (formula.left, formula.right))


def _compared(op: str, left: Term, right: Term, setting: Setting) -> Predicate:
    for term, other, turned in ((left, right, op), (right, left, TURNED[op])):
        inside = _whole(term, setting)
        if inside is not None:
            return _rounded(turned, term, inside, other, setting)
    for term, other, turned in ((left, right, op), (right, left, TURNED[op])):
        match term:
            case Arith("/", above, below) if columns(below):
                return _multiplied(turned, above, below, other, setting)
    return Compare(op, left, right)


def _divided(term: Term) -> bool:
    return isinstance(term, Arith) and term.op == "/" and bool(columns(term.right))


def _whole(term: Term, setting: Setting) -> Term | None:
    """What is rounded to a whole number, where a term is that."""
    match term:
        case Arith("//", left, right):
            return _exact(left, right)
        case Arith("/", left, right) if setting.dialect not in {"mysql", "mariadb"}:
            return _exact(left, right) if _is_whole(left, setting) and _is_whole(right, setting) else None
        case Call(name, of, 0) if name in _ROUNDED and not isinstance(of, Col):
            return of
        case _:
            return None


def _exact(left: Term, right: Term) -> Term:
    """A quotient that is not rounded: one of numbers with decimals."""
    return Arith("/", Arith("*", left, Const(1)), right)


def _is_whole(term: Term, setting: Setting) -> bool:
    """Whether a database may divide the term as a whole number; SQLite keeps decimals as such where it can."""
    match term:
        case Col(name):
            return setting.type(name).kind == "integer" or setting.dialect == "sqlite"
        case Const(value):
            return isinstance(value, int)
        case Arith("*", _, Const(1)):
            return False
        case Arith(_, left, right):
            return _is_whole(left, setting) and _is_whole(right, setting)
        case _:
            return False


def _rounded(op: str, term: Term, inside: Term, other: Term, setting: Setting) -> Predicate:
    """A rounded term against another one: against a whole number the unrounded term lies on the same side."""
    up, down = isinstance(term, Call) and term.name == "ceil", not isinstance(term, Call) or term.name != "ceil"
    if op == "=" and isinstance(other, Const) and isinstance(other.value, int):
        low, high = (other.value - 1, other.value) if up or other.value < 0 else (other.value, other.value + 1)
        ends = (">", "<=") if up or other.value < 0 else (">=", "<")
        return every(
            _compared(end, inside, Const(value), setting) for end, value in zip(ends, (low, high), strict=True)
        )
    if op == "=":
        return _compared("=", inside, other, setting)
    if op == "<>":
        return some(_rounded(one, term, inside, other, setting) for one in ("<", ">"))
    if op in {"<", ">"} and (down if op == ">" else True):
        other = _plus(other, 1 if op == ">" else -1)
        op += "="
    return _compared(op, inside, other, setting)


def _plus(term: Term, number: int) -> Term:
    if isinstance(term, Const) and isinstance(term.value, int):
        return Const(term.value + number)
    return Arith("+", term, Const(number))


def _multiplied(op: str, above: Term, below: Term, other: Term, setting: Setting) -> Predicate:
    """The bound times the divisor, whose sign turns it."""
    product = _times(other, below)
    positive = every([Compare(">", below, Const(0)), _compared(op, above, product, setting)])
    negative = every([Compare("<", below, Const(0)), _compared(TURNED[op], above, product, setting)])
    return some([positive, negative])


def _times(term: Term, other: Term) -> Any:
    return other if term == Const(1) else Arith("*", term, other)
