"""Types every database has, their sizes, and how they come back."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import mysql

from tests.features.filling import Filler


def new_base() -> type[orm.DeclarativeBase]:
    class Base(orm.DeclarativeBase):
        pass

    return Base


class Level(enum.Enum):
    """An enumeration whose values are not its names."""

    LOW = "is low"
    HIGH = "is high"


class Text(enum.StrEnum):
    """One that is text."""

    ONE = "1"
    TWO = "2"


def _values(members: Any) -> list[str]:
    return [member.value for member in members]


def test_enumerations(fill: Filler) -> None:
    base = new_base()

    class Ticket(base):
        __tablename__ = "tickets"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        by_name: orm.Mapped[Level] = orm.mapped_column(sa.Enum(Level, name="by_name", create_constraint=True))
        by_value: orm.Mapped[Level] = orm.mapped_column(
            sa.Enum(Level, name="by_value", create_constraint=True, values_callable=_values)
        )
        text_name: orm.Mapped[Level] = orm.mapped_column(
            sa.Enum(Level, name="text_name", native_enum=False, create_constraint=True)
        )
        text_value: orm.Mapped[Text | None] = orm.mapped_column(
            sa.Enum(Text, name="text_value", native_enum=False, create_constraint=True, values_callable=_values)
        )
        words: orm.Mapped[str] = orm.mapped_column(
            sa.Enum("it's", "a, b", 'say "x"', name="words", create_constraint=True)
        )

    filled = fill(base)
    tickets = filled.all(Ticket)
    assert {one.by_name for one in tickets} == {one.by_value for one in tickets} == set(Level)
    assert {one.text_name for one in tickets} == set(Level)
    assert {one.text_value for one in tickets} - {None} == set(Text)
    assert {one.words for one in tickets} == {"it's", "a, b", 'say "x"'}
    filled.add(Ticket(by_name=Level.LOW, by_value=Level.HIGH, text_name=Level.LOW, words="it's"))


LENGTHS = (1, 2, 3, 4, 5, 7, 8, 10, 13, 20, 32, 36, 64, 100, 255, 1000)


def test_texts_of_any_length(fill: Filler) -> None:
    base = new_base()
    columns = [sa.Column(f"s{size}", sa.String(size), nullable=False) for size in LENGTHS]
    columns += [sa.Column(f"c{size}", sa.CHAR(size), nullable=False) for size in LENGTHS[:12]]
    columns += [sa.Column("t", sa.Text), sa.Column("u", sa.Unicode(6)), sa.Column("ut", sa.UnicodeText)]
    table = sa.Table("texts", base.metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
    sa.Table(
        "keys",
        base.metadata,
        *(sa.Column(f"k{size}", sa.String(size), unique=True) for size in (3, 8, 20, 60)),
        sa.Column("code", sa.CHAR(6), primary_key=True),
    )
    filled = fill(base)
    for column in table.columns:
        if isinstance(column.type, sa.CHAR) and fill.backend == "postgresql":
            stored = filled.column(column)
            assert all(len(value) == column.type.length for value in stored)
            assert not any(value.strip() == "" for value in stored)


def test_numbers(fill: Filler) -> None:
    base = new_base()
    shapes = ((1, 0), (2, 1), (3, 2), (4, 4), (5, 2), (10, 0), (12, 4), (18, 6), (20, 2), (38, 10))

    class Number(base):
        __tablename__ = "numbers"
        id: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, primary_key=True)
        small: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
        big: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
        ratio: orm.Mapped[float] = orm.mapped_column(sa.Float)
        short: orm.Mapped[float] = orm.mapped_column(sa.Float(24))
        double: orm.Mapped[float] = orm.mapped_column(sa.Double)
        real: orm.Mapped[float] = orm.mapped_column(sa.REAL)
        yes: orm.Mapped[bool]
        plain: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric)
        floating: orm.Mapped[float] = orm.mapped_column(sa.Numeric(8, 3, asdecimal=False))

    for precision, scale in shapes:
        name = f"n{precision}_{scale}"
        setattr(Number, name, orm.mapped_column(name, sa.Numeric(precision, scale), nullable=False))
    # SQLite keeps numbers of more digits than a float has as floats, which SQLAlchemy warns of.
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        filled = fill(base)
        numbers = filled.all(Number)
    assert {type(one.yes) for one in numbers} == {bool}
    assert {type(one.n5_2) for one in numbers} == {Decimal}
    assert {type(one.double) for one in numbers} == {float}
    assert all(-(2**15) <= one.small < 2**15 for one in numbers)


def test_moments(fill: Filler) -> None:
    base = new_base()
    exact = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")

    class Event(base):
        __tablename__ = "events"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        day: orm.Mapped[dt.date]
        at: orm.Mapped[dt.datetime]
        zoned: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
        precise: orm.Mapped[dt.datetime] = orm.mapped_column(exact)
        stamp: orm.Mapped[dt.datetime] = orm.mapped_column(sa.TIMESTAMP)
        clock: orm.Mapped[dt.time]
        zoned_clock: orm.Mapped[dt.time] = orm.mapped_column(sa.Time(timezone=True))
        lasts: orm.Mapped[dt.timedelta]
        pause: orm.Mapped[dt.timedelta | None] = orm.mapped_column(sa.Interval(second_precision=6))

    filled = fill(base)
    events = filled.all(Event)
    assert {type(one.lasts) for one in events} == {dt.timedelta}
    assert {type(one.clock) for one in events} == {dt.time}
    assert {type(one.day) for one in events} == {dt.date}
    if fill.backend == "postgresql":
        assert all(one.zoned.tzinfo is not None for one in events)
        assert all(one.zoned_clock.tzinfo is not None for one in events)
    moment = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    plain = moment.replace(tzinfo=None)
    filled.add(
        Event(
            day=moment.date(),
            at=plain,
            zoned=moment,
            precise=plain,
            stamp=plain,
            clock=plain.time(),
            zoned_clock=moment.timetz(),
            lasts=dt.timedelta(hours=2),
        )
    )


def test_json_uuid_and_bytes(fill: Filler) -> None:
    base = new_base()

    class Thing(base):
        __tablename__ = "things"
        id: orm.Mapped[uuid.UUID] = orm.mapped_column(primary_key=True, default=uuid.uuid4)
        text_id: orm.Mapped[str] = orm.mapped_column(sa.Uuid(as_uuid=False), unique=True)
        char_id: orm.Mapped[uuid.UUID] = orm.mapped_column(sa.Uuid(native_uuid=False))
        raw_id: orm.Mapped[str] = orm.mapped_column(sa.CHAR(32))
        settings: orm.Mapped[dict[str, Any]] = orm.mapped_column(sa.JSON)
        maybe: orm.Mapped[Any] = orm.mapped_column(sa.JSON(none_as_null=True), nullable=True)
        data: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary)
        short: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(16))

    class Part(base):
        __tablename__ = "parts"
        id: orm.Mapped[uuid.UUID] = orm.mapped_column(primary_key=True, default=uuid.uuid4)
        thing_id: orm.Mapped[uuid.UUID] = orm.mapped_column(sa.ForeignKey("things.id"))
        thing: orm.Mapped[Thing] = orm.relationship()

    filled = fill(base)
    things = filled.all(Thing)
    assert {type(one.id) for one in things} == {uuid.UUID}
    assert {type(one.text_id) for one in things} == {str}
    if fill.from_models:
        assert all(str(uuid.UUID(one.text_id)) == one.text_id for one in things)
        assert {type(one.char_id) for one in things} == {uuid.UUID}
    assert all(isinstance(one.settings, dict) for one in things)
    assert {type(one.data) for one in things} == {bytes}
    assert all(len(one.short) <= 16 for one in things) or not fill.from_models
    assert all(part.thing.id for part in filled.all(sa.select(Part).options(orm.joinedload(Part.thing))))
    filled.add(Part(thing=filled_thing(Thing)))


def filled_thing(class_: Any) -> Any:
    """A new row of `things`."""
    return class_(
        text_id=str(uuid.uuid4()), char_id=uuid.uuid4(), raw_id="a" * 32, settings={}, data=b"", short=b"\x00'\\"
    )


def test_computed_columns(fill: Filler) -> None:
    base = new_base()

    class Line(base):
        __tablename__ = "lines"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        price: orm.Mapped[int]
        quantity: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
        total: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, sa.Computed("price * quantity", persisted=True))

    if fill.backend != "postgresql":
        Line.twice = orm.mapped_column("twice", sa.BigInteger, sa.Computed("price * 2", persisted=False))

    class Note(base):
        __tablename__ = "notes"
        line_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("lines.id"), primary_key=True)
        text: orm.Mapped[str] = orm.mapped_column(sa.String(20))

    filled = fill(base)
    assert all(line.total == line.price * line.quantity for line in filled.all(Line))
    filled.add(Line(price=2, quantity=3))


def test_checks_of_computed_columns(fill: Filler) -> None:
    base = new_base()
    checks = [sa.CheckConstraint("area BETWEEN 100 AND 200", name="of_that_size")]

    class Plot(base):
        __tablename__ = "plots"
        __table_args__ = tuple(checks)
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        width: orm.Mapped[int]
        depth: orm.Mapped[int]
        area: orm.Mapped[int] = orm.mapped_column(sa.Computed("width * depth", persisted=True))

    filled = fill(base)
    assert all(100 <= plot.width * plot.depth <= 200 for plot in filled.all(Plot))
    assert "check of_that_size:" in filled.schema.summary()
    assert "(width * depth)" not in filled.schema.summary()


Name = Annotated[str, orm.mapped_column(sa.String(30))]
Key = Annotated[int, orm.mapped_column(primary_key=True)]


def test_mapped_python_types(fill: Filler) -> None:
    class Base(orm.DeclarativeBase):
        type_annotation_map = {Decimal: sa.Numeric(9, 2), dict[str, Any]: sa.JSON}  # noqa: RUF012

    class Plan(Base):
        __tablename__ = "plans"
        id: orm.Mapped[Key]
        name: orm.Mapped[Name]
        nick: orm.Mapped[Name | None]
        size: orm.Mapped[Literal["small", "large"]] = orm.mapped_column(
            sa.Enum("small", "large", name="size", native_enum=False, create_constraint=True)
        )
        level: orm.Mapped[Level] = orm.mapped_column(sa.Enum(Level, name="level", create_constraint=True))
        key: orm.Mapped[uuid.UUID]
        price: orm.Mapped[Decimal]
        ratio: orm.Mapped[float | None]
        on: orm.Mapped[bool]
        since: orm.Mapped[dt.datetime | None]
        until: orm.Mapped[dt.date]
        blob: orm.Mapped[bytes | None]
        facts: orm.Mapped[dict[str, Any]]
        lasts: orm.Mapped[dt.timedelta]

    filled = fill(Base)
    plans = filled.all(Plan)
    assert {one.size for one in plans} == {"small", "large"}
    assert {one.level for one in plans} == set(Level)
    assert {type(one.price) for one in plans} == {Decimal}
    assert {type(one.key) for one in plans} == {uuid.UUID}


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_literal_without_a_type_of_its_own(size: str, feature_engine: sa.Engine) -> None:
    import pytest_misata as misata

    base = new_base()

    class Shirt(base):
        __tablename__ = "shirts"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        size: orm.Mapped[Literal["small", "large"]]
        level: orm.Mapped[Level | None]

    misata.seed_from_sqlalchemy_models(base, feature_engine, rows=40)
    with orm.Session(feature_engine) as session:
        found = session.scalars(sa.select(Shirt)).all()
    assert size in {one.size for one in found}
    assert set(Level) <= {one.level for one in found}
