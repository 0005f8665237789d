"""A parsed condition evaluated on plain Python values, one row at a time, in SQL's logic of three values.

This is for what `schema.predicates` has no words for. What a function is not known for, or not for such values, raises
NotUnderstood: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pytest_misata.schema.checks import parse_condition
from pytest_misata.schema.compiler import Compiler, Row, number_of
from pytest_misata.schema.constructs import CALLS, CONSTRUCTS
from pytest_misata.schema.nodes import NotUnderstood
from pytest_misata.schema.operators import OPERATORS

_REFUSED = (ValueError, ArithmeticError)
"""What a database ends a statement with, as for text that is no number: no such row is taken."""
_UNKNOWN = (TypeError, AttributeError, LookupError)


class Expression:
    """An expression over a table with these columns. Raises NotUnderstood where it cannot be evaluated."""

    def __init__(self, sql: str, columns: tuple[str, ...], dialect: str | None) -> None:
        tree = parse_condition(sql, dialect)
        if tree is None:
            raise NotUnderstood
        compiler = Compiler(columns, dialect, {**OPERATORS, **CONSTRUCTS}, CALLS)
        self._value = compiler.value(tree)
        self.columns = tuple(dict.fromkeys(compiler.read))
        self.constants = tuple(dict.fromkeys(_constants(tree)))

    def value(self, row: Row) -> Any:
        """Its value for a row, by column name. Raises NotUnderstood, and what ends a statement in a database."""
        try:
            return self._value(row)
        except _UNKNOWN as error:
            raise NotUnderstood from error


class Condition(Expression):
    """The condition of a CHECK over a table with these columns. Raises NotUnderstood where it cannot be evaluated."""

    def passes(self, row: Row) -> bool:
        """Whether a row, by column name, is taken: the condition is true, or unknown. Raises NotUnderstood."""
        try:
            found = self.value(row)
        except _REFUSED:
            return False
        return found is None or bool(found)


@lru_cache(maxsize=1024)
def expression(sql: str, columns: tuple[str, ...], dialect: str | None) -> Expression | None:
    """An expression, such as a column is computed by; None where it cannot be evaluated."""
    try:
        return Expression(sql, columns, dialect)
    except (NotUnderstood, RecursionError, re.error):
        return None


@lru_cache(maxsize=1024)
def condition(sql: str, columns: tuple[str, ...], dialect: str | None) -> Condition | None:
    """The condition of a CHECK; None where it cannot be evaluated."""
    try:
        return Condition(sql, columns, dialect)
    except (NotUnderstood, RecursionError, re.error):
        return None


def _constants(tree: Any) -> Iterator[Any]:
    for node in tree.walk():
        if type(node).__name__ == "Literal":
            yield node.this if node.is_string else number_of(node.this)
        elif type(node).__name__ == "JSONPathKey":
            yield str(node.this)
