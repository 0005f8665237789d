"""A TypeDecorator is asked what it takes: values go through its `process_bind_param`."""

from __future__ import annotations

import datetime as dt
import enum
import ipaddress
import json
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from pytest_misata import generate_from_schema, seed_from_sqlalchemy_models
from pytest_misata.schema.config import Column, Generator, SchemaConfig
from pytest_misata.schema.sources.models import schema_from_models
from pytest_misata.schema.types import ColumnType


class Guid(sa.TypeDecorator[uuid.UUID]):
    """A UUID where there is one, and 32 letters elsewhere."""

    impl = sa.CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(sa.Uuid() if native else sa.CHAR(32))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value if dialect.name == "postgresql" else uuid.UUID(str(value)).hex

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else uuid.UUID(str(value))


class Epoch(sa.TypeDecorator[dt.datetime]):
    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else int((value - dt.datetime(1970, 1, 1)) / dt.timedelta(seconds=1))

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else dt.datetime(1970, 1, 1) + dt.timedelta(seconds=value)


class AwareDateTime(sa.TypeDecorator[dt.datetime]):
    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is not None and value.tzinfo is None:
            raise TypeError("tzinfo is required")
        return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class JsonText(sa.TypeDecorator[Any]):
    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return json.loads(value)


class Lowered(sa.TypeDecorator[str]):
    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value.lower()


class Address(sa.TypeDecorator[str]):
    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return str(ipaddress.ip_address(value))


class Plain(sa.TypeDecorator[str]):
    impl = sa.String(17)
    cache_ok = True


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class ByNumber(sa.TypeDecorator[Size]):
    """An enumeration kept as the numbers of its members."""

    impl = sa.SmallInteger
    cache_ok = True

    def __init__(self, members: type[enum.Enum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.value

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.members(value)


class Wrapper:
    def __init__(self, text: str) -> None:
        self.text = text


class Wrapped(sa.TypeDecorator[Wrapper]):
    """Takes objects nobody else can make, and gives them for any text."""

    impl = sa.String(10)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value.text

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return Wrapper(value)


class Picky(sa.TypeDecorator[Any]):
    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value != {}:
            raise ValueError("a model is needed")
        return value


class Impossible(sa.TypeDecorator[Any]):
    impl = sa.String(10)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        raise ValueError("never")

    process_result_value = process_bind_param


def read(type_: Any, *, dialect: str | None = None, **options: Any) -> tuple[Column, SchemaConfig]:
    column = sa.Column("c", type_, **options)
    schema = schema_from_models(sa.Table("t", sa.MetaData(), column), dialect=dialect)
    return schema.table("t").column("c"), schema


@pytest.mark.parametrize("dialect", [None, "sqlite", "postgresql", "mysql"])
def test_a_guid_in_text_takes_a_uuid(dialect: str | None) -> None:
    column, _ = read(Guid(), dialect=dialect)
    assert (column.type.kind, column.bound, column.generator) == ("uuid", True, None)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (Epoch(), ColumnType("datetime")),
        (AwareDateTime(), ColumnType("datetime", timezone=True)),
        (JsonText(), ColumnType("json")),
        (Lowered(), ColumnType("string", length=40)),
        (sa.PickleType(), ColumnType("binary")),
    ],
)
def test_the_kind_of_value_that_goes_in(type_: Any, expected: ColumnType) -> None:
    column, schema = read(type_)
    assert (column.type, column.bound) == (expected, True)
    assert schema.not_understood == []


class Listed(sa.TypeDecorator[Any]):
    """A list kept as text, which would take a text for a list of letters."""

    impl = sa.String(100)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return ",".join(str(part) for part in value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return value.split(",")


class NativeAddress(sa.TypeDecorator[Any]):
    """An address in text, and what PostgreSQL has for it there."""

    impl = sa.String(39)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(postgresql.INET() if dialect.name == "postgresql" else sa.String(39))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return value if dialect.name == "postgresql" else str(ipaddress.ip_address(value))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_an_address_goes_into_a_type_of_addresses(dialect: str) -> None:
    column, _ = read(NativeAddress(), dialect=dialect)
    assert (column.generator, column.bound) == (Generator("ip"), True)


def test_the_kind_of_value_that_comes_back_as_it_was() -> None:
    column, _ = read(Listed())
    assert (column.type, column.bound) == (ColumnType("array", item=ColumnType("text")), True)


class Short(Lowered):
    impl = sa.String(3)
    cache_ok = True


def test_a_sample_is_no_longer_than_the_column() -> None:
    column, _ = read(Short())
    assert (column.type, column.generator) == (ColumnType("string", length=3), None)


class Shade(sa.TypeDecorator[enum.Enum]):
    """Knows its enumeration by name only."""

    impl = sa.SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Size(value).value

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Size(value)


def test_an_enumeration_that_methods_name() -> None:
    column, _ = read(Shade())
    assert (column.type, column.bound) == (ColumnType("integer", bits=16, values=(1, 2)), False)


def test_text_of_a_certain_form_gets_a_generator_of_it() -> None:
    column, _ = read(Address())
    assert (column.type, column.generator) == (ColumnType("string", length=40), Generator("ip"))


def test_a_foreign_key_gets_no_generator_from_its_type() -> None:
    metadata = sa.MetaData()
    sa.Table("hosts", metadata, sa.Column("address", Address(), primary_key=True))
    sa.Table("visits", metadata, sa.Column("address", Address(), sa.ForeignKey("hosts.address")))
    schema = schema_from_models(metadata)
    assert schema.table("hosts").column("address").generator == Generator("ip")
    assert schema.table("visits").column("address").generator is None


def test_a_decorator_that_changes_nothing_is_its_implementation() -> None:
    column, _ = read(Plain())
    assert (column.type, column.bound) == (ColumnType("string", length=17), False)


def test_members_of_an_enumeration_as_they_are_stored() -> None:
    column, _ = read(ByNumber(Size))
    assert (column.type, column.bound) == (ColumnType("integer", bits=16, values=(1, 2)), False)


def test_a_decorator_of_unknown_objects_is_stored_as_its_implementation() -> None:
    column, schema = read(Wrapped())
    assert (column.type, column.bound) == (ColumnType("string", length=10), False)
    assert schema.not_understood == []


def test_json_of_one_certain_form_only() -> None:
    column, _ = read(Picky())
    assert (column.type, column.bound) == (ColumnType("json", values=("{}",)), True)


def test_a_decorator_that_takes_nothing_is_named_and_left_null() -> None:
    column, schema = read(Impossible())
    assert column.generator == Generator("constant", {"value": None})
    assert schema.not_understood == ["t.c: type Impossible takes no value that can be made"]
    required, _ = read(Impossible(), nullable=False)
    assert required.generator is None


def test_a_list_of_decorated_values() -> None:
    column, _ = read(sa.ARRAY(Guid()), dialect="postgresql")
    assert (column.type, column.bound) == (ColumnType("array", item=ColumnType("uuid")), True)


def test_a_type_for_one_database_only() -> None:
    type_ = sa.String(40).with_variant(sa.String(20), "mysql")
    assert read(type_)[0].type.length == 40
    assert read(type_, dialect="mysql")[0].type.length == 20


class JsonOf(sa.TypeDecorator[Any]):
    """JSON of one class of values, kept as text: others are refused."""

    impl = sa.Text
    cache_ok = True
    taken: type

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is not None and not isinstance(value, self.taken):
            raise TypeError(f"no {type(value).__name__} is taken")
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else json.loads(value)


class JsonObject(JsonOf):
    cache_ok = True
    taken = dict


class JsonList(JsonOf):
    cache_ok = True
    taken = list


@pytest.mark.parametrize("decorator", [JsonObject, JsonList])
def test_json_is_of_the_class_that_a_decorator_takes_whatever_the_name(
    decorator: type[JsonOf], sqlite_url: str
) -> None:
    metadata = sa.MetaData()
    columns = [sa.Column(name, decorator, nullable=False) for name in ("labels", "addresses", "settings", "address")]
    table = sa.Table("clusters", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    engine = sa.create_engine(sqlite_url)
    seed_from_sqlalchemy_models(metadata, engine)
    with engine.connect() as connection:
        found = [value for row in connection.execute(sa.select(*table.c[1:])) for value in row]
    engine.dispose()
    assert {type(value) for value in found} == {decorator.taken}


class Validated(sa.TypeDecorator[Any]):
    """A number of which something has to hold."""

    impl = sa.Integer
    cache_ok = False

    def __init__(self, stored: Any, holds: Any) -> None:
        super().__init__()
        self.stored, self.holds = stored, holds

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(self.stored)

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is not None and not self.holds(value):
            raise ValueError(f"not allowed: {value!r}")
        return value


@pytest.mark.parametrize(
    ("name", "impl", "holds"),
    [
        ("runs", sa.Integer(), lambda value: value % 2 == 0),
        ("code", sa.Integer(), lambda value: value % 7 == 3 and value < 50_000),
        ("port", sa.Integer(), lambda value: 1 <= value <= 65535),
        ("rating", sa.SmallInteger(), lambda value: value in range(1, 6)),
        ("founded_year", sa.Integer(), lambda value: 1900 <= value <= 2100),
        ("size", sa.Integer(), lambda value: value in {2, 3, 5, 8, 13}),
        ("share", sa.Numeric(5, 2), lambda value: 0 <= value <= 100),
        ("likelihood", sa.Numeric(4, 3), lambda value: 0 <= value <= 1),
    ],
)
def test_numbers_are_those_that_a_decorator_takes(sqlite_url: str, name: str, impl: Any, holds: Any) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "kennels",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(name, Validated(impl, holds), nullable=False),
    )
    report = seed_from_sqlalchemy_models(metadata, sqlite_url, rows=500)
    assert report.total_rows == 500
    with sa.create_engine(sqlite_url).connect() as connection:
        found = set(connection.execute(sa.text(f"SELECT {name} FROM kennels")).scalars())
    assert all(holds(value) for value in found)
    assert len(found) > 3
    assert not any(isinstance(value, bool) for value in found)


def test_unique_numbers_are_those_that_a_decorator_takes(sqlite_url: str) -> None:
    metadata = sa.MetaData()
    even = Validated(sa.Integer(), lambda value: value % 2 == 0)
    sa.Table("kennels", metadata, sa.Column("id", even, primary_key=True), sa.Column("no", even, unique=True))
    assert seed_from_sqlalchemy_models(metadata, sqlite_url, rows=500).total_rows == 500


def test_moments_that_a_decorator_takes_are_in_the_order_of_the_row_s_life(sqlite_url: str) -> None:
    metadata = sa.MetaData()
    names = ("created_at", "start_date", "end_date", "updated_at")
    columns = [sa.Column(name, AwareDateTime, nullable=name == "end_date") for name in names]
    sa.Table("runs", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    schema = schema_from_models(metadata, dialect="sqlite")
    rows = list(generate_from_schema(schema, rows=300)["runs"].rows())
    assert all(schema.table("runs").column(name).bound for name in names)
    ended = [row for row in rows if row["end_date"] is not None]
    assert all(row["start_date"] <= row["end_date"] for row in ended)
    assert all(row["created_at"] <= row["updated_at"] for row in rows)
    assert len(ended) > 100


@pytest.mark.parametrize(("type_", "alike"), [(AwareDateTime(), True), (Lowered(), False), (Epoch(), False)])
def test_whether_what_goes_in_is_what_is_stored(type_: Any, alike: bool) -> None:
    column, _ = read(type_)
    assert column.opaque is (column.bound and not alike)


def test_checks_of_moments_that_a_decorator_stores_in_utc(sqlite_url: str) -> None:
    metadata = sa.MetaData()
    sa.Table("dogs", metadata, sa.Column("chip", sa.Integer, primary_key=True))
    sa.Table(
        "stays",
        metadata,
        sa.Column("chip", sa.ForeignKey("dogs.chip"), primary_key=True),
        sa.Column("check_in", sa.Date, primary_key=True),
    )
    incidents = sa.Table(
        "incidents",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("chip", sa.Integer, nullable=False),
        sa.Column("check_in", sa.Date, nullable=False),
        sa.Column("at", AwareDateTime, nullable=False),
        sa.Column("resolved", AwareDateTime),
        sa.CheckConstraint("resolved > at"),
        sa.ForeignKeyConstraint(["chip", "check_in"], ["stays.chip", "stays.check_in"]),
    )
    engine = sa.create_engine(sqlite_url)
    seed_from_sqlalchemy_models(metadata, engine, rows=100)
    with engine.connect() as connection:
        found = connection.execute(sa.select(incidents)).all()
    engine.dispose()
    assert len(found) > 100
    assert all(row.resolved is None or row.resolved > row.at for row in found)
    assert any(row.resolved is not None for row in found)
