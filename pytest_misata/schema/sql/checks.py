"""From the SQL of CHECK constraints, in the spelling of any supported database, to predicates of our own."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_misata.errors import MissingDependencyError
from pytest_misata.schema.config import Check, SchemaConfig, TableConfig
from pytest_misata.schema.sql.cases import spread
from pytest_misata.schema.sql.elements import element_tables
from pytest_misata.schema.sql.expressions import Reader
from pytest_misata.schema.sql.letters import letters_listed
from pytest_misata.schema.sql.predicates import Predicate, Unknown, walk
from pytest_misata.schema.sql.ranges import in_order, without_ranges

if TYPE_CHECKING:
    from sqlglot import exp

_DIALECTS = {"postgresql": "postgres", "sqlite": "sqlite", "mysql": "mysql", "mariadb": "mysql"}
_ANY_DIALECT = ("postgres", "sqlite", "mysql")
# MariaDB shows `(a is null) = (b is null)` without the first parentheses, which its own grammar needs too.
_BARE_IS_NULL = re.compile(r"(`(?:[^`]|``)+`(?:\.`(?:[^`]|``)+`)*\s+is\s+(?:not\s+)?null)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A CHECK constraint and what it says: every part of `predicate` that is not understood is an `Unknown`."""

    check: Check
    name: str
    """The constraint's name, or its SQL where it has none."""
    predicate: Predicate

    @property
    def understood(self) -> bool:
        """Whether every part of it is."""
        return not any(isinstance(part, Unknown) for part in walk(self.predicate))


def read_checks(table: TableConfig, dialect: str | None = None) -> list[Reading]:
    """The CHECK constraints of a table; `dialect` is SQLAlchemy's name of the database whose spelling they have."""
    return [
        Reading(check, check.name or f"({check.shown})", read_check(check.sql, tuple(table.columns), dialect))
        for check in table.checks
    ]


def parted(check: Check, dialect: str | None = None) -> list[Check]:
    """A CHECK constraint, each part of one that joins several by AND as a constraint of its own."""
    parts = _joined(check.sql, dialect)
    return [replace(check, sql=sql, written=None) for sql in parts] if len(parts) > 1 else [check]


@lru_cache(maxsize=1024)
def _joined(sql: str, dialect: str | None) -> tuple[str, ...]:
    """The conditions that one joins by AND, each as SQL; the SQL itself where it is a single one."""
    from sqlglot import exp

    if "and" not in sql.lower():
        return (sql,)
    tree = parse_condition(sql, dialect)
    tree = tree.unnest() if tree is not None else tree
    if not isinstance(tree, exp.And):
        return (sql,)
    return tuple(part.sql(dialect=_DIALECTS.get(dialect or "", "postgres")) for part in tree.flatten())


def ends_in_order(table: TableConfig, dialect: str) -> list[Check]:
    """That ranges which columns and indexes of a table are computed from begin before they end, as CHECKs."""
    computed = [column.expression for column in table.columns.values() if column.generated and column.expression]
    indexed = [part for index in table.unique_indexes for part in index.expressions]
    found: dict[str, Check] = {}
    for sql in (*computed, *indexed) if dialect == "postgresql" else ():
        tree = parse_condition(sql, dialect) if "range" in sql.lower() else None
        for one in () if tree is None else in_order(tree):
            text = one.sql(dialect=_DIALECTS[dialect])
            found[text] = Check(text, implied=True)
    return list(found.values())


def not_understood(schema: SchemaConfig) -> list[str]:
    """The CHECK constraints of a schema that can neither be read in full nor evaluated, each with its table and SQL."""
    from pytest_misata.schema.sql.evaluation import condition

    return [
        f"{table.key}: CHECK {reading.name}" + (f" ({reading.check.shown})" if reading.check.name else "")
        for whole in schema.tables.values()
        for table in (whole, *element_tables(whole))
        for reading in read_checks(table, schema.dialect)
        if not reading.understood and condition(reading.check.sql, tuple(table.columns), schema.dialect) is None
    ]


def _without_lambda(node: exp.Expr) -> exp.Expr:
    """`document -> 'key'` as an argument, which a parser takes for a function without a name."""
    from sqlglot import exp

    if not isinstance(node, exp.Lambda) or len(node.expressions) != 1:
        return node
    column, inner = exp.column(node.expressions[0].copy()), node.this
    while isinstance(inner.this, exp.Expr):
        inner = inner.this
    member = exp.JSONExtract(this=column, expression=inner.copy())
    if inner is node.this:
        return member
    inner.replace(member)
    whole: exp.Expr = node.this
    return whole


@lru_cache(maxsize=1024)
def read_check(sql: str, columns: tuple[str, ...], dialect: str | None = None) -> Predicate:
    """What the SQL of a CHECK says about a table with these columns."""
    tree = parse_condition(sql, dialect)
    return Unknown(sql) if tree is None else read_tree(tree, columns, dialect)


def read_tree(tree: exp.Expr, columns: tuple[str, ...], dialect: str | None = None) -> Predicate:
    """What a parsed condition says about a table with these columns."""
    try:
        return letters_listed(spread(Reader(columns, dialect).predicate(tree)))
    except (OverflowError, RecursionError):
        return Unknown(tree.sql())


def parse_condition(sql: str, dialect: str | None = None) -> exp.Expr | None:
    """The SQL of a condition as sqlglot reads it, in any spelling where `dialect` is None; None where it cannot."""
    try:
        import sqlglot
        from sqlglot.errors import SqlglotError
    except ImportError as error:
        raise MissingDependencyError("CHECK constraints are read with sqlglot: pip install sqlglot") from error
    # What cannot be parsed is told by us, where it matters.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    known = _DIALECTS.get(dialect or "")
    for name in (known,) if known else ("mysql", *_ANY_DIALECT) if "`" in sql else _ANY_DIALECT:
        # A function may be called as a statement is, such as REPLACE: it is none behind a SELECT.
        for text in (sql, _BARE_IS_NULL.sub(r"(\1)", sql), f"SELECT {sql}"):
            try:
                found = sqlglot.parse_one(text, dialect=name)
            except SqlglotError:
                continue
            found = found.expressions[0] if isinstance(found, sqlglot.exp.Select) else found
            if isinstance(found, sqlglot.exp.Condition):
                return without_ranges(found.transform(_without_lambda))
    return None
