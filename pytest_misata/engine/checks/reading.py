"""From the atoms of a CHECK to what they say of kept values, by the types of their columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pytest_misata.engine.checks.atoms import (
    Always,
    Atom,
    Monomial,
    OneHolder,
    OneNumber,
    OneText,
    Pair,
    Polynomial,
)
from pytest_misata.engine.checks.calendar import at_start, with_part, within_days
from pytest_misata.engine.checks.chains import Chain
from pytest_misata.engine.checks.contents import HOLDERS, shape_of
from pytest_misata.engine.checks.durations import compared as durations
from pytest_misata.engine.checks.durations import counts_time, worth
from pytest_misata.engine.checks.languages import TooLarge
from pytest_misata.engine.checks.numbers import LONGEST_STEP, NO_NUMBER, Bool, NoSet, Numbers, Piece, between
from pytest_misata.engine.checks.prefixes import beginning
from pytest_misata.engine.checks.setting import DAY, MOMENTS, NUMBERS, TEXTS, Basis, Setting, is_written, units
from pytest_misata.engine.checks.texts import one_text
from pytest_misata.schema.sql.clocks import PARTS
from pytest_misata.schema.sql.predicates import (
    OPERATORS,
    TURNED,
    Among,
    Arith,
    Call,
    Col,
    Compare,
    Const,
    Joined,
    Matches,
    Not,
    Predicate,
    Resembles,
    Span,
    Term,
    Today,
    columns,
    walk,
)

Sum = dict[Monomial, Fraction]
LOADED_WITHIN = dt.timedelta(days=20 * 365)
"""How long after the reference date rows may be loaded where a CHECK asks for what is later than now."""


def typed(atom: Predicate, setting: Setting) -> Atom | None:
    """What an atom says of kept values; None where it cannot be told."""
    try:
        basis = setting.basis(columns(atom))
    except KeyError:
        return None
    return _typed(atom, basis)


# An atom is read whenever a column of it is made, chosen for or verified; tables repeat those of others.
@lru_cache(maxsize=4096)
def _typed(atom: Predicate, setting: Basis) -> Atom | None:
    try:
        kinds = {type_.kind for _, type_ in setting.types}
        if any(isinstance(part, Call) and part.name == "storage" for part in walk(atom)):
            return _of_storage(atom, setting)
        if kinds and kinds <= NUMBERS | MOMENTS:
            return _of_parts(atom, setting) or _of_numbers(atom, setting)
        if len(kinds) == 1 and kinds <= HOLDERS:
            return _of_holders(atom, setting)
        return _of_texts(atom, setting)
    except (NoSet, TooLarge, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _of_storage(atom: Predicate, setting: Basis) -> Atom | None:
    """SQLite's `typeof`: the type of a column sees to it; of numbers with decimals also whether they have any."""
    match atom:
        case Compare("=" | "<>" as op, Const(str(way)), Call("storage", Col(name))):
            return _stored(name, {way}, setting, unlike=op == "<>")
        case Compare("=" | "<>" as op, Call("storage", Col(name)), Const(str(way))):
            return _stored(name, {way}, setting, unlike=op == "<>")
        case Among(Call("storage", Col(name)), ways):
            return _stored(name, set(ways), setting, unlike=False)
        case Not(Among(Call("storage", Col(name)), ways)):
            return _stored(name, set(ways), setting, unlike=True)
    return None


def _stored(name: str, ways: set[Any], setting: Basis, *, unlike: bool) -> Atom | None:
    """What is kept in one of some ways, or in none of them."""
    type_, ways = setting.type(name), set(_STORAGE) - ways if unlike else ways
    if type_.kind != "numeric":
        return Always(name) if any(type_.kind in _STORAGE.get(way, ()) for way in ways) else None
    # A number is kept as a whole one where it is, whatever decimals its type has.
    unit, whole, broken = units(type_), "integer" in ways, "real" in ways
    if whole and broken:
        return Always(name)
    if whole:
        return OneNumber(name, between(None, None, unit))
    others = tuple(range(1, unit))
    return OneNumber(name, Numbers((Piece(None, None, unit, others),))) if broken and others else None


def _of_holders(atom: Predicate, setting: Basis) -> Atom | None:
    names = columns(atom)
    shape = shape_of(atom, setting.type(names[0]).kind) if len(names) == 1 else None
    return OneHolder(names[0], shape) if shape is not None else None


def _of_parts(atom: Predicate, setting: Basis) -> Atom | None:
    """What is said of a part of one number or moment: its remainder, its whole part, its year."""
    match atom:
        case Compare(op, Const() as left, right) if not isinstance(right, Const):
            return _of_parts(Compare(TURNED[op], right, left), setting)
        case Matches(Col(name), pattern):
            found = beginning(pattern, setting.type(name))
            return None if found is None else OneNumber(name, found)
        case Compare(op, Arith("%", Col(name) | Call("whole", Col(name)), Const(int(step))), Const(int(rest))):
            return _of_remainder(op, name, step, rest, setting)
        case Compare("=", Col(name), Call(call, Col(other), digits)) if name == other:
            return _of_parts(Compare("=", Call(call, Col(other), digits), Col(name)), setting)
        case Compare("=", Call("round" | "floor" | "ceil" | "trunc" | "whole", Col(name), digits), Col(other)):
            type_ = setting.type(name)
            if name == other and type_.kind in {"integer", "numeric", "float"}:
                return OneNumber(name, between(None, None, 10 ** max(0, (units(type_) > 1) * type_.scale - digits)))
        case Compare("=", Call(call, Col(name)), Col(other)) if name == other and call.startswith("start of "):
            return OneNumber(name, at_start(call.removeprefix("start of "), setting.type(name), setting))
        case Compare(op, Call("clock", Col(name), grain), Const(str(text))) if op not in {"=", "<>"}:
            return OneNumber(name, within_days(op, text, grain, setting.type(name), setting))
        case Compare(op, Call(call, Col(name)), Const(value)) if call in PARTS:
            return OneNumber(name, with_part(call, setting.type(name), _test(op, (value,)), setting))
        case Among(Call(call, Col(name)), values) if call in PARTS:
            return OneNumber(name, with_part(call, setting.type(name), _test("in", values), setting))
        case Not(Among(Call(call, Col(name)), values)) if call in PARTS:
            return OneNumber(name, with_part(call, setting.type(name), _test("not in", values), setting))
    return None


def _test(op: str, values: tuple[Any, ...]) -> Callable[[NDArray[np.int64]], Bool]:
    numbers = [Fraction(value) for value in values]
    if op in OPERATORS:
        return lambda found: np.asarray(OPERATORS[op](found, float(numbers[0])), dtype=np.bool_)
    return lambda found: np.isin(found, [int(number) for number in numbers], invert=op == "not in")


def _of_remainder(op: str, name: str, step: int, rest: int, setting: Basis) -> Atom | None:
    type_ = setting.type(name)
    if type_.kind not in {"integer", "numeric"} or step <= 0:
        return None
    if op in {"=", "<>"}:
        return OneNumber(name, _leaving(step * units(type_), rest * units(type_), unlike=op == "<>"))
    if step > LONGEST_STEP:
        raise NoSet
    # Of numbers below zero the remainder is not above it.
    right = [number for number in range(step) if OPERATORS[op](number, rest)]
    below = sorted(-number % step for number in range(step) if OPERATORS[op](-number, rest))
    unit = units(type_)
    sides = [_stepped(None, -1, below, step, unit), _stepped(0, None, right, step, unit)]
    return OneNumber(name, Numbers(tuple(piece for piece in sides if piece.offsets)))


def _stepped(low: int | None, high: int | None, rests: Sequence[int], step: int, unit: int) -> Piece:
    """The whole numbers of an interval that leave one of some remainders, in kept integers."""
    step, rests = (1, [0]) if len(rests) == step else (step, rests)
    return Piece(low, high, step * unit, tuple(rest * unit for rest in rests))


def _of_numbers(atom: Predicate, setting: Basis) -> Atom | None:
    match atom:
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


def _each(op: str, column: Col, values: tuple[Any, ...], setting: Basis) -> list[Numbers]:
    """The numbers that stand in a relation to each of some constants."""
    found = [_compared(op, column, Const(value), setting) for value in values]
    return [atom.values for atom in found if isinstance(atom, Polynomial)]


def _compared(op: str, left: Term, right: Term, setting: Basis) -> Atom | None:
    names = {*columns(left), *columns(right)}
    if counts_time(atom := Compare(op, left, right)):
        total, op = durations(atom, setting)
        return _whole({names_: factor * worth(names_, setting) for names_, factor in total.items() if factor}, op)
    op = _as_texts(op, left, right, setting)
    space = _Space(setting, names)
    # Months and years count as what makes the comparison the hardest to meet.
    longest = op in {"<", "<="}
    total = space.sum(left, longest=longest)
    for names_, factor in space.sum(right, longest=not longest).items():
        total[names_] = total.get(names_, Fraction(0)) - factor
    if op in {"=", "<>"} and any(isinstance(part, Span) and part.longest for part in walk((left, right))):
        return None
    now = total.pop(_NOW, Fraction(0))
    if now:
        if op in {"=", "<>"}:
            return None
        # What is later than now depends on the day the rows are loaded: that is no later than this.
        late = (now > 0) == (op in {"<", "<="})
        total[()] = total.get((), Fraction(0)) + now * space.today(LOADED_WITHIN if late else dt.timedelta())
    total = {names_: factor * space.factor(names_) for names_, factor in total.items() if factor}
    if not any(total):
        # The columns cancel each other out: the rest holds for all values or for none.
        same = OPERATORS[op](total.get((), 0), 0)
        return OneNumber(min(names), Numbers() if same else NO_NUMBER) if names else None
    return _whole(total, op)


def _as_texts(op: str, left: Term, right: Term, setting: Basis) -> str:
    """SQLite compares moments as texts, of which a day alone is less than its midnight."""
    days = [side for side in (left, right) if isinstance(side, Const) and len(str(side.value)) == _DATE_LENGTH]
    moments = any(setting.type(name).kind == "datetime" for name in (*columns(left), *columns(right)))
    return op.rstrip("=") or op if setting.dialect == "sqlite" and days and moments else op


def _whole(total: Sum, op: str) -> Polynomial:
    """With integer factors, as small as can be."""
    scale = lcm(*(factor.denominator for factor in total.values()))
    whole = {names: int(factor * scale) for names, factor in total.items()}
    common = gcd(*whole.values())
    return Polynomial(tuple(sorted((names, factor // common) for names, factor in whole.items())), op)


class _Space:
    """The numbers in which columns of some types are compared: plain ones, days, or microseconds."""

    def __init__(self, setting: Basis, names: set[str]) -> None:
        self._setting = setting
        kinds = {setting.type(name).kind for name in names}
        self._moments = bool(kinds & MOMENTS)
        self._days = "date" in kinds and not kinds & {"datetime", "time", "interval"}
        self._clock = kinds == {"time"}

    def factor(self, names: Monomial) -> Fraction:
        """What a kept unit of these columns, multiplied, is worth."""
        worth = Fraction(1)
        for name in names:
            type_ = self._setting.type(name)
            worth *= Fraction(DAY if type_.kind == "date" and not self._days else 1, units(type_))
        return worth

    def today(self, later: dt.timedelta) -> Fraction:
        """The moment that is taken for now, or one that lies so much later."""
        return self._instant(dt.datetime.combine(self._setting.today, dt.time()) + later)

    def sum(self, term: Term, *, longest: bool = False) -> Sum:
        """A term as a sum of products; `longest` says which of its lengths a span of months or years has."""
        match term:
            case Const(Span(short, long)) if long is not None:
                return {(): self._constant(Span(long if longest else short))}
            case Arith("*", Col(name), Const(Span(short, long))) | Arith("*", Const(Span(short, long)), Col(name)) if (
                long is None
            ):
                return {(name,): Fraction(short, DAY if self._days else 1)}
            case Col(name):
                if self._moments and not self._days and self._setting.type(name).kind in NUMBERS:
                    raise NoSet
                return {(name,): Fraction(1)}
            case Const(value):
                return {(): self._constant(value)}
            case Today():
                return {_NOW: Fraction(1)}
            case Arith("+" | "-" as op, left, right):
                self._require_arithmetic(left)
                sign = 1 if op == "+" else -1
                total = self.sum(left, longest=longest)
                for names, factor in self.sum(right, longest=longest == (op == "+")).items():
                    total[names] = total.get(names, Fraction(0)) + sign * factor
                return total
            case Arith("/", left, Const(int() | Fraction() as divisor)) if divisor:
                return {names: factor / Fraction(divisor) for names, factor in self.sum(left).items()}
            case Call("round", of, digits):
                return self._unrounded(self.sum(of), digits)
            case Arith("*", left, right):
                return self._product(self.sum(left), self.sum(right))
            case Call("whole" | "date" | "moment" as call, Col(name)) if self._setting.type(name).kind in _KEEPS[call]:
                return {(name,): Fraction(1)}
            case _:
                raise NoSet

    def _require_arithmetic(self, left: Term) -> None:
        """Dates are added and subtracted alike only in PostgreSQL and the standard."""
        if self._moments and self._setting.dialect == "sqlite" and not isinstance(left, Call):
            raise NoSet

    def _unrounded(self, total: Sum, digits: int) -> Sum:
        """What rounding leaves as it is, since no term has more digits."""
        if self._moments or any(factor * 10**digits * self.factor(names) % 1 for names, factor in total.items()):
            raise NoSet
        return total

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


_KEEPS = {
    "whole": {"integer", "boolean"},
    "date": {"date"},
    "moment": {"date", "datetime"},
}
_DATE_LENGTH = len("2025-01-01")
_NOW: Monomial = ("now()",)
_STORAGE = {
    "integer": {"integer", "boolean"},
    "real": {"float"},
    "text": {"string", "text", "enum", "date", "datetime", "time", "uuid", "json"},
    "blob": {"binary"},
}
"""The kinds of column that SQLite stores in each of its ways."""


def _chain(name: str, parts: tuple[Term | str | None, ...], setting: Basis, *, folded: bool = False) -> Chain | None:
    names = [part.name for part in parts if isinstance(part, Col)]
    kinds = {setting.type(other).kind for other in names}
    if setting.type(name).kind not in {"string", "text"} or not kinds <= {"string", "text", "integer"} or name in names:
        return None
    found = [part.value if isinstance(part, Const) else part for part in parts]
    texts = [part for part in found if part is None or isinstance(part, Col | str)]
    return Chain(name, tuple(texts), folded) if len(texts) == len(found) else None


def _of_texts(atom: Predicate, setting: Basis) -> Atom | None:
    match atom:
        case Compare("=" | "<>" as op, Col(left), Col(right)) if left != right:
            same_kind = (setting.type(left).kind in TEXTS) == (setting.type(right).kind in TEXTS)
            return Pair(left, right, op == "=") if same_kind else None
        case Compare("=", Col(name), Joined(parts)) | Compare("=", Joined(parts), Col(name)):
            return _chain(name, parts, setting)
        case Resembles(Col(name), parts, folded):
            return _chain(name, parts, setting, folded=folded)
    names = columns(atom)
    if len(names) != 1 or not is_written(setting.type(names[0])):
        return None
    found = one_text(atom)
    return OneText(names[0], *found) if found else None
