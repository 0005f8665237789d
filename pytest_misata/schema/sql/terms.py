"""The terms of a parsed CHECK: columns, constants, arithmetic, functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pytest_misata.schema.sql.clocks import (
    PARTS,
    SECONDS_TO_1970,
    counted_seconds,
    difference,
    elapsed,
    extract,
    formatted,
    interval,
    part,
    shifted,
    span,
    started,
    timed,
    without_cast,
)
from pytest_misata.schema.sql.nodes import NotUnderstood, arguments, is_universal
from pytest_misata.schema.sql.predicates import (
    Arith,
    Call,
    Col,
    Compare,
    Const,
    Either,
    IsNull,
    Joined,
    Not,
    Predicate,
    Term,
    Today,
    Unknown,
    is_sure,
)

if TYPE_CHECKING:
    from pytest_misata.schema.sql.expressions import Reader


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


NOW = frozenset(
    "now current_timestamp current_date localtimestamp sysdate curdate utc_timestamp clock_timestamp "
    "statement_timestamp transaction_timestamp".split()
)


def _literal(_reader: Reader, node: Any) -> Term:
    if node.is_string:
        return Const(node.this)
    value = Fraction(node.this)
    return Const(int(value) if value.denominator == 1 else value)


_FIGURES = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)


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
        return Const(span(str(term.value)))
    if isinstance(term, Const) and isinstance(term.value, str) and to in _NUMERIC:
        if not _FIGURES.fullmatch(term.value.strip()):
            # NaN and Infinity are beyond all values that are made.
            raise NotUnderstood
        value = Fraction(term.value)
        return Const(int(value) if value.denominator == 1 else value)
    if isinstance(term, Const | Either) or to in _SAME:
        return term
    if isinstance(term, Call) and term.name in {*PARTS, "seconds"} and to in _NUMERIC:
        return term
    if to in {"TIME", "TIMETZ"} and isinstance(term, Col):
        return Call("clock", term)
    if to in _WHOLE:
        return Call("whole", term)
    if to in {"DATE", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME"} and isinstance(term, Col):
        return Call("date" if to == "DATE" else "moment", term)
    raise NotUnderstood


_TEXTS = frozenset("TEXT VARCHAR CHAR NCHAR NVARCHAR BPCHAR NAME CHARACTER_SET".split())
_WHOLE = frozenset("INT BIGINT SMALLINT TINYINT UBIGINT".split())
_NUMERIC = _WHOLE | {"DECIMAL", "DOUBLE", "FLOAT"}
_SAME = _TEXTS | {"DECIMAL", "DOUBLE", "BOOLEAN", "USERDEFINED", "UNKNOWN"}


def _arith(op: str) -> Callable[[Reader, Any], Term]:
    return lambda reader, node: Arith(op, reader.term(node.this), reader.term(node.expression))


def _substring(reader: Reader, node: Any) -> Term:
    start, length = reader.number(node.args["start"]), node.args.get("length")
    if start < 0 and length is None:
        return Call("ends", reader.term(node.this), -start)
    if start != 1 or length is None:
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


def _rounded(name: str) -> Callable[[Reader, Any], Term]:
    def read(reader: Reader, node: Any) -> Term:
        digits = node.args.get("decimals")
        return Call(name, reader.term(node.this), 0 if digits is None else reader.number(digits))

    return read


def _joined_texts(reader: Reader, nodes: list[Any]) -> Term:
    terms = [reader.term(node) for node in nodes]
    return Joined(tuple(inner for term in terms for inner in (term.parts if isinstance(term, Joined) else (term,))))


def _json_type(reader: Reader, node: Any) -> Term:
    """The type of a whole document; that of a member is only evaluated."""
    if node.args.get("expression") is not None:
        raise NotUnderstood
    return Call("json type", reader.term(node.this))


def _nullif(reader: Reader, node: Any) -> Term:
    term, other = reader.term(node.this), reader.term(node.expression)
    return Either(((Compare("=", term, other), Const(None)),), term)


def _chosen(reader: Reader, node: Any) -> Term:
    """`if(condition, a, b)`."""
    last = node.args.get("false")
    then, other = reader.term(node.args["true"]), Const(None) if last is None else reader.term(last)
    return Either(((reader.predicate(node.this), then),), other)


def _extreme(op: str) -> Callable[[Reader, Any], Term]:
    """The greatest or the least of some, one after another."""

    def read(reader: Reader, node: Any) -> Term:
        found, *others = [reader.term(part) for part in arguments(node)]
        for other in others:
            found = Either(((Compare(op, found, other), found),), other)
        return found

    return read


def _in_zone(reader: Reader, node: Any, zone: Any) -> Term:
    """Moments are kept in UTC; what another zone's clock says is not said of them alone."""
    term = reader.term(node)
    if isinstance(term, Today) or is_universal(zone):
        return term
    raise NotUnderstood


def _age(reader: Reader, arguments: list[Any]) -> Term:
    """`age(last, first)`; from today where one moment alone is given."""
    terms = [without_cast(reader.term(argument)) for argument in arguments]
    return Arith("-", terms[0], terms[1]) if len(terms) == 2 else Arith("-", Today(), terms[0])


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
    "Interval": interval,
    "Add": _arith("+"),
    "Sub": _arith("-"),
    "Mul": _arith("*"),
    "Div": _arith("/"),
    "Mod": _arith("%"),
    "Case": lambda reader, node: reader.case(node),
    "Trim": _trim,
    "Substring": _substring,
    "Left": lambda reader, node: Call("starts", reader.term(node.this), reader.number(node.expression)),
    "Right": lambda reader, node: Call("ends", reader.term(node.this), reader.number(node.expression)),
    "Extract": extract,
    **{kind: part(kind.lower()) for kind in ("Year", "Quarter", "Month", "Day", "DayOfWeek")},
    "DayOfMonth": part("day"),
    "Hour": part("hour"),
    "TimeToStr": formatted,
    "TimestampTrunc": started,
    "DateTrunc": started,
    "Date": part("date"),
    "Time": part("clock"),
    "Round": _rounded("round"),
    "Floor": _rounded("floor"),
    "Ceil": _rounded("ceil"),
    "Trunc": _rounded("trunc"),
    "IntDiv": _arith("//"),
    "DateAdd": shifted("+"),
    "DateSub": shifted("-"),
    "DateDiff": difference,
    "TimestampDiff": elapsed,
    "ArraySize": lambda reader, node: Call("elements", reader.term(node.this)),
    "JSONType": _json_type,
    "Typeof": lambda reader, node: Call("storage", reader.term(node.this)),
    "DPipe": lambda reader, node: _joined_texts(reader, [node.this, node.expression]),
    "Concat": lambda reader, node: _joined_texts(reader, list(node.expressions)),
    "Nullif": _nullif,
    "If": _chosen,
    "Greatest": _extreme(">="),
    "Least": _extreme("<="),
    "CurrentDate": lambda _reader, _node: Today(),
    "CurrentTimestamp": lambda _reader, _node: Today(),
    "Localtimestamp": lambda _reader, _node: Today(),
    "AtTimeZone": lambda reader, node: _in_zone(reader, node.this, node.args["zone"]),
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
    "cardinality": _simple("elements"),
    "jsonb_array_length": _simple("elements"),
    "json_array_length": _simple("elements"),
    "json_length": _simple("elements"),
    "jsonb_typeof": _simple("json type"),
    "json_typeof": _simple("json type"),
    "julianday": _simple("days"),
    "unixepoch": counted_seconds(1),
    "unix_timestamp": counted_seconds(1),
    "to_seconds": counted_seconds(1, SECONDS_TO_1970),
    "timediff": timed,
    "time_to_sec": timed,
    "datetime": _simple("moment"),
    "weekday": _simple("weekday"),
    "truncate": lambda reader, arguments: Call("trunc", reader.term(arguments[0]), reader.number(arguments[1])),
    "age": _age,
    "coalesce": _coalesce,
    "ifnull": _coalesce,
    "num_nonnulls": lambda reader, arguments: _nulls(reader, arguments, null=False),
    "num_nulls": lambda reader, arguments: _nulls(reader, arguments, null=True),
    **{name: lambda _reader, _arguments: Today() for name in sorted(NOW)},
    "timezone": lambda reader, arguments: _in_zone(reader, arguments[1], arguments[0]),
}
