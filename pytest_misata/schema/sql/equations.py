"""Equations in a parsed condition: columns that it sets equal to what does not read them.

`vat = round(net * rate, 2)` says outright what `vat` is; `gross - vat = net` says so of `net`, and turned around of the
other two. `abs(vat - net * rate) < 0.01` is an equation that allows for rounding. Other comparisons tell where the
values of a column end that meet them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pytest_misata.schema.sql.compiler import Compiler, Row, Value
from pytest_misata.schema.sql.nodes import NotUnderstood, bare

OUTRIGHT, TURNED, INVERTED, EDGE = 0, 1, 2, 3
"""A column stands alone; it is a summand; it is a factor, a divisor, or what is rounded; it is bounded."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A column, and what it is equal to by one part of a condition."""

    column: str
    value: Value
    reads: frozenset[str]
    """The columns that the value is computed from."""
    part: int
    """The number of the part: it says what one of its columns is, not what all of them are."""
    form: int = OUTRIGHT


def equations(parts: list[Any], compiler: Compiler) -> Iterator[Equation]:
    """What some parts that are joined by AND say of columns, those first that stand alone."""
    found = [equation for number, part in enumerate(parts) for equation in _of_part(part, number, compiler)]
    yield from sorted(found, key=lambda equation: equation.form)


def _of_part(part: Any, number: int, compiler: Compiler) -> Iterator[Equation]:
    edges = [(one, other, EDGE) for one, other in _bounds(part)]
    for one, other, least in [*((one, other, OUTRIGHT) for one, other in _sides(part)), *edges]:
        for left, right in ((one, other), (other, one)):
            if type(right).__name__ in {"Null", "Boolean", "Any", "All"}:
                continue
            try:
                value = compiler.value(right)
            except NotUnderstood:
                continue
            for name, solved, form in _solved(left, value, least, compiler):
                reads = _names(part, compiler)
                if reads.count(name) == 1:
                    yield Equation(name, solved, frozenset(reads) - {name}, number, form)


def _sides(part: Any) -> Iterator[tuple[Any, Any]]:
    """What is set equal; also where it need not be since a column is NULL."""
    kind = type(part).__name__
    if kind == "Paren":
        yield from _sides(part.this)
    elif kind in {"EQ", "Is", "NullSafeEQ"}:
        yield part.this, part.expression
    elif kind in {"LT", "LTE", "GT", "GTE"}:
        near, bound = (part.this, part.expression) if kind[0] == "L" else (part.expression, part.this)
        difference: Any = bare(near.this) if type(near).__name__ == "Abs" else None
        if type(difference).__name__ == "Sub" and type(bound).__name__ == "Literal":
            yield difference.this, difference.expression
    elif kind == "Or":
        sides = [side for side in (part.this, part.expression) if not _asks_for_null(side)]
        if len(sides) == 1:
            yield from _sides(sides[0])


def _bounds(part: Any) -> Iterator[tuple[Any, Any]]:
    """What is compared otherwise, anywhere in a part."""
    for node in part.walk():
        if type(node).__name__ in {"LT", "LTE", "GT", "GTE"}:
            yield node.this, node.expression
        elif type(node).__name__ == "Between":
            yield node.this, node.args["low"]
            yield node.this, node.args["high"]


def _asks_for_null(node: Any) -> bool:
    node = bare(node)
    if type(node).__name__ in {"And", "Or"}:
        return _asks_for_null(node.this) and _asks_for_null(node.expression)
    return type(node).__name__ == "Is" and type(node.expression).__name__ == "Null"


def _names(node: Any, compiler: Compiler) -> list[str]:
    found = [compiler.named(column) for column in node.walk() if type(column).__name__ == "Column"]
    # Where a column is only asked for its NULL the equation does not hold it.
    asked = [is_null.this for is_null in node.walk() if _asks_for_null(is_null) and type(is_null).__name__ == "Is"]
    for column in asked:
        found.remove(compiler.named(bare(column))) if type(bare(column)).__name__ == "Column" else None
    return [name for name in found if name is not None]


Solved = tuple[str, Value, int]


def _solved(node: Any, value: Value, form: int, compiler: Compiler) -> Iterator[Solved]:
    """The columns of one side of an equation, each with what it is when the side has a value."""
    node = bare(node)
    kind = type(node).__name__
    if kind == "Column":
        name = compiler.named(node)
        if name is not None:
            yield name, value, form
    elif kind in {"Neg", "Round"}:
        turned = _of(operator.neg, value) if kind == "Neg" else value
        yield from _solved(node.this, turned, max(form, TURNED if kind == "Neg" else INVERTED), compiler)
    elif kind in _INVERSE:
        try:
            left, right = compiler.value(node.this), compiler.value(node.expression)
        except NotUnderstood:
            return
        of_left, of_right, least = _INVERSE[kind]
        yield from _solved(node.this, _of(of_left, value, right), max(form, least), compiler)
        yield from _solved(node.expression, _of(of_right, value, left), max(form, least), compiler)


def _of(apply: Callable[..., Any], *values: Value) -> Value:
    def made(row: Row) -> Any:
        found = [value(row) for value in values]
        return None if any(value is None for value in found) else apply(*found)

    return made


def _quotient(value: Any, other: Any) -> Any:
    return Fraction(value) / Fraction(other)


_INVERSE: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any], int]] = {
    "Add": (operator.sub, operator.sub, TURNED),
    "Sub": (operator.add, lambda value, left: left - value, TURNED),
    "Mul": (_quotient, _quotient, INVERTED),
    "Div": (operator.mul, lambda value, left: _quotient(left, value), INVERTED),
}
"""For each operation what its left side is, by the result and the right one, and what its right side is."""
