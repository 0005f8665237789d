"""The terms of a parsed CHECK that are about time: lengths of time, and years, days and hours of moments."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pytest_misata.schema.sql.nodes import NotUnderstood, bare
from pytest_misata.schema.sql.predicates import Arith, Call, Col, Const, Span, Term

if TYPE_CHECKING:
    from pytest_misata.schema.sql.expressions import Reader

_UNITS = {
    "microsecond": 1,
    "millisecond": 1_000,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}
DAY = _UNITS["day"]
_LENGTHS: dict[str, tuple[int, int]] = {
    **{unit: (length, length) for unit, length in _UNITS.items()},
    "mon": (28 * DAY, 31 * DAY),
    "month": (28 * DAY, 31 * DAY),
    "quarter": (90 * DAY, 92 * DAY),
    "year": (365 * DAY, 366 * DAY),
}
"""The shortest and the longest that each unit can be."""

_BEFORE_ALL = "0000-01-01"
_JULIAN = Fraction(3442119, 2)
"""The day that MariaDB counts days from, and its Julian day."""

SECONDS_TO_1970 = 62_167_219_200
"""From the day that MariaDB counts from."""

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
    if name == "epoch" and isinstance(without_cast(of), Col):
        return Call("seconds", of)
    if name == "epoch" or (name == "day" and isinstance(of, Arith)):
        return Call("elapsed", of, _UNITS["second" if name == "epoch" else "day"])
    if name not in PARTS:
        raise NotUnderstood
    return Call(name, of)


def part(name: str) -> Callable[[Reader, Any], Term]:
    """`year(x)` and the like."""
    return lambda reader, node: Call(name, reader.term(plain_moment(node.this)))


_FORMATS = {"%Y": "year", "%m": "month", "%d": "day", "%H": "hour", "%w": "dow"}
_CLOCKS = {"%H:%M:%S": 1, "%H:%M": 60}
"""The ways of writing a time of day that sort as it does, with the seconds that they leave out."""


def formatted(reader: Reader, node: Any) -> Term:
    """`strftime('%Y', x)`."""
    form, of = reader.text(node.args["format"]), reader.term(plain_moment(node.this))
    if form == "%s":
        return Call("seconds", of, 1)
    if form in _CLOCKS:
        return Call("clock", of, _CLOCKS[form])
    if form not in _FORMATS:
        raise NotUnderstood
    return Call(_FORMATS[form], of)


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
    name = str(node.args["unit"].name).lower()
    if name in _MONTHS:
        return Call("elapsed months", Arith("-", *_sides(reader, node)), _MONTHS[name])
    if name not in _UNITS:
        raise NotUnderstood
    return Call("elapsed", Arith("-", *_sides(reader, node)), _UNITS[name])


_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CYCLE = [calendar.monthrange(2000 + month // 12, month % 12 + 1)[1] for month in range(48)]
"""The days of the months from one leap year to the next."""


def months_long(count: int) -> tuple[int, int]:
    """The fewest and the most days that so many months have."""
    cycles, rest = divmod(count, len(_CYCLE))
    found = [sum((_CYCLE * 2)[first : first + rest]) for first in range(len(_CYCLE))]
    # In a hundred years a leap day may be missing.
    return cycles * sum(_CYCLE) + min(found) - (count > 12) * (1 + count // 1200), cycles * sum(_CYCLE) + max(found)


def timed(reader: Reader, nodes: list[Any]) -> Term:
    """`timediff(b, a)`, and `time_to_sec(timediff(b, a))`."""
    terms = [reader.term(plain_moment(node)) for node in nodes]
    if len(terms) == 2:
        return Call("elapsed", Arith("-", *terms), 1)
    match terms:
        case [Call("elapsed", of, 1)]:
            return Call("elapsed", of, _UNITS["second"])
    raise NotUnderstood


def counted_seconds(_of: int, since: int = 0) -> Callable[[Reader, list[Any]], Term]:
    """`unixepoch(x)` and the like, which count seconds, whole ones or parts of them, too."""

    def read(reader: Reader, nodes: list[Any]) -> Term:
        if len(nodes) != 1:
            raise NotUnderstood
        found = Call("seconds", reader.term(plain_moment(nodes[0])), _of)
        return Arith("+", found, Const(since)) if since else found

    return read


def _sides(reader: Reader, node: Any) -> list[Term]:
    return [reader.term(plain_moment(side)) for side in (node.this, node.expression)]


def difference(reader: Reader, node: Any) -> Term:
    """`datediff(b, a)`, and what a parser makes of `to_days(b)`."""
    first = plain_moment(node.expression)
    if type(first).__name__ == "Literal" and first.name == _BEFORE_ALL:
        return Arith("-", Call("days", reader.term(plain_moment(node.this))), Const(_JULIAN))
    return Arith("-", *(Call("days", side) for side in _sides(reader, node)))
