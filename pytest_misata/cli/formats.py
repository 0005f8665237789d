"""The file formats of `misata generate`: CSV, JSON Lines, SQL and Parquet.

To add a format, write a class with `write` and name it in `FORMATS`.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TextIO

from pytest_misata.errors import MissingDependencyError

if TYPE_CHECKING:
    from pytest_misata.engine.cells import Cells
    from pytest_misata.engine.tables import Table
    from pytest_misata.schema.config import SchemaConfig

BATCH = 10_000
"""Rows in memory at a time."""

SQL_DIALECTS = ("sqlite", "postgresql", "mysql", "mariadb")

Advance = Callable[[int], None]


class Format(ABC):
    """How tables become the content of a file.

    `suffix` is that of a file for each table; `one_file` names the file that holds all tables instead.
    """

    suffix: ClassVar[str]
    one_file: ClassVar[str | None] = None

    def __init__(self, schema: SchemaConfig, *, dialect: str) -> None:
        self.schema, self.dialect = schema, dialect

    @abstractmethod
    def write(self, path: Path, tables: list[Table], advance: Advance) -> None:
        """Write the tables, calling `advance` with each number of rows done."""


def _batches(table: Table, advance: Advance) -> Iterator[dict[str, Cells]]:
    for batch in table.batches(BATCH):
        yield batch.cells()
        advance(len(batch))


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


class Csv(Format):
    """RFC 4180 with a header: ISO dates, true/false, NULL as an empty field, bytes in base64."""

    suffix = "csv"

    def write(self, path: Path, tables: list[Table], advance: Advance) -> None:
        (table,) = tables
        with _open(path) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns)
            for cells in _batches(table, advance):
                writer.writerows(zip(*(map(_csv_value, column.to_list()) for column in cells.values()), strict=True))


def _csv_value(value: Any) -> Any:
    if isinstance(value, str | int | float | Decimal):
        return str(value).lower() if isinstance(value, bool) else value
    return _plain(value)


class JsonLines(Format):
    """One JSON object a row: numbers as numbers, ISO dates, JSON columns in place, bytes in base64."""

    suffix = "jsonl"

    def write(self, path: Path, tables: list[Table], advance: Advance) -> None:
        (table,) = tables
        with _open(path) as file:
            for cells in _batches(table, advance):
                columns = [_json_values(column) for column in cells.values()]
                for row in zip(*columns, strict=True):
                    file.write(json.dumps(dict(zip(cells, row, strict=True)), default=_plain, ensure_ascii=False))
                    file.write("\n")


def _json_values(column: Cells) -> list[Any]:
    values = column.to_list()
    if column.type.kind == "json":
        return [None if value is None else json.loads(value) for value in values]
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    return None if value is None else value.isoformat()


class Sql(Format):
    """CREATE TABLE and INSERT statements in one file and one transaction, for the dialect's own client to run."""

    suffix = "sql"
    one_file = "misata.sql"

    def write(self, path: Path, tables: list[Table], advance: Advance) -> None:
        from pytest_misata.cli.sql import SqlScript

        configs = [table.config for table in tables]
        with _open(path) as file:
            script = SqlScript(file, self.schema, dialect=self.dialect)
            script.begin(configs)
            for table in tables:
                for cells in _batches(table, advance):
                    script.insert(table.config, cells)
            script.end(configs)


class Parquet(Format):
    """One Parquet file a table, with typed columns; needs pyarrow."""

    suffix = "parquet"

    def write(self, path: Path, tables: list[Table], advance: Advance) -> None:
        arrow, parquet = _pyarrow("pyarrow"), _pyarrow("pyarrow.parquet")
        (table,) = tables
        reader = arrow.RecordBatchReader.from_stream(table)
        with parquet.ParquetWriter(path, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
                advance(batch.num_rows)


def _pyarrow(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise MissingDependencyError("Parquet needs pyarrow: pip install 'pytest-misata[arrow]'") from None


FORMATS: dict[str, type[Format]] = {"csv": Csv, "jsonl": JsonLines, "sql": Sql, "parquet": Parquet}
