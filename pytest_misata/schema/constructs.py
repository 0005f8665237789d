"""What is more than an operator: CASE, parts of moments, members of documents, calls that take NULLs."""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

from pytest_misata.schema.compiler import Compiler, Makers, Row, Value, number_of, strict
from pytest_misata.schema.functions import PARTS, Interval, moment
from pytest_misata.schema.nodes import NotUnderstood
from pytest_misata.schema.operators import as_text, binary, compared


def _case(compiler: Compiler, node: Any) -> Value:
    subject = compiler.value(node.this) if node.this is not None else None
    cases = []
    for part in node.args["ifs"]:
        when = compiler.value(part.this)
        cases.append(
            (
                when if subject is None else compared(compiler, operator.eq, subject, when),
                compiler.value(part.args["true"]),
            )
        )
    default = node.args.get("default")
    last: Value = (lambda _: None) if default is None else compiler.value(default)
    return lambda row: next((then(row) for when, then in cases if when(row)), last(row))


def _if(compiler: Compiler, node: Any) -> Value:
    when, then = compiler.value(node.this), compiler.value(node.args["true"])
    other = node.args.get("false")
    last: Value = (lambda _: None) if other is None else compiler.value(other)
    return lambda row: then(row) if when(row) else last(row)


def _coalesce(compiler: Compiler, node: Any) -> Value:
    parts = compiler.arguments(node)
    return lambda row: next((found for part in parts if (found := part(row)) is not None), None)


def _nulls(*, null: bool) -> Callable[[Compiler, Any], Value]:
    def make(compiler: Compiler, node: Any) -> Value:
        parts = compiler.arguments(node)
        return lambda row: sum((part(row) is None) == null for part in parts)

    return make


def _nullif(compiler: Compiler, node: Any) -> Value:
    left, right = compiler.value(node.this), compiler.value(node.expression)
    same = compared(compiler, operator.eq, left, right)
    return lambda row: None if same(row) else left(row)


def _extract(compiler: Compiler, node: Any) -> Value:
    part = PARTS.get(node.this.name.lower())
    if part is None:
        raise NotUnderstood
    return strict(part, compiler.value(node.expression))


def _truncated(compiler: Compiler, node: Any) -> Value:
    unit = node.args["unit"].name.lower()
    if unit not in _LEAST:
        raise NotUnderstood
    finer: Any = dict(list(_LEAST.items())[list(_LEAST).index(unit) + 1 :])
    return strict(lambda value: moment(value).replace(**finer), compiler.value(node.this))


_LEAST = {"year": 1, "month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0}
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}


def _whole_units(compiler: Compiler, node: Any) -> Value:
    """`timestampdiff(unit, first, last)`."""
    size = _UNITS.get(node.args["unit"].name.lower())
    if size is None:
        raise NotUnderstood
    last, first = compiler.value(node.this), compiler.value(node.expression)
    return strict(lambda a, b: math.trunc((moment(b) - moment(a)).total_seconds() / size), first, last)


def _formatted(compiler: Compiler, node: Any) -> Value:
    form = compiler.text(node.args["format"])
    if form == "%s":
        return strict(lambda value: str(int(PARTS["epoch"](value))), compiler.value(node.this))
    return strict(lambda value: moment(value).strftime(form), compiler.value(node.this))


def _member(*, text: bool) -> Callable[[Compiler, Any], Value]:
    """`document ->> 'key'`, `json_extract(document, '$.key')`."""

    def make(compiler: Compiler, node: Any) -> Value:
        keys, value = _path(compiler, node.expression), compiler.value(node.this)

        def read(row: Row) -> Any:
            found = value(row)
            found = json.loads(found) if isinstance(found, str) else found
            for key in keys:
                inside = isinstance(found, dict) and key in found
                inside = inside or (isinstance(found, list) and isinstance(key, int) and key < len(found))
                if not inside:
                    return None
                found = found[key]
            return found if found is None or not text or isinstance(found, str) else as_text(found)

        return read

    return make


def _path(compiler: Compiler, node: Any) -> list[Any]:
    if type(node).__name__ != "JSONPath":
        return [int(node.this)] if getattr(node, "is_int", False) else [compiler.text(node)]
    names = {"JSONPathKey", "JSONPathSubscript"}
    return [part.this for part in node.expressions if type(part).__name__ in names]


def _contains(left: Any, right: Any) -> bool:
    """`@>` of documents, arrays and ranges."""
    if isinstance(left, Interval):
        raise TypeError
    if isinstance(right, str):
        right = (
            json.loads(right) if not right.startswith("{") or isinstance(left, dict) else right.strip("{}").split(",")
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return all(key in left and (left[key] == part or _contains(left[key], part)) for key, part in right.items())
    if isinstance(left, list) and isinstance(right, list):
        return all(part in left for part in right)
    return bool(left == right)


def _has_paths(compiler: Compiler, node: Any) -> Value:
    """MariaDB's `json_contains_path(document, 'one', '$.a', ...)`."""
    document, how, *paths = node.expressions
    keys = [compiler.text(path).removeprefix("$.") for path in paths]
    combine: Callable[[Iterator[bool]], bool] = all if compiler.text(how).lower() == "all" else any
    return strict(lambda value: combine(key in value for key in keys), compiler.value(document))


def _keys(compiler: Compiler, node: Any) -> Value:
    def has(value: Any, key: str) -> bool:
        if not isinstance(value, dict | list):
            raise TypeError
        return key in value

    return strict(has, compiler.value(node.this), compiler.value(node.expression))


def _tuple(compiler: Compiler, node: Any) -> Value:
    parts = [compiler.value(part) for part in node.expressions]
    return lambda row: tuple(part(row) for part in parts)


def _array(compiler: Compiler, node: Any) -> Value:
    parts = [compiler.value(part) for part in node.expressions]
    return lambda row: [part(row) for part in parts]


def _array_position(compiler: Compiler, node: Any) -> Value:
    """A NULL can be looked for too."""
    array, value = compiler.value(node.this), compiler.value(node.expression)

    def find(row: Row) -> int | None:
        items, wanted = array(row), value(row)
        return None if items is None else next((at + 1 for at, item in enumerate(items) if item == wanted), None)

    return find


def _literal(_compiler: Compiler, node: Any) -> Value:
    value = node.this if node.is_string else number_of(node.this)
    return lambda _: value


def _constant(value: Any) -> Callable[[Compiler, Any], Value]:
    return lambda _compiler, _node: lambda _row: value


def _inner(compiler: Compiler, node: Any) -> Value:
    return compiler.value(node.this)


CONSTRUCTS: Makers = {
    "Column": lambda compiler, node: compiler.column(node),
    "Literal": _literal,
    "Boolean": lambda _, node: lambda _row: bool(node.this),
    "Null": _constant(None),
    "Paren": _inner,
    "Introducer": lambda compiler, node: compiler.value(node.expression),
    "Case": _case,
    "If": _if,
    "Extract": _extract,
    "TimestampTrunc": _truncated,
    "DateTrunc": _truncated,
    "TimestampDiff": _whole_units,
    "TimeToStr": _formatted,
    "JSONExtract": _member(text=False),
    "JSONExtractScalar": _member(text=True),
    "JSONBContainsTopKey": _keys,
    "ArrayContainsAll": binary(_contains),
    "ArrayContainedBy": binary(lambda left, right: _contains(right, left)),
    "Array": _array,
    "Tuple": _tuple,
    "ArrayPosition": _array_position,
}

CALLS: Makers = {
    "row": _tuple,
    "coalesce": _coalesce,
    "ifnull": _coalesce,
    "nullif": _nullif,
    "num_nulls": _nulls(null=True),
    "num_nonnulls": _nulls(null=False),
    "isnull": lambda compiler, node: (lambda part: lambda row: part(row) is None)(compiler.arguments(node)[0]),
    "json_contains_path": _has_paths,
}
