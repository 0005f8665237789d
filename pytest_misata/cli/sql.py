"""A SQL script for one dialect: CREATE TABLE, INSERT, and numbering that goes on after the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TextIO

from sqlalchemy import Identity, create_mock_engine
from sqlalchemy.engine import Dialect, make_url

from pytest_misata.load.ddl import metadata_of, table_of

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

    from pytest_misata.engine.cells import Cells
    from pytest_misata.schema.config import SchemaConfig, TableConfig

_ROWS = 500
"""Rows of one INSERT: under the limit of SQLite's parser, and small enough for any packet."""

_URLS = {
    "sqlite": "sqlite://",
    "postgresql": "postgresql+psycopg://",
    "mysql": "mysql+pymysql://",
    "mariadb": "mariadb+pymysql://",
}


_EPOCH = dt.datetime(1970, 1, 1)


class SqlScript:
    """Writes statements, each ended by a semicolon and a line break, as one transaction."""

    def __init__(self, file: TextIO, schema: SchemaConfig, *, dialect: str) -> None:
        self._file, self._metadata = file, metadata_of(schema)
        # With named parameters a literal percent sign stays single.
        self._engine = create_mock_engine(make_url(_URLS[dialect]), self._define, paramstyle="named")
        self._dialect: Dialect = self._engine.dialect
        self._highest: dict[str, int] = {}

    def begin(self, tables: Iterable[TableConfig]) -> None:
        """Open the transaction and make the tables.

        MariaDB and MySQL commit with each CREATE TABLE: there the transaction begins after the last.
        """
        chosen = [table_of(self._metadata, table) for table in tables]
        if not self._is_mysql:
            self._statement("BEGIN")
        self._metadata.create_all(self._engine, tables=chosen, checkfirst=False)
        if self._is_mysql:
            self._statement("BEGIN")

    def insert(self, config: TableConfig, cells: dict[str, Cells]) -> None:
        """Insert the rows of these cells."""
        table = table_of(self._metadata, config)
        preparer = self._dialect.identifier_preparer
        names = ", ".join(preparer.quote(name) for name in cells)
        columns = [self._literals(table.c[name], column) for name, column in cells.items()]
        rows = [f"({', '.join(row)})" for row in zip(*columns, strict=True)]
        for start in range(0, len(rows), _ROWS):
            values = ",\n".join(rows[start : start + _ROWS])
            self._statement(f"INSERT INTO {preparer.format_table(table)} ({names}) VALUES\n{values}")
        self._remember_highest(table, cells)

    def end(self, tables: Iterable[TableConfig]) -> None:
        """Number the next row of each table past the rows that are there, and commit."""
        if self._dialect.name == "postgresql":
            for table in tables:
                self._continue_numbering(table_of(self._metadata, table))
        self._statement("COMMIT")

    @property
    def _is_mysql(self) -> bool:
        return self._dialect.name in {"mysql", "mariadb"}

    def _define(self, statement: Any, *_: Any, **__: Any) -> None:
        self._statement(str(statement.compile(dialect=self._dialect)).strip())

    def _statement(self, text: str) -> None:
        self._file.write(f"{text};\n")

    def _literals(self, column: Column[Any], cells: Cells) -> list[str]:
        write = self._literal(column, cells.type.kind)
        return ["NULL" if value is None else write(value) for value in cells.to_list()]

    def _literal(self, column: Column[Any], kind: str) -> Callable[[Any], str]:
        if kind == "binary":
            return _bytes_postgresql if self._dialect.name == "postgresql" else _bytes
        if kind in {"string", "text", "enum", "json"}:
            # SQLAlchemy leaves backslashes to its compiler, which asks a connection what they mean.
            return _text_mysql if self._is_mysql else _text
        if kind == "interval" and self._dialect.name != "postgresql":
            return _interval
        return column.type.dialect_impl(self._dialect).literal_processor(self._dialect) or str

    def _remember_highest(self, table: Table, cells: dict[str, Cells]) -> None:
        for column in table.c:
            if isinstance(column.identity, Identity) and len(cells[column.name]):
                highest = int(cells[column.name].data.max())
                self._highest[table.name] = max(self._highest.get(table.name, 0), highest)

    def _continue_numbering(self, table: Table) -> None:
        preparer = self._dialect.identifier_preparer
        for column in table.c:
            if isinstance(column.identity, Identity) and table.name in self._highest:
                following = self._highest[table.name] + 1
                self._statement(
                    f"ALTER TABLE {preparer.format_table(table)} "
                    f"ALTER COLUMN {preparer.quote(column.name)} RESTART WITH {following}"
                )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _text_mysql(value: str) -> str:
    return _text(value.replace("\\", "\\\\"))


def _interval(value: dt.timedelta) -> str:
    # Where a database has no type for it, SQLAlchemy keeps a length of time as the moment so long after its epoch.
    return f"'{(_EPOCH + value).isoformat(sep=' ', timespec='microseconds')}'"


def _bytes(value: bytes) -> str:
    return f"X'{value.hex()}'"


def _bytes_postgresql(value: bytes) -> str:
    return f"'\\x{value.hex()}'"
