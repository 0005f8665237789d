"""CHECKs about how values that are no texts are written."""

from __future__ import annotations

from uuid import UUID

from pytest_misata import generate_from_schema
from pytest_misata.engine.verification import unverified, verify
from pytest_misata.schema.config import Check, Column, SchemaConfig, TableConfig
from pytest_misata.schema.types import ColumnType


def test_uuids_that_begin_as_a_check_says() -> None:
    uuid = ColumnType("uuid")
    columns = {"id": Column("id", uuid), "x": Column("x", uuid)}
    checks = [Check("id::text ~ '^[0-7]'"), Check("x::text LIKE '0%'")]
    table = TableConfig("t", columns, primary_key=("id",), checks=checks)
    tables = generate_from_schema(SchemaConfig({"t": table}, dialect="postgresql"), rows=100)
    assert unverified(tables) == []
    assert verify(tables["t"]) == []
    rows = list(tables["t"].rows())
    assert len({row["id"] for row in rows}) == 100
    assert all(row["x"].startswith("0") and row["id"][0] in "01234567" for row in rows)
    assert {UUID(row["x"]).version for row in rows} == {4}
