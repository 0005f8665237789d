"""The terms of a parsed CHECK that are about time: lengths of time, and years, days and hours of moments."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pytest_misata.schema.nodes import NotUnderstood, bare
from pytest_misata.schema.predicates import Arith, Call, Const, Span, Term

if TYPE_CHECKING:
    from pytest_misata.schema.expressions import Reader

_UNITS = {
    "microsecond": 1,
    "millisecond": 1_000,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}
_DAY = _UNITS["day"]
_LENGTHS: dict[str, tuple[int, int]] = {
    **{unit: (length, length) for unit, length in _UNITS.items()},
    "mon": (28 * _DAY, 31 * _DAY),
    "month": (28 * _DAY, 31 * _DAY),
    "quarter": (90 * _DAY, 92 * _DAY),
    "year": (365 * _DAY, 366 * _DAY),
}
"""The shortest and the longest that each unit can be."""

_BEFORE_ALL = "0000-01-01"
_JULIAN = Fraction(3442121, 2)
"""The day that MariaDB counts days from, and its Julian day."""

PARTS = frozenset("year quarter month day hour dow isodow dayofweek weekday".split())
"""What a moment is read for."""


def span(text: str) -> Span:
    """What an interval says. Raises NotUnderstood."""
    clock = re.fullmatch(r"(\d+):(\d\d):(\d\d)", text.strip())
    if clock:
        hours, minutes, seconds = map(int, clock.groups())
        return Span(((hours * 60 + minutes) * 60 + seconds) * 1_000_000)
    parts = re.findall(r"([-+]?\d+(?:\.\d+)?)\s*([A-Za-z]+)", text)
    if not parts and re.fullmatch(r"0+", text.strip()):
        return Span(0)
    shortest = longest = Fraction(0)
    for amount, unit in parts:
        least, most = _LENGTHS.get(unit.lower().rstrip("s"), (0, 0))
        shortest += min(Fraction(amount) * least, Fraction(amount) * most)
        longest += max(Fraction(amount) * least, Fraction(amount) * most)
        if not most:
            raise NotUnderstood
    if not parts:
        raise NotUnderstood
    return Span(int(shortest), None if shortest == longest else int(longest))


def interval(_reader: Reader, node: Any) -> Term:
    """`interval 5 day`."""
    unit = node.args.get("unit")
    return Const(span(f"{node.this.name} {unit.name if unit is not None else ''}"))


def plain_moment(node: Any) -> Any:
    """What a parser wraps into conversions to dates and moments."""
    while type(node).__name__ in {"Paren", "TsOrDsToDate", "TsOrDsToTimestamp"}:
        node = node.this
    return node


def extract(reader: Reader, node: Any) -> Term:
    """`extract(year from x)`."""
    name, of = str(bare(node.this).name).lower(), reader.term(plain_moment(node.expression))
    if name == "epoch":
        return Call("elapsed", of, _UNITS["second"])
    if name not in PARTS:
        raise NotUnderstood
    return Call(name, of)


def part(name: str) -> Callable[[Reader, Any], Term]:
    """`year(x)` and the like."""
    return lambda reader, node: Call(name, reader.term(plain_moment(node.this)))


_FORMATS = {"%Y": "year", "%m": "month", "%d": "day", "%H": "hour", "%w": "dow"}


def formatted(reader: Reader, node: Any) -> Term:
    """`strftime('%Y', x)`."""
    name = _FORMATS.get(reader.text(node.args["format"]))
    if name is None:
        raise NotUnderstood
    return Call(name, reader.term(plain_moment(node.this)))


def started(reader: Reader, node: Any) -> Term:
    """`date_trunc('month', x)`."""
    return Call(f"start of {str(bare(node.args['unit']).name).lower()}", without_cast(reader.term(node.this)))


def without_cast(term: Term) -> Term:
    """A moment without a conversion between dates and moments."""
    return term.of if isinstance(term, Call) and term.name in {"moment", "date"} else term


def shifted(op: str) -> Callable[[Reader, Any], Term]:
    """`date_add(x, interval 5 day)`."""

    def read(reader: Reader, node: Any) -> Term:
        amount, unit = reader.number(node.expression), node.args.get("unit")
        length = span(f"{amount} {unit.name if unit is not None else 'day'}")
        return Arith(op, reader.term(plain_moment(node.this)), Const(length))

    return read


def elapsed(reader: Reader, node: Any) -> Term:
    """`timestampdiff(minute, a, b)`."""
    unit = _UNITS.get(str(node.args["unit"].name).lower())
    if unit is None:
        raise NotUnderstood
    return Call("elapsed", difference(reader, node), unit)


def difference(reader: Reader, node: Any) -> Term:
    """`datediff(b, a)`, and what a parser makes of `to_days(b)`."""
    first = plain_moment(node.expression)
    if type(first).__name__ == "Literal" and first.name == _BEFORE_ALL:
        return Arith("-", Call("days", reader.term(plain_moment(node.this))), Const(_JULIAN))
    return Arith("-", *(reader.term(plain_moment(side)) for side in (node.this, node.expression)))
