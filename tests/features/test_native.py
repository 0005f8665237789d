"""Types of PostgreSQL's own, and arrays."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from ipaddress import ip_address
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects import postgresql as pg

import pytest_misata as misata
from pytest_misata.schema.config import Column, Generator, SchemaConfig, TableConfig
from pytest_misata.schema.types import INTEGER, ColumnType, string
from tests.features.filling import Filler, check_rows, opened


def new_base() -> type[orm.DeclarativeBase]:
    class Base(orm.DeclarativeBase):
        pass

    return Base


def test_arrays(fill_postgresql: Filler) -> None:
    base = new_base()
    mood = sa.Enum("calm", "it's, wild", name="mood", metadata=base.metadata)

    class Shelf(base):
        __tablename__ = "shelves"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        words: orm.Mapped[list[str]] = orm.mapped_column(pg.ARRAY(sa.String(20)))
        numbers: orm.Mapped[list[int]] = orm.mapped_column(sa.ARRAY(sa.Integer))
        grid: orm.Mapped[list[Any]] = orm.mapped_column(pg.ARRAY(sa.Integer, dimensions=2))
        moods: orm.Mapped[list[str]] = orm.mapped_column(pg.ARRAY(mood))
        keys: orm.Mapped[list[uuid.UUID]] = orm.mapped_column(pg.ARRAY(sa.Uuid))
        days: orm.Mapped[list[dt.date]] = orm.mapped_column(pg.ARRAY(sa.Date))
        prices: orm.Mapped[list[Decimal]] = orm.mapped_column(pg.ARRAY(sa.Numeric(8, 2)))
        flags: orm.Mapped[list[bool]] = orm.mapped_column(pg.ARRAY(sa.Boolean))
        facts: orm.Mapped[list[Any]] = orm.mapped_column(pg.ARRAY(pg.JSONB))
        maybe: orm.Mapped[list[str] | None] = orm.mapped_column(pg.ARRAY(sa.Text))

    filled = fill_postgresql(base)
    shelves = filled.all(Shelf)
    assert all(isinstance(one.words, list) and isinstance(one.keys, list) for one in shelves)
    assert {type(key) for one in shelves for key in one.keys} <= {uuid.UUID}
    filled.add(
        Shelf(words=["a"], numbers=[1], grid=[[1, 2]], moods=["calm"], keys=[], days=[], prices=[], flags=[], facts=[])
    )


ARRAYS: list[tuple[Any, str, Any]] = [
    (sa.Text(), '["plain", "it\'s", "a \\"b\\"", "back\\\\slash", "a,b", "{}", "", "NULL", "tab\\t", "é\\n"]', None),
    (sa.Text(), '[null, "x"]', None),
    (sa.Integer(), "[[1, 2], [3, null]]", None),
    (sa.Integer(), "[]", None),
    (sa.Boolean(), "[true, false, null]", None),
    (sa.Numeric(20, 4), "[1.5, 12345678901.1234]", [Decimal("1.5000"), Decimal("12345678901.1234")]),
    (sa.Double(), "[0.1, 1e300]", None),
    (sa.Date(), '["2024-02-29"]', [dt.date(2024, 2, 29)]),
    (sa.DateTime(), '["2024-02-29T12:00:00"]', [dt.datetime(2024, 2, 29, 12)]),
    (sa.Uuid(), '["8f14e45f-ceea-467f-9575-3c2a1d0e6b7a"]', [uuid.UUID("8f14e45f-ceea-467f-9575-3c2a1d0e6b7a")]),
    (sa.LargeBinary(), '["00ff5c22"]', [b'\x00\xff\\"']),
    (sa.Interval(), "[7200, null]", [dt.timedelta(hours=2), None]),
    (sa.Enum("it's", "a, b", name="words"), '["a, b", "it\'s"]', None),
    (pg.INET(), '["10.0.0.1"]', [ip_address("10.0.0.1")]),
    (pg.JSONB(), '[{"a": [1, "b\\"c"]}, "text", 1]', None),
]


@pytest.mark.parametrize("road", ["copy", "insert"])
@pytest.mark.parametrize(("item", "stated", "expected"), ARRAYS, ids=[stated for _, stated, _ in ARRAYS])
def test_an_array_arrives_as_it_was_stated(
    item: Any, stated: str, expected: Any, road: str, postgresql_engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pytest_misata.load.dialects import postgresql

    if road == "insert":
        # What is left of PostgreSQL's roads when the driver has no COPY.
        monkeypatch.setattr(postgresql, "_COPY", {})
    metadata = sa.MetaData()
    table = sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", pg.ARRAY(item)))
    schema = misata.schema_from_models(metadata, dialect="postgresql")
    schema.table("t").column("a").make("listed", values=[stated, None])
    misata.seed_database(misata.generate_from_schema(schema, rows=2), postgresql_engine, create=True)
    with postgresql_engine.connect() as connection:
        found = connection.scalars(sa.select(table.c.a).order_by(table.c.id)).all()
    assert found == [json.loads(stated) if expected is None else expected, None]


def test_types_of_postgresql(fill_postgresql: Filler) -> None:
    base = new_base()

    class Host(base):
        __tablename__ = "hosts"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        address: orm.Mapped[Any] = orm.mapped_column(pg.INET)
        net: orm.Mapped[Any] = orm.mapped_column(pg.CIDR)
        mac: orm.Mapped[str] = orm.mapped_column(pg.MACADDR)
        mac8: orm.Mapped[str] = orm.mapped_column(pg.MACADDR8)
        ints: orm.Mapped[Any] = orm.mapped_column(pg.INT4RANGE)
        bigs: orm.Mapped[Any] = orm.mapped_column(pg.INT8RANGE)
        nums: orm.Mapped[Any] = orm.mapped_column(pg.NUMRANGE)
        days: orm.Mapped[Any] = orm.mapped_column(pg.DATERANGE)
        moments: orm.Mapped[Any] = orm.mapped_column(pg.TSRANGE)
        zoned: orm.Mapped[Any] = orm.mapped_column(pg.TSTZRANGE)
        many: orm.Mapped[Any] = orm.mapped_column(pg.INT4MULTIRANGE)
        bits: orm.Mapped[Any] = orm.mapped_column(pg.BIT(4))
        some_bits: orm.Mapped[Any] = orm.mapped_column(pg.BIT(8, varying=True))
        cash: orm.Mapped[Any] = orm.mapped_column(pg.MONEY)
        number: orm.Mapped[Any] = orm.mapped_column(pg.OID)
        lasts: orm.Mapped[Any] = orm.mapped_column(pg.INTERVAL)
        facts: orm.Mapped[Any] = orm.mapped_column(pg.JSONB)
        query: orm.Mapped[Any] = orm.mapped_column(pg.TSQUERY)
        given: orm.Mapped[Any] = orm.mapped_column(pg.TSVECTOR)
        body: orm.Mapped[str] = orm.mapped_column(sa.Text)
        words: orm.Mapped[Any] = orm.mapped_column(
            pg.TSVECTOR, sa.Computed("to_tsvector('english', body)", persisted=True)
        )
        maybe: orm.Mapped[Any] = orm.mapped_column(pg.INET, nullable=True)

    filled = fill_postgresql(base)
    hosts = filled.all(Host)
    assert all(host.address and host.net and host.mac and host.ints is not None for host in hosts)
    assert all(isinstance(host.facts, dict | list) for host in hosts)
    assert all(len(host.bits) == 4 for host in hosts)
    assert any(host.words for host in hosts)


def test_types_of_mariadb(mysql_url: str) -> None:
    metadata = sa.MetaData()
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tiny", mysql.TINYINT, nullable=False),
        sa.Column("medium", mysql.MEDIUMINT(unsigned=True), nullable=False),
        sa.Column("positive", mysql.INTEGER(unsigned=True), nullable=False),
        sa.Column("year", mysql.YEAR, nullable=False),
        sa.Column("several", mysql.SET("a", "b"), nullable=False),
        sa.Column("bits", mysql.BIT(6), nullable=False),
        sa.Column("short", mysql.TINYTEXT, nullable=False),
        sa.Column("blob", mysql.TINYBLOB, nullable=False),
        sa.Column("host", mysql.INET4, nullable=False),
        sa.Column("fixed", mysql.BINARY(4), nullable=False),
        sa.Column("variable", mysql.VARBINARY(10), nullable=False),
        sa.Column("at", mysql.TIMESTAMP(fsp=3), nullable=False),
        sa.Column("clock", mysql.TIME(fsp=3), nullable=False),
        sa.Column("ratio", mysql.DOUBLE(unsigned=True), nullable=False),
        sa.Column("facts", mysql.JSON, nullable=False),
    )
    # Of mysql:// SQLAlchemy 2.0 does not know MariaDB's addresses.
    engine = sa.create_engine(sa.make_url(mysql_url).set(drivername="mariadb+pymysql"))
    report = misata.seed_from_sqlalchemy_models(metadata, engine, rows=50)
    tables = misata.generate_from_schema(misata.schema_from_db(engine), rows=50)
    report = misata.seed_database(tables, engine, truncate=True)
    assert report.total_rows == 50
    with engine.connect() as connection:
        check_rows(connection, metadata)
        assert set(range(64)) >= set(connection.scalars(sa.select(table.c.bits)))
    engine.dispose()


def test_sets_of_mariadb_hold_one_member_or_several(mysql_url: str) -> None:
    metadata = sa.MetaData()
    members = ("red", "green", "blue")
    table = sa.Table(
        "shirts", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("colours", mysql.SET(*members))
    )
    with opened(mysql_url) as engine:
        misata.seed_from_sqlalchemy_models(metadata, engine, rows=100)
        with engine.connect() as connection:
            found = [value for value in connection.scalars(sa.select(table.c.colours)) if value]
    assert {len(value) for value in found} == {1, 2, 3}
    assert set().union(*found) == set(members)


@pytest.mark.parametrize("loaded", [True, False], ids=["file", "insert"])
def test_bits_of_mariadb_arrive_as_they_were_stated(loaded: bool, mysql_url: str) -> None:
    metadata = sa.MetaData()
    table = sa.Table(
        "t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("b", mysql.BIT(6), nullable=True)
    )
    schema = misata.schema_from_models(metadata, dialect="mysql")
    schema.table("t").column("b").make("listed", values=["101101", "000000", None])
    engine = sa.create_engine(mysql_url, connect_args={"local_infile": loaded})
    misata.seed_database(misata.generate_from_schema(schema, rows=3), engine, create=True)
    with engine.connect() as connection:
        assert connection.scalars(sa.select(table.c.b).order_by(table.c.id)).all() == [45, 0, None]
    engine.dispose()


def test_types_without_a_model(database_url: str) -> None:
    """A schema of our own may hold arrays and native types; databases that lack them keep text."""
    columns = {
        "id": Column("id", INTEGER),
        "tags": Column("tags", ColumnType("array", item=string(20)), generator=Generator("listed", {"values": [TAGS]})),
        "host": Column("host", ColumnType("native", native="inet"), generator=Generator("constant", {"value": HOST})),
    }
    schema = SchemaConfig({"t": TableConfig("t", columns, primary_key=("id",))})
    misata.seed_database(misata.generate_from_schema(schema, rows=3), database_url, create=True)
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        tags, host = connection.execute(sa.text("SELECT tags, host FROM t")).first() or (None, None)
    engine.dispose()
    assert (json.loads(tags) if isinstance(tags, str) else tags, str(host)) == (["a, b", None], HOST)


TAGS, HOST = '["a, b", null]', "10.1.2.3"
