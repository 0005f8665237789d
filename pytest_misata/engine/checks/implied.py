"""Bounds of columns that follow from CHECKs in which columns are multiplied: `c * c <= d` and `d - c <= 20` bound both.

Such conditions are not solved, so values are sought for them; within these bounds some are soon found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from pytest_misata.engine.checks.setting import AMOUNTS, Setting, limits, units
from pytest_misata.engine.checks.ways import Part
from pytest_misata.schema.config import Check
from pytest_misata.schema.sql.checks import Reading
from pytest_misata.schema.sql.predicates import Arith, Col, Compare, Const, Term, columns

Range = tuple[int, int]
Ranges = Mapping[str, Range]
Span = tuple[Fraction, Fraction]

_ROUNDS = 40
_NARROW = 2**16
"""A range so many times smaller than that of the column's type is worth a condition."""


def implied(parts: Sequence[Part], setting: Setting) -> list[Part]:
    """Conditions on single columns that follow from those that tie them by products, and from the others together."""
    found = [part.formula for part in parts if isinstance(part.formula, Compare) and _is_plain(part.formula, setting)]
    names = _tied(found)
    if not names:
        return []
    comparisons = [one for one in found if names & set(columns(one))]
    wide = {name: limits(setting.type(name)) for one in comparisons for name in columns(one)}
    scale = {name: units(setting.type(name)) for name in wide}
    ranges = _narrowed(wide, comparisons, scale)
    if ranges is None:
        return []
    narrow = [name for name, (low, high) in ranges.items() if (high - low) * _NARROW < wide[name][1] - wide[name][0]]
    return [part for name in narrow for part in _bounds(name, ranges[name], scale[name])]


def _is_plain(found: Compare, setting: Setting) -> bool:
    amounts = all(setting.type(name).kind in AMOUNTS for name in columns(found))
    return amounts and all(map(_is_reckoned, (found.left, found.right)))


def _is_reckoned(term: Term) -> bool:
    match term:
        case Col(_):
            return True
        case Const(value):
            return isinstance(value, int | Fraction) and not isinstance(value, bool)
        case Arith(op, left, right):
            return op in "+-*" and _is_reckoned(left) and _is_reckoned(right)
        case _:
            return False


def _tied(found: Sequence[Compare]) -> set[str]:
    """The columns that hang together with one that is multiplied by a column."""
    names = {name for one in found if any(map(_multiplies, (one.left, one.right))) for name in columns(one)}
    while True:
        more = {name for one in found if names & set(columns(one)) for name in columns(one)} - names
        if not more:
            return names
        names |= more


def _multiplies(term: Term) -> bool:
    if not isinstance(term, Arith):
        return False
    both = all(columns(Compare("=", side, side)) for side in (term.left, term.right))
    return (term.op == "*" and both) or _multiplies(term.left) or _multiplies(term.right)


def _narrowed(wide: Ranges, comparisons: Sequence[Compare], scale: Mapping[str, int]) -> dict[str, Range] | None:
    """The ranges that are left; None where a column has no value left."""
    ranges = dict(wide)
    for _ in range(_ROUNDS):
        before = dict(ranges)
        for one in comparisons:
            for name in columns(one):
                ranges[name] = _shaved(name, one, ranges, scale)
                if ranges[name][0] > ranges[name][1]:
                    return None
        if ranges == before:
            break
    return ranges


def _shaved(name: str, one: Compare, ranges: Ranges, scale: Mapping[str, int]) -> Range:
    """A range without the ends that a comparison leaves no other column a value for."""
    low, high = ranges[name]

    def fits(start: int, stop: int) -> bool:
        return _may_hold(one, {**ranges, name: (start, stop)}, scale)

    least, most = low, high + 1
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if fits(low, middle) else (middle + 1, most)
    low = least
    least, most = low - 1, high
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle, high) else (least, middle - 1)
    return low, most


def _may_hold(one: Compare, ranges: Ranges, scale: Mapping[str, int]) -> bool:
    (a, b), (c, d) = (_span(side, ranges, scale) for side in (one.left, one.right))
    possible = {"<": a < d, "<=": a <= d, ">": b > c, ">=": b >= c, "=": a <= d and c <= b, "<>": not a == b == c == d}
    return possible[one.op]


def _span(term: Term, ranges: Ranges, scale: Mapping[str, int]) -> Span:
    match term:
        case Col(name):
            low, high = ranges[name]
            return Fraction(low, scale[name]), Fraction(high, scale[name])
        case Const(value):
            return Fraction(value), Fraction(value)
        case Arith(op, left, right):
            return _result(op, _span(left, ranges, scale), _span(right, ranges, scale), same=left == right)
    raise TypeError(term)


def _result(op: str, left: Span, right: Span, *, same: bool) -> Span:
    (a, b), (c, d) = left, right
    if op == "+":
        return a + c, b + d
    if op == "-":
        return (Fraction(0), Fraction(0)) if same else (a - d, b - c)
    ends = [a * a, b * b] if same else [a * c, a * d, b * c, b * d]
    return Fraction(0) if same and a <= 0 <= b else min(ends), max(ends)


def _bounds(name: str, span: Range, unit: int) -> Iterator[Part]:
    for op, end in ((">=", span[0]), ("<=", span[1])):
        formula = Compare(op, Col(name), Const(Fraction(end, unit)))
        check = Check(f"{name} {op} {Fraction(end, unit)}", implied=True)
        yield Part(Reading(check, check.sql, formula), formula)
