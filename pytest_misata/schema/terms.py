"""The terms of a parsed CHECK: columns, constants, arithmetic, functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pytest_misata.schema.predicates import (
    Arith,
    Call,
    Col,
    Compare,
    Const,
    Either,
    IsNull,
    Not,
    Predicate,
    Span,
    Term,
    Today,
    Unknown,
    is_sure,
)

if TYPE_CHECKING:
    from pytest_misata.schema.expressions import Reader


class NotUnderstood(Exception):
    """Something in a CHECK that our language has no words for."""


def counted(predicate: Predicate) -> Term:
    """A predicate where a number or another truth value is asked for: 1 or 0."""
    if isinstance(predicate, Unknown):
        raise NotUnderstood
    if is_sure(predicate):
        return Either(((predicate, Const(1)),), Const(0))
    return Either(((predicate, Const(1)), (Not(predicate), Const(0))), Const(None))


def as_number(term: Either) -> Either:
    """The same with its truth values as 1 and 0."""
    cases = tuple((when, truth_number(value)) for when, value in term.cases)
    return Either(cases, truth_number(term.last))


def truth_number(term: Term) -> Term:
    """A term as a truth value in numbers: 1, 0 or NULL."""
    if isinstance(term, Either):
        return as_number(term)
    if isinstance(term, Const):
        return Const(None if term.value is None else int(bool(term.value)))
    return counted(Compare("<>", term, Const(0)))


NOW = frozenset({"now", "current_timestamp", "current_date", "localtimestamp", "sysdate", "curdate", "utc_timestamp"})


def function(node: Any) -> str:
    """The name of a function call, whether or not the parser knows the function."""
    return str(node.name).lower() if type(node).__name__ == "Anonymous" else type(node).__name__.lower()


def arguments(node: Any) -> list[Any]:
    """The arguments of a function call, whether or not the parser knows the function."""
    if type(node).__name__ == "Anonymous":
        return list(node.expressions)
    return [node.this, *([node.expression] if node.args.get("expression") else []), *node.expressions]


def listed(node: Any) -> tuple[str, list[Any]] | None:
    """The quantor and the values of `ANY (ARRAY[...])` and the like."""
    name = function(node)
    if name not in {"any", "all"}:
        return None
    array = bare(arguments(node)[0])
    if type(array).__name__ == "Array":
        return name, list(array.expressions)
    if type(array).__name__ == "Tuple":
        return name, list(array.expressions)
    raise NotUnderstood


def bare(node: Any) -> Any:
    """An expression without parentheses and casts."""
    while type(node).__name__ in {"Paren", "Cast"}:
        node = node.this
    return node


def _literal(_reader: Reader, node: Any) -> Term:
    if node.is_string:
        return Const(node.this)
    value = Fraction(node.this)
    return Const(int(value) if value.denominator == 1 else value)


def _negative(reader: Reader, node: Any) -> Term:
    term = reader.term(node.this)
    if isinstance(term, Const) and isinstance(term.value, int | Fraction):
        return Const(-term.value)
    return Arith("-", Const(0), term)


def _cast(reader: Reader, node: Any) -> Term:
    """Casts between spellings of the same value say nothing; others change it."""
    to = node.to.this.name
    term = reader.term(node.this)
    if to == "INTERVAL" and isinstance(term, Const):
        return Const(_span(str(term.value)))
    if isinstance(term, Const) and isinstance(term.value, str) and to in _NUMERIC:
        value = Fraction(term.value)
        return Const(int(value) if value.denominator == 1 else value)
    if isinstance(term, Const | Either) or to in _SAME:
        return term
    if to in _WHOLE and isinstance(term, Col):
        return Call("whole", term)
    if to in {"DATE", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME"} and isinstance(term, Col):
        return Call("date" if to == "DATE" else "moment", term)
    raise NotUnderstood


_TEXTS = frozenset("TEXT VARCHAR CHAR NCHAR NVARCHAR BPCHAR NAME CHARACTER_SET".split())
_WHOLE = frozenset("INT BIGINT SMALLINT TINYINT UBIGINT".split())
_NUMERIC = _WHOLE | {"DECIMAL", "DOUBLE", "FLOAT"}
_SAME = _TEXTS | {"DECIMAL", "DOUBLE", "BOOLEAN", "USERDEFINED", "UNKNOWN"}

_UNITS = {
    "microsecond": 1,
    "millisecond": 1_000,
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}


def _span(text: str) -> Span:
    """Intervals of fixed length: months and years differ."""
    clock = re.fullmatch(r"(\d+):(\d\d):(\d\d)", text.strip())
    if clock:
        hours, minutes, seconds = map(int, clock.groups())
        return Span(((hours * 60 + minutes) * 60 + seconds) * 1_000_000)
    parts = re.findall(r"([-+]?\d+(?:\.\d+)?)\s*([A-Za-z]+)", text)
    total = Fraction(0)
    for amount, unit in parts:
        unit = unit.lower().rstrip("s")
        if unit not in _UNITS:
            raise NotUnderstood
        total += Fraction(amount) * _UNITS[unit]
    if not parts:
        raise NotUnderstood
    return Span(int(total))


def _interval(_reader: Reader, node: Any) -> Term:
    unit = node.args.get("unit")
    return Const(_span(f"{node.this.name} {unit.name if unit is not None else ''}"))


def _arith(op: str) -> Callable[[Reader, Any], Term]:
    return lambda reader, node: Arith(op, reader.term(node.this), reader.term(node.expression))


def _substring(reader: Reader, node: Any) -> Term:
    if reader.number(node.args["start"]) != 1:
        raise NotUnderstood
    return Call("starts", reader.term(node.this), reader.number(node.args["length"]))


def _coalesce(reader: Reader, arguments: list[Any]) -> Term:
    *terms, last = [reader.term(argument) for argument in arguments]
    return Either(tuple((Not(IsNull(term)), term) for term in terms), last)


def _nulls(reader: Reader, arguments: list[Any], *, null: bool) -> Term:
    total: Term = Const(0)
    for argument in arguments:
        found: Predicate = IsNull(reader.term(argument))
        total = Arith("+", total, counted(found if null else Not(found)))
    return total


def _simple(name: str) -> Callable[[Reader, list[Any]], Term]:
    def read(reader: Reader, arguments: list[Any]) -> Term:
        if len(arguments) != 1:
            raise NotUnderstood
        return Call(name, reader.term(arguments[0]))

    return read


def _trim(reader: Reader, node: Any) -> Term:
    if node.args.get("expression") is not None or node.args.get("position") not in {None, "BOTH"}:
        raise NotUnderstood
    return Call("trim", reader.term(node.this))


TERMS: dict[str, Callable[[Reader, Any], Term]] = {
    "Column": lambda reader, node: reader.column(node),
    "Literal": _literal,
    "Boolean": lambda _, node: Const(bool(node.this)),
    "Null": lambda _reader, _node: Const(None),
    "Neg": _negative,
    "Paren": lambda reader, node: reader.term(node.this),
    "Cast": _cast,
    "Introducer": lambda reader, node: reader.term(node.expression),
    "National": lambda _, node: Const(node.name),
    "Interval": _interval,
    "Add": _arith("+"),
    "Sub": _arith("-"),
    "Mul": _arith("*"),
    "Div": _arith("/"),
    "Mod": _arith("%"),
    "Case": lambda reader, node: reader.case(node),
    "Trim": _trim,
    "Substring": _substring,
    "Left": lambda reader, node: Call("starts", reader.term(node.this), reader.number(node.expression)),
    "CurrentDate": lambda _reader, _node: Today(),
    "CurrentTimestamp": lambda _reader, _node: Today(),
}

FUNCTIONS: Mapping[str, Callable[[Reader, list[Any]], Term]] = {
    "length": _simple("length"),
    "char_length": _simple("length"),
    "character_length": _simple("length"),
    "octet_length": _simple("bytes"),
    "bytelength": _simple("bytes"),
    "lower": _simple("lower"),
    "upper": _simple("upper"),
    "btrim": _simple("trim"),
    "abs": _simple("abs"),
    "coalesce": _coalesce,
    "ifnull": _coalesce,
    "num_nonnulls": lambda reader, arguments: _nulls(reader, arguments, null=False),
    "num_nulls": lambda reader, arguments: _nulls(reader, arguments, null=True),
    "now": lambda _reader, arguments: Today(),
}
