"""The SQL script of `misata generate --format sql`: every type, with what needs quoting, on every database."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from pytest_misata.cli.sql import SqlScript
from pytest_misata.engine.cells import Cells, text_cells
from pytest_misata.load.ddl import metadata_of
from pytest_misata.schema import types
from pytest_misata.schema.config import Column, SchemaConfig, TableConfig
from tests.cli.conftest import run_script

JSON, BINARY, UUID = types.ColumnType("json"), types.ColumnType("binary"), types.ColumnType("uuid")
FLOAT, TIME, INTERVAL = types.ColumnType("float", scale=3), types.ColumnType("time"), types.ColumnType("interval")
LAST = np.array([False, True])

CELLS = {
    "id": Cells(types.INTEGER, np.array([1, 2])),
    "full name": text_cells(types.string(40), ['O\'Brien \\ 5% "x" :y', "a;\nb"]),
    "amount": Cells(types.MONEY, np.array([199, -5])),
    "rate": Cells(FLOAT, np.array([1234, 1])),
    "active": Cells(types.BOOLEAN, np.array([True, False])),
    "born_on": Cells(types.DATE, np.array([0, -3653])),
    "seen_at": Cells(types.DATETIME, np.array([1_700_000_000_123_456, 0]), null=LAST),
    "opens": Cells(TIME, np.array([36_000_000_001, 0])),
    "lasts": Cells(INTERVAL, np.array([90_000_000, 1_000_000])),
    "extra": text_cells(JSON, ['{"a": "it\'s", "b": [1, null]}', "[]"]),
    "raw": text_cells(BINARY, [b"\x00\xff'", b"\\"]),
    "token": text_cells(UUID, ["12345678-1234-5678-1234-567812345678"] * 2),
}
TABLE = TableConfig(
    "odd table", {name: Column(name, cells.type, nullable=name != "id") for name, cells in CELLS.items()}, ("id",)
)
SCHEMA = SchemaConfig({TABLE.name: TABLE})
DATABASES = [("sqlite", None), ("postgresql", "postgresql_url"), ("mariadb", "mysql_url"), ("mysql", "mysql_url")]


@pytest.fixture(params=DATABASES, ids=lambda pair: pair[0])
def engine(request: pytest.FixtureRequest) -> Any:
    dialect, fixture = request.param
    engine = sa.create_engine("sqlite://" if fixture is None else str(request.getfixturevalue(fixture)))
    run_script(engine, script(dialect))
    yield engine
    engine.dispose()


def script(dialect: str) -> str:
    file = io.StringIO()
    writer = SqlScript(file, SCHEMA, dialect=dialect)
    writer.begin([TABLE])
    writer.insert(TABLE, CELLS)
    writer.end([TABLE])
    return file.getvalue()


def test_every_value_is_read_back_as_it_was(engine: sa.Engine) -> None:
    table = metadata_of(SCHEMA).tables[TABLE.name]
    with engine.connect() as connection:
        found = connection.execute(sa.select(table).order_by(table.c.id)).all()
    columns = [cells.to_list() for cells in CELLS.values()]
    columns[list(CELLS).index("extra")] = [json.loads(value) for value in CELLS["extra"].to_list()]
    assert [tuple(row) for row in found] == list(zip(*columns, strict=True))


def test_the_next_row_is_numbered_past_the_last(engine: sa.Engine) -> None:
    table = metadata_of(SCHEMA).tables[TABLE.name]
    with engine.begin() as connection:
        connection.execute(table.insert(), {"full name": "new"})
        assert connection.scalar(sa.select(sa.func.max(table.c.id))) == 3
