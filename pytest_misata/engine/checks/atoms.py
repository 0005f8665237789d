"""The atoms of a CHECK, seen with the types of the columns: what they say of kept values, and how to test them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.cells import Cells, encode
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.sets import (
    Anything,
    Bool,
    Domain,
    NoSet,
    Numbers,
    Texts,
    Values,
    between,
    each,
    solved,
)
from pytest_misata.engine.checks.texts import one_text
from pytest_misata.schema.config import Column, TableConfig
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
from pytest_misata.schema.types import ColumnType

NUMBERS = frozenset({"integer", "numeric", "float", "boolean"})
MOMENTS = frozenset({"date", "datetime", "time", "interval"})
TEXTS = frozenset({"string", "text", "enum", "binary"})
_DAY = 86_400_000_000
_WIDE = 2**62

Monomial = tuple[str, ...]
Sum = dict[Monomial, Fraction]


@dataclass(frozen=True, slots=True)
class Setting:
    """What an atom is read with: the table, the database's dialect and the day taken for today."""

    table: TableConfig
    dialect: str | None
    today: dt.date
    history_days: int = 3 * 365

    def type(self, name: str) -> ColumnType:
        """The type of a column."""
        return self.table.columns[name].type


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A sum of products of kept values, with integer factors, that stands in a relation to 0."""

    terms: tuple[tuple[Monomial, int], ...]
    op: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is about."""
        return tuple(dict.fromkeys(name for names, _ in self.terms for name in names))

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds, NULL or not."""
        wide = self._is_wide(cells)
        total: Any = 0
        for names, factor in self.terms:
            part: Any = factor
            for name in names:
                part = part * cells[name].data.astype(object if wide else np.int64)
            total = total + part
        found: Bool = np.asarray(OPERATORS[self.op](total, 0)).astype(np.bool_)
        return found

    def _is_wide(self, cells: Mapping[str, Cells]) -> bool:
        """Whether 64 bits are too few for some row."""
        most = {name: _most(cells[name].data) for name in self.columns}
        return sum(abs(factor) * _product(most[name] for name in names) for names, factor in self.terms) >= _WIDE

    @property
    def values(self) -> Numbers:
        """The numbers for which it holds, where it is about one column. Raises NoSet where it is not a plain one."""
        factors = dict(self.terms)
        name = self.columns[0]
        constant, factor = factors.pop((), 0), factors.pop((name,), 0)
        if factors or not factor:
            raise NoSet
        return solved(factor, constant, self.op)


def _most(data: NDArray[Any]) -> int:
    return max(abs(int(data.max())), abs(int(data.min())), 1) if len(data) else 1


def _product(values: Any) -> int:
    return reduce(lambda a, b: a * b, values, 1)


@dataclass(frozen=True, slots=True)
class OneText:
    """A column whose texts lie in a set; `allowed` may leave out some that pass, `passes` tells exactly."""

    column: str
    allowed: Texts
    passes: Callable[[Any], bool]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it is about."""
        return (self.column,)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        return each(cells[self.column], self.passes)

    @property
    def values(self) -> Values:
        """The texts to choose from."""
        return self.allowed


@dataclass(frozen=True, slots=True)
class Always:
    """What the type of a column sees to by itself."""

    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it is about."""
        return (self.column,)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Everywhere."""
        return np.ones(len(cells[self.column]), dtype=np.bool_)

    @property
    def values(self) -> Values:
        """Every value."""
        return Anything()


@dataclass(frozen=True, slots=True)
class OneNumber:
    """A column whose kept integers lie in a set."""

    column: str
    values: Numbers

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it is about."""
        return (self.column,)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        return self.values.holds(cells[self.column].data.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of text that are the same, or are not."""

    left: str
    right: str
    same: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is about."""
        return (self.left, self.right)

    def test(self, cells: Mapping[str, Cells]) -> Bool:
        """Where it holds."""
        sides = [_plain(cells[name]) for name in self.columns]
        found: Bool = np.asarray(sides[0] == sides[1], dtype=np.bool_)
        return found if self.same else ~found


Atom = Polynomial | OneText | OneNumber | Pair | Always


def _plain(cells: Cells) -> NDArray[Any]:
    return cells.data if cells.vocabulary is None else cells.vocabulary[cells.data]


def everything(column: Column) -> Domain:
    """What a column may hold by its type alone."""
    return Domain(column.nullable, _all_values(column.type))


def _all_values(type_: ColumnType) -> Values:
    if type_.kind in TEXTS:
        return Texts(words=tuple(type_.values)) if type_.values else Texts()
    if type_.kind not in NUMBERS | MOMENTS:
        return Anything()
    if type_.values:
        kept = [int(value) for value in encode(type_, type_.values).data]
        return reduce(lambda a, b: a | b, (between(value, value) for value in kept))
    return between(*limits(type_))


def limits(type_: ColumnType) -> tuple[int, int]:
    """The least and the greatest kept integer of a type, or one that no sensible value lies beyond."""
    far = 2**47
    if type_.kind == "boolean":
        return 0, 1
    if type_.kind == "integer":
        low, high = (0, 2**type_.bits - 1) if type_.unsigned else (-(2 ** (type_.bits - 1)), 2 ** (type_.bits - 1) - 1)
        return max(low, -far), min(high, far)
    if type_.kind == "date":
        return -719_162, 2_932_896  # the years 1 to 9999
    if type_.kind == "datetime":
        return -719_162 * _DAY, 2_932_896 * _DAY
    if type_.kind == "time":
        return 0, _DAY - 1_000_000
    if type_.kind == "interval":
        return 0, 3650 * _DAY
    most = min(10**type_.precision - 1, far) if type_.kind == "numeric" else far
    return -most, most


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
        case Compare("=", Arith("%", Col(name), Const(int(step))), Const(int(offset))) if step > 0:
            units = _units(setting.type(name))
            if setting.type(name).kind in {"integer", "numeric"} and 0 <= offset < step:
                return OneNumber(name, Numbers(step=step * units, offset=offset * units))
            return None
        case Compare(op, left, right):
            return _compared(op, left, right, setting)
        case Among(Col(name) as column, values):
            return OneNumber(name, reduce(lambda a, b: a | b, _each("=", column, values, setting)))
        case Not(Among(Col(name) as column, values)):
            return OneNumber(name, reduce(lambda a, b: a & b, _each("<>", column, values, setting)))
        case _:
            return None


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
        return OneNumber(min(names), Numbers() if same else Numbers(())) if names else None
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
            worth *= Fraction(_DAY if type_.kind == "date" and not self._days else 1, _units(type_))
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
            return Fraction(value.microseconds, _DAY if self._days else 1)
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
        return Fraction(microseconds, _DAY if self._days else 1)


_KEEPS = {"whole": {"integer", "boolean"}, "date": {"date"}, "moment": {"date", "datetime"}}


def _units(type_: ColumnType) -> int:
    return 10**type_.scale if type_.kind in {"numeric", "float"} else 1


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
