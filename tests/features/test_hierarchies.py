"""Classes that inherit from each other, over one table or several."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from tests.features.filling import Filler


def test_joined_tables(fill: Filler) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Party(Base):
        __tablename__ = "parties"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        kind: orm.Mapped[str] = orm.mapped_column(sa.String(10))
        name: orm.Mapped[str] = orm.mapped_column(sa.String(40))
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "party"}  # noqa: RUF012

    class Person(Party):
        __tablename__ = "persons"
        id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), primary_key=True)
        email: orm.Mapped[str] = orm.mapped_column(sa.String(60))
        __mapper_args__ = {"polymorphic_identity": "person"}  # noqa: RUF012

    class Company(Party):
        __tablename__ = "companies"
        id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), primary_key=True)
        vat: orm.Mapped[str] = orm.mapped_column(sa.String(12), unique=True)
        __mapper_args__ = {"polymorphic_identity": "company"}  # noqa: RUF012

    filled = fill(Base)
    if fill.from_models:
        people, companies = filled.all(Person), filled.all(Company)
        assert people
        assert companies
        assert {type(one) for one in filled.all(Party)} <= {Party, Person, Company}
        assert len(filled.all(Party)) >= len(people) + len(companies)
        kinds = dict(filled.raw("SELECT id, kind FROM parties"))
        assert {kinds[id_] for (id_,) in filled.raw("SELECT id FROM persons")} == {"person"}
        assert {kinds[id_] for (id_,) in filled.raw("SELECT id FROM companies")} == {"company"}
    filled.add(Person(name="new", email="a@b.example"), Company(name="other", vat="new-vat"))


def test_a_single_table(fill: Filler) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Vehicle(Base):
        __tablename__ = "vehicles"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        kind: orm.Mapped[str] = orm.mapped_column(sa.String(10))
        wheels: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger)
        __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": True}  # noqa: RUF012

    class Car(Vehicle):
        doors: orm.Mapped[int | None]
        __mapper_args__ = {"polymorphic_identity": "car"}  # noqa: RUF012

    class Bike(Vehicle):
        bell: orm.Mapped[str | None] = orm.mapped_column(sa.String(20))
        __mapper_args__ = {"polymorphic_identity": "bike"}  # noqa: RUF012

    class Trip(Base):
        __tablename__ = "trips"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        vehicle_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("vehicles.id"))

    filled = fill(Base)
    if fill.from_models:
        assert {type(one) for one in filled.all(Vehicle)} == {Car, Bike}
        rows = filled.raw("SELECT kind, doors, bell FROM vehicles")
        assert all(bell is None if kind == "car" else doors is None for kind, doors, bell in rows)
        assert any(doors is not None for _, doors, _ in rows)
    filled.add(Car(wheels=4), Bike(wheels=2))


def test_concrete_tables(fill: Filler) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Shape(Base):
        __tablename__ = "shapes"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        name: orm.Mapped[str] = orm.mapped_column(sa.String(20))

    class Circle(Shape):
        __tablename__ = "circles"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        name: orm.Mapped[str] = orm.mapped_column(sa.String(20))
        radius: orm.Mapped[float]
        __mapper_args__ = {"concrete": True}  # noqa: RUF012

    filled = fill(Base)
    assert all(one.radius is not None for one in filled.all(Circle))
    filled.add(Circle(name="new", radius=1.0), Shape(name="new"))


def test_a_table_under_a_table_under_a_table(fill: Filler) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Node(Base):
        __tablename__ = "nodes"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
        type: orm.Mapped[str] = orm.mapped_column(sa.String(12))
        __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "node"}  # noqa: RUF012

    class Document(Node):
        __tablename__ = "documents"
        id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("nodes.id"), primary_key=True)
        title: orm.Mapped[str] = orm.mapped_column(sa.String(40))
        __mapper_args__ = {"polymorphic_identity": "document"}  # noqa: RUF012

    class Letter(Document):
        __tablename__ = "letters"
        id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("documents.id"), primary_key=True)
        to: orm.Mapped[str] = orm.mapped_column(sa.String(40))
        __mapper_args__ = {"polymorphic_identity": "letter"}  # noqa: RUF012

    filled = fill(Base)
    if fill.from_models:
        letters: list[Any] = filled.all(Letter)
        assert letters
        assert all(one.type == "letter" and one.title for one in letters)
        assert {type(one) for one in filled.all(Document)} <= {Document, Letter}
    filled.add(Letter(title="new", to="me"))
