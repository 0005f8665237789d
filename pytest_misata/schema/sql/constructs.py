"""What is more than an operator: CASE, elements of arrays, texts put together, calls that take NULLs."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from pytest_misata.schema.sql.compiler import Compiler, Makers, Row, Value, number_of, strict
from pytest_misata.schema.sql.nodes import NotUnderstood
from pytest_misata.schema.sql.operators import as_text, compared


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


def _literal(compiler: Compiler, node: Any) -> Value:
    value = node.this if node.is_string else number_of(node.this)
    if compiler.binary and not node.is_string and not node.name.isdigit():
        value = float(value)
    return lambda _: value


def _constant(value: Any) -> Callable[[Compiler, Any], Value]:
    return lambda _compiler, _node: lambda _row: value


def _inner(compiler: Compiler, node: Any) -> Value:
    return compiler.value(node.this)


def _element(compiler: Compiler, node: Any) -> Value:
    """`array[1]`, `point[0]`: the parser counts elements of arrays from 0, so that those of points begin at -1."""
    if len(node.expressions) != 1:
        raise NotUnderstood

    def take(value: Any, at: int) -> Any:
        if isinstance(value, str) and re.fullmatch(r"\([^()]*\)", value):
            return Fraction(value[1:-1].split(",")[at + 1])
        if not isinstance(value, list):
            raise TypeError
        return value[at] if 0 <= at < len(value) else None

    return strict(take, compiler.value(node.this), compiler.value(node.expressions[0]))


def _joined(compiler: Compiler, node: Any) -> Value:
    """`concat_ws('-', a, b)`, which leaves NULLs out."""
    between, *parts = [compiler.value(part) for part in node.expressions]
    return lambda row: as_text(between(row)).join(as_text(v) for part in parts if (v := part(row)) is not None)


def _padded(compiler: Compiler, node: Any) -> Value:
    fill, left = node.args.get("fill_pattern"), bool(node.args.get("is_left"))
    return strict(
        lambda text, size, filling: _pad(as_text(text), size, filling, left=left),
        compiler.value(node.this),
        compiler.value(node.expression),
        (lambda _row: " ") if fill is None else compiler.value(fill),
    )


def _pad(text: str, size: int, filling: str, *, left: bool) -> str:
    padding = (filling * size)[: max(size - len(text), 0)]
    return (padding + text if left else text + padding)[:size] if len(text) < size else text[:size]


def _collated(compiler: Compiler, node: Any) -> Value:
    """A text as its collation compares it."""
    name, value = str(node.expression.name).lower(), compiler.value(node.this)
    return strict(lambda text: text.casefold(), value) if name == "nocase" or name.endswith("_ci") else value


def _printed(compiler: Compiler, node: Any) -> Value:
    """`printf('%04d', number)`."""
    parts = node.expressions if type(node).__name__ == "Anonymous" else [node.this, *node.expressions]
    return strict(lambda form, *values: form % values, *map(compiler.value, parts))


CONSTRUCTS: Makers = {
    "Column": lambda compiler, node: compiler.column(node),
    "Literal": _literal,
    "Boolean": lambda _, node: lambda _row: bool(node.this),
    "Null": _constant(None),
    "Paren": _inner,
    "Introducer": lambda compiler, node: compiler.value(node.expression),
    "Case": _case,
    "If": _if,
    "Array": _array,
    "Tuple": _tuple,
    "ArrayPosition": _array_position,
    "Bracket": _element,
    "ConcatWs": _joined,
    "Pad": _padded,
    "Collate": _collated,
    "Format": _printed,
}

CALLS: Makers = {
    "row": _tuple,
    "coalesce": _coalesce,
    "ifnull": _coalesce,
    "nullif": _nullif,
    "num_nulls": _nulls(null=True),
    "num_nonnulls": _nulls(null=False),
    "printf": _printed,
    "isnull": lambda compiler, node: (lambda part: lambda row: part(row) is None)(compiler.arguments(node)[0]),
}
