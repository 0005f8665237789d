"""From the atoms of a CHECK to what they say of kept values, by the types of their columns."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

from pytest_misata.engine.checks.atoms import Always, Atom, Monomial, OneNumber, OneText, Pair, Polynomial
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.numbers import LONGEST_STEP, NO_NUMBER, NoSet, Numbers, Piece, between
from pytest_misata.engine.checks.setting import DAY, MOMENTS, NUMBERS, TEXTS, Setting, units
from pytest_misata.engine.checks.texts import one_text
from pytest_misata.schema.predicates import (
    OPERATORS,
    Among,
    Arith,
    Call,
    Col,
    Compare,
    Const,
    IsJson,
    Not,
    Predicate,
    Span,
    Term,
    Today,
    columns,
)

Sum = dict[Monomial, Fraction]


def typed(atom: Predicate, setting: Setting) -> Atom | None:
    """What an atom says of kept values; None where it cannot be told."""
    try:
        kinds = {setting.type(name).kind for name in columns(atom)}
        if kinds and kinds <= NUMBERS | MOMENTS:
            return _of_numbers(atom, setting)
        return _of_texts(atom, setting)
    except (NoSet, TooLarge, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _of_numbers(atom: Predicate, setting: Setting) -> Atom | None:
    match atom:
        case Compare("=" | "<>" as op, Arith("%", Col(name), Const(int(step))), Const(int(rest))) if step > 0:
            if setting.type(name).kind not in {"integer", "numeric"}:
                return None
            unit = units(setting.type(name))
            return OneNumber(name, _leaving(step * unit, rest * unit, unlike=op == "<>"))
        case Compare(op, left, right):
            return _compared(op, left, right, setting)
        case Among(Col(name) as column, values):
            return OneNumber(name, reduce(lambda a, b: a | b, _each("=", column, values, setting)))
        case Not(Among(Col(name) as column, values)):
            return OneNumber(name, reduce(lambda a, b: a & b, _each("<>", column, values, setting)))
        case _:
            return None


def _leaving(step: int, rest: int, *, unlike: bool) -> Numbers:
    """The numbers that leave a remainder when divided, or those that leave another; it has the number's own sign."""
    low, high = (None, -1) if rest < 0 else (0 if rest else None, None)
    if not unlike:
        return between(low, high, step, rest) if abs(rest) < step else NO_NUMBER
    others = (
        tuple(offset for offset in range(step) if offset != rest % step) if abs(rest) < step else tuple(range(step))
    )
    if step > LONGEST_STEP:
        raise NoSet
    outside = between(None, -1) if rest > 0 else between(0, None) if rest < 0 else NO_NUMBER
    return Numbers((Piece(low, high, step, others),)) | outside if others else outside


def _each(op: str, column: Col, values: tuple[Any, ...], setting: Setting) -> list[Numbers]:
    """The numbers that stand in a relation to each of some constants."""
    found = [_compared(op, column, Const(value), setting) for value in values]
    return [atom.values for atom in found if isinstance(atom, Polynomial)]


def _compared(op: str, left: Term, right: Term, setting: Setting) -> Atom | None:
    names = {*columns(left), *columns(right)}
    space = _Space(setting, names)
    total = space.sum(left)
    for names_, factor in space.sum(right).items():
        total[names_] = total.get(names_, Fraction(0)) - factor
    if Today() in (left, right):
        later = (op in {">", ">="}) == (right == Today())
        if later or op in {"=", "<>"}:
            # What is later than now depends on the day the rows are loaded.
            return None
    total = {names_: factor * space.factor(names_) for names_, factor in total.items() if factor}
    if not any(total):
        # The columns cancel each other out: the rest holds for all values or for none.
        same = OPERATORS[op](total.get((), 0), 0)
        return OneNumber(min(names), Numbers() if same else NO_NUMBER) if names else None
    return _whole(total, op)


def _whole(total: Sum, op: str) -> Polynomial:
    """With integer factors, as small as can be."""
    scale = lcm(*(factor.denominator for factor in total.values()))
    whole = {names: int(factor * scale) for names, factor in total.items()}
    common = gcd(*whole.values())
    return Polynomial(tuple(sorted((names, factor // common) for names, factor in whole.items())), op)


class _Space:
    """The numbers in which columns of some types are compared: plain ones, days, or microseconds."""

    def __init__(self, setting: Setting, names: set[str]) -> None:
        self._setting = setting
        kinds = {setting.type(name).kind for name in names}
        self._moments = bool(kinds & MOMENTS)
        self._days = "date" in kinds and not kinds & {"datetime", "time", "interval"}
        self._clock = kinds == {"time"}
        if self._moments and kinds & NUMBERS and not self._days:
            raise NoSet

    def factor(self, names: Monomial) -> Fraction:
        """What a kept unit of these columns, multiplied, is worth."""
        worth = Fraction(1)
        for name in names:
            type_ = self._setting.type(name)
            worth *= Fraction(DAY if type_.kind == "date" and not self._days else 1, units(type_))
        return worth

    def sum(self, term: Term) -> Sum:
        match term:
            case Col(name):
                return {(name,): Fraction(1)}
            case Const(value):
                return {(): self._constant(value)}
            case Today():
                return {(): self._instant(dt.datetime.combine(self._setting.today, dt.time()))}
            case Arith("+" | "-" as op, left, right):
                self._require_arithmetic()
                sign = 1 if op == "+" else -1
                total = self.sum(left)
                for names, factor in self.sum(right).items():
                    total[names] = total.get(names, Fraction(0)) + sign * factor
                return total
            case Arith("*", left, right):
                return self._product(self.sum(left), self.sum(right))
            case Call("whole" | "date" | "moment" as call, Col(name)) if self._setting.type(name).kind in _KEEPS[call]:
                return {(name,): Fraction(1)}
            case _:
                raise NoSet

    def _require_arithmetic(self) -> None:
        """Dates are added and subtracted alike only in PostgreSQL and the standard."""
        if self._moments and self._setting.dialect == "sqlite":
            raise NoSet

    def _product(self, left: Sum, right: Sum) -> Sum:
        if self._moments:
            raise NoSet
        total: Sum = {}
        for a, x in left.items():
            for b, y in right.items():
                names = tuple(sorted((*a, *b)))
                total[names] = total.get(names, Fraction(0)) + x * y
        return total

    def _constant(self, value: Any) -> Fraction:
        if isinstance(value, Span):
            return Fraction(value.microseconds, DAY if self._days else 1)
        if isinstance(value, str) and self._moments:
            return self._moment(value)
        if isinstance(value, str | int | Fraction):
            if self._moments and not self._days and value != 0:
                raise NoSet
            return Fraction(value)
        raise NoSet

    def _moment(self, text: str) -> Fraction:
        if self._clock:
            clock = dt.time.fromisoformat(text)
            return Fraction(((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond)
        moment = dt.datetime.fromisoformat(text)
        return self._instant(moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment)

    def _instant(self, moment: dt.datetime) -> Fraction:
        microseconds = (moment - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
        return Fraction(microseconds, DAY if self._days else 1)


_KEEPS = {"whole": {"integer", "boolean"}, "date": {"date"}, "moment": {"date", "datetime"}}


def _of_texts(atom: Predicate, setting: Setting) -> Atom | None:
    match atom:
        case Compare("=" | "<>" as op, Col(left), Col(right)) if left != right:
            same_kind = (setting.type(left).kind in TEXTS) == (setting.type(right).kind in TEXTS)
            return Pair(left, right, op == "=") if same_kind else None
        case IsJson(Col(name)) if setting.type(name).kind == "json":
            return Always(name)
    names = columns(atom)
    if len(names) != 1 or setting.type(names[0]).kind not in TEXTS:
        return None
    found = one_text(atom)
    return OneText(names[0], *found) if found else None
