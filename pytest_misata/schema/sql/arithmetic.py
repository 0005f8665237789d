"""Arithmetic of SQL on plain values: numbers, moments, lengths of time, and texts that a database takes for numbers."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from pytest_misata.schema.sql.compiler import NUMBERS, Compiler, Value, number_of, strict
from pytest_misata.schema.sql.functions import moment
from pytest_misata.schema.sql.times import Lapse

_ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Div", "Mod", "Neg", "Paren", "Round", "Abs"})


def _is_fractional(node: Any) -> bool:
    """Whether a number is no integer by its type, whatever its value: `3.0`, `100.0 * won`, `CAST(a AS real)`."""
    kind = type(node).__name__
    if kind == "Literal":
        return not node.is_string and not node.name.isdigit()
    if kind in {"Cast", "TryCast"}:
        return str(node.to.this).rpartition(".")[2] in _FRACTIONAL
    return kind in _ARITHMETIC and any(
        _is_fractional(part) for part in (node.this, node.expression) if part is not None
    )


_FRACTIONAL = frozenset({"FLOAT", "DOUBLE", "DECIMAL", "REAL", "UDECIMAL", "UDOUBLE", "BIGDECIMAL", "NUMERIC"})


def divided(compiler: Compiler, node: Any) -> Value:
    """A quotient, which some databases cut to a whole number."""
    whole = compiler.dialect != "mysql" and not (_is_fractional(node.this) or _is_fractional(node.expression))
    # SQLite keeps a number without decimals as a whole one, whatever the type of its column.
    whole = whole or compiler.binary

    def divide(left: Any, right: Any) -> Any:
        if isinstance(left, int) and isinstance(right, int):
            found = Fraction(left, right)
            return math.trunc(found) if whole else found
        return left / right

    return strict(divide, compiler.value(node.this), compiler.value(node.expression))


def arithmetic(apply: Callable[[Any, Any], Any]) -> Callable[[Compiler, Any], Value]:
    """An operation on both sides, whatever of numbers and moments these are."""

    def checked(left: Any, right: Any) -> Any:
        if isinstance(left, dt.date) and isinstance(right, dt.date):
            found = moment(left) - moment(right)
            both_days = not isinstance(left, dt.datetime) and not isinstance(right, dt.datetime)
            return found.days if both_days else found
        if isinstance(right, Lapse) and isinstance(left, dt.date | str):
            return right.after(left, apply(0, 1))
        if isinstance(left, Lapse) and isinstance(right, int | Fraction):
            left, right = right, left
        if isinstance(right, Lapse) and isinstance(left, int | Fraction):
            return right.times(left)
        if isinstance(left, dt.date) and isinstance(right, int):
            return apply(left, dt.timedelta(days=right))
        if isinstance(left, dt.datetime) and isinstance(right, dt.timedelta):
            return apply(moment(left), right)
        if isinstance(left, dt.date) and isinstance(right, dt.timedelta):
            return apply(moment(left), right)
        if isinstance(left, str) or isinstance(right, str):
            raise TypeError
        return apply(left, right)

    def make(compiler: Compiler, node: Any) -> Value:
        of_numbers = apply if compiler.dialect not in {"sqlite", "mysql"} else None

        def reckoned(left: Any, right: Any) -> Any:
            if type(left) in NUMBERS and type(right) in NUMBERS:
                return apply(left, right)
            texts = (isinstance(side, str) for side in (left, right))
            if of_numbers is None and any(texts) and not any(isinstance(s, dt.date | Lapse) for s in (left, right)):
                return apply(_as_figures(left), _as_figures(right))
            return checked(left, right)

        return strict(reckoned, compiler.value(node.this), compiler.value(node.expression))

    return make


def _as_figures(value: Any) -> Any:
    """A number, or the one that a text begins with."""
    if not isinstance(value, str):
        return value
    found = re.match(r"\s*[-+]?(\d+\.?\d*|\.\d+)", value)
    return number_of(found[0].strip()) if found else 0
