"""What every database's catalogue is asked, with the answers of one that knows nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Table, literal_column
from sqlalchemy.types import UserDefinedType


class DeclaredType(UserDefinedType[Any]):
    """A type that is known by what the database calls it."""

    cache_ok = True

    def __init__(self, declared: str) -> None:
        self.declared = declared

    def get_col_spec(self, **_: Any) -> str:
        return self.declared


class Catalog:
    """Reads one database's catalogue."""

    def left_alone(self, connection: Connection, schema: str | None) -> set[str]:
        """Names of tables that are not to be filled, though the Inspector lists them."""
        return set()

    def complete(self, connection: Connection, tables: Mapping[tuple[str | None, str], Table]) -> list[str]:
        """Add to reflected tables, by schema and name, what reflection leaves out.

        Returns what was found and is not understood, each with the name of its table.
        """
        return []


def replace_checks(table: Table, checks: Iterable[tuple[str | None, str]]) -> None:
    """Give a table these CHECK constraints in place of those it has. Changes the table."""
    for constraint in [item for item in table.constraints if isinstance(item, CheckConstraint)]:
        table.constraints.discard(constraint)
    for name, sql in checks:
        table.append_constraint(CheckConstraint(verbatim(sql), name=name))


def verbatim(sql: str) -> Any:
    """SQL as it stands, in which a colon begins no parameter."""
    return literal_column(sql)
