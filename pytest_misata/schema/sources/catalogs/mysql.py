"""MariaDB and MySQL: checks of columns, JSON that is text with a check, letters that count as equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, Computed, Connection, Table, text
from sqlalchemy.types import NullType, String

from pytest_misata.schema.sources.catalogs.default import Catalog, DeclaredType, give_sequences, replace_checks
from pytest_misata.schema.sql.sqltext import plain_name, sequence_of, tokens

Tables = Mapping[tuple[str | None, str], Table]

_CHECKS = """
    SELECT table_name AS owner, constraint_name AS name, check_clause AS clause, level = 'Column' AS inline
    FROM information_schema.check_constraints WHERE constraint_schema = :schema
"""
_COLUMNS = """
    SELECT table_name AS owner, column_name AS name, column_type AS declared, collation_name AS collation,
           generation_expression AS expression
    FROM information_schema.columns WHERE table_schema = :schema
"""

_PERIODS = frozenset({"ROW START", "ROW END"})
"""Between which moments a row of a system-versioned table is current: the server says."""

_SEQUENCES = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = :schema AND table_type = 'SEQUENCE' ORDER BY table_name
"""


class MySQLCatalog(Catalog):
    """Reads `information_schema`."""

    def complete(self, connection: Connection, tables: Tables) -> list[str]:
        for schema in sorted({schema for schema, _ in tables}, key=str):
            own = {name: table for (place, name), table in tables.items() if place == schema}
            named = {"schema": schema or connection.dialect.default_schema_name}
            if getattr(connection.dialect, "is_mariadb", False):
                _complete_checks(own, connection.execute(text(_CHECKS), named).all())
                free = connection.execute(text(_SEQUENCES), named).scalars().all()
                give_sequences({(schema, name): table for name, table in own.items()}, _unused(free, own))
            _complete_columns(own, connection.execute(text(_COLUMNS), named).all())
        return []


def _unused(sequences: Iterable[str], tables: Mapping[str, Table]) -> list[str]:
    """The sequences that no column's default takes numbers from."""
    defaults = [str(getattr(column.server_default, "arg", "")) for table in tables.values() for column in table.columns]
    used = {sequence_of(default) for default in defaults}
    return [name for name in sequences if name not in used]


def _complete_checks(tables: Mapping[str, Table], rows: Any) -> None:
    """Reflection leaves out the checks of single columns."""
    for name, table in tables.items():
        own = [row for row in rows if row.owner == name]
        json = {column: row for row in own if (column := _json_column(row.clause)) is not None and column in table.c}
        for column in json:
            table.c[column].type = JSON()
        replace_checks(table, [(row.name, row.clause) for row in own if row not in json.values()])


def _json_column(clause: str) -> str | None:
    """The column of json_valid(`column`), which is what MariaDB makes of JSON."""
    pieces = [piece for kind, piece in tokens(clause) if kind != "space"]
    found = len(pieces) == 4 and pieces[0].lower() == "json_valid" and (pieces[1], pieces[3]) == ("(", ")")
    return plain_name(pieces[2]) if found else None


def _complete_columns(tables: Mapping[str, Table], rows: Any) -> None:
    for row in rows:
        column = tables[row.owner].c.get(row.name) if row.owner in tables else None
        if column is None:
            continue
        if str(row.expression or "").upper() in _PERIODS and column.computed is None:
            Computed(row.expression)._set_parent(column)
        if isinstance(column.type, NullType):
            # A column of any shapes takes points.
            column.type = DeclaredType("point" if row.declared == "geometry" else row.declared)
        elif isinstance(column.type, String) and row.collation:
            column.type.collation = row.collation
