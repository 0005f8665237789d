"""The script that fills published packages, tried on a schema of this file's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    text,
)

from tests.real_schemas.fill import outcome
from tests.real_schemas.inspection import violations
from tests.real_schemas.run import failures, line_of


def metadata() -> MetaData:
    found = MetaData()
    Table("parents", found, Column("id", Integer, primary_key=True), Column("code", String(8), nullable=False))
    Table(
        "children",
        found,
        Column("id", Integer, primary_key=True),
        Column("code", ForeignKey("parents.code"), nullable=False),
        Column("name", String(20)),
        Column("state", Enum("open", "shut")),
        UniqueConstraint("code", "name"),
        Index("odd", text("no_such_function(name)")),
    )
    return found


@pytest.fixture
def unchecked() -> Iterator[Connection]:
    """A connection to the tables of the schema, without their constraints."""
    engine: Engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE parents (id, code)"))
        connection.execute(text("CREATE TABLE children (id, code, name)"))
        yield connection
    engine.dispose()


@pytest.mark.parametrize("road", ["models", "database"])
def test_a_schema_is_filled_and_found_whole(sqlite_url: str, road: str) -> None:
    found = outcome(metadata(), sqlite_url, road=road)
    assert failures(found) == []
    assert found["added"] == ["parents (code)"]
    assert found["dropped"] == ["children.odd"]
    assert found["rows"] == found["planned"]
    assert line_of("own", "sqlite", road, found)[7:] == ["0", "0", "0", "0"]


def test_what_is_broken_is_counted(unchecked: Connection) -> None:
    schema = metadata()
    unchecked.execute(text("INSERT INTO parents VALUES (1, 'a'), (1, 'b')"))
    unchecked.execute(text("INSERT INTO children VALUES (1, 'a', 'x'), (2, 'a', 'x'), (3, 'z', NULL), (4, 'z', NULL)"))
    assert list(violations(unchecked, schema)) == [
        "parents: 2 rows break key (id)",
        "children: 2 rows break foreign key (code)",
        "children: 2 rows break key (code, name)",
    ]


def test_what_goes_wrong_is_told() -> None:
    found = {"rows": {"parents": 0, "children": 3}, "planned": {"parents": 0, "children": 5}, "error": "LoadError: no"}
    assert failures(found) == ["LoadError: no", "parents is empty", "children holds 3 of 5"]
