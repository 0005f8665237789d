"""What every database's catalogue is asked, with the answers of one that knows nothing more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Sequence as Listed
from typing import Any

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Column,
    Connection,
    Integer,
    Sequence,
    Table,
    Uuid,
    literal_column,
)
from sqlalchemy.types import TypeEngine, UserDefinedType

from pytest_misata.schema.sources.sqltypes import HyphenatedUuid
from pytest_misata.schema.types import HEXADECIMAL_UUID


class DeclaredType(UserDefinedType[Any]):
    """A type that is known by what the database calls it."""

    cache_ok = True

    def __init__(self, declared: str, parts: Iterable[tuple[str, str, Listed[str]]] = ()) -> None:
        self.declared = declared
        self.misata_parts = tuple(parts)
        """Of a composite type the name of each part, its type, and what an enumeration lists."""

    def get_col_spec(self, **_: Any) -> str:
        return self.declared


class Catalog:
    """Reads one database's catalogue."""

    def left_alone(self, connection: Connection, schema: str | None) -> set[str]:
        """Names of tables that are not to be filled, though the Inspector lists them."""
        return set()

    def repeated_keys(self, connection: Connection) -> set[tuple[str | None, str, str]]:
        """Foreign keys, by schema, table and name, that say again for a part what another says for the whole."""
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


def give_sequences(tables: Mapping[tuple[str | None, str], Table], names: Iterable[str]) -> None:
    """Give tables without a numbering of their own the sequences that no column is known to use. Changes the tables.

    An application that numbers rows by a sequence says so in its models alone. A sequence is taken to be that of the
    tables whose names its own has a word of, otherwise to be there for all of them.
    """
    unnumbered = [(table, column) for table in tables.values() if (column := _unnumbered(table)) is not None]
    for name in names:
        words = _words(name) - {"seq", "sequence", "id"}
        named = [(table, column) for table, column in unnumbered if words & _words(table.name)]
        for _, column in named or unnumbered:
            column.default = Sequence(name, schema=column.table.schema)


def _unnumbered(table: Table) -> Column[Any] | None:
    """The primary key, where it is one whole number that nothing fills and that points nowhere."""
    columns = list(table.primary_key.columns)
    if len(columns) != 1 or not isinstance(columns[0].type, Integer):
        return None
    column = columns[0]
    filled = column.server_default is not None or column.identity is not None or column.default is not None
    return None if filled or column.foreign_keys or column.autoincrement is True else column


def _words(name: str) -> set[str]:
    """The words of a name, in the singular as far as an s makes the plural."""
    return {word.removesuffix("s") for word in re.findall("[a-z]+", name.lower())}


def tell_identifiers(tables: Iterable[Table]) -> None:
    """Take CHAR(32) and CHAR(36) for UUIDs, which is what databases without a type for them hold there."""
    for column in (column for table in tables for column in table.columns):
        if isinstance(column.type, CHAR) and column.type.length in _UUID_LENGTHS:
            column.type = _UUID_LENGTHS[column.type.length]()


_UUID_LENGTHS: dict[int, Callable[[], TypeEngine[Any]]] = {
    HEXADECIMAL_UUID: lambda: Uuid(as_uuid=False, native_uuid=False),
    36: HyphenatedUuid,
}


def verbatim(sql: str) -> Any:
    """SQL as it stands, in which a colon begins no parameter."""
    return literal_column(sql)
