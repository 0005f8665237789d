"""Comparisons of lengths of time in numbers: `unixepoch(b) - unixepoch(a) <= 3600`, `timestampdiff(HOUR, a, b) < 8`.

A database may count whole seconds, hours or days only, cut a quotient to a whole one, or reckon in binary fractions of
a day. What is read asks for so much more that the comparison holds whichever of these it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from pytest_misata.engine.checks.atoms import Monomial
from pytest_misata.engine.checks.numbers import NoSet
from pytest_misata.engine.checks.setting import AMOUNTS, DAY, Basis, units
from pytest_misata.schema.sql.predicates import TURNED, Arith, Call, Col, Compare, Const, Predicate, Term, walk

Sum = dict[Monomial, Fraction]

_SECOND = 1_000_000
_SIZES = {"seconds": _SECOND, "days": DAY}
_MEASURES = frozenset({*_SIZES, "elapsed"})
_CUTS = frozenset({"whole", "round", "floor", "ceil", "trunc"})
_JULIAN_OF_1970 = Fraction("2440587.5")
_NOISE = Fraction(1, 86_400)
"""In days, what a moment is off at most where it is a binary fraction."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number made of moments: the sum of its columns, in their kept units."""

    total: Sum
    grain: Fraction = Fraction(0)
    """What it is counted in, where that is not arbitrarily fine."""
    noise: Fraction = Fraction(0)
    """What it may be off."""

    def plus(self, other: Measure, sign: int) -> Measure:
        """Both added, or the other one taken away."""
        total = dict(self.total)
        for names, factor in other.total.items():
            total[names] = total.get(names, Fraction(0)) + sign * factor
        return Measure(total, max(self.grain, other.grain), self.noise + other.noise)

    def times(self, factor: Fraction) -> Measure:
        """So many times as much."""
        total = {names: own * factor for names, own in self.total.items()}
        return Measure(total, self.grain * abs(factor), self.noise * abs(factor))


def counts_time(term: Term | Predicate) -> bool:
    """Whether a number in it is made of moments."""
    return any(isinstance(part, Call) and part.name in _MEASURES for part in walk(term))


def compared(atom: Compare, setting: Basis) -> tuple[Sum, str]:
    """A comparison as a sum that has to stand in a relation to zero. Raises NoSet."""
    if not counts_time(atom.left):
        atom = Compare(TURNED[atom.op], atom.right, atom.left)
    left, right = _measured(atom.left, setting), _measured(atom.right, setting)
    found, op = left.plus(right, -1), atom.op
    if op in {"=", "<>"}:
        _require_equal(found, op, setting)
        return found.total, op
    rest = found.total.pop((), Fraction(0))
    if found.grain and op in {">", ">="}:
        rest = floor(rest) - (max(found.grain, Fraction(1)) if op == ">" else Fraction(0))
    elif found.grain and op == "<":
        rest += found.grain
    rest += found.noise * (1 if op in {"<", "<="} else -1)
    strict = op in {"<", ">"} and not found.grain
    return {**found.total, (): Fraction(rest)}, op if strict else op.rstrip("=") + "="


def _require_equal(found: Measure, op: str, setting: Basis) -> None:
    """What is counted is the same for many lengths: one of them is chosen where another column tells the number."""
    kinds = {setting.type(name).kind for names in found.total for name in names}
    if found.noise or (found.grain and (op == "<>" or "integer" not in kinds)):
        raise NoSet


def _measured(term: Term, setting: Basis) -> Measure:
    match term:
        case Const(int() | Fraction() as value):
            return Measure({(): Fraction(value)})
        case Col(name) if setting.type(name).kind in AMOUNTS:
            return Measure({(name,): Fraction(1)})
        case Call(name, of, size) if name in _MEASURES:
            return _counted(name, of, size, setting)
        case Call(name, of, 0) if name in _CUTS:
            inner = _measured(of, setting)
            return Measure(inner.total, max(inner.grain, Fraction(1)), inner.noise)
        case Arith("+" | "-" as op, left, right):
            return _measured(left, setting).plus(_measured(right, setting), 1 if op == "+" else -1)
        case Arith("*", left, Const(int() | Fraction() as factor)) | Arith("*", Const(factor), left):
            return _measured(left, setting).times(Fraction(factor))
        case Arith("/" | "//", left, Const(int() | Fraction() as divisor)) if divisor > 0:
            return _measured(left, setting).times(1 / Fraction(divisor))
    raise NoSet


def _counted(name: str, of: Term, size: int, setting: Basis) -> Measure:
    if name == "elapsed":
        exact = setting.dialect == "postgresql" and size == _SECOND
        return Measure(_moments(of, Fraction(1, size), setting), Fraction(0 if exact else 1))
    total = _moments(of, Fraction(1, _SIZES[name]), setting)
    if name == "seconds":
        return Measure(total, Fraction(size))
    total = {**total, (): _JULIAN_OF_1970}
    if all(setting.type(one).kind == "date" for names in total for one in names):
        return Measure(total)
    # SQLite's julianday has fractions of days, MariaDB's days are whole ones.
    return Measure(total, noise=_NOISE) if setting.dialect in {None, "sqlite"} else Measure(total, Fraction(1))


def _moments(term: Term, factor: Fraction, setting: Basis) -> Sum:
    match term:
        case Call("moment", Col() as of):
            return _moments(of, factor, setting)
        case Call("date", Col(name) as of) if setting.type(name).kind == "date":
            return _moments(of, factor, setting)
        case Col(name) if setting.type(name).kind in {"date", "datetime"}:
            return {(name,): factor}
        case Arith("-", left, right):
            return Measure(_moments(left, factor, setting)).plus(Measure(_moments(right, factor, setting)), -1).total
    raise NoSet


def worth(names: Monomial, setting: Basis) -> Fraction:
    """What a kept unit of a column is worth: a microsecond, or a plain number."""
    found = Fraction(1)
    for name in names:
        type_ = setting.type(name)
        found *= Fraction(DAY if type_.kind == "date" else 1, units(type_))
    return found
