"""Models that use most of what a schema may hold, on every database that has it."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql as pg


class Level(enum.Enum):
    """An enumeration whose values are not its names."""

    LOW = "is low"
    HIGH = "is high"


def _values(members: Any) -> list[str]:
    return [member.value for member in members]


def kept(base: type[orm.DeclarativeBase], *classes: type) -> type[orm.DeclarativeBase]:
    """The base, holding its classes: nobody else does, and SQLAlchemy forgets a class that is gone."""
    base.__kept__ = classes  # type: ignore[attr-defined]
    return base


def shop_models() -> type[orm.DeclarativeBase]:
    """A base of its own with the models every database takes."""

    class Base(orm.DeclarativeBase):
        pass

    class Account(Base):
        """Plain columns of every usual type."""

        __tablename__ = "accounts"
        __table_args__ = (
            sa.UniqueConstraint("tenant", "code", name="uq_code"),
            sa.CheckConstraint("age >= 18 AND age < 130", name="grown_up"),
            sa.CheckConstraint("ends > begins", name="in_order"),
        )
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        tenant: orm.Mapped[int]
        code: orm.Mapped[str] = orm.mapped_column(sa.String(12))
        email: orm.Mapped[str] = orm.mapped_column(sa.String(254), unique=True)
        country: orm.Mapped[str] = orm.mapped_column(sa.CHAR(2))
        notes: orm.Mapped[str | None] = orm.mapped_column(sa.Text)
        age: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
        clicks: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
        balance: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric(9, 3))
        ratio: orm.Mapped[float]
        active: orm.Mapped[bool]
        born: orm.Mapped[dt.date]
        begins: orm.Mapped[dt.datetime]
        ends: orm.Mapped[dt.datetime]
        wakes: orm.Mapped[dt.time | None]
        settings: orm.Mapped[dict[str, Any]] = orm.mapped_column(sa.JSON)
        photo: orm.Mapped[bytes | None] = orm.mapped_column(sa.LargeBinary)
        stars: orm.Mapped[int] = orm.mapped_column(server_default="3")
        state: orm.Mapped[str] = orm.mapped_column(sa.String(10), server_default="it's new")
        level: orm.Mapped[Level] = orm.mapped_column(
            sa.Enum(Level, name="level", native_enum=False, create_constraint=True)
        )
        mood: orm.Mapped[Level] = orm.mapped_column(
            sa.Enum(Level, name="mood", native_enum=False, create_constraint=True, values_callable=_values)
        )
        reserved: orm.Mapped[str] = orm.mapped_column("order", sa.String(5))
        spaced: orm.Mapped[str] = orm.mapped_column("A Name %", sa.String(5))

    class Order(Base):
        """A composite key, and a child of its own table."""

        __tablename__ = "orders"
        __table_args__ = (
            sa.ForeignKeyConstraint(["tenant", "previous"], ["orders.tenant", "orders.number"], name="fk_previous"),
            sa.Index("ix_placed", "placed"),
        )
        tenant: orm.Mapped[int] = orm.mapped_column(primary_key=True, autoincrement=False)
        number: orm.Mapped[int] = orm.mapped_column(primary_key=True, autoincrement=False)
        previous: orm.Mapped[int | None]
        account: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"))
        contact: orm.Mapped[str | None] = orm.mapped_column(sa.String(254), sa.ForeignKey("accounts.email"))
        placed: orm.Mapped[dt.datetime]
        net: orm.Mapped[int]
        gross: orm.Mapped[int] = orm.mapped_column(sa.Computed("net * 2", persisted=True))

    class Line(Base):
        """A composite foreign key that is part of the primary key."""

        __tablename__ = "lines"
        __table_args__ = (sa.ForeignKeyConstraint(["tenant", "number"], ["orders.tenant", "orders.number"]),)
        tenant: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        number: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        place: orm.Mapped[int] = orm.mapped_column(primary_key=True)

    sa.Table("log", Base.metadata, sa.Column("at", sa.DateTime, nullable=False), sa.Column("what", sa.String(50)))
    return kept(Base, Account, Order, Line)


def application_models() -> type[orm.DeclarativeBase]:
    """What only the models know: defaults, classes, names of attributes."""

    class Base(orm.DeclarativeBase):
        pass

    class Item(Base):
        __tablename__ = "items"
        id: orm.Mapped[uuid.UUID] = orm.mapped_column(primary_key=True, default=uuid.uuid4)
        kind: orm.Mapped[str] = orm.mapped_column(sa.String(10))
        colour: orm.Mapped[str] = orm.mapped_column("clr", sa.String(20), default="red")
        level: orm.Mapped[Level] = orm.mapped_column(default=Level.HIGH)
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "item"}  # noqa: RUF012

    class Book(Item):
        pages: orm.Mapped[int | None]
        __mapper_args__ = {"polymorphic_identity": "book"}  # noqa: RUF012

    class Film(Item):
        __tablename__ = "films"
        id: orm.Mapped[uuid.UUID] = orm.mapped_column(sa.ForeignKey("items.id"), primary_key=True)
        minutes: orm.Mapped[int]
        __mapper_args__ = {"polymorphic_identity": "film"}  # noqa: RUF012

    return kept(Base, Item, Book, Film)


def postgresql_models() -> type[orm.DeclarativeBase]:
    """What only PostgreSQL has."""

    class Base(orm.DeclarativeBase):
        metadata = sa.MetaData()

    moods = sa.Enum(Level, name="mood")
    postcodes = pg.DOMAIN("postcode", sa.String(5), check="VALUE ~ '^(?:[0-9]{5})$'", not_null=True)

    class Room(Base):
        """Keys beyond lists of columns."""

        __tablename__ = "rooms"
        id: orm.Mapped[int] = orm.mapped_column(sa.Identity(always=True), primary_key=True)
        number: orm.Mapped[int] = orm.mapped_column(sa.Identity(start=100), unique=True)
        ticket: orm.Mapped[int] = orm.mapped_column(sa.Sequence("tickets"))
        name: orm.Mapped[str] = orm.mapped_column(sa.String(30))
        deleted: orm.Mapped[bool]
        floor: orm.Mapped[int | None]
        door: orm.Mapped[int | None]
        during: orm.Mapped[Any] = orm.mapped_column(pg.TSRANGE)
        __table_args__ = (
            sa.Index("uq_name", sa.text("lower(name)"), unique=True),
            sa.Index("uq_door", "door", unique=True, postgresql_where=sa.text("NOT deleted")),
            sa.UniqueConstraint("floor", "door", name="uq_place", postgresql_nulls_not_distinct=True),
            sa.Index("ix_name", sa.text("name DESC")),
            pg.ExcludeConstraint(("during", "&&"), name="one_at_a_time", using="gist"),
            sa.ForeignKeyConstraint(["floor"], ["rooms.id"], name="fk_floor", deferrable=True, initially="DEFERRED"),
        )

    class Thing(Base):
        """Types of PostgreSQL."""

        __tablename__ = "things"
        __table_args__ = {"schema": "stock", "comment": "what there is", "info": {}}  # noqa: RUF012
        id: orm.Mapped[uuid.UUID] = orm.mapped_column(primary_key=True)
        room: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("rooms.id"))
        mood: orm.Mapped[Level] = orm.mapped_column(moods, comment="how it is")
        place: orm.Mapped[str] = orm.mapped_column(postcodes)
        moment: orm.Mapped[dt.datetime] = orm.mapped_column(sa.DateTime(timezone=True))
        clock: orm.Mapped[dt.time] = orm.mapped_column(sa.Time(timezone=True))
        lasts: orm.Mapped[dt.timedelta]
        tags: orm.Mapped[list[str]] = orm.mapped_column(pg.ARRAY(sa.String(20)))
        all_moods: orm.Mapped[list[Any]] = orm.mapped_column(pg.ARRAY(moods))
        facts: orm.Mapped[Any] = orm.mapped_column(pg.JSONB)
        host: orm.Mapped[str] = orm.mapped_column(pg.INET)
        net: orm.Mapped[str] = orm.mapped_column(pg.CIDR)
        mac: orm.Mapped[str] = orm.mapped_column(pg.MACADDR)
        spans: orm.Mapped[Any] = orm.mapped_column(pg.INT4MULTIRANGE)
        bits: orm.Mapped[Any] = orm.mapped_column(pg.BIT(4))
        price: orm.Mapped[Any] = orm.mapped_column(pg.MONEY)
        amount: orm.Mapped[Decimal] = orm.mapped_column(sa.Numeric)
        code: orm.Mapped[str] = orm.mapped_column(sa.CHAR)
        body: orm.Mapped[str]
        words: orm.Mapped[Any] = orm.mapped_column(
            pg.TSVECTOR, sa.Computed("to_tsvector('english', body)", persisted=True)
        )

    return kept(Base, Room, Thing)
