"""Tables with CHECKs, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_misata import generate_from_schema
from pytest_misata.engine.tables import Tables
from pytest_misata.schema.config import Check, Column, SchemaConfig, TableConfig
from pytest_misata.schema.types import BIGINT, BOOLEAN, DATE, DATETIME, INTEGER, MONEY, TEXT, ColumnType, string

TYPES = {
    "int": INTEGER,
    "bigint": BIGINT,
    "small": ColumnType("integer", bits=16),
    "money": MONEY,
    "float": ColumnType("float", scale=3),
    "flag": BOOLEAN,
    "text": TEXT,
    "str": string(40),
    "short": string(8),
    "date": DATE,
    "datetime": DATETIME,
    "time": ColumnType("time"),
    "json": ColumnType("json"),
}


@dataclass(frozen=True)
class Case:
    """Columns, as in `price money, note text?` (a question mark: may be NULL), and CHECKs on them."""

    columns: str
    checks: Sequence[str]

    def __str__(self) -> str:
        return " AND ".join(self.checks)


def columns_of(text: str) -> dict[str, Column]:
    """The columns of a text such as `price money, note text?`."""
    pairs = [part.split() for part in text.split(",")]
    return {name: Column(name, TYPES[kind.rstrip("?")], kind.endswith("?")) for name, kind in pairs}


def schema(columns: str, *checks: str, dialect: str | None = None, **settings: Any) -> SchemaConfig:
    """One table `t` with an id, these columns and these CHECKs, named c1, c2 ..."""
    named = [Check(sql, f"c{number}") for number, sql in enumerate(checks, 1)]
    every = {"id": Column("id", INTEGER), **columns_of(columns)}
    table = TableConfig("t", every, primary_key=("id",), checks=named, **settings)
    return SchemaConfig({"t": table}, dialect=dialect)


def made(columns: str, *checks: str, rows: int = 500, seed: int = 42, **settings: Any) -> Tables:
    return generate_from_schema(schema(columns, *checks, **settings), rows=rows, seed=seed)


def rows_of(tables: Tables, name: str = "t") -> list[Mapping[str, Any]]:
    return list(tables[name].rows())
