"""From nodes of a parsed expression to functions of a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from pytest_misata.schema.sql.nodes import NotUnderstood, function

Row = Mapping[str, Any]
Value = Callable[[Row], Any]
Functions = Mapping[str, Callable[..., Any]]
NUMBERS = frozenset({int, float, Fraction})
"""What numbers are as plain values."""


class Compiler:
    """Turns nodes into functions of a row, by what makes a node of each kind, what special calls, and plain functions.

    `read` are the columns met. With `binary` decimals are reckoned with as SQLite does: as binary fractions.
    """

    def __init__(
        self,
        columns: tuple[str, ...],
        dialect: str | None,
        nodes: Makers,
        calls: Makers,
        functions: Functions,
        *,
        binary: bool = False,
    ) -> None:
        self.binary = binary
        self._nodes, self._calls, self._functions = nodes, calls, functions
        self._columns = {name.lower(): name for name in columns} | {name: name for name in columns}
        self.dialect = "mysql" if dialect == "mariadb" else dialect
        self.read: list[str] = []
        self.paths: dict[str, list[tuple[Any, ...]]] = {}
        """By column, the members of documents that are met."""

    def value(self, node: Any) -> Value:
        make = self._nodes.get(type(node).__name__)
        return make(self, node) if make is not None else self._call(node)

    def named(self, node: Any) -> str | None:
        """The table's name for a column."""
        return self._columns.get(node.name) or self._columns.get(node.name.lower())

    def column(self, node: Any) -> Value:
        name = self.named(node)
        if name is None or node.args.get("table"):
            raise NotUnderstood
        self.read.append(name)
        return lambda row: row[name]

    def _call(self, node: Any) -> Value:
        name = function(node)
        special = self._calls.get(name)
        if special is not None:
            return special(self, node)
        call = self._functions.get(name)
        if call is None or any(type(part).__name__ == "Star" for part in node.iter_expressions()):
            raise NotUnderstood
        return strict(call, *self.arguments(node))

    def arguments(self, node: Any) -> list[Value]:
        parts = node.expressions if type(node).__name__ == "Anonymous" else node.iter_expressions()
        return [self.value(part) for part in parts]

    def text(self, node: Any) -> str:
        while type(node).__name__ in {"Paren", "Cast"}:
            node = node.this
        if type(node).__name__ != "Literal" or not node.is_string:
            raise NotUnderstood
        return str(node.this)

    @property
    def folds(self) -> bool:
        """Whether texts are compared without a look at capitals."""
        return self.dialect == "mysql"


def strict(call: Callable[..., Any], *arguments: Value) -> Value:
    """A function of values, which is NULL where one of these is."""
    if len(arguments) == 1:
        return _of_one(call, *arguments)
    if len(arguments) == 2:
        return _of_two(call, *arguments)

    def apply(row: Row) -> Any:
        values = [argument(row) for argument in arguments]
        return None if any(value is None for value in values) else call(*values)

    return apply


# Conditions are evaluated for each row that is looked for: one and two values are what most functions are of.
def _of_one(call: Callable[..., Any], argument: Value) -> Value:
    def apply(row: Row) -> Any:
        value = argument(row)
        return None if value is None else call(value)

    return apply


def _of_two(call: Callable[..., Any], left: Value, right: Value) -> Value:
    def apply(row: Row) -> Any:
        one, other = left(row), right(row)
        return None if one is None or other is None else call(one, other)

    return apply


Makers = Mapping[str, Callable[[Compiler, Any], Value]]


def number_of(text: str) -> Any:
    """The number that a literal is, whole where it can be."""
    value = Fraction(text)
    return int(value) if value.denominator == 1 else value
