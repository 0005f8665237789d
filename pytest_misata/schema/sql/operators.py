"""Operators of SQL on plain values: comparisons, logic, patterns, arithmetic, casts."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import math
import operator
import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from pytest_misata.schema.sql import patterns
from pytest_misata.schema.sql.arithmetic import arithmetic, divided
from pytest_misata.schema.sql.compiler import NUMBERS, Compiler, Makers, Row, Value, number_of, strict
from pytest_misata.schema.sql.functions import half_up, moment
from pytest_misata.schema.sql.nodes import NotUnderstood, cast_to, function
from pytest_misata.schema.sql.times import Lapse, lapse, lapse_of


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Two values as the same kind, as a database brings them together to compare them."""
    for one, other, turned in ((left, right, False), (right, left, True)):
        if isinstance(other, str) and not isinstance(one, str):
            read = _like(one, other)
        elif isinstance(one, dt.date) and isinstance(other, dt.date):
            one, read = moment(one), moment(other)
        else:
            continue
        one = moment(one) if isinstance(one, dt.datetime) else lapse(one) if isinstance(one, dt.timedelta) else one
        return (read, one) if turned else (one, read)
    if isinstance(left, Lapse) or isinstance(right, Lapse):
        return lapse(left), lapse(right)
    return left, right


def _like(value: Any, text: str) -> Any:
    if isinstance(value, dt.datetime):
        return moment(text)
    if isinstance(value, dt.date):
        return dt.date.fromisoformat(text[:10])
    if isinstance(value, dt.time):
        return dt.time.fromisoformat(text)
    if isinstance(value, dt.timedelta | Lapse):
        return lapse_of(text)
    if isinstance(value, bool):
        return {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}[text.lower()]
    if isinstance(value, int | float | Fraction):
        return float(text) if not re.fullmatch(r"[-+]?\d+(\.\d+)?", text.strip()) else number_of(text.strip())
    if isinstance(value, dict | list):
        return json.loads(text) if text[:1] not in "{" or isinstance(value, dict) else text.strip("{}").split(",")
    raise TypeError


def _comparison(test: Callable[[Any, Any], bool]) -> Callable[[Compiler, Any], Value]:
    def make(compiler: Compiler, node: Any) -> Value:
        quantor = function(node.expression)
        if quantor in {"any", "all"}:
            inner = node.expression.expressions[0] if node.expression.expressions else node.expression.this
            return _quantified(compiler, node, test, inner, of_all=quantor == "all")
        return compared(compiler, test, compiler.value(node.this), compiler.value(node.expression))

    return make


def compared(compiler: Compiler, test: Callable[[Any, Any], bool], left: Value, right: Value) -> Value:
    """A test of two values, unknown where one is NULL."""

    def apply(row: Row) -> Any:
        one, other = left(row), right(row)
        if type(one) in NUMBERS and type(other) in NUMBERS:
            return test(one, other)
        if isinstance(one, tuple) and isinstance(other, tuple):
            return None if None in one or None in other else test(one, other)
        if one is None or other is None:
            return None
        one, other = _alike(one, other)
        if compiler.folds and isinstance(one, str) and isinstance(other, str):
            one, other = one.casefold().rstrip(" "), other.casefold().rstrip(" ")
        return test(one, other)

    return apply


def _quantified(compiler: Compiler, node: Any, test: Callable[[Any, Any], bool], inner: Any, *, of_all: bool) -> Value:
    """`x = ANY (array)`, `0 < ALL (array)`."""
    left, array = compiler.value(node.this), compiler.value(inner)

    def apply(row: Row) -> Any:
        value, items = left(row), array(row)
        if value is None or items is None:
            return None
        if isinstance(items, str):
            items = [part.strip('" ') for part in items.strip("{}").split(",")]
        found = [None if item is None else test(*_alike(value, item)) for item in items]
        return every(found) if of_all else some(found)

    return apply


def every(values: list[Any]) -> bool | None:
    """AND."""
    if any(value is not None and not value for value in values):
        return False
    return None if None in values else True


def some(values: list[Any]) -> bool | None:
    """OR."""
    if any(values):
        return True
    return None if None in values else False


def _not(value: Any) -> bool | None:
    return None if value is None else not value


def _logic(combine: Callable[[list[Any]], bool | None]) -> Callable[[Compiler, Any], Value]:
    def make(compiler: Compiler, node: Any) -> Value:
        left, right = compiler.value(node.this), compiler.value(node.expression)
        return lambda row: combine([left(row), right(row)])

    return make


def _shift_left(left: Any, right: Any) -> Any:
    """Bits moved; of addresses whether one lies in a network."""
    if isinstance(left, str) or isinstance(right, ipaddress.IPv4Network | ipaddress.IPv6Network):
        own: Any = ipaddress.ip_interface(left).network
        return own.subnet_of(ipaddress.ip_network(str(right), strict=False))
    return left << right


def _is(compiler: Compiler, node: Any) -> Value:
    value, negated = compiler.value(node.this), bool(node.args.get("negate"))
    kind = type(node.expression).__name__
    if kind == "Null":
        if type(node.this).__name__ in {"Tuple"} or function(node.this) == "row":
            return lambda row: all((part is not None) if negated else (part is None) for part in value(row))
        return lambda row: (value(row) is None) != negated
    if kind == "Boolean":
        wanted = bool(node.expression.this)
        return lambda row: ((found := value(row)) is not None and bool(found) == wanted) != negated
    same = _same(compiler, node)
    return (lambda row: not same(row)) if negated else same


def _same(compiler: Compiler, node: Any) -> Value:
    left, right = compiler.value(node.this), compiler.value(node.expression)
    equal = compared(compiler, operator.eq, left, right)
    return lambda row: bool(equal(row)) or (left(row) is None and right(row) is None)


def _in(compiler: Compiler, node: Any) -> Value:
    if node.args.get("query") or not node.expressions:
        raise NotUnderstood
    left = compiler.value(node.this)
    tests = [compared(compiler, operator.eq, left, compiler.value(part)) for part in node.expressions]
    return lambda row: some([test(row) for test in tests])


def _between(compiler: Compiler, node: Any) -> Value:
    value, low, high = (compiler.value(node.args[name]) for name in ("this", "low", "high"))
    above, below = compared(compiler, operator.ge, value, low), compared(compiler, operator.le, value, high)
    return lambda row: every([above(row), below(row)])


def _matching(translate: Callable[[str], str], *, folded: bool = False) -> Callable[[Compiler, Any], Value]:
    def make(compiler: Compiler, node: Any) -> Value:
        if cast_to(node.expression) == "lquery":
            return strict(_on_path, compiler.value(node.this), compiler.value(node.expression))
        quantor, value = function(node.expression), compiler.value(node.this)
        whole = translate is _like_pattern
        flags = re.DOTALL | (re.IGNORECASE if folded or compiler.folds or (whole and _folds(compiler)) else 0)
        if quantor in {"any", "all"}:
            array = node.expression.this
            while type(array).__name__ in {"Paren", "Cast"}:
                array = array.this
            found = [re.compile(translate(compiler.text(part)), flags) for part in array.expressions]
            combine = every if quantor == "all" else some
            return strict(_of_several(found, combine, wanted=not node.args.get("negate")), value)
        return strict(
            lambda text, pattern: re.search(translate(pattern), str(text), flags) is not None,
            value,
            compiler.value(node.expression),
        )

    return make


def _on_path(path: str, pattern: str) -> bool:
    return re.search(patterns.from_lquery(pattern), f"{path}.") is not None


def _of_several(
    found: list[re.Pattern[str]], combine: Callable[[list[Any]], bool | None], *, wanted: bool
) -> Callable[[Any], Any]:
    return lambda text: combine([(pattern.search(str(text)) is not None) == wanted for pattern in found])


def _folds(compiler: Compiler) -> bool:
    return compiler.dialect == "sqlite"


def _like_pattern(pattern: str) -> str:
    return patterns.from_like(pattern, "\\")


def _negated_like(compiler: Compiler, node: Any) -> Value:
    found = _matching(_like_pattern)(compiler, node)
    negated = node.args.get("negate") and function(node.expression) not in {"any", "all"}
    return strict(operator.not_, found) if negated else found


_CLASSES = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s"}


def _regex(pattern: str) -> str:
    """A regular expression of a database as Python writes it."""
    return re.sub(r"\[:(\w+):\]", lambda found: _CLASSES[found[1]], pattern).replace(r"\Z", r"\Z")


def _cast(compiler: Compiler, node: Any) -> Value:
    to = node.to.this.name
    read = _CASTS.get(to)
    if read is None:
        raise NotUnderstood
    if to in _WHOLE and compiler.dialect in {"sqlite", "mysql"}:
        whole = math.trunc if compiler.dialect == "sqlite" else half_up
        read = partial(_leading_number, whole=whole)
    return strict(read, compiler.value(node.this))


def _leading_number(value: Any, *, whole: Callable[[Any], int]) -> int:
    """The first digits of a text, which is what SQLite makes of one that is no number; numbers are made `whole`."""
    if isinstance(value, int | float | Fraction):
        return whole(Fraction(value))
    found = re.match(r"\s*([-+]?\d+)", str(value))
    return int(found[1]) if found else 0


def as_text(value: Any) -> str:
    """A value as the database writes it."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _as_number(value: Any) -> Any:
    return value if isinstance(value, int | float | Fraction) else _like(0, str(value))


def _whole(bits: int) -> Callable[[Any], int]:
    """A cast to a whole number of so many bits."""

    def read(value: Any) -> int:
        found = int(value) if isinstance(value, str) else round(value)
        if not -(1 << bits - 1) <= found < 1 << bits - 1:
            raise OverflowError(f"out of range: {found}")
        return found

    return read


def _as_clock(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.time()
    return dt.time.fromisoformat(value) if isinstance(value, str) else value


_WHOLE = {"INT": 32, "BIGINT": 64, "SMALLINT": 16, "TINYINT": 8, "UBIGINT": 65}
_CASTS: dict[str, Callable[[Any], Any]] = {
    **{name: _whole(bits) for name, bits in _WHOLE.items()},
    **dict.fromkeys(("DECIMAL", "DOUBLE", "FLOAT"), _as_number),
    **dict.fromkeys("TEXT VARCHAR CHAR NCHAR NVARCHAR BPCHAR NAME CHARACTER_SET".split(), as_text),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMPTZ", "DATETIME"), moment),
    **dict.fromkeys(("JSON", "JSONB"), lambda value: json.loads(value) if isinstance(value, str) else value),
    "DATE": lambda value: moment(value).date(),
    **dict.fromkeys(("TIME", "TIMETZ"), _as_clock),
    "BOOLEAN": bool,
    # A type of the database's own, such as an enumeration or a domain.
    "USERDEFINED": lambda value: value,
    "INET": lambda value: ipaddress.ip_network(str(value), strict=False),
    "CIDR": lambda value: ipaddress.ip_network(str(value), strict=False),
    "INTERVAL": lambda value: lapse_of(value) if isinstance(value, str) else value,
}


def _unary(apply: Callable[[Any], Any]) -> Callable[[Compiler, Any], Value]:
    return lambda compiler, node: strict(apply, compiler.value(node.this))


def binary(apply: Callable[[Any, Any], Any]) -> Callable[[Compiler, Any], Value]:
    """A function of both sides."""
    return lambda compiler, node: strict(apply, compiler.value(node.this), compiler.value(node.expression))


def _remainder(left: Any, right: Any) -> Any:
    return left - right * math.trunc(Fraction(left) / Fraction(right))


OPERATORS: Makers = {
    "Neg": _unary(operator.neg),
    "Not": _unary(operator.not_),
    "And": _logic(every),
    "Or": _logic(some),
    "Xor": binary(lambda left, right: bool(left) != bool(right)),
    "EQ": _comparison(operator.eq),
    "NEQ": _comparison(operator.ne),
    "LT": _comparison(operator.lt),
    "LTE": _comparison(operator.le),
    "GT": _comparison(operator.gt),
    "GTE": _comparison(operator.ge),
    "NullSafeEQ": _same,
    "NullSafeNEQ": lambda compiler, node: strict(operator.not_, _same(compiler, node)),
    "Is": _is,
    "In": _in,
    "Between": _between,
    "Like": _negated_like,
    "ILike": _matching(_like_pattern, folded=True),
    "Glob": _matching(patterns.from_glob),
    "SimilarTo": _matching(patterns.from_similar),
    "RegexpLike": _matching(_regex),
    "RegexpILike": _matching(_regex, folded=True),
    "Add": arithmetic(operator.add),
    "Sub": arithmetic(operator.sub),
    "Mul": arithmetic(operator.mul),
    "Div": divided,
    "IntDiv": binary(lambda left, right: math.trunc(Fraction(left) / Fraction(right))),
    "Mod": binary(_remainder),
    "BitwiseAnd": binary(operator.and_),
    "BitwiseOr": binary(operator.or_),
    "BitwiseXor": binary(operator.xor),
    "BitwiseNot": _unary(operator.invert),
    "BitwiseLeftShift": binary(_shift_left),
    "BitwiseRightShift": binary(operator.rshift),
    "Cast": _cast,
    "DPipe": binary(lambda left, right: as_text(left) + as_text(right)),
}
