"""A parsed condition evaluated on plain Python values, one row at a time, in SQL's logic of three values.

This is for what `schema.predicates` has no words for. What a function is not known for, or not for such values, raises
NotUnderstood: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pytest_misata.schema.sql.checks import parse_condition
from pytest_misata.schema.sql.compiler import Compiler, Row, Value, number_of
from pytest_misata.schema.sql.constructs import CALLS, CONSTRUCTS
from pytest_misata.schema.sql.documents import DOCUMENT_CALLS, DOCUMENT_FUNCTIONS, DOCUMENT_NODES
from pytest_misata.schema.sql.equations import equations
from pytest_misata.schema.sql.functions import BINARY_FUNCTIONS, FUNCTIONS
from pytest_misata.schema.sql.nodes import NotUnderstood, function
from pytest_misata.schema.sql.operators import OPERATORS
from pytest_misata.schema.sql.times import TEXTUAL_TIMES, TIME_NODES, TIMES, julian_day_binary

_NODES = {**OPERATORS, **CONSTRUCTS, **TIME_NODES, **DOCUMENT_NODES}
_CALLS = {**CALLS, **DOCUMENT_CALLS}
_FUNCTIONS = {**FUNCTIONS, **TIMES, **DOCUMENT_FUNCTIONS}
_TEXTUAL = {**_FUNCTIONS, **TEXTUAL_TIMES}

_BINARY = {**BINARY_FUNCTIONS, "julianday": julian_day_binary}

_REFUSED = (ValueError, ArithmeticError)
"""What a database ends a statement with, as for text that is no number: no such row is taken."""
_UNKNOWN = (TypeError, AttributeError, LookupError)


class Expression:
    """An expression over a table with these columns. Raises NotUnderstood where it cannot be evaluated."""

    def __init__(self, sql: str, columns: tuple[str, ...], dialect: str | None) -> None:
        tree = parse_condition(sql, dialect)
        if tree is None:
            raise NotUnderstood
        functions = _TEXTUAL if dialect == "sqlite" else _FUNCTIONS
        compiler = Compiler(columns, dialect, _NODES, _CALLS, functions)
        self._value = compiler.value(tree)
        self._parts = [compiler.value(part) for part in _conjuncts(tree)]
        self._binary: Value | None = None
        if dialect in {None, "sqlite"} and _reckons(tree):
            of_fractions = Compiler(columns, dialect, _NODES, _CALLS, {**functions, **_BINARY}, binary=True)
            self._binary = of_fractions.value(tree)
        self.columns = tuple(dict.fromkeys(compiler.read))
        self.constants = tuple(dict.fromkeys(_constants(tree)))
        self.paths: Mapping[str, Sequence[tuple[Any, ...]]] = compiler.paths
        self.dated = frozenset(_dated(tree, compiler)) if dialect == "sqlite" else frozenset()
        """The columns that SQLite reads as moments."""
        self.equations = tuple(equations(list(_conjuncts(tree)), compiler))

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

    def is_steady(self, row: Row) -> bool:
        """Whether a row that is taken is so, too, where a database keeps numbers with decimals as binary fractions."""
        if self._binary is None:
            return True
        try:
            found = self._binary({name: _stored(row[name]) for name in self.columns})
        except (*_REFUSED, *_UNKNOWN, NotUnderstood):
            return False
        return found is None or bool(found)

    def missing(self, row: Row) -> int:
        """How many of the parts that it joins by AND a row does not meet, as far as they can be evaluated for it."""
        return sum(not self._part_passes(part, row) for part in self._parts)

    def _part_passes(self, part: Value, row: Row) -> bool:
        try:
            found = part(row)
        except _REFUSED:
            return False
        except (*_UNKNOWN, NotUnderstood):
            return True
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


_READ_AS_MOMENTS = frozenset("TimeToStr Date TsOrDsToDate TsOrDsToTimestamp".split())
_CALLS_OF_MOMENTS = frozenset("julianday unixepoch datetime date time".split())


def _dated(tree: Any, compiler: Compiler) -> Iterator[str]:
    for node in tree.walk():
        if type(node).__name__ in _READ_AS_MOMENTS or function(node) in _CALLS_OF_MOMENTS:
            first = node.this if type(node).__name__ != "Anonymous" else next(iter(node.expressions), None)
            name = compiler.named(first) if type(first).__name__ == "Column" else None
            if name is not None:
                yield name


def _conjuncts(tree: Any) -> Iterator[Any]:
    if type(tree).__name__ == "Paren":
        yield from _conjuncts(tree.this)
    elif type(tree).__name__ == "And":
        yield from _conjuncts(tree.this)
        yield from _conjuncts(tree.expression)
    else:
        yield tree


_RECKONING = frozenset({"Add", "Sub", "Mul", "Div", "Round"})


def _reckons(tree: Any) -> bool:
    """Whether what it says of numbers may depend on how their decimals are kept."""
    return any(type(node).__name__ in _RECKONING for node in tree.walk())


def _stored(value: Any) -> Any:
    """A number with decimals as SQLite keeps it: as a whole one where it is, else as a binary fraction."""
    if not isinstance(value, Fraction):
        return value
    return int(value) if value.denominator == 1 else float(value)
