"""Unique keys of every sort, and CHECKs."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql

import pytest_misata as misata
from tests.features.filling import Filler


def new_base() -> type[orm.DeclarativeBase]:
    class Base(orm.DeclarativeBase):
        pass

    return Base


def test_unique_keys_that_overlap(fill: Filler) -> None:
    base = new_base()

    class Seat(base):
        __tablename__ = "seats"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        hall: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
        line: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
        place: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
        code: orm.Mapped[str | None] = orm.mapped_column(sa.String(12), unique=True)
        __table_args__ = (
            sa.UniqueConstraint("hall", "line", "place"),
            sa.UniqueConstraint("hall", "code"),
            sa.UniqueConstraint("line", "code"),
        )

    class Price(base):
        __tablename__ = "prices"
        seat_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("seats.id"), primary_key=True)
        currency: orm.Mapped[str] = orm.mapped_column(sa.CHAR(3), primary_key=True)
        cents: orm.Mapped[int]

    filled = fill(base, counts={"seats": 300})
    assert len(filled.all(Seat)) == 300
    filled.add(Seat(hall=30_000, line=30_000, place=1))


def test_unique_keys_with_null(fill: Filler) -> None:
    base = new_base()

    class Card(base):
        __tablename__ = "cards"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        owner: orm.Mapped[str] = orm.mapped_column(sa.String(20))
        slot: orm.Mapped[int | None]
        tag: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
        __table_args__ = (sa.UniqueConstraint("owner", "slot"), sa.UniqueConstraint("tag"))

    filled = fill(base)
    filled.add(Card(owner="a"), Card(owner="a"))


def test_nulls_that_are_not_distinct(fill_postgresql: Filler) -> None:
    base = new_base()

    class Room(base):
        __tablename__ = "rooms"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        floor: orm.Mapped[int | None]
        door: orm.Mapped[int | None]
        label: orm.Mapped[str | None] = orm.mapped_column(sa.String(9))
        __table_args__ = (
            sa.UniqueConstraint("floor", "door", postgresql_nulls_not_distinct=True),
            sa.UniqueConstraint("label", postgresql_nulls_not_distinct=True),
        )

    filled = fill_postgresql(base, counts={"rooms": 200})
    assert Counter((room.floor, room.door) for room in filled.all(Room)).most_common(1)[0][1] == 1


def lowered(engine: sa.Engine) -> bool:
    """Whether the database takes an index over an expression as SQLAlchemy writes it."""
    return engine.dialect.name != "mysql"


def test_unique_indexes_that_put_something_in_place_of_null(fill_postgresql: Filler) -> None:
    metadata = sa.MetaData()
    tags = sa.Table(
        "tags",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.Integer),
        sa.Column("name", sa.String(20), nullable=False),
    )
    sa.Index("one_each", sa.func.coalesce(tags.c.owner, sa.text("-1")), sa.func.lower(tags.c.name), unique=True)
    filled = fill_postgresql(metadata, counts={"tags": 1500})
    assert len(filled.column(tags.c.id)) == 1500


def test_unique_indexes_over_expressions_and_parts(fill: Filler) -> None:
    base = new_base()

    class Account(base):
        __tablename__ = "accounts"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        email: orm.Mapped[str] = orm.mapped_column(sa.String(80))
        login: orm.Mapped[str] = orm.mapped_column(sa.String(30))
        active: orm.Mapped[bool]
        team: orm.Mapped[int]

    if lowered(fill.engine):
        sa.Index("uq_email", sa.func.lower(Account.email), unique=True)
        condition = Account.active.is_(True)
        sa.Index("uq_login", Account.login, unique=True, postgresql_where=condition, sqlite_where=condition)
    sa.Index("uq_team_login", Account.team, Account.login, unique=True)
    filled = fill(base, counts={"accounts": 300})
    accounts = filled.all(Account)
    if lowered(fill.engine):
        assert len({one.email.lower() for one in accounts}) == 300
        active = [one.login for one in accounts if one.active]
        assert len(active) == len(set(active)) > 0


def test_a_unique_index_over_some_of_the_rows_told_by_what_they_refer_to(fill: Filler) -> None:
    base = new_base()

    class Project(base):
        __tablename__ = "projects"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)

    class Role(base):
        __tablename__ = "roles"
        code: orm.Mapped[str] = orm.mapped_column(sa.String(10), primary_key=True)
        __table_args__ = (sa.CheckConstraint("code IN ('lead', 'guest', 'author')"),)

    class Member(base):
        __tablename__ = "members"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        project_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("projects.id"))
        role: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("roles.code"))

    leads = sa.text("role = 'lead'")
    if fill.engine.dialect.name != "mysql":
        sa.Index("one_lead", Member.project_id, unique=True, postgresql_where=leads, sqlite_where=leads)
    filled = fill(base, counts={"projects": 20, "members": 300})
    roles = Counter(one.role for one in filled.all(Member))
    assert roles.keys() == {"lead", "guest", "author"}
    assert roles.total() == 300
    if fill.engine.dialect.name != "mysql":
        assert roles["lead"] == len({one.project_id for one in filled.all(Member) if one.role == "lead"}) > 0


def test_one_row_of_each_group_is_the_default(fill: Filler) -> None:
    base = new_base()

    class Account(base):
        __tablename__ = "accounts"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        org: orm.Mapped[int]
        is_default: orm.Mapped[bool]
        name: orm.Mapped[str] = orm.mapped_column(sa.String(30))
        __table_args__ = (sa.UniqueConstraint("org", "name"),)

    if lowered(fill.engine):
        condition = Account.is_default.is_(True)
        sa.Index("one_default", Account.org, unique=True, postgresql_where=condition, sqlite_where=condition)
    accounts = fill(base, counts={"accounts": 200}).all(Account)
    defaults = [one.org for one in accounts if one.is_default]
    if lowered(fill.engine):
        assert len(defaults) == len(set(defaults)) == len({one.org for one in accounts}) < 150


def test_checks(fill: Filler) -> None:
    base = new_base()

    class Offer(base):
        __tablename__ = "offers"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        price: orm.Mapped[Any] = orm.mapped_column(sa.Numeric(10, 2))
        discount: orm.Mapped[Any] = orm.mapped_column(sa.Numeric(10, 2))
        percent: orm.Mapped[int]
        state: orm.Mapped[str] = orm.mapped_column(sa.String(12))
        starts: orm.Mapped[Any] = orm.mapped_column(sa.Date)
        ends: orm.Mapped[Any] = orm.mapped_column(sa.Date, nullable=True)
        code: orm.Mapped[str] = orm.mapped_column(sa.String(12))
        phone: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
        mail: orm.Mapped[str | None] = orm.mapped_column(sa.String(60))
        __table_args__ = (
            sa.CheckConstraint("price > 0", name="costs"),
            sa.CheckConstraint("discount >= 0 AND discount <= price", name="less"),
            sa.CheckConstraint("percent BETWEEN 5 AND 95", name="percentage"),
            sa.CheckConstraint("state IN ('new', 'open', 'done')", name="states"),
            sa.CheckConstraint("ends IS NULL OR ends > starts", name="in_order"),
            sa.CheckConstraint("length(code) = 8", name="eight"),
            sa.CheckConstraint("(phone IS NULL) <> (mail IS NULL)", name="either"),
        )

    filled = fill(base, counts={"offers": 300})
    for one in filled.all(Offer):
        assert 0 <= one.discount <= one.price
        assert 5 <= one.percent <= 95
        assert one.state in {"new", "open", "done"}
        assert one.ends is None or one.ends > one.starts
        assert len(one.code) == 8
        assert (one.phone is None) != (one.mail is None)
    assert filled.report.not_understood == ()


def test_domains(fill_postgresql: Filler) -> None:
    base = new_base()
    postcode = postgresql.DOMAIN("postcode", sa.String(5), check="VALUE ~ '^[0-9]{5}$'", not_null=True)
    positive = postgresql.DOMAIN("positive", sa.Integer, check="VALUE > 0")

    class Place(base):
        __tablename__ = "places"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        zip: orm.Mapped[str] = orm.mapped_column(postcode)
        size: orm.Mapped[int | None] = orm.mapped_column(positive)

    filled = fill_postgresql(base)
    assert all(place.zip.isdigit() and len(place.zip) == 5 for place in filled.all(Place))
    assert all(place.size is None or place.size > 0 for place in filled.all(Place))


def test_domains_in_arrays(fill_postgresql: Filler) -> None:
    base = new_base()
    icd = postgresql.DOMAIN("icd", sa.String(7), check=r"VALUE ~ '^[A-Z][0-9]{2}(\.[0-9]{1,2})?$'")
    percent = postgresql.DOMAIN("percent", sa.Numeric(5, 2), check="VALUE BETWEEN 10 AND 90")

    class Patient(base):
        __tablename__ = "patients"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        diagnoses: orm.Mapped[list[str]] = orm.mapped_column(postgresql.ARRAY(icd))
        loads: orm.Mapped[list[Any] | None] = orm.mapped_column(postgresql.ARRAY(percent))

    filled = fill_postgresql(base, counts={"patients": 200})
    # The driver hands over arrays of domains as text.
    codes = {code for patient in filled.all(Patient) for code in elements(patient.diagnoses)}
    assert len(codes) > 100
    assert all(re.fullmatch(r"[A-Z][0-9]{2}(\.[0-9]{1,2})?", code) for code in codes)
    assert all(10 <= float(load) <= 90 for patient in filled.all(Patient) for load in elements(patient.loads))
    assert filled.report.not_understood == ()


def elements(written: Any) -> list[str]:
    """The elements of an array that is written as PostgreSQL does."""
    return [part for part in "".join(written or "").strip("{}").split(",") if part]


def test_exclusion(fill_postgresql: Filler) -> None:
    metadata = sa.MetaData()
    for name in ("int4range", "numrange", "daterange", "tsrange", "tstzrange"):
        sa.Table(
            f"stays_{name}",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("during", getattr(postgresql, name.upper()), nullable=False),
            postgresql.ExcludeConstraint(("during", "&&"), name=f"{name}_apart", using="gist"),
        )
    sa.Table(
        "desks",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("floor", sa.SmallInteger),
        sa.Column("place", sa.SmallInteger),
        postgresql.ExcludeConstraint(("floor", "="), ("place", "="), name="one_each", using="btree"),
    )
    filled = fill_postgresql(metadata)
    assert filled.report.not_understood == ()


def test_exclusion_by_which_rows_agree(fill_postgresql: Filler) -> None:
    metadata = sa.MetaData()
    sa.Table("species", metadata, sa.Column("id", sa.Integer, primary_key=True))
    animals = sa.Table(
        "animals",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("cage", sa.Integer, nullable=False),
        sa.Column("food", sa.String(20), nullable=False),
        sa.Column("species_id", sa.ForeignKey("species.id"), nullable=False),
        postgresql.ExcludeConstraint(("cage", "="), ("food", "<>"), name="one_food", using="gist"),
        postgresql.ExcludeConstraint(("cage", "="), ("species_id", "<>"), name="one_species", using="gist"),
    )
    with fill_postgresql.engine.begin() as connection:
        connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
    filled = fill_postgresql(metadata, counts={"animals": 300})
    assert filled.report.not_understood == ()
    assert len(set(filled.column(animals.c.food))) > 1
    assert len(set(filled.column(animals.c.species_id))) > 1


def test_exclusion_of_a_range_that_the_database_computes(fill_postgresql: Filler) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "bookings",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("begins", sa.DateTime, nullable=False),
        sa.Column("ends", sa.DateTime, nullable=False),
        sa.Column("during", postgresql.TSRANGE, sa.Computed("tsrange(begins, ends)", persisted=True)),
        postgresql.ExcludeConstraint(("during", "&&"), name="apart", using="gist"),
    )
    sa.Table(
        "stays",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date),
        sa.Column("during", postgresql.DATERANGE, sa.Computed("daterange(first, last)", persisted=True)),
    )
    assert fill_postgresql(metadata, counts={"bookings": 200}).report.not_understood == ()


def test_exclusion_that_is_not_understood_is_named(postgresql_engine: sa.Engine) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "stays",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.CheckConstraint("last >= first"),
        postgresql.ExcludeConstraint((sa.text("int4range(first, last)"), "-|-"), name="apart", using="gist"),
    )
    report = misata.seed_from_sqlalchemy_models(metadata, postgresql_engine, counts={"stays": 1})
    assert report.not_understood == ("stays: EXCLUDE apart (int4range(first, last) WITH -|-)",)
