"""Conditions on ranges that are made of two columns, as what these say of the columns.

`NOT isempty(tsrange(a, b))` is `a < b`, `daterange(a, b) @> d` is `a <= d AND d < b`. A range that is made has to begin
before it ends: a database ends a statement with one that does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_misata.schema.sql.nodes import arguments, bare, function

if TYPE_CHECKING:
    from sqlglot import exp

RANGES = {
    "int4range": "integer",
    "int8range": "integer",
    "numrange": "numeric",
    "daterange": "date",
    "tsrange": "datetime",
    "tstzrange": "datetime",
}
"""The types of ranges, with those of their ends."""
_COUNTED = frozenset({"integer", "date"})
"""Ends of which each has a next one."""


@dataclass(frozen=True, slots=True)
class Made:
    """A range that is made of two ends."""

    low: exp.Expr
    high: exp.Expr
    brackets: str
    counted: bool

    @property
    def is_made_empty(self) -> bool:
        """Whether one that begins where it ends is empty."""
        return self.brackets != "[]" and _has_column(self)

    @property
    def before_end(self) -> type[exp.Expr]:
        """How what lies in the range compares with its upper end."""
        from sqlglot import exp

        return exp.LTE if self.brackets[1] == "]" else exp.LT

    @property
    def from_start(self) -> type[exp.Expr]:
        """How its lower end compares with what lies in the range."""
        from sqlglot import exp

        return exp.LTE if self.brackets[0] == "[" else exp.LT


def made_range(node: Any) -> Made | None:
    """The range that a call makes; None where a node is no such call."""
    node = bare(node)
    kind, parts = RANGES.get(function(node)), []
    if kind is None:
        return None
    parts = arguments(node)
    brackets = bare(parts[2]).name if len(parts) == 3 else "[)"
    if len(parts) not in {2, 3} or len(brackets) != 2:
        return None
    return Made(parts[0], parts[1], brackets, kind in _COUNTED)


def without_ranges(tree: exp.Expr) -> exp.Expr:
    """A condition, with what it says of ranges made in it said of their ends."""
    from sqlglot import exp

    ordered = in_order(tree)
    if not ordered or made_range(tree) is not None:
        return tree
    whole = [exp.paren(one) for one in (*ordered, tree.transform(_plain))]
    return exp.and_(*whole)


def in_order(tree: exp.Expr) -> list[exp.Expr]:
    """That the ranges which an expression makes of columns begin before they end."""
    from sqlglot import exp

    made = [one for node in tree.walk() if (one := made_range(node)) is not None]
    found: set[exp.Expr] = {
        exp.LTE(this=one.low.copy(), expression=one.high.copy()) for one in made if _has_column(one)
    }
    return sorted(found, key=str)


def _has_column(made: Made) -> bool:
    return any(type(node).__name__ == "Column" for end in (made.low, made.high) for node in end.walk())


def _plain(node: exp.Expr) -> exp.Expr:
    rewritten = _REWRITTEN.get(type(node).__name__) or _CALLS.get(function(node))
    found = None if rewritten is None else rewritten(node)
    return node if found is None else found


def _is_empty(node: Any) -> exp.Expr | None:
    from sqlglot import exp

    made = made_range(arguments(node)[0])
    if made is None:
        return None
    if made.brackets == "[]":
        return exp.false()
    # Without an end it reaches on for ever.
    there = [exp.Not(this=exp.Is(this=end.copy(), expression=exp.Null())) for end in (made.low, made.high)]
    return exp.paren(exp.and_(*there, exp.GTE(this=made.low.copy(), expression=made.high.copy())))


def _end(name: str, closed: str) -> Callable[[Any], exp.Expr | None]:
    """`lower` or `upper` of a range; of one that is counted it may be the next number after the end that is stated."""

    def read(node: Any) -> exp.Expr | None:
        from sqlglot import exp

        made = made_range(node.this)
        if made is None:
            return None
        end = (made.low if name == "low" else made.high).copy()
        moved = made.counted and made.brackets[0 if name == "low" else 1] == closed
        return exp.paren(exp.Add(this=end, expression=exp.Literal.number(1))) if moved else end

    return read


def _within(outer: Any, inner: Any) -> exp.Expr | None:
    """That a range holds a value, or another range."""
    from sqlglot import exp

    whole, part = made_range(outer), made_range(inner)
    if whole is None or (part is None and type(bare(inner)).__name__ not in _VALUES):
        return None
    if part is None:
        return _both(
            _open_to(whole.from_start, whole.low, inner, whole.low),
            _open_to(whole.before_end, inner, whole.high, whole.high),
        )
    return _both(
        _open_to(exp.LTE, whole.low, part.low, whole.low, needed=part.low),
        _open_to(exp.LTE, part.high, whole.high, whole.high, needed=part.high),
    )


_VALUES = frozenset({"Column", "Literal", "CurrentDate", "CurrentTimestamp"})


def _overlapping(node: Any) -> exp.Expr | None:
    from sqlglot import exp

    one, other = made_range(node.this), made_range(node.expression)
    if one is None or other is None:
        return None
    sides = []
    for a, b in ((one, other), (other, one)):
        touching = a.brackets[0] == "[" and b.brackets[1] == "]"
        sides.append(_open_to(exp.LTE if touching else exp.LT, a.low, b.high, a.low, b.high))
    # An empty one overlaps none.
    whole = [_open_to(exp.LT, made.low, made.high, made.low, made.high) for made in (one, other) if made.is_made_empty]
    return _both(*sides, *whole)


def _open_to(compare: Any, left: Any, right: Any, *ends: Any, needed: Any = None) -> exp.Expr:
    """A comparison that holds where one of the ends is not there, and not where the one that is needed is not."""
    from sqlglot import exp

    compared: exp.Expr = compare(this=left.copy(), expression=right.copy())
    if type(bare(needed)).__name__ == "Column":
        there = exp.Not(this=exp.Is(this=needed.copy(), expression=exp.Null()))
        compared = exp.paren(exp.and_(there, compared))
    columns = [end for end in ends if type(bare(end)).__name__ == "Column"]
    missing = [exp.Is(this=end.copy(), expression=exp.Null()) for end in columns]
    return exp.paren(exp.or_(*missing, compared))


def _both(*sides: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.paren(exp.and_(*sides))


_REWRITTEN: dict[str, Callable[[Any], Any]] = {
    "Lower": _end("low", "("),
    "Upper": _end("high", "]"),
    "ArrayContainsAll": lambda node: _within(node.this, node.expression),
    "ArrayContainedBy": lambda node: _within(node.expression, node.this),
    "ArrayOverlaps": _overlapping,
}
_CALLS: dict[str, Callable[[Any], Any]] = {"isempty": _is_empty}
