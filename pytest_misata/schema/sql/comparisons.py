"""Comparisons of two terms, those of lengths of time and of sizes of numbers as what these say."""

from __future__ import annotations

from typing import Any

from pytest_misata.schema.sql.clocks import DAY, months_long, span
from pytest_misata.schema.sql.nodes import NotUnderstood
from pytest_misata.schema.sql.predicates import TURNED, And, Arith, Call, Compare, Const, Or, Predicate, Span, Term


def compared(op: str, left: Term, right: Term) -> Predicate:
    """The comparison of two terms. Raises NotUnderstood."""
    for side, other, turned in ((left, right, op), (right, left, TURNED[op])):
        if isinstance(side, Call) and side.name == "elapsed" and isinstance(other, Const):
            return _lasting(turned, side, other.value)
        if isinstance(side, Call) and side.name == "elapsed months" and isinstance(other, Const):
            return _months_over(turned, side, other.value)
        if isinstance(side, Call) and side.name == "abs":
            return _absolute(turned, side.of, other)
    return Compare(op, left, right)


def _lasting(op: str, elapsed: Call, count: Any) -> Predicate:
    """A length of time in units that have to be over: as lengths that are right whether or not parts of them count."""
    if isinstance(count, str) and elapsed.size == 1:
        return Compare(op, elapsed.of, Const(span(count)))
    if not isinstance(count, int) or op in {"=", "<>"}:
        raise NotUnderstood
    over = op == ">" and elapsed.size > 1_000_000
    return Compare(">=" if over else op, elapsed.of, Const(Span((count + over) * elapsed.size)))


def _months_over(op: str, elapsed: Call, count: Any) -> Predicate:
    """Whole months that have to be over, in days that are enough, and few enough, for any months."""
    if op == "=":
        return And((_months_over(">=", elapsed, count), _months_over("<=", elapsed, count)))
    if not isinstance(count, int) or op == "<>":
        raise NotUnderstood
    over = count + (op in {">", "<="})
    if over < 1:
        raise NotUnderstood
    few, many = months_long(over * elapsed.size)
    days = many if op[0] == ">" else few
    return Compare(">=" if op[0] == ">" else "<", elapsed.of, Const(Span(days * DAY)))


def _absolute(op: str, of: Term, bound: Term) -> Predicate:
    """The size of a number, as two comparisons."""
    minus = Arith("-", Const(0), bound)
    if op in {"<", "<="}:
        return And((Compare(op, of, bound), Compare(TURNED[op], of, minus)))
    if op == "<>":
        return And((Compare(op, of, bound), Compare(op, of, minus)))
    return Or((Compare(op, of, bound), Compare(TURNED[op], of, minus)))
